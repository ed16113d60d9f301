/**
 * The error of the last of several refinements, from the differences d_1, .., d_k of successive ones. Where differences fall by q or faster and go on to, d_{j+1} <= q d_j,
 *
 *   |error_k| <= d_{k+1} + d_{k+2} + .. <= d_k q / (1 - q),
 *
 * which is at most d_k while q <= 1/2. A quantity is settled once all have agreed to the tolerance, or its own last two differences have. One quantity may
 * come close to its last value by chance, but not all together. So for a quantity that is not settled, q and the size of the last difference are taken from
 * the largest relative difference of any quantity, `joint`, unless its own differences have halved twice.
 */
export interface RefinementError {
  /** Infinity where the differences fall too slowly to tell. */
  error: number;
  settled: boolean;
}

/** @param enough the tolerance, in units of the quantity. @param converged whether all quantities agreed to it. */
export function errorOfRefinements(
  own: readonly number[],
  joint: readonly number[],
  enough: number,
  converged: boolean,
): RefinementError {
  const n = own.length;
  if (n === 0) return { error: Infinity, settled: false };
  const last = own[n - 1];
  if (n === 1) return { error: converged ? last : Infinity, settled: converged };
  const gain = Math.min(1, ratio(joint[n - 1], joint[n - 2]));
  const error = Math.max(last, gain * own[n - 2]);
  if (converged || Math.max(last, own[n - 2]) <= enough) return { error, settled: true };
  const rate = n > 2 && halved(own) ? HALF : Math.max(rateOf(own), rateOf(joint));
  // As the rate nears 1, the sum of the differences to come is unknown.
  return { error: rate < SLOWEST ? error * Math.max(1, rate / (1 - rate)) : Infinity, settled: false };
}

const HALF = 0.5;
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
