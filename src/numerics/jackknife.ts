/** A statistic of groups without its bias to first order, and its standard error; both NaN below 3 groups. */
export interface Jackknifed {
  corrected: number;
  standardError: number;
}

/**
 * Quenouille's and Tukey's jackknife: with theta_(-j) the statistic without group j of J,
 *
 *   corrected = J theta - (J - 1) mean theta_(-j),     error^2 = (J - 1) / J sum_j (theta_(-j) - mean)^2
 *
 * The bias that is left is O(J^-2); the error is known to about (2 (J - 1))^(-1/2) of itself. Groups should be of one size, or nearly.
 *
 * Source: B. Efron, The jackknife, the bootstrap and other resampling plans, SIAM (1982).
 */
export function jackknife<Group>(groups: readonly Group[], statistic: (groups: readonly Group[]) => number): Jackknifed {
  const J = groups.length;
  if (J < 3) return { corrected: Number.NaN, standardError: Number.NaN };
  const without = groups.map((_, j) => statistic(groups.filter((__, k) => k !== j)));
  const mean = without.reduce((sum, value) => sum + value / J, 0);
  const squares = without.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { corrected: J * statistic(groups) - (J - 1) * mean, standardError: Math.sqrt(((J - 1) / J) * squares) };
}
