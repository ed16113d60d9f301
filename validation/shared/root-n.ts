import type { Axis, Series } from "../../src/figures/figure.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { fitLine, type LineFit } from "../../src/numerics/statistics.ts";
import { type ChanceClaim, estimated, normalInterval, type Range, showInterval } from "../claims.ts";
import type { TraceLook } from "./colours.ts";
import { draw, drawGuide } from "./draw.ts";
import type { Size } from "./sizes.ts";

/** A number and its standard error. */
export interface Estimate {
  value: number;
  error: number;
}

/** Of the mean of squares over replicas, by the delta method. */
export function rootOfMean(squares: ArrayLike<number>): Estimate {
  const { mean, standardError } = sampleMoments(squares);
  return { value: Math.sqrt(mean), error: standardError / (2 * Math.sqrt(mean)) };
}

/**
 * The slope of log value against log n. The relative scatter from replica to replica is the same at every n up to O(1/n), so it is
 * pooled: errors of single points go with their own values, and would give the points that came out low too much weight.
 */
export function fitDecay<Row extends Size>(rows: readonly Row[], of: (row: Row) => Estimate): LineFit {
  const total = rows.reduce((sum, { replicas }) => sum + replicas, 0);
  const scatter = rows.reduce((sum, row) => sum + ((row.replicas * of(row).error) / of(row).value) ** 2, 0);
  const relative = Math.sqrt(scatter / total);
  return fitLine(
    rows.map(({ n }) => Math.log10(n)),
    rows.map((row) => Math.log10(of(row).value)),
    rows.map(({ replicas }) => relative / Math.sqrt(replicas) / Math.LN10),
  );
}

/**
 * Slopes that count as -1/2. Over the two decades of the smallest studies a slope of -0.45 makes values at the largest n 1.26 times too large, as an error does there that is three quarters of
 * the noise; population control at fixed dt may add -0.03.
 */
const ROOT: Range = [-0.55, -0.45];

/** That a value falls like n^-1/2. */
export function claimRoot(what: string, { slope, interval }: LineFit): ChanceClaim {
  return estimated(`${what} falls like n^${slope.toFixed(3)}, by intervals`, [normalInterval(interval)], ROOT);
}

/** A slope with its 95% interval. */
export const showSlope = ({ slope, interval }: LineFit, digits = 2) => `${slope.toFixed(digits)} ${showInterval(interval, digits)}`;

export const DISCREPANCY: Axis = { title: "root mean square discrepancy", symbol: "D" };

/** An estimate against n with its 95% bars. */
export function drawEstimates<Row extends Size>(
  name: string,
  rows: readonly Row[],
  of: (row: Row) => Estimate,
  look: TraceLook,
): Series {
  return draw(
    name,
    rows,
    ({ n }) => n,
    (row) => of(row).value,
    { error: (row) => 1.96 * of(row).error, mode: "markers", ...look },
  );
}

/** n^-1/2 through the first estimate. */
export function drawRoot<Row extends Size>(rows: readonly Row[], of: (row: Row) => Estimate): Series {
  const [from, to] = [rows[0], rows[rows.length - 1]];
  const { value } = of(from);
  return drawGuide("n^-1/2", [from.n, to.n], [value, value * Math.sqrt(from.n / to.n)]);
}
