import type { Figure } from "../figures/figure.ts";
import type { Reference, StatedErrors } from "../reference/result.ts";
import { level, overTime } from "./curves.ts";
import { densityFigures } from "./densities.ts";
import { observablesFigure, RECORDED, TIME } from "./over-time.ts";

/** The densities and the observables, and over time the stated error of each, beside the tolerance. */
export function referenceFigures({ problem, snapshots, tolerance }: Reference): Figure[] {
  const names = Object.keys(snapshots[0]?.errors.observables ?? {});
  const over = (name: string, of: (errors: StatedErrors) => number) =>
    overTime(name, snapshots, ({ errors }) => of(errors), RECORDED);
  const errors = [
    over("density, L1", ({ l1 }) => l1),
    over("W1", ({ wasserstein1 }) => wasserstein1),
    over("energy", ({ energy }) => energy),
    ...names.map((name) => over(name, ({ observables }) => observables[name])),
  ];
  const observables = observablesFigure(snapshots);
  return [
    ...densityFigures(problem.grid, snapshots),
    {
      title: "Stated errors",
      x: TIME,
      y: { title: "stated error", log: true },
      traces: [...errors, level("tolerance", tolerance, errors[0])],
    },
    ...(observables.traces.length === 0 ? [] : [observables]),
  ];
}
