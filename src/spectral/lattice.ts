import { type Grid, withCells } from "../grid/grid.ts";
import { createRealFftNd, type RealFftNd } from "../numerics/fft.ts";
import { pow } from "../numerics/pow.ts";

/**
 * A uniform lattice of the domain and the Fourier modes on it, every axis taken as periodic:
 *
 *   mu(x) = sum_k c_k e^{i k . (x - x_0)},   k_a = 2 pi m / (max - min),   |m| <= N_a / 2,   x_0 the first node
 *
 * The nodes are the centres of the cells of a grid, so that a sum over cells is the trapezoidal rule: exact up to modes beyond N, where mu is periodic or vanishes at the ends.
 * A spectrum holds the modes of the non-negative half of the last axis, complex; see RealFftNd.
 */
export interface Lattice {
  grid: Grid;
  fft: RealFftNd;
  /** Complex modes. */
  modes: number;
  /** k_a of each mode, 0 for the highest of an axis, whose derivative is not determined. */
  waves: readonly Float64Array[];
  /** |k|^2 of each mode. */
  squares: Float64Array;
  /** The largest |m_a| / (N_a / 2) over the axes. */
  heights: Float64Array;
  /** e^{-36 height^36}. */
  filter: Float64Array;
}

/** @param nodes of each axis, powers of two. */
export function createLattice(domain: Grid, nodes: readonly number[]): Lattice {
  const grid = withCells(domain, nodes);
  const fft = createRealFftNd(nodes, nodes);
  const modes = fft.spectrumLength / 2;
  const d = nodes.length;
  const shape = nodes.map((n, a) => (a === d - 1 ? n / 2 + 1 : n));
  const waves = nodes.map(() => new Float64Array(modes));
  const squares = new Float64Array(modes);
  const heights = new Float64Array(modes);
  let stride = modes;
  for (let a = 0; a < d; a++) {
    const { min, max } = grid.axes[a];
    stride /= shape[a];
    const n = nodes[a];
    for (let i = 0; i < modes; i++) {
      const index = Math.floor(i / stride) % shape[a];
      const m = index <= n / 2 ? index : index - n;
      const k = (2 * Math.PI * m) / (max - min);
      waves[a][i] = 2 * m === n ? 0 : k;
      squares[i] += k * k;
      heights[i] = Math.max(heights[i], Math.abs(m) / (n / 2));
    }
  }
  return { grid, fft, modes, waves, squares, heights, filter: heights.map((height) => Math.exp(-36 * pow(height, 36))) };
}

/** out <- i k_a f, of spectra; `out` may be `f`. */
export function derive(out: Float64Array, f: Float64Array, wave: Float64Array): void {
  for (let i = 0; i < wave.length; i++) {
    const k = wave[i];
    const re = f[2 * i];
    out[2 * i] = -k * f[2 * i + 1];
    out[2 * i + 1] = k * re;
  }
}

/** out <- out + i k_a f. */
export function addDerivative(out: Float64Array, f: Float64Array, wave: Float64Array): void {
  for (let i = 0; i < wave.length; i++) {
    const k = wave[i];
    out[2 * i] -= k * f[2 * i + 1];
    out[2 * i + 1] += k * f[2 * i];
  }
}
