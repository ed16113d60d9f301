import * as z from "zod";
import { InputError } from "../errors.ts";
import type { Names } from "../expressions/expression.ts";
import type { Program } from "../expressions/program.ts";
import type { Grid } from "../grid/grid.ts";
import type { Distribution } from "./distribution.ts";
import { distributionTypeOf } from "./distributions.ts";
import { compileJointDensity, createCompiledJoint, jointSchema } from "./joint.ts";
import { createProductDistribution, productSchema } from "./product.ts";

/** A distribution of theta in a problem file, mu_0 or the prior mu_b: a joint density, or one distribution for each variable. */
export const distributionSchema = z.union([jointSchema, productSchema]);

export type DistributionDefinition = z.infer<typeof distributionSchema>;

/** A variable may be called `density`: then its distribution is no text. */
const isJoint = (definition: DistributionDefinition): definition is z.infer<typeof jointSchema> =>
  "density" in definition && typeof definition.density === "string";

/** The joint density, null for a product. @param field where it stands in the problem file. */
export async function compileDistribution(
  definition: DistributionDefinition,
  field: string,
  names: Names,
): Promise<Program | null> {
  return isJoint(definition) ? compileJointDensity(definition, `${field}.density`, names) : null;
}

export function createDistribution(
  definition: DistributionDefinition,
  joint: Program | null,
  domain: Grid,
  field: string,
): Distribution {
  if (joint !== null) return createCompiledJoint(joint, domain, `${field}.density`);
  return createProductDistribution(definition as z.infer<typeof productSchema>, domain, field);
}

/** mu_0. @throws InputError where it has no density. */
export function createInitialDistribution(definition: DistributionDefinition, joint: Program | null, domain: Grid): Distribution {
  const initial = createDistribution(definition, joint, domain, "initial");
  if (initial.hasDensity) return initial;
  const parts = Object.entries(definition as z.infer<typeof productSchema>);
  const [name, { type }] = parts.find(([, part]) => !distributionTypeOf(part).hasDensity) ?? parts[0];
  throw new InputError(`initial.${name}.type`, type, "an initial distribution needs a density", "use a narrow normal distribution");
}
