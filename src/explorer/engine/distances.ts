import { marginalMasses } from "../../grid/density.ts";
import { type Axis, type Grid, intoPeriod } from "../../grid/grid.ts";
import { fillMarginal } from "../../grid/moving-grid.ts";
import { wasserstein1OnCircle } from "../../measures/circle.ts";
import { cellsOnLine, densityOnLine, type LineMeasure, pointsOnLine } from "../../measures/line-measure.ts";
import { samplingDistanceQuantiles } from "../../measures/sampling-distance.ts";
import { wasserstein1 } from "../../measures/wasserstein.ts";
import { createStream } from "../../numerics/random.ts";
import type { AxisDistance } from "./frames.ts";

/** The marginal distribution of the mean field on one axis, and quantiles of sqrt(n) W1 of n independent draws from it. */
export interface Marginal {
  axis: Axis;
  distribution: LineMeasure;
  band: readonly number[];
}

export const PROBABILITIES = [0.05, 0.5, 0.95];
/** The 5% and 95% quantiles are then those of probabilities within 1.5% of these. */
const BRIDGES = 200;
/** Of the band: the last seed there is, so that its random numbers are not those of particles of the first ones. */
const SEED = 2 ** 32 - 1;

export function marginalsOf(grid: Grid, mu: Float64Array): Marginal[] {
  return grid.axes.map((axis, a) => {
    const masses = marginalMasses(grid, mu, a);
    const total = masses.reduce((sum, mass) => sum + mass);
    const shares = masses.map((mass) => mass / total);
    return {
      axis,
      distribution: densityOnLine(axis, shares),
      band: samplingDistanceQuantiles(shares, axis.width, axis.periodic, PROBABILITIES, BRIDGES, createStream(SEED, a)),
    };
  });
}

/** The same of cells that follow the mass, by their own edges. */
export function marginalsOfCells(
  grid: Grid,
  { edges, masses }: { edges: readonly Float64Array[]; masses: Float64Array },
): Marginal[] {
  return grid.axes.map((axis, a) => {
    const marginal = new Float64Array(axis.cells);
    fillMarginal(marginal, grid, masses, a);
    const total = marginal.reduce((sum, mass) => sum + mass);
    const shares = marginal.map((mass) => mass / total);
    const widths = shares.map((_, i) => edges[a][i + 1] - edges[a][i]);
    return {
      axis,
      distribution: cellsOnLine(edges[a], shares),
      band: samplingDistanceQuantiles(shares, widths, axis.periodic, PROBABILITIES, BRIDGES, createStream(SEED, a)),
    };
  });
}

/** @param points points[a] is coordinate a, of which the first n are in use. @param weights of sum 1; null where each is 1/n. The band is that of n draws without weights. */
export function distancesTo(
  marginals: readonly Marginal[],
  points: readonly Float64Array[],
  weights: Float64Array | null,
  n: number,
): AxisDistance[] {
  return marginals.map(({ axis, distribution, band }, a) => {
    const positions = points[a].subarray(0, n);
    const empirical = pointsOnLine(axis.periodic ? positions.map((x) => intoPeriod(x, axis)) : positions, weights);
    const [low, middle, high] = band.map((quantile) => quantile / Math.sqrt(n));
    return {
      distance: axis.periodic
        ? wasserstein1OnCircle(distribution, empirical, axis.max - axis.min)
        : wasserstein1(distribution, empirical),
      band: [low, middle, high],
    };
  });
}
