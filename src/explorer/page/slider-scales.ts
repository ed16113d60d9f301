/** Positions in [0, 1] of sliders, and the round numbers at them. */

export const LARGEST_ALPHA = 100;
const SMALLEST_ALPHA = 0.05;
/** Positions below this stand for 0, which a logarithm cannot reach. */
const ZERO = 0.04;

export const LARGEST_TEMPERATURE = 10;
const SMALLEST_TEMPERATURE = 0.001;

const FEWEST = 10;
const MOST = 1e5;

/** Steps from a ten-thousandth of the run to a fifth of it. */
const SHORTEST_STEP = 1e-4;
const LONGEST_STEP = 0.2;

export const alphaAt = (position: number) => atOrZero(SMALLEST_ALPHA, LARGEST_ALPHA, position);
export const positionOfAlpha = (alpha: number) => positionOrZero(SMALLEST_ALPHA, LARGEST_ALPHA, alpha);

export const temperatureAt = (position: number) => atOrZero(SMALLEST_TEMPERATURE, LARGEST_TEMPERATURE, position);
export const positionOfTemperature = (tau: number) => positionOrZero(SMALLEST_TEMPERATURE, LARGEST_TEMPERATURE, tau);

function atOrZero(smallest: number, largest: number, position: number): number {
  return position < ZERO ? 0 : round(between(smallest, largest, (position - ZERO) / (1 - ZERO)));
}

function positionOrZero(smallest: number, largest: number, value: number): number {
  return value < smallest ? 0 : clamp(ZERO + (1 - ZERO) * shareOf(smallest, largest, value));
}

export function countAt(position: number): number {
  return round(between(FEWEST, MOST, position));
}

export function positionOfCount(n: number): number {
  return clamp(shareOf(FEWEST, MOST, n));
}

export function stepAt(position: number, end: number): number {
  return end * between(SHORTEST_STEP, LONGEST_STEP, position);
}

export function positionOfStep(dt: number, end: number): number {
  return clamp(shareOf(SHORTEST_STEP, LONGEST_STEP, dt / end));
}

/** Places of a slider: its positions are k / PLACES. */
export const PLACES = 200;

/** The place that was moved to, or the next one in that direction at which the value is another: a key moves by one place, which may not be enough. */
export function placeThatChanges(to: number, from: number, changes: (place: number) => boolean): number {
  const direction = Math.sign(to - from);
  for (let place = to; place >= 0 && place <= PLACES && direction !== 0; place += direction) if (changes(place)) return place;
  return to;
}

function between(from: number, to: number, share: number): number {
  return from * (to / from) ** share;
}

function shareOf(from: number, to: number, value: number): number {
  return Math.log(value / from) / Math.log(to / from);
}

function clamp(position: number): number {
  return Math.min(1, Math.max(0, position));
}

/** Two digits. */
function round(value: number): number {
  return Number(value.toPrecision(2));
}
