import type { RandomStream } from "./random.ts";

/** Expected successes from which the normal distribution stands for the binomial: the skewness of what it replaces is below 0.13. */
const NORMAL = 60;

/**
 * The number of successes in n trials of probability p: by the waiting times between them, O(n p), where few are expected; from n min(p, 1 - p) = 60 on a normal number, rounded.
 *
 * Source of the waiting times: L. Devroye, Non-Uniform Random Variate Generation (1986), section X.4.3.
 */
export function drawBinomial(stream: RandomStream, n: number, p: number): number {
  if (!(p > 0) || n === 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(stream, n, 1 - p);
  if (n * p >= NORMAL) {
    const found = Math.round(n * p + Math.sqrt(n * p * (1 - p)) * stream.normal());
    return Math.min(n, Math.max(0, found));
  }
  const rate = Math.log1p(-p);
  let successes = -1;
  for (let trial = 0; trial <= n; successes++) trial += Math.floor(Math.log(1 - stream.uniform()) / rate) + 1;
  return successes;
}
