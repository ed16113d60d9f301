import { finishVelocity, type RowVelocity } from "./row-velocity.ts";
import { followPath, keepInOrder, LONGEST_PART, type Tracing } from "./trace.ts";

/** The ways to trace from the faces of a row, where its velocity and slopes are known, by name: `ends` are the faces themselves. */
export const TRACINGS = {
  euler: { order: 1, trace: traceByEuler },
  taylor: { order: 4, trace: traceByTaylor },
} as const satisfies Record<string, { order: number; trace: Tracing }>;

export type TracingName = keyof typeof TRACINGS;

function traceByEuler(feet: Float64Array, row: RowVelocity, ends: Float64Array, dt: number): void {
  const { values, periodic } = row;
  for (let j = 0; j < ends.length; j++) feet[j] = ends[j] - dt * values[j];
  keepInOrder(feet, ends, periodic);
}

/**
 * The path is in the cell upwind of its face, in which u is a cubic: with s = -dt and ' = d/dx, Taylor's series in s is
 *
 *   x - X = s u + s^2 u u' / 2 + s^3 (u u'^2 + u^2 u'') / 6 + s^4 (u u'^3 + 4 u^2 u' u'' + u^3 u''') / 24 + O(s^5).
 *
 * Where |u'| dt is above 1/2, or the path is longer than a cell, it is followed (followPath).
 */
function traceByTaylor(feet: Float64Array, row: RowVelocity, ends: Float64Array, dt: number): void {
  finishVelocity(row);
  const { min, max, cells, periodic, values, slopes, cubics } = row;
  const width = (max - min) / cells;
  const s = -dt / width;
  const slowest = (LONGEST_PART * width) / dt;
  let behind = Math.abs(slopes[periodic ? cells - 1 : 0]);
  let here = Math.abs(slopes[0]);
  for (let j = 0; j < cells; j++) {
    const ahead = Math.abs(slopes[j + 1]);
    const isSlow = here <= slowest && behind <= slowest && ahead <= slowest;
    behind = here;
    here = ahead;
    const a = s * values[j];
    // Coefficients of the cell upwind, at its right end or its left one.
    const cell = 4 * (a < 0 ? (j > 0 ? j : cells) - 1 : j);
    const third = 6 * s * cubics[cell + 3];
    const second = 2 * s * cubics[cell + 2] + (a < 0 ? third : 0);
    const b = s * slopes[j];
    const ac = a * second;
    const moved = a * (1 + 0.5 * b + (b * b + ac) / 6 + (b * (b * b + 4 * ac) + a * a * third) / 24);
    feet[j] = isSlow && moved <= 1 && moved >= -1 ? ends[j] + width * moved : followPath(row, ends[j], dt);
  }
  keepInOrder(feet, ends, periodic);
}
