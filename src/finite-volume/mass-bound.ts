import type { Simd } from "../numerics/field-loops.ts";

const BINS = 64;
/** The range shrinks to 8^-12 of itself. */
const MOST_PASSES = 12;
const plainCounts = new Float64Array(BINS);

/**
 * A bound on values where there is mass: with m_i the masses,
 *
 *   sum of m_i over v_i > bound   <=   share sum of m_i,
 *
 * not far above the least such bound: by at most 1/8 of its height above `low`. A histogram of 64 bins, refined where the bound is in
 * the lowest eighth. Cost: about 2 ns a cell for each of its passes, of which there are 1 + log_8((max v - low) / (bound - low)).
 *
 * @param values v, at least `low` each, shape [n].
 * @param mu cell averages on cells of one volume, shape [n].
 * @param share of the mass that may be above the bound.
 * @param simd where values and mu are fields of its memory.
 * @returns `low` where all mass is there.
 */
export function boundWithMass(
  values: Float64Array,
  low: number,
  mu: Float64Array,
  share: number,
  simd: Simd | null = null,
): number {
  const { total, high: highest } = massAndHighest(values, low, mu, simd);
  let high = highest;
  const allowed = share * total;
  let above = 0;
  for (let pass = 0; pass < MOST_PASSES && high > low; pass++) {
    const scale = BINS / (high - low);
    if (!Number.isFinite(scale)) return high;
    const counts = massOfBins(values, low, mu, high, scale, simd);
    let bin = BINS - 1;
    for (; bin >= 0 && above + counts[bin] <= allowed; bin--) above += counts[bin];
    if (bin < 0) return low;
    if (bin < BINS - 1) high = low + (bin + 1) / scale;
    if (bin >= BINS / 8) return high;
  }
  return high;
}

function massAndHighest(values: Float64Array, low: number, mu: Float64Array, simd: Simd | null): { total: number; high: number } {
  if (simd !== null) {
    const high = simd.loops.massAndHighest(simd.place(values), simd.place(mu), low);
    return { total: simd.sums[0], high };
  }
  let high = low;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    total += mu[i];
    if (values[i] > high) high = values[i];
  }
  return { total, high };
}

/** The mass of the values up to `high` in bins of width 1 / scale from `low`, shape [BINS]. */
function massOfBins(
  values: Float64Array,
  low: number,
  mu: Float64Array,
  high: number,
  scale: number,
  simd: Simd | null,
): Float64Array {
  if (simd !== null) {
    simd.loops.massOfBins(simd.place(values), simd.place(mu), low, high, scale);
    return simd.bins;
  }
  plainCounts.fill(0);
  for (let i = 0; i < values.length; i++) {
    if (values[i] <= high) plainCounts[Math.min(BINS - 1, Math.floor((values[i] - low) * scale))] += mu[i];
  }
  return plainCounts;
}

export function leastOf(V: Float64Array, simd: Simd | null = null): number {
  if (simd !== null) return simd.loops.least(simd.place(V));
  let least = Infinity;
  for (let i = 0; i < V.length; i++) if (V[i] < least) least = V[i];
  return least;
}
