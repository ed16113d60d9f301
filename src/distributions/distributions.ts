import * as z from "zod";
import type { Axis } from "../grid/grid.ts";
import { normal } from "./normal.ts";
import { point } from "./point.ts";
import { truncatedNormal } from "./truncated-normal.ts";
import { uniform } from "./uniform.ts";
import type { Univariate, UnivariateType } from "./univariate.ts";
import { vonMises } from "./von-mises.ts";

/** The distributions of one variable by their names in problem files. */
export const DISTRIBUTIONS = {
  normal,
  uniform,
  "truncated-normal": truncatedNormal,
  "von-mises": vonMises,
  point,
} as const satisfies Record<string, UnivariateType<z.ZodObject>>;

export type DistributionName = keyof typeof DISTRIBUTIONS;
type OnLine = { [N in DistributionName]: (typeof DISTRIBUTIONS)[N]["onLine"] extends true ? N : never }[DistributionName];
type Schema<N extends DistributionName = DistributionName> = (typeof DISTRIBUTIONS)[N]["schema"];

const NAMES = Object.keys(DISTRIBUTIONS) as DistributionName[];

function schemaOf<N extends DistributionName>(names: readonly N[]) {
  return z.discriminatedUnion("type", names.map((name): Schema<N> => DISTRIBUTIONS[name].schema) as [Schema<N>, ...Schema<N>[]]);
}

/** A distribution of one variable in a problem file. */
export const univariateSchema = schemaOf(NAMES);

/** One that exists on the whole line. */
export const lineSchema = schemaOf(NAMES.filter((name): name is OnLine => DISTRIBUTIONS[name].onLine));

export type UnivariateDefinition = z.infer<typeof univariateSchema>;

/** The row of a distribution, with the type that all rows share. */
export function distributionTypeOf({ type }: { type: DistributionName }): UnivariateType<z.ZodObject> {
  return DISTRIBUTIONS[type];
}

/** @param field where it stands in the problem file. @throws InputError for parameters that define no distribution on this axis. */
export function createUnivariate(definition: UnivariateDefinition, axis: Axis, field: string): Univariate {
  return distributionTypeOf(definition).create(definition, axis, field);
}

/** A distribution on the whole line. */
export function createUnivariateOnLine(definition: UnivariateDefinition, field: string): Univariate {
  return createUnivariate(
    definition,
    { name: "the line", min: -Infinity, max: Infinity, cells: 1, width: Infinity, periodic: false },
    field,
  );
}
