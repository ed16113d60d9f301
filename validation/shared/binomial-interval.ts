import { betaQuantile } from "../../src/numerics/tails.ts";

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
