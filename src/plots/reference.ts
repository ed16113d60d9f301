import type { Figure, Series } from "../figures/figure.ts";
import type { Reference } from "../reference/result.ts";
import { densityFigures } from "./densities.ts";
import { curve, observableFigure, TIME } from "./over-time.ts";

/** The densities and the observables, and over time the stated error of each, beside the tolerance. */
export function referenceFigures({ problem, snapshots, tolerance }: Reference): Figure[] {
  const times = snapshots.map(({ time }) => time);
  const names = Object.keys(snapshots[0]?.errors.observables ?? {});
  const errors: Series[] = [
    curve("density, L1", times, snapshots.map(({ errors }) => errors.l1)), // biome-ignore format: rows of a table
    curve("W1", times, snapshots.map(({ errors }) => errors.wasserstein1)), // biome-ignore format: rows of a table
    curve("energy", times, snapshots.map(({ errors }) => errors.energy)), // biome-ignore format: rows of a table
    ...names.map((name) =>
      curve(
        name,
        times,
        snapshots.map(({ errors }) => errors.observables[name]),
      ),
    ),
  ];
  const ends = [times[0], times[times.length - 1]];
  return [
    ...densityFigures(
      problem.grid,
      times,
      snapshots.map(({ density }) => ({ density, cells: null })),
    ),
    {
      title: "Stated errors",
      x: TIME,
      y: { title: "stated error", log: true },
      traces: [...errors, { name: "tolerance", x: ends, y: [tolerance, tolerance], dashed: true }],
    },
    ...observableFigure(times, snapshots.map(({ observables }) => observables)), // biome-ignore format: one call
  ];
}
