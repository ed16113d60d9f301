import type { Axis } from "../grid/grid.ts";
import { powerOfTwoAtLeast } from "../numerics/fft.ts";
import { pow } from "../numerics/pow.ts";
import { type FeaturesDefinition, MOST_STORED } from "./feature-evaluator.ts";
import { createPsi, largestMiss, largestNorms, tabulate } from "./feature-samples.ts";
import { createFieldTransfer, type FieldTransfer } from "./mesh-reader.ts";
import type { MeshLayout } from "./mesh-transfer.ts";
import type { MeshSizes } from "./potential.ts";

/** All features psi_p at the nodes Z_m of a mesh. */
export interface FeatureTable {
  nodes: number;
  layout: MeshLayout;
  transfer: FieldTransfer;
  /** psi_p(Z_m), its slopes along the axes of the mesh and, if needed, its Laplacian: components[c][p nodes + m]. */
  components: readonly Float64Array[];
}

/** The coordinates z of theta in which phi is not linear, and what remains of phi: phi = c psi(z; x), or psi itself. */
export interface MeshCoordinates {
  /** Their places in theta, and their axes in the domain. */
  columns: readonly number[];
  axes: readonly Axis[];
}

/** Coordinates of a mesh at most. */
const MOST_COORDINATES = 2;

/** The coordinates in which phi is not linear, null where no mesh of them is made. */
export function meshCoordinates({ dimension, linearAxis, domain }: FeaturesDefinition): MeshCoordinates | null {
  if (domain === undefined) return null;
  const columns = Array.from({ length: dimension }, (_, a) => a).filter((a) => a !== linearAxis);
  if (columns.length === 0 || columns.length > MOST_COORDINATES) return null;
  return { columns, axes: columns.map((a) => domain.axes[a]) };
}

export type Cloud = readonly [points: readonly Float64Array[], count: number];

export interface FeatureTables {
  /** A table whose mesh covers the domain and the points, or null where none of at most `mostNodes` nodes does. */
  covering(clouds: readonly Cloud[], mostNodes: number): FeatureTable | null;
  meshes: MeshSizes;
}

/** The next mesh is no finer than this, save on a circle: far from the tolerance errors do not yet fall at their order. */
const FINER = Math.SQRT1_2;

/**
 * Tables of psi and its derivatives, made when they are first needed and again when points leave their mesh.
 *
 * In the norm |u|^2 = sum_p w_p u_p^2, in which K = c c' psi(z) . psi(z'), interpolation I along any one axis obeys half way
 * between nodes, in every cell,
 *
 *   |psi - I psi|(z) <= tolerance / (2 k) max(|psi(z)|, max |psi|)          k axes; the second maximum is that over the domain
 *
 * and so do grad psi and the Laplacian of psi. Both factors and all axes add up: by Cauchy and Schwarz the error of K is at most
 * tolerance |c c'| max |psi|^2 = tolerance max |K|, and those of grad_z K and lap K have max |grad psi| and max |lap psi| in place
 * of one of the two max |psi|, all up to the Lebesgue constants of I; outside of the domain the maxima are those with the values
 * there. The mesh is refined until this holds. A kink of any feature lies in some cell, so none is missed.
 *
 * Cost: (1 + k) P nodes evaluations of phi and its derivatives for a mesh, two to four times that with the coarser ones before it.
 */
