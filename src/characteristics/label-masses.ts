import type { Distribution, InitialQuadrature } from "../distributions/distribution.ts";
import type { Axis } from "../grid/grid.ts";
import { interpolateInPlane, type LocalInterpolation, localInterpolation } from "../numerics/local-interpolation.ts";
import { type CellEdges, createSpreading } from "./cut-quadrilaterals.ts";

/** Nodes that were a lattice at the start, by a time: their places and the growth of their mass, the last axis running fastest. */
export interface CarriedLattice {
  points: readonly Float64Array[];
  growth: Float64Array;
  weights: Float64Array;
}

/** Nodes along each axis from which a label takes its place. */
const ORDER = 8;

/** Share of the mass in the outermost labels of an axis, at either end, that is left out. */
const NEGLIGIBLE = 1e-8;

/** The axes of the lattice in the plane that the nodes of a quadrature are, if its map can be cut into cells; null where they are none, or go around a period more than once. */
export function latticeOf({ lattice, weights }: InitialQuadrature, { breaks }: Distribution, axes: readonly Axis[]): readonly Float64Array[] | null {
  if (axes.length !== 2 || lattice === null || weights.some((weight) => weight === 0)) return null;
  const once = lattice.every((nodes, a) => nodes.length > 1 && (!axes[a].periodic || widthOf(nodes) <= (axes[a].max - axes[a].min) * (1 + 1e-9)));
  return once && breaks.every((places) => places.length === 0 || places.length === 2) ? lattice : null;
} // biome-ignore format: long signatures

/** From half a node before the first to half a node after the last. */
function widthOf(nodes: Float64Array): number {
  return (nodes[nodes.length - 1] - nodes[0]) * (nodes.length / (nodes.length - 1));
}

/**
 * Masses of the cells of a rectilinear grid in the plane, the last axis running fastest, from the map of labels,
 *
 *   m_i = int rho_0(y) e^{p(y)} 1[X(y) in cell i] dy,     X(y) the place at time t, p(y) the growth of mass on the way there.
 *
 * X and p are interpolated between nodes, which are a lattice of labels, by 8 of them an axis. On a lattice of `fine` labels an axis the mass of a cell of labels is the density at its middle times
 * its area. It is spread evenly over the quadrilateral between the images of its corners, cut at the edges of the grid. So all mass arrives, however sharp mu_t is, and a peak that points
 * in cells would miss is where it belongs. Order 2 in the size of labels, 8 in the distance of nodes. Along each axis labels that hold less than a share 1e-8 of the mass at either end
 * are left out; the others are scaled to the mass of the nodes.
 *
 * Cost: 0.2 us a label, and 0.5 us a quadrilateral that more than one cell shares.
 */
export function massesOfLabels(
  initial: Distribution,
  lattice: readonly Float64Array[],
  { points, growth, weights }: CarriedLattice,
  cells: readonly [CellEdges, CellEdges],
  fine: number,
): Float64Array {
  const intervals = lattice.map((nodes, a) => intervalOf(nodes, a, lattice[1].length, weights, initial.breaks[a]));
  const corners = intervals.map(([low, high]) =>
    Float64Array.from({ length: fine + 1 }, (_, k) => low + ((high - low) * k) / fine),
  );
  const middles = corners.map((x) => x.subarray(1).map((right, k) => 0.5 * (x[k] + right)));
  const interpolate = (values: Float64Array, places: readonly Float64Array[]): Float64Array => {
    const rules = places.map((at, a) => localInterpolation(lattice[a], at, ORDER)) as [LocalInterpolation, LocalInterpolation];
    const found = new Float64Array(places[0].length * places[1].length);
    interpolateInPlane(found, values, lattice[1].length, rules);
    return found;
  };
  const [X, Y] = points.map((x) => interpolate(x, corners));
  const amounts = interpolate(growth, middles);
  let total = 0;
  // The density a row of labels at a time: there are millions of them.
  const row = new Float64Array(fine);
  const labels = [new Float64Array(fine), middles[1]];
  for (let i = 0, k = 0; i < fine; i++) {
    labels[0].fill(middles[0][i]);
    initial.density(row, labels, fine);
    for (let j = 0; j < fine; j++, k++) {
      amounts[k] = Math.exp(amounts[k]) * row[j];
      total += amounts[k];
    }
  }
  const mass = weights.reduce((sum, weight) => sum + weight, 0);
  const masses = new Float64Array((cells[0].edges.length - 1) * (cells[1].edges.length - 1));
  const spread = createSpreading(...cells);
  const [x, y] = [new Float64Array(4), new Float64Array(4)];
  for (let i = 0; i < fine; i++) {
    for (let j = 0; j < fine; j++) {
      const amount = amounts[i * fine + j];
      if (!(amount > 0)) continue;
      const first = i * (fine + 1) + j;
      for (let c = 0; c < 4; c++) {
        // Around the cell: (0, 0), (1, 0), (1, 1), (0, 1).
        const corner = first + (c === 1 || c === 2 ? fine + 1 : 0) + (c >= 2 ? 1 : 0);
        x[c] = X[corner];
        y[c] = Y[corner];
      }
      spread(masses, x, y, (amount * mass) / total);
    }
  }
  return masses;
}

/** The labels of an axis that matter: between the ends of mu_0 where it has some, otherwise between nodes beyond which there is hardly any mass. */
function intervalOf(
  nodes: Float64Array,
  axis: number,
  columns: number,
  weights: Float64Array,
  ends: readonly number[],
): readonly [number, number] {
  if (ends.length === 2) return [ends[0], ends[1]];
  const marginal = new Float64Array(nodes.length);
  for (let j = 0; j < weights.length; j++) marginal[axis === 0 ? Math.floor(j / columns) : j % columns] += weights[j];
  const limit = NEGLIGIBLE * marginal.reduce((sum, mass) => sum + mass, 0);
  const last = nodes.length - 1;
  let [low, high] = [0, last];
  for (let sum = marginal[0]; sum < limit; sum += marginal[low]) low++;
  for (let sum = marginal[last]; sum < limit; sum += marginal[high]) high--;
  return [
    low === 0 ? nodes[0] - 0.5 * (nodes[1] - nodes[0]) : nodes[low - 1],
    high === last ? nodes[last] + 0.5 * (nodes[last] - nodes[last - 1]) : nodes[high + 1],
  ];
}
