import { betaQuantile, fisherTail } from "../../src/numerics/tails.ts";
import { type ChanceClaim, consistent, showInterval } from "../claims.ts";

/**
 * 95% interval of a rate of which `count` of `trials` were seen (Clopper & Pearson 1934): the rates p with P(X >= count) > 2.5% and
 * P(X <= count) > 2.5%, so that it covers the true rate at least as often as it says. P(X >= count) is the beta distribution's cdf at p.
 */
export function binomialInterval(count: number, trials: number): [number, number] {
  return [
    count === 0 ? 0 : betaQuantile(TAIL, count, trials - count + 1),
    count === trials ? 1 : betaQuantile(1 - TAIL, count + 1, trials - count),
  ];
}

const TAIL = 0.025;

/** P(X >= count) at a rate: the beta distribution's cdf, which is a tail of the F distribution with (p, q) degrees of freedom. */
export function binomialTail(count: number, trials: number, rate: number): number {
  const [p, q] = [2 * (trials - count + 1), 2 * count];
  return count === 0 ? 1 : fisherTail((q * (1 / rate - 1)) / p, p, q);
}

/** That as many alarms in so many trials are no more than a stated rate gives. */
export function claimRate(what: string, count: number, trials: number, rate: number): ChanceClaim {
  const interval = showInterval(binomialInterval(count, trials));
  return consistent(`${what}, 95% interval ${interval}; as many at the stated rate ${rate}`, {
    p: binomialTail(count, trials, rate),
  });
}
