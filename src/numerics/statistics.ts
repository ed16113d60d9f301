import { sampleMoments, varies } from "./moments.ts";
import { normalCdf, studentQuantile } from "./tails.ts";

/** Standard normal quantile at 0.975. */
const NORMAL_QUANTILE = 1.959963984540054;

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

/**
 * y = c x^slope fitted to positive numbers: the line of log y against log x, `intercept` its log c. @param errors standard errors of y, where they are known
 */
export function fitPowerLaw(x: ArrayLike<number>, y: ArrayLike<number>, errors?: ArrayLike<number>): LineFit {
  const relative = errors === undefined ? undefined : Array.from(y, (value, k) => errors[k] / value);
  return fitLine(Array.from(x, Math.log), Array.from(y, Math.log), relative);
}

/**
 * p-value of the Anderson-Darling test that values come from some normal distribution, its mean and variance estimated from them. For 8 values and
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
    const low = normalCdf(below[i]);
    const high = normalCdf(-below[count - 1 - i]);
    total += (2 * i + 1) * (Math.log(Math.max(low, Number.MIN_VALUE)) + Math.log(Math.max(high, Number.MIN_VALUE)));
  }
  const a = (-count - total / count) * (1 + 0.75 / count + 2.25 / count ** 2);
  if (a >= 0.6) return Math.min(1, Math.exp(1.2937 - 5.709 * a + 0.0186 * Math.min(a, 100) ** 2));
  if (a >= 0.34) return Math.exp(0.9177 - 4.279 * a - 1.38 * a * a);
  if (a >= 0.2) return 1 - Math.exp(-8.318 + 42.796 * a - 59.938 * a * a);
  return 1 - Math.exp(-13.436 + 101.14 * a - 223.73 * a * a);
}
