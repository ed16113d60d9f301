import type { Figure } from "../../src/figures/figure.ts";
import type { Table } from "../../src/figures/table.ts";
import { followMean, measureAlong, startLaw } from "../../src/fluctuations/mean-path.ts";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { EXPONENTIAL } from "../../src/fluctuations/reaction.ts";
import { scheduleOf } from "../../src/fluctuations/schedule.ts";
import type { PredictedScheme } from "../../src/fluctuations/scheme-laws.ts";
import { createStepMap } from "../../src/fluctuations/step-map.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { changeProblem, createProblem, type Problem } from "../../src/problem/problem.ts";
import { combine, type Finding, type Study, type StudyResult, show } from "../study.ts";

/** One prediction and what an ensemble made of it. */
export interface PredictionRow {
  problem: string;
  scheme: PredictedScheme;
  n: number;
  dt: number;
  time: number;
  observable: string;
  predicted: number;
  simulated: number;
  /** Standard error of `simulated`, from the fourth moment. */
  error: number;
}

export interface PredictionConfig {
  problem: Problem;
  schemes: readonly PredictedScheme[];
  n: number;
  dt: number;
  replicas: number;
  seed: number;
  workers: number;
}

/** n Var predicted at the scheme's own dt, and over replicas, of every observable at every snapshot. */
export async function measurePredictions(
  config: PredictionConfig,
  onReplica: (share: number) => void = () => {},
): Promise<PredictionRow[]> {
  const { problem, schemes, n, dt, replicas, seed, workers } = config;
  const rows: PredictionRow[] = [];
  let done = 0;
  for (const [k, scheme] of schemes.entries()) {
    const { snapshots } = predictFluctuations(problem, { scheme, n, dt });
    const onEach = () => onReplica(++done / (replicas * schemes.length));
    const ensemble = await simulate(problem, { scheme, n, dt, replicas, seed: seed + k, workers, onReplica: onEach });
    for (const [s, { time, observables }] of snapshots.entries()) {
      for (const [observable, { nVariance }] of Object.entries(observables)) {
        const own = ensemble.snapshots[s].observables[observable];
        rows.push({
          problem: problem.name,
          scheme,
          n,
          dt,
          time,
          observable,
          predicted: nVariance,
          simulated: own.nVariance,
          error: own.nVarianceError,
        });
      }
    }
  }
  return rows;
}

function standardErrorsOff({ predicted, simulated, error }: PredictionRow): number {
  return (simulated - predicted) / error;
}

const SCHEMES: readonly PredictedScheme[] = [
  "algorithm-1",
  "event-process",
  "resampling",
  "resampling-multinomial",
  "gradient-descent",
];
/** Standard errors that a prediction may be off by. */
const ALLOWED = 3;

