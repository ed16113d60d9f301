import type { Axis } from "../grid/grid.ts";
import { sortTogether } from "../numerics/sort-together.ts";
import { sum } from "../numerics/sum.ts";
import { cumulateMasses, type LineMeasure } from "./line-measure.ts";

/** Cells whose mass the nodes in them miss by more than this factor are spread evenly: the nodes do not see what is in them. */
const SEEN = 2;

/** An interval reaches on one side of its node at most so many times as far as on the other: no mass leaves a peak for the middle of the gap beside it. */
const MOST_UNEVEN = 4;

/**
 * A distribution on an axis by the masses of its cells and by weighted nodes, which tell where in a cell its mass is: cell i holds masses[i], spread as the nodes in it are. Each node
 * stands for the interval between the midpoints to its neighbours. Where nodes stem from equal steps of a smooth label, the mass below a midpoint is right to second order in the step.
 *
 * Cells without nodes, or whose mass nodes miss by a factor of 2, are uniform. So an axis without sharp peaks costs no accuracy, and nodes far apart, as where paths part, do no harm.
 *
 * @param masses shape [axis.cells], of positive total.
 * @param positions of the nodes, in any order; those beyond a no-flux end count as at the end. At least two places.
 * @param weights relative masses, shape [nodes]: any positive total stands for that of `masses`.
 */
export function lineWithinCells(axis: Axis, masses: Float64Array, positions: Float64Array, weights: Float64Array): LineMeasure {
  const nodes = intervalsOf(axis, positions, weights);
  const scale = sum(masses) / sum(weights);
  const found = createSegments();
  let j = 0;
  for (let i = 0; i < axis.cells; i++) {
    const [start, end] = [edgeOf(axis, i), edgeOf(axis, i + 1)];
    const isLast = i === axis.cells - 1;
    const first = found.mass.length;
    let seen = 0;
    for (; j < nodes.mass.length && (nodes.from[j] < end || isLast); j++) {
      const low = Math.max(start, nodes.from[j]);
      const high = Math.min(end, nodes.to[j]);
      const length = nodes.to[j] - nodes.from[j];
      const part = scale * nodes.mass[j] * (length > 0 ? (high - low) / length : 1);
      seen += part;
      found.add(part, low, high);
      if (nodes.to[j] > end && !isLast) break;
    }
    if (seen > 0 && masses[i] <= SEEN * seen && seen <= SEEN * masses[i]) found.rescale(first, masses[i] / seen);
    else {
      found.cut(first);
      found.add(masses[i], start, end);
    }
  }
  return found.measure();
}

/** For each node in ascending order the interval between the midpoints to its neighbours, within the axis. */
function intervalsOf(axis: Axis, positions: Float64Array, weights: Float64Array) {
  const { min, max, periodic } = axis;
  const sorted = positions.map((value) => Math.min(max, Math.max(min, value)));
  const masses = weights.slice();
  sortTogether(sorted, masses);
  // Nodes at one place, as rows of a lattice have along an axis, are one node.
  const [x, w]: number[][] = [[], []];
  sorted.forEach((value, j) => {
    if (value === x[x.length - 1]) w[w.length - 1] += masses[j];
    else {
      x.push(value);
      w.push(masses[j]);
    }
  });
  const n = x.length;
  const before = periodic ? x[n - 1] - (max - min) : 2 * x[0] - x[1];
  const after = periodic ? x[0] + (max - min) : 2 * x[n - 1] - x[n - 2];
  const middles = Float64Array.from({ length: n + 1 }, (_, k) => 0.5 * ((k > 0 ? x[k - 1] : before) + (k < n ? x[k] : after)));
  const found = createSegments();
  const [first, last] = [0, n - 1].map((k) => intervalOf(x[k], middles[k], middles[k + 1]));
  // What of an interval lies beyond the seam of a periodic axis is at its other end.
  if (periodic && last[1] > max) found.add((w[n - 1] * (last[1] - max)) / (last[1] - last[0]), min, min + (last[1] - max));
  for (let k = 0; k < n; k++) {
    const [low, high] = intervalOf(x[k], middles[k], middles[k + 1]);
    const [from, to] = [Math.max(min, low), Math.min(max, high)];
    found.add(periodic && high > low ? (w[k] * (to - from)) / (high - low) : w[k], from, to);
  }
  if (periodic && first[0] < min) found.add((w[0] * (min - first[0])) / (first[1] - first[0]), max - (min - first[0]), max);
  return found;
}

/** What a node at x stands for between the midpoints to its neighbours. */
function intervalOf(x: number, middleBefore: number, middleAfter: number): [number, number] {
  return [Math.max(middleBefore, x - MOST_UNEVEN * (middleAfter - x)), Math.min(middleAfter, x + MOST_UNEVEN * (x - middleBefore))];
}

/** Masses spread evenly over intervals, in the order of positions. */
function createSegments() {
  const [mass, from, to]: number[][] = [[], [], []];
  return {
    mass,
    from,
    to,
    add(m: number, low: number, high: number): void {
      mass.push(m);
      from.push(low);
      to.push(high);
    },
    rescale(first: number, factor: number): void {
      for (let k = first; k < mass.length; k++) mass[k] *= factor;
    },
    cut(length: number): void {
      mass.length = from.length = to.length = length;
    },
    measure: (): LineMeasure => cumulateMasses(Float64Array.from(mass), Float64Array.from(from), Float64Array.from(to)),
  };
}

function edgeOf({ min, max, width, cells }: Axis, i: number): number {
  return i === cells ? max : min + i * width;
}
