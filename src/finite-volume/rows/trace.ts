import { finishVelocity, type RowVelocity } from "./row-velocity.ts";

/**
 * feet[j] = the place a time dt before of the path that is at ends[j], in the velocity of a row held fixed. At walls the ends of the row stay, and no path comes
 * from beyond them. Paths do not cross: feet are not decreasing.
 */
export type Tracing = (feet: Float64Array, row: RowVelocity, ends: Float64Array, dt: number) => void;

/** Classical Runge-Kutta (followPath) from any places: order 4 in dt. */
export function traceByRungeKutta(feet: Float64Array, row: RowVelocity, ends: Float64Array, dt: number): void {
  finishVelocity(row);
  for (let j = row.periodic ? 0 : 1; j < ends.length - 1; j++) feet[j] = followPath(row, ends[j], dt);
  keepInOrder(feet, ends, row.periodic);
}

/** |du/dx| dt that one part of a path covers. */
export const LONGEST_PART = 0.5;
/** Parts of a path after which their length is chosen anew, and how often it is. */
const PARTS = 64;
const ROUNDS = 8;

/**
 * Where the path through `end` was a time dt before, by classical Runge-Kutta: in equal parts that keep |du/dx| dt below 1/2, with du/dx of the faces nearby. The
 * length of the parts is chosen anew after 64 of them, in which a distance between paths grows or shrinks by a factor e^32 = 8e13: a path that nears a point of rest
 * is there to rounding, and one that leaves it is on its way. After 8 times 64 parts, about twice what takes a path from one point of rest to the next, it
 * stops where it is; so the cost is bounded for every dt, and the mass before that place moves less far than it should.
 *
 * The cubics of `row` are final (finishVelocity).
 */
export function followPath(row: RowVelocity, end: number, dt: number): number {
  const { min, max, cells, periodic, slopes, cubics } = row;
  const inverse = cells / (max - min);
  // In cells of the velocity.
  const start = (end - min) * inverse;
  let x = start;
  let left = dt;
  for (let round = 0; round < ROUNDS && left > 0; round++) {
    const from = x;
    const rate = rateNear(slopes, cells, periodic, x) * inverse;
    const isLast = rate * left <= PARTS * LONGEST_PART;
    const span = isLast ? left : (PARTS * LONGEST_PART) / rate;
    const parts = isLast ? (rate * span > LONGEST_PART ? Math.ceil((rate * span) / LONGEST_PART) : 1) : PARTS;
    const h = (-span / parts) * inverse;
    for (let p = 0; p < parts; p++) {
      const k1 = velocityAt(cubics, cells, periodic, x);
      const k2 = velocityAt(cubics, cells, periodic, x + 0.5 * h * k1);
      const k3 = velocityAt(cubics, cells, periodic, x + 0.5 * h * k2);
      const k4 = velocityAt(cubics, cells, periodic, x + h * k3);
      x += (h / 6) * (k1 + 2 * (k2 + k3) + k4);
      // Beyond a wall there is nothing, and nothing comes back from there.
      if (!periodic && !(x > 0 && x < cells)) return x > 0 ? max : min;
    }
    if (isLast || x === from) break;
    left -= span;
  }
  // By how far it has come, so that paths close together stay so to their own digits.
  return x === start ? end : end + (x - start) / inverse;
}

/** The largest |du/dx|, times the width of a cell, at the face nearest to a place and at those beside it. */
function rateNear(slopes: Float64Array, cells: number, periodic: boolean, x: number): number {
  let k = Math.round(x);
  if (periodic && !(k >= 0 && k <= cells)) k -= cells * Math.floor(k / cells);
  const behind = Math.abs(slopes[k > 0 ? k - 1 : periodic ? cells - 1 : 0]);
  const ahead = Math.abs(slopes[k < cells ? k + 1 : periodic ? 1 : cells]);
  return Math.max(behind, Math.abs(slopes[k]), ahead);
}

/** u at a place in units of cells; beyond a wall that at the wall. */
function velocityAt(cubics: Float64Array, cells: number, periodic: boolean, x: number): number {
  let place = x;
  if (!(place >= 0 && place < cells)) {
    if (periodic) place -= cells * Math.floor(place / cells);
    else place = place < 0 ? 0 : cells;
  }
  let k = place | 0;
  if (k >= cells) k = cells - 1;
  const t = place - k;
  const c = 4 * k;
  return cubics[c] + t * (cubics[c + 1] + t * (cubics[c + 2] + t * cubics[c + 3]));
}

/** The ends of the row; paths that rounding or too rough a velocity lets cross meet. */
export function keepInOrder(feet: Float64Array, ends: Float64Array, periodic: boolean): void {
  const n = ends.length - 1;
  if (!periodic) feet[0] = ends[0];
  const last = periodic ? feet[0] + (ends[n] - ends[0]) : ends[n];
  for (let j = 1; j < n; j++) {
    if (feet[j] < feet[j - 1]) feet[j] = feet[j - 1];
    if (feet[j] > last) feet[j] = last;
  }
  feet[n] = last;
}
