import type { BlockFunction } from "../numerics/block-function.ts";
import { erf } from "../numerics/erf.ts";
import { createRealFftNd, powerOfTwoAtLeast } from "../numerics/fft.ts";
import type { Lattice, Parity } from "./lattice.ts";

/**
 * A few modes of the Fourier series of a smooth kernel over displacements z,
 *
 *   k(z) ~ sum_p sum_m table_p[m] prod_a trig_p(2 pi m_a z_a / period_a),       trig = sin on the axes of the set p, cos on the others,
 *
 * m_a = 0 ... modes_a. An even kernel has sets of an even number of axes, an odd one of an odd number.
 */
export interface KernelSeries {
  /** Periods in spacings of the lattice. */
  periods: readonly number[];
  modes: readonly number[];
  /** For each component of the kernel. */
  tables: readonly (readonly SeriesTable[])[];
}

export interface SeriesTable {
  /** Bit a is set where axis a has sines. */
  sines: number;
  /** Shape [modes_0 + 1, ...], the last axis running fastest. */
  table: Float64Array;
}

/** Samples a kernel takes at first, along each axis. */
const FEWEST_SAMPLES = 32;
const MOST_SAMPLES = 2 ** 22;
const SAMPLES_A_CELL = 64;
/** What a transform makes of rounding: as a multiple of the root of the sum of squares. */
const NOISE = 32 * Number.EPSILON;

/**
 * The series of a kernel at the displacements of a lattice, or null where it takes too many modes.
 *
 * An axis that wraps has its own period. On another one displacements z of n cells, |z| <= (n - 1) h, are part of a period of 2 n `stretch` cells; in the
 * gap the kernel goes over into its next image, w(z) k(z) + (1 - w(z)) k(z - period), with w from 1 to 0 as erfc, so that the continued kernel is as smooth as
 * k. Samples are doubled until the modes kept are at most 3/8 of them.
 *
 * Modes are left out while those left out sum to at most `tolerance` max|k|, which bounds the error of k, as |trig| <= 1. Modes below 32 eps ||samples||_2,
 * which is what a transform makes of rounding, count as nothing. What rounding and samples between features leave is measured by the caller.
 */
export function createKernelSeries(
  { extent, spacing, periods: wraps }: Lattice,
  kernel: BlockFunction,
  parities: readonly Parity[],
  tolerance: number,
  stretch: number,
  affordable: (modes: readonly number[]) => boolean,
): KernelSeries | null {
  const periods = extent.map((n, a) => (wraps[a] === 0 ? 2 * n * stretch : n));
  const cell = extent.map((n, a) => (wraps[a] === 0 ? spacing[a] : wraps[a] / n));
  const most = periods.map(powerOfTwoAtLeast);
  const counts = most.map((n) => Math.min(n, FEWEST_SAMPLES));
  const limit = Math.min(MOST_SAMPLES, SAMPLES_A_CELL * extent.reduce((product, n) => product * n, 1));
  for (;;) {
    const size = counts.reduce((product, n) => product * n, 1);
    if (size > limit) return null;
    const axes = counts.map((count, a) =>
      imagesOf(count, periods[a] * cell[a], wraps[a] === 0 ? (extent[a] - 1) * cell[a] : Infinity),
    );
    const samples = parities.map(() => new Float64Array(size));
    if (!sampleImages(samples, kernel, axes)) return null;
    const scales = scalesOf(samples, parities);
    const { spectrumLength, forward } = createRealFftNd(counts, counts);
    const spectrum = new Float64Array(spectrumLength);
    const parts = parities.map((parity, c) => {
      forward(spectrum, samples[c]);
      return Float64Array.from({ length: spectrumLength / 2 }, (_, k) => spectrum[2 * k + (parity === "even" ? 0 : 1)] / size);
    });
    const noise = samples.map((values) => (NOISE * Math.sqrt(values.reduce((total, v) => total + v * v, 0))) / size);
    const modes = modesKept(parts, counts, noise, scales, tolerance);
    if (!affordable(modes)) return null;
    // Samples at the displacements of the lattice itself need no more modes than there are.
    const coarse = counts.map((count, a) => modes[a] > (3 / 8) * count && count !== periods[a]);
    if (!coarse.includes(true)) {
      return {
        periods,
        modes,
        tables: parities.map((parity, c) => tablesOf(parts[c], parity, counts, modes, symmetriesOf(samples[c], counts))),
      };
    }
    if (coarse.some((yes, a) => yes && counts[a] === most[a])) return null;
    coarse.forEach((yes, a) => {
      if (yes) counts[a] *= 2;
    });
  }
}

