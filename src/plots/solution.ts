import type { Figure, Series } from "../figures/figure.ts";
import type { Problem } from "../problem/problem.ts";
import type { Snapshot } from "../problem/snapshot.ts";
import { densityFigures, type KeptDensity } from "./densities.ts";
import { curve, observableFigure, TIME } from "./over-time.ts";

/** What a solution is judged by at a glance: density, energy, the identity (16), how far it is from the minimiser, and the observables. */
export function solutionFigures(problem: Problem, snapshots: readonly Snapshot[], densities: readonly KeptDensity[]): Figure[] {
  const times = snapshots.map(({ time }) => time);
  const warm = problem.temperature.constant !== 0;
  const energy = warm ? "E_tau" : "E";
  const first = snapshots[0]?.energy ?? 0;
  const over = (name: string, of: (snapshot: Snapshot) => number | null): Series => curve(name, times, snapshots.map(of));
  const distances: Series[] = [
    over(warm ? "gap tau KL(mu | Gibbs)" : "gap Vbar - min V", ({ gap }) => gap),
    over(warm ? "sd of V_tau under mu" : "sd of V under mu", ({ residualOnSupport }) => residualOnSupport),
    over("Vbar - V off the support", ({ residualOffSupport }) => residualOffSupport),
  ];
  return [
    ...densityFigures(problem.grid, times, densities),
    {
      title: "Energy",
      x: TIME,
      y: { title: `energy ${energy}[mu_t]` },
      traces: [over(energy, ({ energy }) => energy)],
    },
    {
      title: "Energy identity (16)",
      x: TIME,
      y: { title: "energy" },
      traces: [
        over(`lost: ${energy}(0) - ${energy}(t)`, ({ energy }) => first - energy),
        { ...over("predicted by the identity", ({ dissipated }) => dissipated), mode: "markers" },
      ],
    },
    {
      title: "Distance from the minimiser",
      x: TIME,
      y: { title: "units of V", log: true },
      traces: distances.filter(({ y }) => Array.from(y).some((value) => value !== null && value > 0)),
    },
    ...observableFigure(times, snapshots.map(({ observables }) => observables)), // biome-ignore format: one call
  ];
}
