import type { BlockFunction } from "../numerics/block-function.ts";
import { powerOfTwoAtLeast } from "../numerics/fft.ts";
import { haveTrigonometricSums } from "../numerics/trigonometric-sums.ts";
import { scalesOf } from "./kernel-samples.ts";
import { seriesOf } from "./kernel-series.ts";
import { type Lattice, type LatticeConvolution, type Parity, sampleKernel } from "./lattice.ts";
import { createPaddedConvolution } from "./padded-convolution.ts";
import { createSeriesConvolution } from "./series-convolution.ts";
import { planSeries, type SeriesPlan } from "./series-plan.ts";

/** What rounding makes of one entry of the matrix, as a share of max|k|: a sum of modes, some of which cancel. Found: up to 4e-15. */
const ROUNDING = 1e-14;
/** The sum of the modes left out is at least this share of max|k|. */
const LEAST_SHARE = 1e-15;
/** Periods to try, in twice the extent of an axis that does not wrap: the second has room for a kernel that does not decay. */
const STRETCHES = [1, 2];

/**
 * Convolution on a lattice, by the few modes of the kernel where it is smooth and by zero-padded FFT otherwise, whichever costs less; by FFT alone where there is no WebAssembly.
 *
 * The series is tested at set-up against every entry of the matrix k(x_i - x_j), by way of the fields of unit charges in the corners of the lattice, from which all
 * displacements start: it is taken if none differs by more than `tolerance` max|k|.
 *
 * @param tolerance of the kernel, as a share of max|k|, max|grad k| and max|lap k|; 0 for rounding alone.
 * @throws InputError for a kernel that is not finite at some displacement.
 */
export function createLatticeConvolution(
  lattice: Lattice,
  kernel: BlockFunction,
  parities: readonly Parity[],
  tolerance = 0,
): LatticeConvolution {
  const limit = paddedCost(lattice);
  const share = Math.max(tolerance / 4, LEAST_SHARE);
  if (!haveTrigonometricSums()) return createPaddedConvolution(lattice, kernel, parities);
  const costOf = ({ modes }: SeriesPlan) => seriesCost(lattice, modes);
  const plans: SeriesPlan[] = [];
  for (const stretch of STRETCHES) {
    const plan = planSeries(lattice, kernel, parities, share, stretch);
    if (plan === null || !(costOf(plan) < limit)) continue;
    plans.push(plan);
    if (costOf(plan) < limit / 4) break;
  }
  for (const plan of plans.toSorted((a, b) => costOf(a) - costOf(b))) {
    const series = seriesOf(plan, kernel, parities, share);
    if (series === null) continue;
    const convolution = createSeriesConvolution(lattice, series);
    const even = series.tables.every((tables) => tables.every(({ sines }) => sines === 0));
    if (errorOf(convolution, even, lattice, kernel, parities) <= Math.max(tolerance, ROUNDING)) return convolution;
  }
  return createPaddedConvolution(lattice, kernel, parities);
}

/** Nanoseconds, measured once: a product of the series, and a number in one pass of a transform. */
const PRODUCT = 0.14;
const BUTTERFLY = 1.7;

function seriesCost({ extent }: Lattice, modes: readonly number[]): number {
  const functions = modes.map((m) => 2 * m + 1);
  let products = 0;
  for (let a = 0; a < extent.length; a++) {
    const before = extent.slice(0, a + 1).reduce((product, n) => product * n, 1);
    products += before * functions.slice(a).reduce((product, n) => product * n, 1);
  }
  return PRODUCT * products;
}

function paddedCost({ extent, periods }: Lattice): number {
  const padded = extent.map((n, a) => powerOfTwoAtLeast(periods[a] !== 0 && powerOfTwoAtLeast(n) === n ? n : 2 * n - 1));
  let cost = 0;
  for (let a = 0; a < extent.length; a++) {
    const lines =
      extent.slice(0, a).reduce((product, n) => product * n, 1) * padded.slice(a + 1).reduce((product, n) => product * n, 1);
    cost += lines * padded[a] * Math.log2(padded[a]) * BUTTERFLY;
  }
  return cost;
}

/**
 * The largest difference between the fields of charges in the corners and the kernel, as a share of the largest of its kind.
 *
 * @param even whether the convolution is even along each axis: the fields from all corners are then mirror images of the first.
 */
function errorOf(
  convolution: LatticeConvolution,
  even: boolean,
  lattice: Lattice,
  kernel: BlockFunction,
  parities: readonly Parity[],
): number {
  const { extent, periods } = lattice;
  const d = extent.length;
  const around = extent.map((n, a) => (periods[a] === 0 ? 2 * n : n));
  const samples = parities.map(() => new Float64Array(around.reduce((product, n) => product * n, 1)));
  sampleKernel(samples, kernel, around, lattice);
  const scales = scalesOf(samples, parities);
  const size = extent.reduce((product, n) => product * n, 1);
  const charge = new Float64Array(size);
  const fields = parities.map(() => new Float64Array(size));
  let worst = 0;
  // The displacements from opposite corners are the same but for their signs, and the kernel is even or odd.
  for (let corner = 0; corner < 2 ** (d - 1); corner++) {
    const at = extent.map((n, a) => (((corner >> a) & 1) === 1 ? n - 1 : 0));
    if (corner === 0 || !even) {
      charge.fill(0);
      charge[at.reduce((index, i, a) => index * extent[a] + i, 0)] = 1;
      convolution.apply(fields, charge);
    }
    const length = extent[d - 1];
    const [reach, from] = [around[d - 1], at[d - 1]];
    for (let row = 0; row < size / length; row++) {
      let rest = row;
      let source = 0;
      let stride = reach;
      let mirrored = 0;
      let rows = 1;
      for (let a = d - 2; a >= 0; a--) {
        source += stride * ((around[a] + (rest % extent[a]) - at[a]) % around[a]);
        stride *= around[a];
        mirrored += rows * Math.abs((rest % extent[a]) - at[a]);
        rows *= extent[a];
        rest = Math.floor(rest / extent[a]);
      }
      for (let c = 0; c < fields.length; c++) {
        const [field, sample, scale] = [fields[c], samples[c], scales[c]];
        const start = (even ? mirrored : row) * length;
        for (let i = 0; i < length; i++) {
          const entry = sample[source + (i < from ? reach + i - from : i - from)];
          const error = Math.abs(field[start + i] - entry);
          if (error <= worst * scale) continue;
          // Not a number is no agreement.
          worst = Number.isNaN(error) ? Infinity : error / scale;
        }
      }
    }
  }
  return worst;
}
