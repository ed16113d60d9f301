import { InputError } from "../errors.ts";
import type { Figure } from "../figures/figure.ts";
import type { Grid } from "../grid/grid.ts";
import { ROOT_COLOURS } from "./colours.ts";
import { type DensitySnapshot, marginalOf, seenRange } from "./densities.ts";
import { TIME } from "./over-time.ts";

/** Of a map over time: with fewer its cells are too wide to show a motion. */
export const FEWEST_TIMES = 20;
/** Cells along the variable, those of the grid put together: more are not seen in a picture. */
const MOST_CELLS = 200;

/** Frames of a map, at most. */
const FRAMES = 100;

/** Takes densities of a run for a map over time, some hundred at equal distances, as its steps go. */
export interface FrameKeeper {
  frames: DensitySnapshot[];
  /** After each step, and at t = 0, where a run begins anew. @param mu a view, of which a copy is kept */
  add(time: number, mu: Float64Array): void;
}

export function keepFrames(end: number): FrameKeeper {
  const frames: DensitySnapshot[] = [];
  return {
    frames,
    add(time, mu) {
      if (time === 0) frames.length = 0;
      const last = frames[frames.length - 1]?.time ?? -Infinity;
      // The last step ends at the end itself.
      if (time - last >= end / FRAMES || time === end) frames.push({ time, density: mu.slice() });
    },
  };
}

/**
 * The density of a problem in one variable as a map over time and that variable. Colours follow the square root of the density.
 *
 * @param snapshots of `solve`, `solveMoving`, `computeReference` or any that have densities on the grid, at 20 times or more to look smooth
 * @throws InputError in more dimensions than one, or for fewer than two snapshots
 */
export function densityOverTime(grid: Grid, snapshots: readonly DensitySnapshot[]): Figure {
  if (grid.dimension !== 1) throw new InputError("grid.dimension", grid.dimension, "no line", "draw densityFigures");
  if (snapshots.length < 2) throw new InputError("snapshots", snapshots.length, "no map over time", "take 20 or more");
  const [{ name }] = grid.axes;
  // Cells that moved are left aside, since each time has its own: the density on the grid is drawn.
  const columns = snapshots.map(({ time, density }) => marginalOf(grid, { time, density }, 0));
  const [low, high] = seenRange(columns) ?? [grid.axes[0].min, grid.axes[0].max];
  const { centres } = columns[0];
  const first = Math.max(0, centres.findIndex((x) => x > low)); // biome-ignore format: one call
  const last = centres.findLastIndex((x) => x < high);
  const together = Math.ceil((last + 1 - first) / MOST_CELLS);
  const rows = Array.from({ length: Math.ceil((last + 1 - first) / together) }, (_, k) => first + k * together);
  const values = Float64Array.from(columns.flatMap((column) => rows.map((row) => meanAt(column.values, row, together))));
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  const times = snapshots.map(({ time }) => time);
  return {
    title: "Density over time",
    x: { ...TIME, range: [times[0], times[times.length - 1]] },
    y: { title: name },
    traces: [
      {
        kind: "cells",
        name: "density",
        x: times,
        y: rows.map((row) => meanAt(centres, row, together)),
        values,
        range: [0, largest > 0 ? largest : 1],
        colours: ROOT_COLOURS,
      },
    ],
  };
}

/** The mean of `count` values from one on, or of those that there are. */
function meanAt(values: Float64Array, from: number, count: number): number {
  const part = values.subarray(from, from + count);
  return part.reduce((total, value) => total + value, 0) / part.length;
}
