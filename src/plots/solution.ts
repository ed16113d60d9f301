import type { Figure } from "../figures/figure.ts";
import type { Problem } from "../problem/problem.ts";
import type { Snapshot } from "../problem/snapshot.ts";
import { isWarm } from "../problem/thermal.ts";
import { overTime } from "./curves.ts";
import { type DensitySnapshot, densityFigures } from "./densities.ts";
import { densityOverTime, FEWEST_TIMES } from "./density-over-time.ts";
import { observablesFigure, RECORDED, TIME } from "./over-time.ts";

/** E[mu_t] over time, at a temperature E_tau. @param snapshots of any solver */
export function energyFigure(problem: Problem, snapshots: readonly Snapshot[]): Figure {
  const name = isWarm(problem) ? "E_tau" : "E";
  const traces = [overTime(name, snapshots, ({ energy }) => energy, RECORDED)];
  return { title: "Energy", x: TIME, y: { title: `energy ${name}[mu_t]` }, traces };
}

/** The energy that was lost, beside the integral over time of the right-hand side of (16): they differ by the defect of the solution. @param snapshots of any solver */
export function identityFigure(problem: Problem, snapshots: readonly Snapshot[]): Figure {
  const name = isWarm(problem) ? "E_tau" : "E";
  const first = snapshots[0]?.energy ?? 0;
  return {
    title: "Energy identity (16)",
    x: TIME,
    y: { title: "energy" },
    traces: [
      overTime(`lost: ${name}(0) - ${name}(t)`, snapshots, ({ energy }) => first - energy, RECORDED),
      overTime("predicted by the identity", snapshots, ({ dissipated }) => dissipated, { ...RECORDED, mode: "markers" }),
    ],
  };
}

/** Three distances from the minimiser in units of V, on a log axis: the bound `gap` of E - min E, and the residuals of the conditions (17) on and off the support. @param snapshots of any solver */
export function distanceFigure(problem: Problem, snapshots: readonly Snapshot[]): Figure {
  const warm = isWarm(problem);
  const traces = [
    overTime(warm ? "gap tau KL(mu | Gibbs)" : "gap Vbar - min V", snapshots, ({ gap }) => gap, RECORDED),
    overTime(warm ? "sd of V_tau under mu" : "sd of V under mu", snapshots, ({ residualOnSupport }) => residualOnSupport, RECORDED),
    overTime("Vbar - V off the support", snapshots, ({ residualOffSupport }) => residualOffSupport, RECORDED),
  ];
  return {
    title: "Distance from the minimiser",
    x: TIME,
    y: { title: "units of V", log: true },
    traces: traces.filter(({ y }) => Array.from(y).some((value) => value !== null && value > 0)),
  };
}

/**
 * What a solution is judged by at a glance: density, energy, the identity (16), how far it is from the minimiser, and the observables.
 *
 * @param snapshots of any solver; those with a density are drawn as densities
 * @param frames of the map of a density in one dimension over time, which is drawn where there are 20 or more of them, or of the snapshots
 */
export function solutionFigures(
  problem: Problem,
  snapshots: readonly (Snapshot & Partial<DensitySnapshot>)[],
  frames: readonly DensitySnapshot[] = [],
): Figure[] {
  const withDensity = snapshots.filter((snapshot): snapshot is Snapshot & DensitySnapshot => snapshot.density !== undefined);
  const mapped = frames.length >= FEWEST_TIMES ? frames : withDensity;
  const hasMap = problem.grid.dimension === 1 && mapped.length >= FEWEST_TIMES;
  const observables = observablesFigure(snapshots);
  return [
    ...(hasMap ? [densityOverTime(problem.grid, mapped)] : []),
    ...densityFigures(problem.grid, withDensity),
    energyFigure(problem, snapshots),
    identityFigure(problem, snapshots),
    distanceFigure(problem, snapshots),
    ...(observables.traces.length === 0 ? [] : [observables]),
  ];
}
