import type { Grid } from "../grid/grid.ts";
import { countBelow } from "../numerics/search.ts";
import { sortTogether } from "../numerics/sort-together.ts";

/**
 * Distribution functions along a few directions, at the faces of bins: along each axis, and along the diagonals of the axes that do not wrap, which
 * see how coordinates go together. The mean over directions of int |F - G| is a sliced Wasserstein-1 distance.
 *
 * A density is known only by the masses of its cells. So both sides are compared as cell masses: all mass and particles of a cell stand at its centre (beyond
 * a no-flux edge, in the last cell), and
 *
 *   F(g) = mass of the cells whose centres lie below face g.
 *
 * Particles of the reference's own distribution have this F exactly, on every grid and for every density; a density spread evenly in each
 * cell would be off by O(h^2) along the diagonals. Differences within cells are not seen. Along an axis the faces are faces of cells, so
 * nothing is moved across one.
 *
 * Where a density is too sharp for its grid, the bins along an axis are parts of cells (sharp-faces.ts), and F comes from whatever tells where in a cell the mass is.
 */
export interface Projection {
  /** Whether it goes round a periodic axis. */
  wraps: boolean;
  /** The unit of `lengths`: of a bin, where all are equal. */
  width: number;
  /** Inner faces: bins less one. */
  faces: number;
  /** What a face stands for, in units of `width`: half of both bins beside it; the last entry is that of the seam of a periodic axis. Shape [faces + 1]. */
  lengths: Float64Array;
  /** The faces themselves, where bins are parts of cells, and F at them; null where bins are made of whole cells. */
  within: WithinCells | null;
  /** Where cell i of axis a lies, in bins: the bin of a cell is the whole part of their sum over axes. null: the axis plays no part. */
  places: readonly (Float64Array | null)[];
}

/** Increasing faces along an axis and the share of the mass below each. */
export interface WithinCells {
  axis: number;
  faces: Float64Array;
  shares: Float64Array;
}

const MOST_BINS = 128;
/** Centres on one diagonal go to one bin, however their sums are rounded. */
const ROUNDING = 1e-6;

/** The projections of each grid, which replicas and shards share. */
const KNOWN = new WeakMap<Grid, readonly Projection[]>();

export function projectionsOf(grid: Grid): readonly Projection[] {
  const known = KNOWN.get(grid) ?? createProjections(grid);
  KNOWN.set(grid, known);
  return known;
}

function createProjections(grid: Grid): Projection[] {
  const along = grid.axes.map((axis, a): Projection => {
    const cells = Math.ceil(axis.cells / MOST_BINS);
    const faces = Math.ceil(axis.cells / cells) - 1;
    const place = Float64Array.from({ length: axis.cells }, (_, i) => Math.floor(i / cells));
    return {
      wraps: axis.periodic,
      width: cells * axis.width,
      faces,
      lengths: new Float64Array(faces + 1).fill(1),
      within: null,
      places: grid.axes.map((_, b) => (a === b ? place : null)),
    };
  });
  const free = grid.axes.filter(({ periodic }) => !periodic);
  const diagonals: Projection[] = [];
  for (let signs = 0; free.length > 1 && signs < 2 ** (free.length - 1); signs++) {
    // Components are inverse to the lengths of the axes: each has the same say, whatever its unit, and the same share of the bins.
    const size = Math.hypot(...free.map(({ min, max }) => 1 / (max - min)));
    const share = MOST_BINS / free.length;
    const places = grid.axes.map((axis) => {
      const k = free.indexOf(axis);
      if (k < 0) return null;
      const downwards = k > 0 && (signs >> (k - 1)) & 1;
      return Float64Array.from({ length: axis.cells }, (_, i) => {
        const centre = (i + 0.5) / axis.cells;
        return share * (downwards ? 1 - centre : centre) + ROUNDING;
      });
    });
    diagonals.push({
      wraps: false,
      width: free.length / (size * MOST_BINS),
      faces: MOST_BINS - 1,
      lengths: new Float64Array(MOST_BINS).fill(1),
      within: null,
      places,
    });
  }
  return [...along, ...diagonals];
}

