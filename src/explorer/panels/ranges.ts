/**
 * Ranges of axes that hold the data and keep still: they grow in steps of the series 1, 1.5, 2, 3, 5, 7.5, 10 and not with every frame.
 */

export type Range = [min: number, max: number];

const STEPS = [1, 1.5, 2, 3, 5, 7.5, 10];
/** Values that miss a step by rounding are on it. */
const ROUNDING = 1e-12;

/** Multiples of the power of ten at or below a positive value, each as near to its decimal as a double can be. */
function multiplesAround(value: number, multiples: readonly number[]): number[] {
  const exponent = Math.floor(Math.log10(value));
  return multiples.map((multiple) => Number(`${multiple}e${exponent}`));
}

function stepFrom(value: number, multiples: readonly number[]): number {
  const step = multiplesAround(value, multiples).find((candidate) => candidate >= value * (1 - ROUNDING));
  return Math.max(value, step ?? value);
}

/** The least step at or above a size; 1 for what has no size. */
export function stepAbove(size: number): number {
  return size > 0 && Number.isFinite(size) ? stepFrom(size, STEPS) : 1;
}

/** The least range of finite values, null where there is none. */
export function extent(lists: Iterable<ArrayLike<number | null>>): Range | null {
  let min = Infinity;
  let max = -Infinity;
  for (const values of lists) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === null || !Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min <= max ? [min, max] : null;
}

const largest = new WeakMap<Float32Array, number>();

/** The largest finite value, 0 where none is above it; found once for each array. */
export function largestOf(values: Float32Array): number {
  let found = largest.get(values);
  if (found === undefined) {
    found = Math.max(0, extent([values])?.[1] ?? 0);
    largest.set(values, found);
  }
  return found;
}

/** With a margin on both sides; room around a value that is single but for rounding; [0, 1] where there is nothing. */
export function padded(range: Range | null, margin = 0.06): Range {
  if (range === null) return [0, 1];
  const [min, max] = range;
  const room = max - min > ROUNDING * Math.max(Math.abs(min), Math.abs(max)) ? margin * (max - min) : Math.abs(max) * 0.1 || 0.5;
  return [min - room, max + room];
}

/** Ticks of an even scale come with the rounding of its ends: a tick that is tiny beside the range is 0. */
export function clean(value: number, [min, max]: Range): number {
  return Math.abs(value) < ROUNDING * (max - min) ? 0 : value;
}

/** Values that a logarithmic axis can show. */
export function positive(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && value > 0 && Number.isFinite(value) ? value : null;
}

const LOG_STEPS = [1, 2, 5, 10];

/** The largest of 1, 2, 5 times a power of ten at or below a positive value. */
function stepBelow(value: number): number {
  const step = multiplesAround(value, LOG_STEPS).findLast((candidate) => candidate <= value * (1 + ROUNDING));
  return Math.min(value, step ?? value);
}

/** Whole steps of 1, 2, 5 around positive values; at least a factor of 2; [0.1, 1] where there are none. */
export function logRange(lists: Iterable<ArrayLike<number | null>>): Range {
  let min = Infinity;
  let max = 0;
  for (const values of lists) {
    for (let i = 0; i < values.length; i++) {
      const value = positive(values[i]);
      if (value === null) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (max === 0) return [0.1, 1];
  return [stepBelow(min), Math.max(stepFrom(max, LOG_STEPS), 2 * stepBelow(min))];
}

/** From the coarsest to the finest. */
const TICK_MULTIPLES = [[1], [1, 2, 5], [1, 1.5, 2, 3, 5, 7], [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9]];
const FEWEST_TICKS = 3;

/**
 * Ticks at 1, 2, 5 times powers of ten within a range; over more than three decades powers alone, and fewer of them the more there are; finer ones where these are
 * fewer than three.
 */
export function logTicks(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  const stride = Math.max(1, Math.ceil(decades / 8));
  const [from, to] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  let ticks: number[] = [];
  for (const multiples of TICK_MULTIPLES.slice(decades <= 3 ? 1 : 0)) {
    ticks = [];
    for (let k = from; k <= to; k++) {
      if (multiples.length === 1 && k % stride !== 0) continue;
      for (const multiple of multiples) {
        const tick = Number(`${multiple}e${k}`);
        if (tick >= min * (1 - ROUNDING) && tick <= max * (1 + ROUNDING)) ticks.push(tick);
      }
    }
    if (ticks.length >= FEWEST_TICKS) return ticks;
  }
  return ticks;
}

/** Index of the time nearest to t among the first `count` ascending times. */
export function nearestIndex(times: readonly number[], count: number, t: number): number {
  let best = 0;
  for (let i = 1; i < Math.min(count, times.length); i++) {
    if (Math.abs(times[i] - t) < Math.abs(times[best] - t)) best = i;
  }
  return best;
}
