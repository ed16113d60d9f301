import { finishVelocity, type RowVelocity } from "./row-velocity.ts";

/**
 * feet[j] = the place a time dt before of the path that is at ends[j], in the velocity of a row held fixed. At walls the ends of the row stay, and no path comes
 * from beyond them. Paths do not cross: feet are not decreasing.
 */
export type Tracing = (feet: Float64Array, row: RowVelocity, ends: Float64Array, dt: number) => void;

/** The ways to trace, by name. */
export const TRACINGS = {
  /** One step of Euler's; `ends` are the faces themselves. */
  euler: { order: 1, trace: traceByEuler },
  /** Classical Runge-Kutta, in as many parts as keep |du/dx| dt below 1/2. */
  "runge-kutta": { order: 4, trace: traceByRungeKutta },
} as const satisfies Record<string, { order: number; trace: Tracing }>;

export type TracingName = keyof typeof TRACINGS;

function traceByEuler(feet: Float64Array, row: RowVelocity, ends: Float64Array, dt: number): void {
  const { values, periodic } = row;
  for (let j = 0; j < ends.length; j++) feet[j] = ends[j] - dt * values[j];
  finish(feet, ends, periodic);
}

/** |du/dx| dt that one part of the tracing covers. */
const LONGEST = 0.5;

function traceByRungeKutta(feet: Float64Array, row: RowVelocity, ends: Float64Array, dt: number): void {
  finishVelocity(row);
  const { min, max, cells, periodic, slopes, cubics } = row;
  const inverse = cells / (max - min);
  for (let j = periodic ? 0 : 1; j < ends.length - 1; j++) {
    // In cells of the velocity.
    let x = (ends[j] - min) * inverse;
    // At the nearest face and those beside it.
    const k = Math.round(x);
    const behind = Math.abs(slopes[k > 0 ? k - 1 : periodic ? cells - 1 : 0]);
    const ahead = Math.abs(slopes[k < cells ? k + 1 : periodic ? 1 : cells]);
    const rate = Math.max(behind, Math.abs(slopes[k]), ahead) * inverse;
    const parts = rate * dt > LONGEST ? Math.ceil((rate * dt) / LONGEST) : 1;
    const h = (-dt / parts) * inverse;
    const start = x;
    for (let p = 0; p < parts; p++) {
      const k1 = velocityAt(cubics, cells, periodic, x);
      const k2 = velocityAt(cubics, cells, periodic, x + 0.5 * h * k1);
      const k3 = velocityAt(cubics, cells, periodic, x + 0.5 * h * k2);
      const k4 = velocityAt(cubics, cells, periodic, x + h * k3);
      x += (h / 6) * (k1 + 2 * (k2 + k3) + k4);
      if (!periodic && !(x > 0 && x < cells)) {
        // Beyond a wall there is nothing, and nothing comes back from there.
        x = x > 0 ? cells : 0;
        break;
      }
    }
    // By how far it has come, so that paths close together stay so to their own digits.
    feet[j] = x === start ? ends[j] : !periodic && x === 0 ? min : !periodic && x === cells ? max : ends[j] + (x - start) / inverse;
  }
  finish(feet, ends, periodic);
}

/** u at a place in units of cells; beyond a wall that at the wall. */
function velocityAt(cubics: Float64Array, cells: number, periodic: boolean, x: number): number {
  let place = x;
  if (!(place >= 0 && place < cells)) {
    if (periodic) place -= cells * Math.floor(place / cells);
    else place = place < 0 ? 0 : cells;
  }
  let k = Math.floor(place);
  if (k >= cells) k = cells - 1;
  const t = place - k;
  const c = 4 * k;
  return cubics[c] + t * (cubics[c + 1] + t * (cubics[c + 2] + t * cubics[c + 3]));
}

/** The ends of the row; paths that rounding or too rough a velocity lets cross meet. */
function finish(feet: Float64Array, ends: Float64Array, periodic: boolean): void {
  const n = ends.length - 1;
  if (!periodic) feet[0] = ends[0];
  const last = periodic ? feet[0] + (ends[n] - ends[0]) : ends[n];
  for (let j = 1; j < n; j++) {
    if (feet[j] < feet[j - 1]) feet[j] = feet[j - 1];
    if (feet[j] > last) feet[j] = last;
  }
  feet[n] = last;
}
