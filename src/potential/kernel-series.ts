import type { BlockFunction } from "../numerics/block-function.ts";
import { createTrigonometricSums } from "../numerics/trigonometric-sums.ts";
import { imagesOf, placesOf, sampleImages, scalesOf } from "./kernel-samples.ts";
import type { Lattice, Parity } from "./lattice.ts";
import { NOISE, norm, planSeries, type SeriesPlan } from "./series-plan.ts";

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
  /** For each component of the kernel; sets of which rounding alone is left have none. */
  tables: readonly (readonly SeriesTable[])[];
}

export interface SeriesTable {
  /** Bit a is set where axis a has sines. */
  sines: number;
  /** Shape [modes_0 + 1, ...], the last axis running fastest. */
  table: Float64Array;
}

/**
 * The series of a kernel at the displacements of a lattice, or null where it takes too many modes.
 *
 * An axis that wraps has its own period. On another one displacements z of n cells, |z| <= (n - 1) h, are part of a period of 2 n `stretch` cells; in the
 * gap the kernel goes over into its next image (imagesOf), so that the continued kernel is as smooth as k. How many modes each axis needs is seen on four lines along it, whose samples are doubled until the modes
 * kept are at most 3/8 of them; then the kernel is sampled on the whole, 8/3 times as many samples as modes along each axis, or at the displacements of the lattice itself, which need no more modes
 * than there are.
 *
 * Modes are left out while those left out sum to at most `tolerance` max|k|, which bounds the error of k, as |trig| <= 1. Modes below 32 eps ||samples||_2,
 * which is what sums make of rounding, count as nothing. What rounding leaves, what samples miss and what lines do not show is measured by the caller.
 */
export function createKernelSeries(
  lattice: Lattice,
  kernel: BlockFunction,
  parities: readonly Parity[],
  tolerance: number,
  stretch: number,
  affordable: (modes: readonly number[]) => boolean,
): KernelSeries | null {
  const plan = planSeries(lattice, kernel, parities, tolerance, stretch);
  return plan === null || !affordable(plan.modes) ? null : seriesOf(plan, kernel, parities, tolerance);
}

/** The series by a plan; null where the kernel is not finite somewhere. */
export function seriesOf(
  { periods, intervals, modes, reaches, lengths }: SeriesPlan,
  kernel: BlockFunction,
  parities: readonly Parity[],
  tolerance: number,
): KernelSeries | null {
  const points = intervals.map(placesOf);
  const size = points.reduce((product, n) => product * n, 1);
  const samples = parities.map(() => new Float64Array(size));
  const axes = intervals.map((count, a) => imagesOf(count, lengths[a], reaches[a]));
  if (!sampleImages(samples, kernel, axes, parities)) return null;
  const scales = scalesOf(samples, parities);
  const total = intervals.reduce((product, n) => product * n, 1);
  const noise = samples.map((values) => (NOISE * norm(values)) / total);
  const sums = createTrigonometricSums(points.map((n, a) => ({ points: n, period: intervals[a], modes: modes[a] })));
  const coefficients = new Float64Array(sums.size);
  const whole = samples.map((values, c) => {
    halveEnds(values, intervals, points);
    sums.analyse(coefficients, values);
    return tablesOf(coefficients, parities[c], intervals, modes, noise[c]);
  });
  const kept = modesKept(whole, modes, noise, scales, tolerance);
  return {
    periods,
    modes: kept,
    tables: whole.map((tables) => tables.map(({ sines, table }) => ({ sines, table: cut(table, modes, kept) }))),
  };
}

/** Both ends of an axis are the same place of its period. */
function halveEnds(values: Float64Array, intervals: readonly number[], points: readonly number[]): void {
  let stride = 1;
  for (let a = points.length - 1; a >= 0; a--) {
    const n = points[a];
    if (intervals[a] % 2 === 0) {
      for (let slab = 0; slab < values.length; slab += n * stride) {
        for (let i = slab; i < slab + stride; i++) {
          values[i] *= 0.5;
          values[i + (n - 1) * stride] *= 0.5;
        }
      }
    }
    stride *= n;
  }
}

/** Entry `index` of a table: its mode along each axis. */
function fillModes(m: Int32Array, index: number, modes: readonly number[]): void {
  let rest = index;
  for (let a = modes.length - 1; a >= 0; a--) {
    m[a] = rest % (modes[a] + 1);
    rest = Math.floor(rest / (modes[a] + 1));
  }
}

/** From sums against the functions: each mode counts twice along an axis, but for 0 and half the number of samples. */
function tablesOf(
  coefficients: Float64Array,
  parity: Parity,
  intervals: readonly number[],
  modes: readonly number[],
  noise: number,
): SeriesTable[] {
  const d = modes.length;
  const strides = modes.map((_, a) => modes.slice(a + 1).reduce((product, m) => product * (2 * m + 1), 1));
  const size = modes.reduce((product, m) => product * (m + 1), 1);
  const share = 1 / intervals.reduce((product, n) => product * n, 1);
  const m = new Int32Array(d);
  const tables: SeriesTable[] = [];
  for (let sines = 0; sines < 2 ** d; sines++) {
    if ((bitCount(sines) % 2 === 0) !== (parity === "even")) continue;
    const table = new Float64Array(size);
    let present = false;
    for (let index = 0; index < size; index++) {
      fillModes(m, index, modes);
      let copies = 1;
      let at = 0;
      for (let a = 0; a < d; a++) {
        const isSine = (sines >> a) & 1;
        if (m[a] === 0) copies *= 1 - isSine;
        else {
          if (2 * m[a] !== intervals[a]) copies *= 2;
          at += strides[a] * (m[a] + isSine * modes[a]);
        }
      }
      table[index] = copies * share * coefficients[at];
      if (Math.abs(table[index]) > copies * noise) present = true;
    }
    if (present) tables.push({ sines, table });
  }
  return tables;
}

/** Modes left out along each axis sum to at most its share of the tolerance. */
function modesKept(
  whole: readonly (readonly SeriesTable[])[],
  modes: readonly number[],
  noise: readonly number[],
  scales: readonly number[],
  tolerance: number,
): number[] {
  const d = modes.length;
  const kept = modes.map(() => 0);
  const m = new Int32Array(d);
  whole.forEach((tables, c) => {
    const sums = modes.map((most) => new Float64Array(most + 1));
    for (const { table } of tables) {
      for (let index = 0; index < table.length; index++) {
        const size = Math.abs(table[index]);
        if (size <= noise[c]) continue;
        fillModes(m, index, modes);
        for (let a = 0; a < d; a++) sums[a][m[a]] += size;
      }
    }
    sums.forEach((sum, a) => {
      let left = 0;
      let last = sum.length - 1;
      while (last > kept[a] && left + sum[last] <= (tolerance * scales[c]) / d) left += sum[last--];
      kept[a] = last;
    });
  });
  return kept;
}

/** The part of a table with fewer modes. */
function cut(table: Float64Array, modes: readonly number[], kept: readonly number[]): Float64Array {
  const m = new Int32Array(modes.length);
  return Float64Array.from({ length: kept.reduce((product, most) => product * (most + 1), 1) }, (_, index) => {
    fillModes(m, index, kept);
    return table[m.reduce((at, mode, a) => at * (modes[a] + 1) + mode, 0)];
  });
}

export function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}
