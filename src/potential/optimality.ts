/** Cells with less than this share of the largest density are off the support. */
const OFF_SUPPORT = 1e-6;

/**
 * max (baseline - V)^+ over the cells whose density is at most 1e-6 of its maximum, 0 if there are none; shapes [cells]. NaN where no cell has
 * any: mu is then too narrow for the cells to show which of them are off its support.
 */
export function residualOffSupport(mu: Float64Array, V: Float64Array, baseline: number): number {
  let largest = 0;
  for (let i = 0; i < mu.length; i++) if (mu[i] > largest) largest = mu[i];
  if (largest === 0) return Number.NaN;
  let residual = 0;
  for (let i = 0; i < mu.length; i++) {
    if (mu[i] <= OFF_SUPPORT * largest && baseline - V[i] > residual) residual = baseline - V[i];
  }
  return residual;
}
