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
  const { min, max, cells, periodic, values, slopes } = row;
  const width = (max - min) / cells;
  // Times in -dt, places in cells: all below are pure numbers.
  const s = -dt / width;
  let behind = s * values[cells - 1];
  let here = s * values[0];
  let slopeBehind = s * slopes[periodic ? cells - 1 : 0];
  let slope = s * slopes[0];
  let isFinished = false;
  for (let j = 0; j < cells; j++) {
    const ahead = s * values[j + 1];
    const slopeAhead = s * slopes[j + 1];
    // The path has come from behind or from ahead.
    const sign = here < 0 ? -1 : 1;
    const difference = here < 0 ? here - behind : ahead - here;
    const slopeThere = here < 0 ? slopeBehind : slopeAhead;
    const second = sign * (6 * difference - 4 * slope - 2 * slopeThere);
    const third = 6 * (slope + slopeThere - 2 * difference);
    const bend = here * second;
    const square = slope * slope;
    const moved =
      here * (1 + 0.5 * slope + (1 / 6) * (square + bend) + (1 / 24) * (slope * (square + 4 * bend) + here * here * third));
    const rate = Math.max(Math.abs(slope), Math.abs(slopeBehind), Math.abs(slopeAhead));
    if (rate <= LONGEST_PART && moved <= 1 && moved >= -1) feet[j] = ends[j] + width * moved;
    else {
      if (!isFinished) finishVelocity(row);
      isFinished = true;
      feet[j] = followPath(row, ends[j], dt);
    }
    behind = here;
    here = ahead;
    slopeBehind = slope;
    slope = slopeAhead;
  }
  keepInOrder(feet, ends, periodic);
}
