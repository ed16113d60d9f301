import { type Axis, wrapIndex } from "../../grid/grid.ts";
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
export function placeNodes(nodes: AxisNodes, axis: Axis, edges: Float64Array): void {
  const { cells, points, counts, index, mean, half } = nodes;
  const { min, width, periodic } = axis;
  for (let i = 0; i < cells; i++) {
    const middle = 0.5 * (edges[i] + edges[i + 1]);
    const offset = NODE * (edges[i + 1] - edges[i]);
    const first = MOST * i;
    const low = (middle - offset - min) / width - 0.5;
    const high = (middle + offset - min) / width - 0.5;
    const start = firstPoint(low, points, periodic);
    // The points of both nodes, from the first of the lower one to the last of the upper one; a gap between them is left out.
    const shift = Math.min(ORDER, firstPoint(high, points, periodic) - start);
    evaluate(basis, low - start - LEFT);
    for (let j = 0; j < ORDER; j++) {
      index[first + j] = periodic ? wrapIndex(start + j, points) : start + j;
      mean[first + j] = 0.5 * basis[j];
      half[first + j] = -0.5 * basis[j];
    }
    const second = firstPoint(high, points, periodic);
    evaluate(basis, high - second - LEFT);
    for (let j = 0; j < ORDER; j++) {
      const entry = first + shift + j;
      if (shift + j >= ORDER) {
        index[entry] = periodic ? wrapIndex(second + j, points) : second + j;
        mean[entry] = 0;
        half[entry] = 0;
      }
      mean[entry] += 0.5 * basis[j];
      half[entry] += 0.5 * basis[j];
    }
    counts[i] = ORDER + shift;
  }
}

/** The first of the points whose polynomial is read at a place. */
function firstPoint(place: number, points: number, periodic: boolean): number {
  const start = Math.floor(place) - LEFT;
  return periodic ? start : Math.min(Math.max(start, 0), points - ORDER);
}

/** mean[o, i, k] and half[o, i, k] = sum_p of both weights of cell i at p times field[o, p, k]. */
export function readBoth(
  mean: Float64Array,
  half: Float64Array,
  nodes: AxisNodes,
  field: Float64Array,
  outer: number,
  inner: number,
): void {
  const { cells, points, counts, index } = nodes;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < cells; i++) {
      const to = (o * cells + i) * inner;
      const first = MOST * i;
      const end = first + counts[i];
      if (inner === 1) {
        let sum = 0;
        let difference = 0;
        for (let e = first; e < end; e++) {
          const value = field[o * points + index[e]];
          sum += nodes.mean[e] * value;
          difference += nodes.half[e] * value;
        }
        mean[to] = sum;
        half[to] = difference;
        continue;
      }
      for (let e = first; e < end; e++) {
        const from = (o * points + index[e]) * inner;
        const w = nodes.mean[e];
        const h = nodes.half[e];
        if (e === first) {
          for (let k = 0; k < inner; k++) {
            const value = field[from + k];
            mean[to + k] = w * value;
            half[to + k] = h * value;
          }
        } else {
          for (let k = 0; k < inner; k++) {
            const value = field[from + k];
            mean[to + k] += w * value;
            half[to + k] += h * value;
          }
        }
      }
    }
  }
}

/** mean[o, i, k] alone. */
export function readMean(mean: Float64Array, nodes: AxisNodes, field: Float64Array, outer: number, inner: number): void {
  const { cells, points, counts, index, mean: weights } = nodes;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < cells; i++) {
      const to = (o * cells + i) * inner;
      const first = MOST * i;
      const end = first + counts[i];
      if (inner === 1) {
        let sum = 0;
        for (let e = first; e < end; e++) sum += weights[e] * field[o * points + index[e]];
        mean[to] = sum;
        continue;
      }
      // Two points at a time.
      for (let e = first; e < end; e += 2) {
        const paired = e + 1 < end;
        const one = (o * points + index[e]) * inner;
        const other = paired ? (o * points + index[e + 1]) * inner : one;
        const w = weights[e];
        const v = paired ? weights[e + 1] : 0;
        if (e === first) for (let k = 0; k < inner; k++) mean[to + k] = w * field[one + k] + v * field[other + k];
        else for (let k = 0; k < inner; k++) mean[to + k] += w * field[one + k] + v * field[other + k];
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