/** Adds `scale` of each particle (of its weight, where there are weights) to the bins of its cell, one direction after another. */
export function addPoints(
  bins: Float64Array,
  grid: Grid,
  points: readonly Float64Array[],
  weights: Float64Array | null,
  count: number,
  projections: readonly Projection[],
  scale: number,
): void {
  const cell = new Int32Array(grid.dimension);
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < cell.length; a++) {
      const { min, width, cells } = grid.axes[a];
      const index = Math.floor((points[a][i] - min) / width);
      cell[a] = index < 0 ? 0 : index < cells ? index : cells - 1;
    }
    const mass = weights === null ? scale : scale * weights[i];
    addCell(bins, cell, mass, projections);
    let from = 0;
    for (const { within, faces } of projections) {
      if (within !== null) {
        const bin = countBelow(within.faces, points[within.axis][i], true);
        if (bin < faces) bins[from + bin] += mass;
      }
      from += faces;
    }
  }
}

/** bins = the masses of the cells, of sum 1 along each direction. */
export function binDensity(bins: Float64Array, grid: Grid, density: Float64Array, projections: readonly Projection[]): void {
  const cell = new Int32Array(grid.dimension);
  let total = 0;
  for (let i = 0; i < grid.size; i++) total += density[i];
  bins.fill(0);
  for (let i = 0; i < grid.size; i++) {
    if (density[i] === 0) continue;
    for (let a = 0; a < cell.length; a++) cell[a] = Math.floor(i / grid.strides[a]) % grid.shape[a];
    addCell(bins, cell, density[i] / total, projections);
  }
  let from = 0;
  for (const { within, faces } of projections) {
    if (within !== null) for (let g = 0; g < faces; g++) bins[from + g] = within.shares[g] - (g > 0 ? within.shares[g - 1] : 0);
    from += faces;
  }
}

function addCell(bins: Float64Array, cell: Int32Array, mass: number, projections: readonly Projection[]): void {
  let from = 0;
  for (const { places, faces, within } of projections) {
    if (within === null) {
      let place = 0;
      for (let a = 0; a < places.length; a++) {
        const axis = places[a];
        if (axis !== null) place += axis[cell[a]];
      }
      // Of the last bin nothing lies below a face.
      const bin = Math.floor(place);
      if (bin < faces) bins[from + bin] += mass;
    }
    from += faces;
  }
}

/** Masses of bins become distribution functions, in place. */
export function cumulate(bins: Float64Array, projections: readonly Projection[]): void {
  let from = 0;
  for (const { faces } of projections) {
    for (let g = 1; g < faces; g++) bins[from + g] += bins[from + g - 1];
    from += faces;
  }
}

/** Where the projections of all directions stand in one array. */
export function profileLength(projections: readonly Projection[]): number {
  return projections.reduce((length, { faces }) => length + faces, 0);
}

/** Mean over directions of int |D| along each, D the differences of distribution functions one direction after another; on a circle of int |D - median D|. */
export function profileSize(projections: readonly Projection[], profile: Float64Array): number {
  let total = 0;
  let from = 0;
  for (const { width, faces, lengths, wraps } of projections) {
    const part = profile.subarray(from, from + faces);
    // The seam, where D = 0, counts on a circle.
    const median = wraps ? medianWithZero(part, lengths) : 0;
    let length = wraps ? Math.abs(median) * lengths[faces] : 0;
    for (let g = 0; g < faces; g++) length += Math.abs(part[g] - median) * lengths[g];
    total += length * width;
    from += faces;
  }
  return total / projections.length;
}

/** The median of the values and a 0, each counted by its length. */
function medianWithZero(values: Float64Array, lengths: Float64Array): number {
  const sorted = new Float64Array(values.length + 1);
  sorted.set(values);
  const own = lengths.slice();
  sortTogether(sorted, own);
  let half = 0;
  for (const length of own) half += length / 2;
  let below = 0;
  for (let k = 0; k < own.length; k++) {
    below += own[k];
    if (below > half) return sorted[k];
  }
  return sorted[own.length - 1];
}