export function createFeatureTables(
  definition: FeaturesDefinition,
  { columns, axes }: MeshCoordinates,
  tolerance: number,
  order: number,
  withLaplacian: boolean,
): FeatureTables {
  const psi = createPsi(definition, columns, withLaplacian);
  const mostStored = MOST_STORED / (psi.outputs.length * psi.weights.length);
  const share = tolerance / (2 * axes.length);
  let box: Box = { low: axes.map(({ min }) => min), high: axes.map(({ max }) => max) };
  let spacing = axes.map(({ min, max, periodic }) => (max - min) / (periodic ? powerOfTwoAtLeast(order) : 8));
  let scales: Float64Array | null = null;
  let table: FeatureTable | null = null;
  let refused: { box: Box; limit: number }[] = [];

  function build(wanted: Box, limit: number): FeatureTable | null {
    scales ??= largestNorms(psi, axes);
    for (let trial = spacing; ; ) {
      const layout = layoutOf(wanted, trial, axes, order);
      const nodes = layout.extent.reduce((product, n) => product * n, 1);
      if (!(nodes <= limit)) return null;
      const components = tabulate(psi, layout, axes, nodes);
      const misses = axes.map((_, a) => largestMiss(psi, components, layout, axes, a, scales!) / share);
      if (misses.every((miss) => miss <= 1)) {
        spacing = trial;
        return { nodes, layout, transfer: createFieldTransfer(layout), components };
      }
      // At order p an error falls as h^p.
      const factor = (miss: number) => Math.max(FINER, 0.95 * pow(miss, -1 / order));
      trial = trial.map((h, a) => (misses[a] <= 1 ? h : h * (axes[a].periodic ? 0.5 : factor(misses[a]))));
    }
  }

  /** A table for the box, unless one was refused before to a box within it and as many nodes. */
  function attempt(wanted: Box, limit: number): FeatureTable | null {
    if (refused.some((other) => limit <= other.limit && contains(wanted, other.box))) return null;
    const built = build(wanted, limit);
    if (built === null) {
      refused = [...refused.filter((other) => other.limit > limit || !contains(other.box, wanted)), { box: wanted, limit }];
      return null;
    }
    box = wanted;
    table = built;
    return table;
  }

  const read = (): Grown => ({ box, spacing, made: table !== null, refused });
  return {
    covering(clouds, mostNodes) {
      const limit = Math.min(mostNodes, mostStored);
      // The domain first: if it is refused, so is everything else.
      if (table === null && attempt(box, limit) === null) return null;
      const wanted = around(box, clouds, columns, axes);
      return wanted === box ? table : attempt(wanted, limit);
    },
    meshes: {
      read,
      takeOver(sizes) {
        if (JSON.stringify(sizes) === JSON.stringify(read())) return;
        const grown = sizes as Grown;
        ({ box, spacing, refused } = grown);
        // Its spacing passed before, so that it is the first to be tried and passes again.
        table = grown.made ? build(box, Infinity) : null;
      },
    },
  };
}

interface Grown {
  box: Box;
  spacing: number[];
  /** Whether there is a table of this box. */
  made: boolean;
  refused: { box: Box; limit: number }[];
}

/** Ends along each axis; of no meaning where an axis is periodic. */
interface Box {
  low: readonly number[];
  high: readonly number[];
}

const contains = (outer: Box, inner: Box) =>
  inner.low.every((low, a) => outer.low[a] <= low) && inner.high.every((high, a) => outer.high[a] >= high);

/**
 * The box itself where it holds all points, otherwise one that does: an end moves by 1/8, 1/4, 1/2, ... of the width of the axis, so
 * that points which wander ask for few different boxes.
 */
function around(box: Box, clouds: readonly Cloud[], columns: readonly number[], axes: readonly Axis[]): Box {
  const low = [...box.low];
  const high = [...box.high];
  for (let a = 0; a < axes.length; a++) {
    const { min, max, periodic } = axes[a];
    if (periodic) continue;
    let least = low[a];
    let most = high[a];
    for (const [points, count] of clouds) {
      const x = points[columns[a]];
      for (let i = 0; i < count; i++) {
        if (x[i] < least) least = x[i];
        if (x[i] > most) most = x[i];
      }
    }
    const step = (beyond: number) => (max - min) * 2 ** Math.max(-3, Math.ceil(Math.log2(beyond / (max - min))));
    if (least < low[a]) low[a] = min - step(min - least);
    if (most > high[a]) high[a] = max + step(most - max);
  }
  const wider = { low, high };
  return contains(box, wider) ? box : wider;
}

function layoutOf({ low, high }: Box, spacing: readonly number[], axes: readonly Axis[], order: number): MeshLayout {
  const left = order / 2 - 1;
  const periods = axes.map(({ min, max, periodic }) => (periodic ? max - min : 0));
  // One cell to spare on either side: the transfer may round a point on a node into the cell beside it.
  const first = spacing.map((h, a) => (axes[a].periodic ? 0 : Math.floor(low[a] / h) - left - 1));
  const extent = spacing.map((h, a) =>
    axes[a].periodic ? Math.round(periods[a] / h) : Math.floor(high[a] / h) + order - left + 1 - first[a],
  );
  return { spacing, periods, extent, origin: Int32Array.from(first), order };
}
