import { factorColumns } from "../numerics/factor.ts";

/** The cells along one axis, and how wide the kernel is along it. */
export interface KernelAxis {
  /** Shape [cells]. */
  centres: Float64Array;
  /** h > 0, in the units of the axis. */
  bandwidth: number;
  /** Of a periodic axis; null otherwise. */
  period: number | null;
}

/** A map of masses on cells to vectors, whose Euclidean distance is the maximum mean discrepancy. */
export interface CellKernel {
  /** Length of the vectors. */
  features: number;
  /** out = the vector of masses of either sign, shapes [features] and [cells]; linear. */
  apply(out: Float64Array, masses: Float64Array): void;
}

/**
 * The maximum mean discrepancy of masses p and q on a product of cells, the first axis slowest, in a Gaussian kernel of the centres x_i of the cells,
 *
 *   MMD^2 = sum_ij k(x_i, x_j) (p - q)_i (p - q)_j,     k(x, y) = prod_a exp(-(x_a - y_a)^2 / (2 h_a^2)),
 *
 * along a periodic axis the sum of the exponential over all images, divided by its value at x = y: k(x, x) = 1. It is a metric between masses on cells. Between the measures themselves MMD is
 * right to (sum_a (w_a / h_a)^2)^(1/2) for cells of width w_a, since no mass moves by more than w_a / 2; two measures that are binned alike differ far less, by O(w^2 / h^2) of MMD.
 *
 * The matrix of each axis is factored, k_a = L_a L_a^T to rounding, with some 20 columns for cells over 8 h; so MMD^2 = |L^T (p - q)|^2. Cost of a map: 2 cells times columns of the last axis.
 *
 * Source: A. Gretton et al., A kernel two-sample test, J. Mach. Learn. Res. 13 (2012).
 */
export function createCellKernel(axes: readonly KernelAxis[]): CellKernel {
  const factors = axes.map(factorOf);
  const cells = axes.map(({ centres }) => centres.length);
  // After the contraction of the axes from a on: cells of those before it, times columns.
  const sizes = cells.map((_, a) => product(cells.slice(0, a)) * product(factors.slice(a).map((columns) => columns.length)));
  const between = sizes.map((size) => new Float64Array(size));
  return {
    features: sizes[0],
    apply(out, masses) {
      let from = masses;
      for (let a = cells.length - 1; a >= 0; a--) {
        const to = a === 0 ? out : between[a];
        contract(to, from, factors[a], product(cells.slice(0, a)), cells[a]);
        from = to;
      }
    },
  };
}

/** out[b, r, c] = sum_i columns[r][i] values[b, i, c], of shapes [blocks, columns, rest] and [blocks, cells, rest]. */
function contract(out: Float64Array, values: Float64Array, columns: readonly Float64Array[], blocks: number, cells: number): void {
  const rest = values.length / (blocks * cells);
  out.fill(0);
  for (let b = 0; b < blocks; b++) {
    for (let i = 0; i < cells; i++) {
      const from = (b * cells + i) * rest;
      for (let r = 0; r < columns.length; r++) {
        const factor = columns[r][i];
        const to = (b * columns.length + r) * rest;
        for (let c = 0; c < rest; c++) out[to + c] += factor * values[from + c];
      }
    }
  }
}

function factorOf({ centres, bandwidth, period }: KernelAxis): Float64Array[] {
  const size = centres.length;
  const largest = kernelAt(0, bandwidth, period);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) matrix[i * size + j] = kernelAt(centres[i] - centres[j], bandwidth, period) / largest;
  return factorColumns(matrix, size);
}

/** Images beyond are below 1e-16 of the largest while h is at most the period. */
const IMAGES = 9;

function kernelAt(distance: number, bandwidth: number, period: number | null): number {
  const gaussian = (x: number) => Math.exp(-(x * x) / (2 * bandwidth * bandwidth));
  if (period === null) return gaussian(distance);
  let total = 0;
  for (let image = -IMAGES; image <= IMAGES; image++) total += gaussian(distance + image * period);
  return total;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
