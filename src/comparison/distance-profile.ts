import type { Grid } from "../grid/grid.ts";
import { pow } from "../numerics/pow.ts";
import type { Points } from "../particles/population.ts";

/**
 * Distribution functions along a few directions, at the faces of equal bins: along each axis, and along the diagonals of the axes that do not wrap, which
 * see how coordinates go together. The mean over directions of int |F - G| is a sliced Wasserstein-1 distance of the laws, up to
 * the width of a bin.
 */
export interface Projection {
  direction: number[];
  /** Whether it goes round a periodic axis. */
  wraps: boolean;
  low: number;
  width: number;
  /** Inner faces: low + width (g + 1), g < faces. */
  faces: number;
}

const MOST_BINS = 128;

export function projectionsOf(grid: Grid): Projection[] {
  const along = grid.axes.map((axis, a): Projection => {
    // Faces of cells, at which the distribution function of cell averages is exact.
    const cells = Math.ceil(axis.cells / MOST_BINS);
    const width = (cells * (axis.max - axis.min)) / axis.cells;
    return {
      direction: grid.axes.map((_, b) => (a === b ? 1 : 0)),
      wraps: axis.periodic,
      low: axis.min,
      width,
      faces: Math.ceil(axis.cells / cells) - 1,
    };
  });
  const free = grid.axes.map((_, a) => a).filter((a) => !grid.axes[a].periodic);
  const diagonals: Projection[] = [];
  for (let signs = 0; free.length > 1 && signs < 2 ** (free.length - 1); signs++) {
    const direction = grid.axes.map(() => 0);
    // Components are inverse to the widths of the axes: each has the same say, whatever its unit.
    for (const [k, a] of free.entries()) {
      const sign = k > 0 && (signs >> (k - 1)) & 1 ? -1 : 1;
      direction[a] = sign / (grid.axes[a].max - grid.axes[a].min);
    }
    const size = Math.hypot(...direction);
    let low = 0;
    let high = 0;
    for (const a of free) {
      direction[a] /= size;
      const ends = [direction[a] * grid.axes[a].min, direction[a] * grid.axes[a].max];
      low += Math.min(...ends);
      high += Math.max(...ends);
    }
    diagonals.push({ direction, wraps: false, low, width: (high - low) / MOST_BINS, faces: MOST_BINS - 1 });
  }
  return [...along, ...diagonals];
}

/** out[g] = share of the particles at or below face g. */
export function distributionOfPoints(out: Float64Array, points: Points, count: number, projection: Projection): void {
  const { direction, low, width, faces } = projection;
  out.fill(0);
  for (let i = 0; i < count; i++) {
    let x = 0;
    for (let a = 0; a < direction.length; a++) if (direction[a] !== 0) x += direction[a] * points[a][i];
    const bin = Math.floor((x - low) / width);
    if (bin < faces) out[bin < 0 ? 0 : bin] += 1 / count;
  }
  for (let g = 1; g < faces; g++) out[g] += out[g - 1];
}

/**
 * out[g] = mass below face g of a density of cell averages, uniform in each cell: a cell is along a direction the sum of independent uniform
 * lengths a_k, below t with probability sum_v (-1)^|v| (t - v . a)_+^m / (m! prod a), v in {0, 1}^m. Normalised to mass 1.
 */
export function distributionOfDensity(out: Float64Array, grid: Grid, density: Float64Array, projection: Projection): void {
  const { direction, low, width, faces } = projection;
  const used = grid.axes.map((_, a) => a).filter((a) => direction[a] !== 0);
  const lengths = used.map((a) => Math.abs(direction[a]) * grid.axes[a].width);
  const reach = lengths.reduce((total, length) => total + length, 0);
  let total = 0;
  out.fill(0);
  for (let i = 0; i < grid.size; i++) {
    if (density[i] === 0) continue;
    total += density[i];
    let start = 0;
    for (const a of used) {
      const cell = Math.floor(i / grid.strides[a]) % grid.shape[a];
      const edge = grid.axes[a].min + (cell + (direction[a] > 0 ? 0 : 1)) * grid.axes[a].width;
      start += direction[a] * edge;
    }
    // Faces below the cell see nothing of it, those beyond it all: kept as differences, summed up at the end.
    let before = 0;
    const first = Math.max(0, Math.ceil((start - low) / width - 1 - 1e-9));
    for (let g = first; g < faces; g++) {
      const t = low + width * (g + 1) - start;
      const share = t >= reach * (1 - 1e-12) ? 1 : belowUniformSum(t, lengths);
      out[g] += density[i] * (share - before);
      before = share;
      if (share === 1) break;
    }
  }
  for (let g = 0; g < faces; g++) out[g] = out[g] / total + (g === 0 ? 0 : out[g - 1]);
}

function belowUniformSum(t: number, lengths: readonly number[]): number {
  const m = lengths.length;
  if (t <= 0) return 0;
  let total = 0;
  for (let v = 0; v < 2 ** m; v++) {
    let rest = t;
    let sign = 1;
    for (let k = 0; k < m; k++) {
      if (((v >> k) & 1) === 0) continue;
      rest -= lengths[k];
      sign = -sign;
    }
    if (rest > 0) total += sign * pow(rest, m);
  }
  const volume = lengths.reduce((product, length, k) => product * length * (k + 1), 1);
  return Math.min(1, Math.max(0, total / volume));
}

/** Where the projections of all directions stand in one array. */
export function profileLength(projections: readonly Projection[]): number {
  return projections.reduce((length, { faces }) => length + faces, 0);
}

/** Mean over directions of int |D| along each, D the differences of distribution functions one direction after another; on a circle of int |D - median D|. */
export function profileSize(projections: readonly Projection[], profile: Float64Array): number {
  let total = 0;
  let from = 0;
  for (const { width, faces, wraps } of projections) {
    const part = profile.subarray(from, from + faces);
    // The last face, where D = 0, counts on a circle.
    const level = wraps ? medianWithZero(part) : 0;
    let length = Math.abs(level);
    for (let g = 0; g < faces; g++) length += Math.abs(part[g] - level);
    total += (wraps ? length : length - Math.abs(level)) * width;
    from += faces;
  }
  return total / projections.length;
}

function medianWithZero(values: Float64Array): number {
  const sorted = new Float64Array(values.length + 1);
  sorted.set(values);
  sorted.sort();
  return sorted[sorted.length >> 1];
}
