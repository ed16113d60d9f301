import type { LineAxis, Space } from "./check.ts";
import type { LineMeasure } from "./line.ts";
import type { CoupledSnapshot } from "./nodes.ts";
import { bisect } from "./parts.ts";

/** Masses of labels in the cells of an axis, whose edges labels are cut at. */
export function cellMassesOf({ x, masses }: LineMeasure, axis: LineAxis, scale: number, space: Space) {
  const found = new Float64Array(axis.cells);
  const [first, last] = space === "domain" && !axis.periodic ? [0, axis.cells - 1] : [-Infinity, Infinity];
  x.forEach((place, j) => {
    const i = Math.floor(((place - axis.min) / (axis.max - axis.min)) * axis.cells);
    const cell = cellOf(Math.min(Math.max(i, first), last), axis);
    if (cell in found) found[cell] += masses[j] / scale;
  });
  return found;
}

/**
 * Masses in the cells of an axis: on each panel place and mass are polynomials in the label, and the mass up to an edge is that up to its
 * label. Places increase with the labels.
 */
export function coupledCellMasses({ points: [x], masses, rule }: CoupledSnapshot, axis: LineAxis): Float64Array {
  const found = new Float64Array(axis.cells);
  const order = rule.nodes.length;
  const period = axis.max - axis.min;
  const width = period / axis.cells;
  const margin = 1e-9 * period;
  // masses / weights of the rule is the density of mass in the label of the panel.
  const densities = masses.map((mass, j) => mass / rule.weights[j % order]);
  for (let k = 0; k < x.length; k += order) {
    const placeAt = (s: number) => interpolate(rule.nodes, x, k, s);
    const massTo = (s: number) =>
      rule.nodes.reduce((total, node, q) => {
        const density = interpolate(rule.nodes, densities, k, -1 + 0.5 * (s + 1) * (1 + node));
        return total + 0.5 * (s + 1) * rule.weights[q] * density;
      }, 0);
    const ends = [placeAt(-1), placeAt(1)];
    const inside = !axis.periodic && ends[0] >= axis.min - margin && ends[1] <= axis.max + margin;
    // A node at a wall lies in the cell beside it.
    const held = ends.map((place) => (inside ? Math.min(Math.max(place, axis.min + margin), axis.max - margin) : place));
    const [start, stop] = held.map((place) => (place - axis.min) / width);
    const first = Math.floor(start);
    const last = Math.max(first + 1, Math.ceil(stop));
    let [from, below] = [-1, 0];
    for (let i = first; i < last; i++) {
      const edge = axis.min + (i + 1) * width;
      from = i + 1 === last ? 1 : bisect((s) => placeAt(s) < edge, [from, 1], 50)[1];
      const upTo = massTo(from);
      const cell = cellOf(i, axis);
      if (cell in found) found[cell] += upTo - below;
      below = upTo;
    }
  }
  return found;
}

/** Lagrange interpolation of values[k ...] at the nodes of a rule. */
function interpolate(nodes: Float64Array, values: Float64Array, k: number, s: number): number {
  let total = 0;
  for (let p = 0; p < nodes.length; p++) {
    let factor = values[k + p];
    for (let q = 0; q < nodes.length; q++) if (q !== p) factor *= (s - nodes[q]) / (nodes[p] - nodes[q]);
    total += factor;
  }
  return total;
}

/** The cell of a grid that continues in steps of its cells; none beyond a no-flux end. */
function cellOf(i: number, { cells, periodic }: LineAxis): number {
  return periodic ? ((i % cells) + cells) % cells : i;
}
