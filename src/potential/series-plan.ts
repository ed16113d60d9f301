import type { BlockFunction } from "../numerics/block-function.ts";
import { createRealFftNd, powerOfTwoAtLeast } from "../numerics/fft.ts";
import { type Images, imagesAt, imagesOf, placesOf, sampleImages, scalesOf } from "./kernel-samples.ts";
import type { Lattice, Parity } from "./lattice.ts";

/** How a series is made: the parts in which each period is sampled, and the modes that are taken from the samples. */
export interface SeriesPlan {
  periods: readonly number[];
  intervals: readonly number[];
  modes: readonly number[];
  reaches: readonly number[];
  lengths: readonly number[];
}

/** Samples that a line takes at first. */
const FEWEST_SAMPLES = 32;
const MOST_SAMPLES = 2 ** 22;
const SAMPLES_A_CELL = 64;
/** Places of the lines on the other axes, as shares of the largest displacements. */
const LINES = [0, 0.03, 0.15, 0.5];
/** What sums make of rounding: as a multiple of the root of the sum of squares. */
export const NOISE = 32 * Number.EPSILON;

/** What a series takes; null where a line needs more modes than there are samples, or all together are too many. */
export function planSeries(
  { extent, spacing, periods: wraps }: Lattice,
  kernel: BlockFunction,
  parities: readonly Parity[],
  tolerance: number,
  stretch: number,
): SeriesPlan | null {
  const periods = extent.map((n, a) => (wraps[a] === 0 ? Math.round(2 * n * stretch) : n));
  const cell = extent.map((n, a) => (wraps[a] === 0 ? spacing[a] : wraps[a] / n));
  const lengths = periods.map((period, a) => period * cell[a]);
  const reaches = extent.map((n, a) => (wraps[a] === 0 ? (n - 1) * cell[a] : Infinity));
  const share = tolerance / extent.length;
  const intervals: number[] = [];
  const modes: number[] = [];
  for (let a = 0; a < extent.length; a++) {
    const others = LINES.slice(0, extent.length === 1 ? 1 : LINES.length).map((part) =>
      reaches.map((reach, b) => imagesAt((b % 2 === 0 ? 1 : -1) * part * Math.min(reach, lengths[b] / 2))),
    );
    const needed = modesOfLines(kernel, parities, share, others, a, periods[a], lengths[a], reaches[a]);
    if (needed === null) return null;
    const resolving = 2 * Math.ceil((4 / 3) * needed) + 2;
    intervals.push(Math.min(resolving, periods[a]));
    modes.push(resolving < periods[a] ? needed : periods[a] >> 1);
  }
  const limit = Math.min(MOST_SAMPLES, SAMPLES_A_CELL * extent.reduce((product, n) => product * n, 1));
  if (intervals.reduce((product, n) => product * placesOf(n), 1) > limit) return null;
  return { periods, intervals, modes, reaches, lengths };
}

/** The modes that lines along an axis need; all that there are where the samples are the displacements of the lattice; null where they are too many. */
function modesOfLines(
  kernel: BlockFunction,
  parities: readonly Parity[],
  share: number,
  others: readonly (readonly Images[])[],
  axis: number,
  period: number,
  length: number,
  reach: number,
): number | null {
  const most = powerOfTwoAtLeast(period);
  for (let count = Math.min(most, FEWEST_SAMPLES); ; count *= 2) {
    const along = imagesOf(count, length, reach);
    const samples: Float64Array[][] = [];
    for (const other of others) {
      const line = parities.map(() => new Float64Array(count + 1));
      if (!sampleImages(line, kernel, other.map((images, b) => (b === axis ? along : images)), null)) return null; // biome-ignore format: one row
      samples.push(line);
    }
    const scales = parities.map((_, c) => Math.max(...samples.map((line) => scalesOf(line, parities)[c])));
    const { spectrumLength, forward } = createRealFftNd([count], [count]);
    const spectrum = new Float64Array(spectrumLength);
    let modes = 0;
    for (const line of samples) {
      line.forEach((values, c) => {
        forward(spectrum, values.subarray(0, count));
        modes = Math.max(modes, modesOf(spectrum, count, NOISE * norm(values), share * scales[c] * count));
      });
    }
    if (modes <= (3 / 8) * count || count === period) return modes;
    if (count === most) return null;
  }
}

/** Modes beyond the last one that is kept sum to at most `allowed`; those below `noise` count as nothing. */
function modesOf(spectrum: Float64Array, count: number, noise: number, allowed: number): number {
  let left = 0;
  let m = count / 2;
  for (; m > 0; m--) {
    const size = Math.sqrt(spectrum[2 * m] ** 2 + spectrum[2 * m + 1] ** 2);
    if (size > noise) left += 2 * m === count ? size : 2 * size;
    if (left > allowed) break;
  }
  return m;
}

export function norm(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] * values[i];
  return Math.sqrt(total);
}
