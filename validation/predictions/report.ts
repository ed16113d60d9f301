import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { schemesFollowing } from "../../src/schemes/schemes.ts";
import { atMost, type Claim, consistent, needs, show } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { shadesOf } from "../shared/colours.ts";
import { draw, logY } from "../shared/draw.ts";
import { drawForest } from "../shared/forest.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import { INSTANTS, type PredictionConfig, type PredictionRow, type SourceSnapshot } from "./measure.ts";

const isDescent = (scheme: string) => (schemesFollowing("gradient-descent") as string[]).includes(scheme);

export function reportPredictions(config: PredictionConfig, rows: readonly PredictionRow[]): StudyResult {
  const { problem, n, dt, replicas, seed } = config;
  const judged = rows.map((row) => ({ ...row, off: (row.simulated - row.predicted) / row.error }));
  const worst = judged.reduce((a, b) => (Math.abs(b.off) > Math.abs(a.off) ? b : a));
  const square = judged.reduce((total, { off }) => total + off ** 2, 0) / rows.length;
  const what = `predicted n Var against the simulated one in ${rows.length} cases (mean square ${square.toFixed(2)} standard errors, 1 from chance alone), the farthest ${worst.observable} of ${worst.scheme} at t = ${worst.time}, ${show(worst.predicted)} against ${show(worst.simulated)} +- ${show(worst.error)}`;
  return resultOf({
    name: `predicted fluctuations: ${problem.name}`,
    claims: [consistent(what, { z: worst.off }, rows.length)],
    notes: [
      `n = ${n}, dt = ${show(dt)}, ${replicas} replicas, seeds from ${seed}. Standard errors of the variance from the fourth moment. The prediction is the limit n -> infinity at this dt.`,
    ],
    tables: [
      tabulateFields(
        "n Var, predicted at the scheme's own dt and simulated",
        judged.map(({ off, ...row }) => ({
          ...row,
          ...{ ratio: (row.predicted / row.simulated).toFixed(4), standardErrors: off.toFixed(2) },
        })),
      ),
    ],
    figures: [
      drawForest(
        `Simulated over predicted n Var, with 95% bars (${problem.name})`,
        rows.map(({ scheme, time, observable, predicted, simulated, error }) => ({
          ...{ row: `${observable}, t = ${time}`, group: scheme },
          ...{ ratio: simulated / predicted, error: error / predicted },
        })),
        (scheme) => (isDescent(scheme) ? "gradient-descent" : nameOfDynamics(problem.dynamics)),
      ),
    ],
    settings: { problem, n, dt, replicas, seed },
  });
}

const QUENCHING =
  "Births and deaths quench their own noise: the rate alpha int |V - Vbar| dmu at which they add to n Var falls with the energy.";

/** A source must end below half of where it began: less is a fall, but no quenching. */
const QUENCHED = 0.5;

export function reportQuenching(problem: Problem, snapshots: readonly SourceSnapshot[]): StudyResult {
  const [first, last] = [snapshots[0], snapshots[snapshots.length - 1]];
  const names = Object.keys(last.sources);
  const looks = shadesOf(nameOfDynamics(problem.dynamics), names.length + 1);
  const claims = names.map((name): Claim => {
    const [from, to] = [first.sources[name], last.sources[name]];
    const what = `the source of n Var of ${name} falls from ${show(from)} at t = 0 to ${show(to)} at t = ${show(last.time)}, while the energy falls from ${show(first.energy)} to ${show(last.energy)}; last over first`;
    return to < from ? needs(what, to / from, QUENCHED, "it falls, but not by half") : atMost(what, to / from, QUENCHED);
  });
  return resultOf({
    name: `self-quenching: ${problem.name}`,
    claim: QUENCHING,
    claims,
    notes: [
      "From the mean-field limit under gradient descent with births and deaths: no particles, no chance. The run is four times as long as the problem says.",
    ],
    tables: [
      tabulateFields(
        "Noise source and energy, events per particle and unit time",
        snapshots.filter((_, s) => s % (INSTANTS / 8) === 0).map(({ sources, ...row }) => ({ ...row, ...sources })),
      ),
    ],
    figures: [
      logY(`Noise source against time (${problem.name})`, AXES.time, { title: "rate per unit of time", symbol: "q" }, [
        draw("events per particle", snapshots, "time", "eventRate", { mode: "lines", label: "events per particle", ...looks[0] }),
        ...names.map((name, k) => {
          const label = `source of ${name}`;
          return draw(label, snapshots, "time", ({ sources }) => sources[name], { mode: "lines", label, ...looks[k + 1] });
        }),
      ]),
    ],
    settings: { problem, instants: INSTANTS },
  });
}