export const predictionStudy: Study = {
  name: "predictions",
  title: "Predicted fluctuations",
  takesProblems: true,
  async run({ quick, workers, problems, load, progress }) {
    const doubleWell = await load("double-well");
    const times = { end: 1, snapshots: [0, 0.5, 1] };
    const interacting = await createProblem({
      ...doubleWell.definition,
      name: "double-well with cosine interaction",
      alpha: 2,
      potential: { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution", expression: "1.5*cos(x)" } },
      time: times,
    });
    const own =
      problems.length > 0
        ? problems
        : [
            await createProblem({ ...doubleWell.definition, time: times }),
            interacting,
            await createProblem({ ...(await load("gaussian-repulsion")).definition, time: times }),
          ];
    const results: StudyResult[] = [];
    for (const [p, problem] of own.entries()) {
      const first = problem.snapshotTimes.find((time) => time > 0) ?? problem.end;
      const config: PredictionConfig = {
        problem,
        schemes: SCHEMES.filter((scheme) => problem.dynamics === "birth-death" || scheme === "gradient-descent"),
        n: quick ? 500 : 1000,
        dt: first / 10,
        replicas: quick ? 400 : 4000,
        seed: 2501 + 10 * p,
        workers,
      };
      const share = (part: number) => progress((p + part) / own.length);
      results.push(report(config, await measurePredictions(config, share)));
    }
    results.push(...(await Promise.all(own.filter((problem) => problem.dynamics === "birth-death").map(quenching))));
    return results;
  },
};

function report(config: PredictionConfig, rows: readonly PredictionRow[]): StudyResult {
  const { problem, n, dt, replicas, seed } = config;
  const off = rows.map(standardErrorsOff);
  const worst = rows.reduce((a, b) => (Math.abs(standardErrorsOff(b)) > Math.abs(standardErrorsOff(a)) ? b : a));
  const most = Math.max(...off.map(Math.abs));
  const square = off.reduce((total, z) => total + z * z, 0) / off.length;
  const finding: Finding = {
    text: `predicted n Var within ${most.toFixed(2)} standard errors of the simulated one in all ${rows.length} cases (asked ${ALLOWED}; mean square ${square.toFixed(2)}, 1 from chance alone); farthest: ${worst.observable} of ${worst.scheme} at t = ${worst.time}, ${show(worst.predicted)} against ${show(worst.simulated)} +- ${show(worst.error)}`,
    verdict: most <= ALLOWED ? "pass" : "fail",
  };
  const table: Table = {
    title: "n Var, predicted at the scheme's own dt and simulated",
    header: ["scheme", "time", "observable", "predicted", "simulated", "+-", "ratio", "standard errors"],
    rows: rows.map((row) => [
      row.scheme,
      row.time,
      row.observable,
      row.predicted,
      row.simulated,
      row.error,
      (row.predicted / row.simulated).toFixed(4),
      standardErrorsOff(row).toFixed(2),
    ]),
  };
  const figure: Figure = {
    title: `Simulated over predicted n Var (${problem.name})`,
    x: { title: "predicted n Var", log: true },
    y: { title: "simulated / predicted" },
    traces: [...new Set(rows.map(({ scheme }) => scheme))].map((scheme) => {
      const own = rows.filter((row) => row.scheme === scheme);
      return {
        name: scheme,
        x: own.map(({ predicted }) => predicted),
        y: own.map(({ simulated, predicted }) => simulated / predicted),
        errors: own.map(({ error, predicted }) => (ALLOWED * error) / predicted),
        mode: "markers" as const,
      };
    }),
  };
  return {
    name: `predicted fluctuations: ${problem.name}`,
    claim:
      "The size of the fluctuations of every scheme, observable and time follows from the mean-field limit alone, by its adjoint.",
    verdict: combine([finding]),
    findings: [finding],
    notes: [
      `n = ${n}, dt = ${show(dt)}, ${replicas} replicas, seeds from ${seed}. Standard errors of the variance from the fourth moment; bars of ${ALLOWED} of them. The prediction is the limit n -> infinity at this dt.`,
    ],
    tables: [table],
    figures: [figure],
    settings: { problem: problem.definition, n, dt, replicas, seed },
  };
}

/** Snapshots of the curves against time. */
const INSTANTS = 40;

export interface SourceSnapshot {
  time: number;
  energy: number;
  /** alpha int |V - Vbar| dmu. */
  eventRate: number;
  /** alpha int |V - Vbar| (phi - phibar)^2 dmu by observable. */
  sources: Record<string, number>;
}

/** The noise source against time: what births and deaths add to n Var, at the mean-field law, over four times the run. */
export async function sourceOverTime(problem: Problem): Promise<SourceSnapshot[]> {
  const long = await changeProblem(problem, { time: { end: 4 * problem.end, snapshots: INSTANTS } });
  const map = createStepMap(long, { growth: EXPONENTIAL, earlier: 0.5 }, 1e-9);
  const start = startLaw(long, long.grid.axes.map(() => (long.grid.dimension === 1 ? 400 : 24))); // biome-ignore format: one call
  const path = followMean(map, start, scheduleOf(long, long.end / INSTANTS / 10));
  const { sources, energies, eventRates } = measureAlong(long, map, path);
  return long.snapshotTimes.map((time, s) => ({
    time,
    energy: energies[s],
    eventRate: eventRates[s],
    sources: Object.fromEntries(long.observables.map(({ name }, k) => [name, sources[s][k]])),
  }));
}

async function quenching(problem: Problem): Promise<StudyResult> {
  const snapshots = await sourceOverTime(problem);
  const last = snapshots[snapshots.length - 1];
  const times = snapshots.map(({ time }) => time);
  const rates = snapshots.map(({ eventRate }) => eventRate);
  const names = Object.keys(last.sources);
  const [first] = snapshots;
  const findings = names.map((name): Finding => {
    const [from, to] = [first.sources[name], last.sources[name]];
    return {
      text: `the source of n Var of ${name} falls from ${show(from)} at t = 0 to ${show(to)} at t = ${show(last.time)}, while the energy falls from ${show(first.energy)} to ${show(last.energy)}`,
      verdict: to < 0.5 * from ? "pass" : to < from ? "inconclusive" : "fail",
    };
  });
  return {
    name: `self-quenching: ${problem.name}`,
    claim:
      "Births and deaths quench their own noise: the rate alpha int |V - Vbar| dmu at which they add to n Var falls with the energy.",
    verdict: combine(findings),
    findings,
    notes: [
      "From the mean-field law under gradient descent with births and deaths: no particles, no chance. The run is four times as long as the problem says.",
    ],
    tables: [
      {
        title: "Noise source and energy",
        header: ["time", "energy", "events per particle and unit time", ...names.map((name) => `source of ${name}`)],
        rows: snapshots
          .filter((_, s) => s % 5 === 0)
          .map(({ time, energy, eventRate, sources }) => [time, energy, eventRate, ...names.map((name) => sources[name])]),
      },
    ],
    figures: [
      {
        title: `Noise source against time (${problem.name})`,
        x: { title: "time" },
        y: { title: "per unit of time", log: true },
        traces: [
          { name: "events per particle", x: times, y: rates, mode: "lines" as const },
          ...names.map((name) => ({
            name: `source of ${name}`,
            x: times,
            y: snapshots.map(({ sources }) => sources[name]),
            mode: "lines" as const,
            dashed: true,
          })),
        ],
      },
    ],
    settings: { problem: problem.definition, instants: INSTANTS },
  };
}
