import type * as z from "zod";
import { InputError } from "../errors.ts";
import type { Axis } from "../grid/grid.ts";
import type { Quadrature } from "../numerics/quadrature.ts";
import type { RandomStream } from "../numerics/random.ts";

/** A distribution of one variable. */
export interface Univariate {
  /** Mass in each cell of the axis, shape [cells], by quadrature of the density; the mass beyond a no-flux axis is missing. */
  cellMasses(axis: Axis): Float64Array;
  /** The density at a point, in 1/length. */
  density(x: number): number;
  /** An exact sample; on a periodic axis it may lie outside the period. */
  sample(stream: RandomStream): number;
  /** Where the density jumps. */
  breaks: readonly number[];
  /** Nodes and weights of either family; on a periodic axis they may lie outside the period. */
  quadrature(count: number, bulk: number, family?: NodeFamily): BulkQuadrature;
}

/** Nodes of two kinds that share none: one is likely to see what the other misses. The second is composite Gauss-Legendre. */
export type NodeFamily = "first" | "second";

export interface BulkQuadrature extends Quadrature {
  /** Whether a tail is left out that a larger `bulk` would include. */
  cutsTail: boolean;
}

/**
 * Standard deviations to either side of the mean that stand for the whole line in a quadrature: 6e-14 of the mass lies beyond. A
 * reaction can make a tail grow; then more are needed.
 */
export const BULK = 7.5;

/** A type of distribution: its form in a problem file, the distribution made of that, and where it may stand. */
export interface UnivariateType<S extends z.ZodObject, OnLine extends boolean = boolean> {
  /** `type`, the name in DISTRIBUTIONS, and its parameters, all of them numbers. */
  schema: S;
  /** Whether it exists on the whole line; an input of a network needs that. */
  onLine: OnLine;
  /** Whether it has a density; the initial distribution needs one. */
  hasDensity: boolean;
  /** @param field where it stands in the problem file. @throws InputError for parameters that define no distribution on this axis. */
  create(definition: z.infer<S>, axis: Axis, field: string): Univariate;
  /** One that suits an interval: where a form begins, and what tests draw from. */
  example(interval: { min: number; max: number }): z.input<S>;
}

export function requirePositive(value: number, field: string): void {
  if (!(value > 0)) throw new InputError(field, value, "not positive: there is no density", "give a number > 0");
}

export function requireInterval(min: number, max: number, axis: Axis, field: string): void {
  if (!(min < max)) throw new InputError(field, `[${min}, ${max}]`, "min must be below max", "exchange or correct them");
  if (min < axis.min || max > axis.max) {
    throw new InputError(
      field,
      `[${min}, ${max}]`,
      `reaches beyond the domain [${axis.min}, ${axis.max}] of ${axis.name}`,
      "widen the domain or narrow the distribution",
    );
  }
}
