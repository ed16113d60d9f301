import { InputError } from "../errors.ts";
import type { Grid } from "../grid/grid.ts";
import type { RandomStream } from "../numerics/random.ts";
import { sum } from "../numerics/sum.ts";
import type { NodeFamily } from "./univariate.ts";

/** A distribution of theta on the domain: the initial mu_0, or the prior mu_b of a reinjection. */
export interface Distribution {
  /**
   * Cell averages on a grid, shape [grid.size], normalised to mass 1, and the mass that lay outside the domain before
   * (0 for a joint density, which is defined by its restriction).
   */
  cellAverages(grid: Grid): { density: Float64Array; outside: number };
  /** Whether it has a density: all have but those with a `point`. */
  hasDensity: boolean;
  /**
   * out[i] = the density at points[.][i], on the whole line of an axis that truncates it; up to one factor, the `total` of its
   * quadratures, where it is given by an expression.
   */
  density(out: Float64Array, points: readonly Float64Array[], count: number): void;
  /** Where the density jumps, for each axis. */
  breaks: readonly (readonly number[])[];
  /** Nodes and weights for integrals against mu_0, converging faster than any power of the counts where the density is smooth. */
  quadrature(shape: InitialQuadratureShape): InitialQuadrature;
  /** Draws points[a][i] for i < count, independent. */
  sample(points: readonly Float64Array[], count: number, stream: RandomStream): void;
}

export interface InitialQuadratureShape {
  /** Nodes along each axis. */
  counts: readonly number[];
  /** Half-width, in standard deviations, of the interval that stands for the line; see BULK. */
  bulk: number;
  /** Default `first`. */
  family?: NodeFamily;
}

/** int phi dmu_0 ~ sum_j weights[j] phi(points[.][j]). */
export interface InitialQuadrature {
  points: Float64Array[];
  /** Their sum is 1. */
  weights: Float64Array;
  /** int of `density`. */
  total: number;
  /** Share of the mass of mu_0 that its adaptive cubature leaves in doubt, and the part of it that could not be resolved. */
  doubt: number;
  unresolved: number;
  /** The nodes along each axis, ascending, where they are a tensor product with the last axis running fastest; otherwise null. */
  lattice: readonly Float64Array[] | null;
  /** 1 for the nodes at an end of an axis that cuts off a tail which a larger `bulk` would include. */
  inTail: Uint8Array;
}

/** Scales to mass 1 and returns the mass before. */
export function normaliseMass(grid: Grid, density: Float64Array, field: string): number {
  const total = grid.cellVolume * sum(density);
  if (!(total > 0 && Number.isFinite(total))) {
    throw new InputError(
      field,
      undefined,
      "has no mass in the domain",
      "give a distribution or density that is positive somewhere in it",
    );
  }
  for (let i = 0; i < density.length; i++) density[i] /= total;
  return total;
}