/** Places of `count` samples over a period, each with its next image; the weights of both sum to 1, and beyond `from` and `to` the next image has none. */
interface Images {
  places: readonly [Float64Array, Float64Array];
  weights: readonly [Float64Array, Float64Array];
  from: readonly [number, number];
  to: readonly [number, number];
}

function imagesOf(count: number, period: number, reach: number): Images {
  const places: [Float64Array, Float64Array] = [new Float64Array(count), new Float64Array(count)];
  const weights: [Float64Array, Float64Array] = [new Float64Array(count).fill(1), new Float64Array(count)];
  for (let q = 0; q < count; q++) {
    const z = ((2 * q > count ? q - count : q) / count) * period;
    places[0][q] = z;
    places[1][q] = z > 0 ? z - period : z + period;
    const halfway = 2 * q === count;
    if (!halfway && Math.abs(z) <= reach) continue;
    weights[0][q] = halfway ? 0.5 : 0.5 - 0.5 * erf(6 * ((2 * Math.abs(z) - period) / (period - 2 * reach)));
    weights[1][q] = 1 - weights[0][q];
  }
  return {
    places,
    weights,
    from: [
      0,
      Math.max(
        0,
        weights[1].findIndex((weight) => weight > 0),
      ),
    ],
    to: [count, weights[1].findLastIndex((weight) => weight > 0) + 1],
  };
}

/** Fills the samples; false if the kernel is not finite somewhere. */
function sampleImages(samples: readonly Float64Array[], kernel: BlockFunction, axes: readonly Images[]): boolean {
  const d = axes.length;
  const last = axes[d - 1];
  const length = last.places[0].length;
  const displacement = axes.map(() => new Float64Array(length));
  const row = samples.map(() => new Float64Array(length));
  for (let r = 0; r < samples[0].length / length; r++) {
    for (let pattern = 0; pattern < 2 ** d; pattern++) {
      let weight = 1;
      let rest = r;
      for (let a = d - 2; a >= 0; a--) {
        const { places, weights } = axes[a];
        const [image, q] = [(pattern >> a) & 1, rest % places[0].length];
        weight *= weights[image][q];
        displacement[a].fill(places[image][q]);
        rest = Math.floor(rest / places[0].length);
      }
      if (weight === 0) continue;
      const image = pattern >> (d - 1);
      const shares = last.weights[image];
      const [from, to] = [last.from[image], last.to[image]];
      if (from === to) continue;
      displacement[d - 1].set(last.places[image]);
      kernel(row, from, displacement, from, to - from);
      for (let c = 0; c < samples.length; c++) {
        for (let i = from; i < to; i++) {
          if (shares[i] > 0) samples[c][r * length + i] += weight * shares[i] * row[c][i];
        }
      }
    }
  }
  return samples.every((values) => values.every(Number.isFinite));
}

/** max|k| of each component; odd ones are parts of one gradient. */
export function scalesOf(samples: readonly Float64Array[], parities: readonly Parity[]): number[] {
  const each = samples.map((values) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0));
  const slope = Math.max(0, ...each.filter((_, c) => parities[c] === "odd"));
  return each.map((scale, c) => (parities[c] === "odd" ? slope : scale));
}

/** Calls `visit` for each entry of a half spectrum with |frequency| along each axis, and how many of the whole spectrum it stands for. */
function eachFrequency(counts: readonly number[], visit: (k: number, frequency: Int32Array, copies: number) => void): void {
  const d = counts.length;
  const half = counts[d - 1] / 2 + 1;
  const size = counts.slice(0, d - 1).reduce((product, n) => product * n, 1) * half;
  const frequency = new Int32Array(d);
  for (let k = 0; k < size; k++) {
    frequency[d - 1] = k % half;
    let rest = Math.floor(k / half);
    for (let a = d - 2; a >= 0; a--) {
      frequency[a] = Math.min(rest % counts[a], counts[a] - (rest % counts[a]));
      rest = Math.floor(rest / counts[a]);
    }
    visit(k, frequency, k % half === 0 || k % half === half - 1 ? 1 : 2);
  }
}

