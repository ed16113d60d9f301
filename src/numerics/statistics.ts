import jstat from "jstat";

const { jStat } = jstat;

/** Sample mean and variance of replicas, each with its standard error. */
export interface SampleMoments {
  count: number;
  mean: number;
  standardError: number;
  variance: number;
  /** Standard error of `variance` from the fourth central moment: Var(s^2) = (m4 - s^4 (R - 3) / (R - 1)) / R. */
  varianceError: number;
}

/** Two-pass moments of `values`; errors are NaN where there are too few values to tell (1, or 3 for `varianceError`). */
export function sampleMoments(values: ArrayLike<number>): SampleMoments {
  const count = values.length;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += values[i] / count;
  let second = 0;
  let fourth = 0;
  for (let i = 0; i < count; i++) {
    const square = (values[i] - mean) ** 2;
    second += square;
    fourth += square * square;
  }
  const variance = count > 1 ? second / (count - 1) : Number.NaN;
  const spread = fourth / count - (variance * variance * (count - 3)) / (count - 1);
  return {
    count,
    mean,
    standardError: Math.sqrt(variance / count),
    variance,
    varianceError: count > 3 ? Math.sqrt(Math.max(0, spread) / count) : Number.NaN,
  };
}

/** Whether a variance is more than the rounding of values of this mean. */
export function varies(variance: number, mean: number): boolean {
  return variance > ROUNDING * mean * mean;
}

const ROUNDING = 1e-20;

/** Quantile of Student's t with `dof` degrees of freedom. */
export function studentQuantile(p: number, dof: number): number {
  return jStat.studentt.inv(p, dof);
}

/** Standard normal quantile at 0.975. */
const NORMAL_QUANTILE = 1.959963984540054;

/** P(chi^2_dof > x). */
export function chiSquareTail(x: number, dof: number): number {
  return 1 - jStat.chisquare.cdf(x, dof);
}

/** A straight line y = intercept + slope x fitted to points of known relative weight. */
export interface LineFit {
  slope: number;
  intercept: number;
  /** 95% interval of the slope. */
  interval: readonly [number, number];
}

/**
 * Weighted least squares with a 95% interval for the slope.
 *
 * Where the standard errors of y are known, give them as `errors`: weights are 1 / error^2, and the normal interval is widened by
 * sqrt(chi^2 / (points - 2)) where the scatter about the line exceeds them (the Birge ratio), so that a wrong error model is
 * seen; with few points such an interval covers somewhat less than 95%. Otherwise all weights are equal and the scatter alone sets the scale (Student's t, points - 2 degrees).
 */
export function fitLine(x: ArrayLike<number>, y: ArrayLike<number>, errors?: ArrayLike<number>): LineFit {
  const n = x.length;
  let total = 0;
  let meanX = 0;
  let meanY = 0;
  const weight = (i: number) => (errors === undefined ? 1 : 1 / errors[i] ** 2);
  for (let i = 0; i < n; i++) {
    total += weight(i);
    meanX += weight(i) * x[i];
    meanY += weight(i) * y[i];
  }
  meanX /= total;
  meanY /= total;
  let sxx = 0;
  let sxy = 0;
  for (let i = 0; i < n; i++) {
    sxx += weight(i) * (x[i] - meanX) ** 2;
    sxy += weight(i) * (x[i] - meanX) * (y[i] - meanY);
  }
  const slope = sxy / sxx;
  const intercept = meanY - slope * meanX;
  let residual = 0;
  for (let i = 0; i < n; i++) residual += weight(i) * (y[i] - intercept - slope * x[i]) ** 2;
  // Two points leave nothing to judge the scatter by.
  const excess = n > 2 ? residual / (n - 2) : errors === undefined ? Infinity : 1;
  const quantile = errors === undefined ? studentQuantile(0.975, Math.max(1, n - 2)) : NORMAL_QUANTILE;
  const halfWidth = quantile * Math.sqrt((errors === undefined ? excess : Math.max(1, excess)) / sxx);
  return { slope, intercept, interval: [slope - halfWidth, slope + halfWidth] };
}

/** P(|t| > x) for Student's t with `dof` degrees of freedom. */
export function studentTail(x: number, dof: number): number {
  return 2 * jStat.studentt.cdf(-Math.abs(x), dof);
}

/** P(F > x) for the F distribution with (p, q) degrees of freedom. */
export function fisherTail(x: number, p: number, q: number): number {
  // Not 1 - cdf, which is 0 or rounding beyond 1e-16.
  return x === Infinity ? 0 : jStat.ibeta(q / (q + p * x), q / 2, p / 2);
}

/** P(|Z| > x) for a standard normal Z. */
export function normalTail(x: number): number {
  return 2 * jStat.normal.cdf(-Math.abs(x), 0, 1);
}

/** Standard normal quantile. */
export function normalQuantile(p: number): number {
  return jStat.normal.inv(p, 0, 1);
}

/**
 * p-value of the Anderson-Darling test that values come from some normal law, its mean and variance estimated from them. For 8 values and
 * more; NaN for fewer, or where they do not vary.
 *
 * Source: D'Agostino & Stephens (eds.), Goodness-of-Fit Techniques (1986), section 4.8.5 and table 4.9.
 */
export function normalityTest(values: ArrayLike<number>): number {
  const { count, mean, variance } = sampleMoments(values);
  if (count < 8 || !varies(variance, mean)) return Number.NaN;
  const below = Float64Array.from(values, (value) => (value - mean) / Math.sqrt(variance)).sort();
  let total = 0;
  for (let i = 0; i < count; i++) {
    const low = jStat.normal.cdf(below[i], 0, 1);
    const high = jStat.normal.cdf(-below[count - 1 - i], 0, 1);
    total += (2 * i + 1) * (Math.log(Math.max(low, Number.MIN_VALUE)) + Math.log(Math.max(high, Number.MIN_VALUE)));
  }
  const a = (-count - total / count) * (1 + 0.75 / count + 2.25 / count ** 2);
  if (a >= 0.6) return Math.min(1, Math.exp(1.2937 - 5.709 * a + 0.0186 * Math.min(a, 100) ** 2));
  if (a >= 0.34) return Math.exp(0.9177 - 4.279 * a - 1.38 * a * a);
  if (a >= 0.2) return 1 - Math.exp(-8.318 + 42.796 * a - 59.938 * a * a);
  return 1 - Math.exp(-13.436 + 101.14 * a - 223.73 * a * a);
}
