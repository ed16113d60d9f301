import { type RowEdges, STENCIL, wrapCell } from "../rows/row-edges.ts";

/** Half the distance of the Gauss-Legendre nodes of an interval of length 1. */
export const NODE = 0.5 / Math.sqrt(3);
/** Largest difference of a density across a cell over its mean, of a straight line that is nowhere negative. */
const STEEPEST = 2;

/**
 * The tilts of cells along an axis: s = NODE (right - left) / mean, from the densities at both edges (of order 4, see RowEdges; no less than 0) and the
 * mean, so that weights (1 - s) / 2 and (1 + s) / 2 at the two Gauss-Legendre nodes have the centre of mass of a parabola through all three; |s| <= 1 / sqrt(3), as of
 * a straight line that is nowhere negative. Shapes [outer, cells, inner].
 */
export function fillTilts(out: Float64Array, masses: Float64Array, row: RowEdges, outer: number, inner: number): void {
  const { cells, periodic, widths } = row;
  for (let o = 0; o < outer; o++) {
    const slab = o * cells * inner;
    // Densities at edge i stand in place i of `out` until the tilt of cell i is known; those at the last edge are those at the first, or those beside a wall.
    for (let i = 0; i < cells; i++) fillEdge(out, slab + i * inner, masses, slab, row, i, inner);
    for (let k = slab; k < slab + inner; k++) {
      let left = out[k];
      const first = left;
      for (let i = 0; i < cells; i++) {
        const here = k + i * inner;
        const m = masses[here];
        const right = i < cells - 1 ? out[here + inner] : periodic ? first : m / widths[i];
        const drop = m > 0 ? ((right - left) * widths[i]) / m : 0;
        out[here] = NODE * (drop > STEEPEST ? STEEPEST : drop < -STEEPEST ? -STEEPEST : drop);
        left = right;
      }
    }
  }
}

/** Densities at edge i, `inner` of them. */
function fillEdge(
  out: Float64Array,
  to: number,
  masses: Float64Array,
  slab: number,
  { cells, starts, weights }: RowEdges,
  i: number,
  inner: number,
): void {
  const s = starts[i];
  const w = STENCIL * i;
  const w0 = weights[w];
  const w1 = weights[w + 1];
  const w2 = weights[w + 2];
  const w3 = weights[w + 3];
  const p0 = slab + wrapCell(s, cells) * inner;
  const p1 = slab + wrapCell(s + 1, cells) * inner;
  const p2 = slab + wrapCell(s + 2, cells) * inner;
  const p3 = slab + wrapCell(s + 3, cells) * inner;
  for (let k = 0; k < inner; k++) {
    const value = w0 * masses[p0 + k] + w1 * masses[p1 + k] + w2 * masses[p2 + k] + w3 * masses[p3 + k];
    out[to + k] = value > 0 ? value : 0;
  }
}
