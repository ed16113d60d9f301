import type { RowDensity } from "./reconstruct.ts";
import type { RowEdges } from "./row-edges.ts";

/**
 * Conservative projection of the masses of a row onto the cells between the feet D_j, the places where their edges were a step before:
 *
 *   out[j] = M(D[j+1]) - M(D[j]),   M the cumulative mass of the parabolas in the cells of the row.
 *
 * Sums of non-negative parts, so that nothing cancels: no negative mass, the total kept to rounding, small masses to their own digits.
 *
 * @param out not `m`.
 * @param feet shape [out.length + 1], not decreasing; at walls the ends are those of the row, on a periodic row they are one period apart.
 */
export function project(out: Float64Array, row: RowEdges, { coefficients }: RowDensity, m: Float64Array, feet: Float64Array): void {
  const { cells, periodic, edges, widths } = row;
  const targets = feet.length - 1;
  let k = 0;
  let shift = 0;
  if (periodic) {
    const period = edges[cells] - edges[0];
    shift = period * Math.floor((feet[0] - edges[0]) / period);
    let low = 0;
    let high = cells;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (edges[middle] + shift <= feet[0]) low = middle;
      else high = middle;
    }
    k = low;
  }
  const firstCell = k;
  let taken = periodic ? leftOf(coefficients, m, k, (feet[0] - shift - edges[k]) / widths[k]) : 0;
  const firstTaken = taken;
  // Cells left to visit; a periodic row ends in the cell where it began.
  let left = cells;
  for (let j = 0; j < targets - 1; j++) {
    const end = feet[j + 1];
    let mass = 0;
    while (left > 0 && end >= edges[k + 1] + shift) {
      mass += m[k] - taken;
      taken = 0;
      left--;
      if (++k === cells) {
        if (!periodic) break;
        k = 0;
        shift += edges[cells] - edges[0];
      }
    }
    if (left > 0) {
      const upTo = leftOf(coefficients, m, k, (end - shift - edges[k]) / widths[k]);
      if (upTo > taken) {
        mass += upTo - taken;
        taken = upTo;
      }
    } else if (periodic) {
      const upTo = Math.min(firstTaken, leftOf(coefficients, m, firstCell, (end - shift - edges[firstCell]) / widths[firstCell]));
      if (upTo > taken) {
        mass += upTo - taken;
        taken = upTo;
      }
    }
    out[j] = mass;
  }
  let mass = 0;
  for (; left > 0; left--) {
    mass += m[k] - taken;
    taken = 0;
    if (++k === cells) k = 0;
  }
  if (firstTaken > taken) mass += firstTaken - taken;
  out[targets - 1] = mass;
}

/** P_k(xi), between 0 and m[k]. */
function leftOf(coefficients: Float64Array, m: Float64Array, k: number, xi: number): number {
  if (!(xi > 0)) return 0;
  if (xi >= 1) return m[k];
  const mass = xi * (coefficients[3 * k] + xi * (coefficients[3 * k + 1] + xi * coefficients[3 * k + 2]));
  return mass > 0 ? (mass < m[k] ? mass : m[k]) : 0;
}
