import type { Axis } from "../../grid/grid.ts";
import { basisOfOrder } from "../../potential/lagrange-basis.ts";
import { NODE } from "./tilts.ts";

/**
 * The mass of a moving cell acts through the two Gauss-Legendre nodes of each axis, of weights (1 - s) / 2 and (1 + s) / 2, s being the tilt of its density: exact for
 * its mass and centre of mass. Values at nodes are those of the Lagrange polynomial of order 6 on the centres of a fixed uniform axis, the lattice. With w- and
 * w+ the weights of both nodes on the lattice,
 *
 *   mean = (w+ + w-) / 2,    half = (w+ - w-) / 2,      value of the cell = (mean + s half) . field,    deposit of mass m = m (mean + s half).
 */
export interface AxisNodes {
  cells: number;
  /** Points of the lattice. */
  points: number;
  /** Lattice points of each cell, at most MOST; those of cell i begin at MOST i. */
  counts: Int32Array;
  index: Int32Array;
  mean: Float64Array;
  half: Float64Array;
}

const ORDER = 6;
const MOST = 2 * ORDER;

/** Fewest points of a lattice: those of one polynomial. */
export const FEWEST_POINTS = ORDER;

export function createAxisNodes(cells: number, points: number): AxisNodes {
  return {
    cells,
    points,
    counts: new Int32Array(cells),
    index: new Int32Array(MOST * cells),
    mean: new Float64Array(MOST * cells),
    half: new Float64Array(MOST * cells),
  };
}

const LEFT = ORDER / 2 - 1;
const { evaluate } = basisOfOrder(ORDER);
const basis = new Float64Array(ORDER);

/** Places the nodes between edges, shape [cells + 1]. */
export function placeNodes(nodes: AxisNodes, { min, width, periodic }: Axis, edges: Float64Array): void {
  const { cells, points, counts, index, mean, half } = nodes;
  for (let i = 0; i < cells; i++) {
    const middle = 0.5 * (edges[i] + edges[i + 1]);
    const offset = NODE * (edges[i + 1] - edges[i]);
    const first = MOST * i;
    let count = 0;
    for (let sign = -1; sign <= 1; sign += 2) {
      const place = (middle + sign * offset - min) / width - 0.5;
      let start = Math.floor(place) - LEFT;
      if (!periodic) start = Math.min(Math.max(start, 0), points - ORDER);
      evaluate(basis, place - start - LEFT);
      for (let j = 0; j < ORDER; j++) {
        const p = periodic ? (((start + j) % points) + points) % points : start + j;
        let entry = first;
        while (entry < first + count && index[entry] !== p) entry++;
        if (entry === first + count) {
          index[entry] = p;
          mean[entry] = 0;
          half[entry] = 0;
          count++;
        }
        mean[entry] += 0.5 * basis[j];
        half[entry] += 0.5 * sign * basis[j];
      }
    }
    counts[i] = count;
  }
}

/** out[o, i, k] = sum_p weights of cell i at p times field[o, p, k]; `weights` is `mean` or `half`. */
export function readAxis(
  out: Float64Array,
  { cells, points, counts, index }: AxisNodes,
  weights: Float64Array,
  field: Float64Array,
  outer: number,
  inner: number,
): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < cells; i++) {
      const to = (o * cells + i) * inner;
      const first = MOST * i;
      if (inner === 1) {
        let sum = 0;
        for (let e = first; e < first + counts[i]; e++) sum += weights[e] * field[o * points + index[e]];
        out[to] = sum;
        continue;
      }
      for (let e = first; e < first + counts[i]; e++) {
        const from = (o * points + index[e]) * inner;
        const w = weights[e];
        if (e === first) for (let k = 0; k < inner; k++) out[to + k] = w * field[from + k];
        else for (let k = 0; k < inner; k++) out[to + k] += w * field[from + k];
      }
    }
  }
}

/** out[o, p, k] = sum_i (mean + tilt half) of cell i at p times masses[o, i, k]; `tilts` has the shape of `masses`. */
export function depositAxis(
  out: Float64Array,
  { cells, points, counts, index, mean, half }: AxisNodes,
  masses: Float64Array,
  tilts: Float64Array,
  outer: number,
  inner: number,
): void {
  out.fill(0, 0, outer * points * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < cells; i++) {
      const from = (o * cells + i) * inner;
      for (let e = MOST * i; e < MOST * i + counts[i]; e++) {
        const to = (o * points + index[e]) * inner;
        const w = mean[e];
        const h = half[e];
        for (let k = 0; k < inner; k++) out[to + k] += masses[from + k] * (w + h * tilts[from + k]);
      }
    }
  }
}
