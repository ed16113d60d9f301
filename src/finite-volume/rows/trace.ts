import { type RowVelocity, velocityAt } from "./row-velocity.ts";

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
  const { min, max, cells, periodic, slopes } = row;
  const inverse = cells / (max - min);
  for (let j = periodic ? 0 : 1; j < ends.length - 1; j++) {
    let x = ends[j];
    // At the nearest face and those beside it.
    const k = Math.round((x - min) * inverse);
    const behind = Math.abs(slopes[k > 0 ? k - 1 : periodic ? cells - 1 : 0]);
    const ahead = Math.abs(slopes[k < cells ? k + 1 : periodic ? 1 : cells]);
    const rate = Math.max(behind, Math.abs(slopes[k]), ahead) * inverse;
    const parts = Math.max(1, Math.ceil((rate * dt) / LONGEST));
    const h = -dt / parts;
    for (let p = 0; p < parts; p++) {
      const k1 = velocityAt(row, x);
      const k2 = velocityAt(row, x + 0.5 * h * k1);
      const k3 = velocityAt(row, x + 0.5 * h * k2);
      const k4 = velocityAt(row, x + h * k3);
      x += (h / 6) * (k1 + 2 * (k2 + k3) + k4);
      if (!periodic && !(x > min && x < max)) {
        // Beyond a wall there is nothing, and nothing comes back from there.
        x = x > min ? max : min;
        break;
      }
    }
    feet[j] = x;
  }
  finish(feet, ends, periodic);
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
