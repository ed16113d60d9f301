import type { Axis } from "../grid/grid.ts";

/**
 * Wasserstein-1 distance on the line between equally weighted particles and a density on a grid, exact:
 *
 *   W1 = int |F_n(x) - F(x)| dx,   F_n: the staircase of the particles, F: linear within each cell
 *
 * @param sorted particle positions in ascending order, shape [n]; they may lie outside the axis.
 * @param masses cell masses, shape [axis.cells]; their sum is taken as 1.
 */
export function wassersteinToGrid(sorted: Float64Array, axis: Axis, masses: Float64Array): number {
  const n = sorted.length;
  let total = 0;
  for (let i = 0; i < masses.length; i++) total += masses[i];
  let distance = 0;
  let x = Math.min(axis.min, sorted[0]);
  let staircase = 0;
  let p = 0;

  /** From x to `end`, F going from `from` to `to` in a straight line, the staircase rising at each particle on the way. */
  function segment(end: number, from: number, to: number): void {
    const start = x;
    const slope = end > start ? (to - from) / (end - start) : 0;
    for (;;) {
      const stop = p < n && sorted[p] < end ? Math.max(sorted[p], x) : end;
      const a = from + slope * (x - start) - staircase;
      const b = from + slope * (stop - start) - staircase;
      distance += (stop - x) * meanAbsolute(a, b);
      x = stop;
      if (stop === end) return;
      p++;
      staircase = p / n;
    }
  }

  if (x < axis.min) segment(axis.min, 0, 0);
  let cumulative = 0;
  for (let i = 0; i < axis.cells; i++) {
    const next = i === axis.cells - 1 ? 1 : cumulative + masses[i] / total;
    segment(i === axis.cells - 1 ? axis.max : axis.min + (i + 1) * axis.width, cumulative, next);
    cumulative = next;
  }
  if (sorted[n - 1] > axis.max) segment(sorted[n - 1], 1, 1);
  return distance;
}

/** The mean of |f| for f linear from a to b. */
function meanAbsolute(a: number, b: number): number {
  return a * b >= 0 ? Math.abs(a + b) / 2 : (a * a + b * b) / (2 * Math.abs(b - a));
}
