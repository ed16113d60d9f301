/**
 * The error of the last of several refinements, from the differences d_1, .., d_k of successive ones. Where differences fall by q or faster and go on to, d_{j+1} <= q d_j,
 *
 *   |error_k| <= d_{k+1} + d_{k+2} + .. <= d_k q / (1 - q),
 *
 * which is at most d_k while q <= 1/2. A quantity is settled once all have agreed to the tolerance, or its own last two differences have. One quantity may
 * come close to its last value by chance, but not all together. So for a quantity that is not settled, q and the size of the last difference are taken from
 * the largest relative difference of any quantity, `joint`, unless its own differences have halved twice.
 *
 * At kinks convergence is algebraic. There it is taken to be of order 1 at best, where one fall may owe a fifth to the places of nodes beside a kink: q >= 0.6, so that the error is at least 1.5 d_k.
 * Falls that are faster than of order 2 do not lower it: they may be those of the smooth part, where that of a kink has yet to show (0.14 and 0.09, and an error of 1.15 d_k).
 */
export interface RefinementError {
  /** Infinity where the differences fall too slowly to tell. */
  error: number;
  settled: boolean;
  /** Whether it is settled, or at least two differences have fallen, so that `error` is of order 1 or better. */
  falls: boolean;
}

/** @param enough the tolerance, in units of the quantity. @param converged whether all quantities agreed to it. */
export function errorOfRefinements(
  own: readonly number[],
  joint: readonly number[],
  enough: number,
  converged: boolean,
): RefinementError {
  const n = own.length;
  if (n === 0) return { error: Infinity, settled: false, falls: false };
  const last = own[n - 1];
  if (n === 1) return { error: converged ? last : Infinity, settled: converged, falls: converged };
  const gain = Math.min(1, ratio(joint[n - 1], joint[n - 2]));
  const error = Math.max(last, gain * own[n - 2]);
  if (converged || Math.max(last, own[n - 2]) <= enough) return { error, settled: true, falls: true };
  const rate = n > 2 && halved(own) ? HALF : Math.max(rateOf(own), rateOf(joint));
  // As the rate nears 1, the sum of the differences to come is unknown.
  const q = Math.max(SLOWEST_OF_FIRST_ORDER, rate);
  return { error: rate < SLOWEST ? (error * q) / (1 - q) : Infinity, settled: false, falls: rate <= SLOWEST_OF_FIRST_ORDER };
}

const HALF = 0.5;
const SLOWEST_OF_FIRST_ORDER = 0.6;
const SLOWEST = 0.95;

/** Whether the last two differences are each at most half the one before. */
function halved(differences: readonly number[]): boolean {
  const [a, b, c] = differences.slice(-3);
  return b <= HALF * a && c <= HALF * b;
}

/** The mean factor of the last two falls, or of the last. */
function rateOf(differences: readonly number[]): number {
  const n = differences.length;
  return n > 2 ? Math.sqrt(ratio(differences[n - 1], differences[n - 3])) : ratio(differences[n - 1], differences[n - 2]);
}

function ratio(now: number, before: number): number {
  return now === 0 ? 0 : now / before;
}

/**
 * The same of the densities of several refinements, first to last, in a distance. What falls by q stays off by q / (1 - q) of the last difference; q is taken as at least 1/10, as if the order were 3.3
 * at twice the nodes and 5.7 at 1.5 times as many, where interpolation between nodes is of order 8.
 */
export function errorOfDensities(
  densities: readonly Float64Array[],
  distance: (mu: Float64Array, nu: Float64Array) => number,
): number {
  const [c, b, a] = [...densities].reverse();
  if (b === undefined) return Infinity;
  const last = distance(c, b);
  if (a === undefined) return last;
  const q = Math.max(LEAST_RATE, ratio(last, distance(b, a)));
  return q < HALF ? (last * q) / (1 - q) : last;
}

const LEAST_RATE = 0.1;