/** Modes left out along each axis sum to at most its share of the tolerance. */
function modesKept(
  parts: readonly Float64Array[],
  counts: readonly number[],
  noise: readonly number[],
  scales: readonly number[],
  tolerance: number,
): number[] {
  const modes = counts.map(() => 0);
  parts.forEach((part, c) => {
    const sums = counts.map((count) => new Float64Array(count / 2 + 1));
    eachFrequency(counts, (k, frequency, copies) => {
      const size = Math.abs(part[k]);
      if (size > noise[c]) for (let a = 0; a < counts.length; a++) sums[a][frequency[a]] += copies * size;
    });
    sums.forEach((sum, a) => {
      let left = 0;
      let m = sum.length - 1;
      while (m > modes[a] && left + sum[m] <= (tolerance * scales[c]) / counts.length) left += sum[m--];
      modes[a] = m;
    });
  });
  return modes;
}

/** Sets of axes (bits) along which the samples are even, and along which they are odd, to 1e-14 of the largest. */
function symmetriesOf(samples: Float64Array, counts: readonly number[]): { even: number; odd: number } {
  const largest = samples.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  let [even, odd] = [0, 0];
  let stride = 1;
  for (let a = counts.length - 1; a >= 0; a--) {
    const n = counts[a];
    let [difference, sum] = [0, 0];
    for (let i = 0; i < samples.length; i++) {
      const q = Math.floor(i / stride) % n;
      if (2 * q > n || q === 0) continue;
      const mirrored = samples[i + (n - 2 * q) * stride];
      difference = Math.max(difference, Math.abs(samples[i] - mirrored));
      sum = Math.max(sum, Math.abs(samples[i] + mirrored));
    }
    if (difference <= 1e-14 * largest) even |= 1 << a;
    else if (sum <= 1e-14 * largest) odd |= 1 << a;
    stride *= n;
  }
  return { even, odd };
}

/**
 * From the real part (of an even kernel) or the imaginary part (of an odd one) of a half spectrum, divided by the number of samples: i^|p| times the sum over the
 * frequencies of the same size along each axis, with the signs of those in p; times another i for the imaginary part.
 */
function tablesOf(
  part: Float64Array,
  parity: Parity,
  counts: readonly number[],
  modes: readonly number[],
  symmetries: { even: number; odd: number },
): SeriesTable[] {
  const d = counts.length;
  const strides = counts.map((_, a) =>
    counts.slice(a + 1, d - 1).reduce((product, n) => product * n, a < d - 1 ? counts[d - 1] / 2 + 1 : 1),
  );
  const size = modes.reduce((product, m) => product * (m + 1), 1);
  const m = new Int32Array(d);
  const tables: SeriesTable[] = [];
  for (let sines = 0; sines < 2 ** d; sines++) {
    const number = bitCount(sines);
    if ((number % 2 === 0) !== (parity === "even") || (sines & symmetries.even) !== 0 || (~sines & symmetries.odd) !== 0) continue;
    const unit = Math.ceil(number / 2) % 2 === 0 ? 1 : -1;
    const table = new Float64Array(size);
    for (let index = 0; index < size; index++) {
      let rest = index;
      // Two for the opposite signs on all axes at once; frequencies 0 and half the number of samples are their own opposites.
      let copies = 2;
      for (let a = d - 1; a >= 0; a--) {
        m[a] = rest % (modes[a] + 1);
        rest = Math.floor(rest / (modes[a] + 1));
        if (m[a] === 0 || 2 * m[a] === counts[a]) copies /= 2;
      }
      let total = 0;
      for (let signs = 0; signs < 2 ** (d - 1); signs++) {
        let at = m[d - 1];
        for (let a = 0; a < d - 1; a++) at += strides[a] * ((signs >> a) & 1 && m[a] > 0 ? counts[a] - m[a] : m[a]);
        total += bitCount(signs & sines) % 2 === 0 ? part[at] : -part[at];
      }
      table[index] = unit * copies * total;
    }
    tables.push({ sines, table });
  }
  return tables;
}

export function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}
