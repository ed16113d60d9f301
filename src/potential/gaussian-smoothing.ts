import type { Grid } from "../grid/grid.ts";

/** Standard deviations of a Gaussian beyond which it is left out: e^{-36} of its maximum. */
const REACH = 8.5;

/** mu -> k_eps * mu at the centres of cells; shapes [grid.size], out is not mu. */
export type Smoothing = (out: Float64Array, mu: Float64Array) => void;

/**
 * The convolution of a density with k_eps = N(0, eps^2 I), one axis after another:
 *
 *   out[i] = h sum_j k_eps((i - j) h) mu[j],   |i - j| h <= 8.5 eps
 *
 * wrapped on a periodic axis; on a no-flux axis the density is 0 outside, as particles have it. All terms have one sign, so a value is positive where mu is, and right to
 * 1e-14 of itself wherever most of it comes from within the reach: to 3.5 standard deviations of a normal density as wide as eps, to 1e-6 of itself at 8. The sum over
 * cells is that of the trapezoidal rule, exact to rounding where eps >= 1.4 h or mu is smooth.
 * Cost: 17 eps / h + 1 products a cell and axis, 0.5 ns each.
 */
export function createGaussianSmoothing(grid: Grid, bandwidth: number): Smoothing {
  const passes = grid.axes.map(({ width, cells, periodic }, a) => {
    const reach = Math.ceil((REACH * bandwidth) / width);
    const taps = new Float64Array(reach + 1);
    for (let k = 0; k <= reach; k++) {
      taps[k] = (width / (bandwidth * Math.sqrt(2 * Math.PI))) * Math.exp(-0.5 * ((k * width) / bandwidth) ** 2);
    }
    return { stride: grid.strides[a], cells, taps, periodic };
  });
  const longest = Math.max(...passes.map(({ cells, taps }) => cells + 2 * taps.length));
  const line = new Float64Array(longest);
  return (out, mu) => {
    passes.forEach(({ stride, cells, taps, periodic }, a) => {
      const from = a === 0 ? mu : out;
      const reach = taps.length - 1;
      for (let first = 0; first < grid.size; first++) {
        if (Math.floor(first / stride) % cells !== 0) continue;
        for (let k = -reach; k < cells + reach; k++) {
          const inside = k >= 0 && k < cells;
          const wrapped = ((k % cells) + cells) % cells;
          line[k + reach] = inside ? from[first + k * stride] : periodic ? from[first + wrapped * stride] : 0;
        }
        for (let i = 0; i < cells; i++) {
          const centre = i + reach;
          let total = taps[0] * line[centre];
          for (let k = 1; k <= reach; k++) total += taps[k] * (line[centre - k] + line[centre + k]);
          out[first + i * stride] = total;
        }
      }
    });
  };
}
