import { startNodes } from "../../src/fluctuations/mean-path.ts";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { predictAlong } from "../../src/fluctuations/predict-along.ts";
import { scheduleOf } from "../../src/fluctuations/schedule.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { totalOf } from "../../src/schemes/covariance.ts";
import { ruleOf, type SchemeName } from "../../src/schemes/schemes.ts";
import { type KeepPart, keepNoPart } from "../shared/parts.ts";
import { inSequence, type Size } from "../shared/sizes.ts";

/** What a wrong prediction, the control, leaves out. */
export type LeftOut = "motion" | "events" | "squares" | "resampling";

export interface WarmCase {
  label: string;
  scheme: SchemeName;
  changes: Partial<ProblemInput>;
  /** See SimulateOptions. */
  resampleBelow?: number;
  leftOut: LeftOut;
}

export interface WarmConfig extends Size {
  cases: readonly WarmCase[];
  dt: number;
  seed: number;
  workers: number;
}

const ENERGY = { reaction: "energy" } as const;
const SMOOTHED = { reaction: { type: "free-energy", bandwidth: 0.4 } } as const;

export const LANGEVIN = "Langevin";

/** After every step: below another share the steps of resampling vary from replica to replica, and n Var with them. */
const RESAMPLED = [
  ["at temperature 0", { temperature: 0 }],
  ["by V", { ...ENERGY, alpha: 6 }],
] as const;

/** Langevin, and births and deaths, or weights, beside it. */
export const WARM_CASES: readonly WarmCase[] = [
  { label: LANGEVIN, scheme: "gradient-descent", changes: { dynamics: "gradient-descent", alpha: 0 }, leftOut: "motion" },
  { label: "births and deaths by V", scheme: "algorithm-1", changes: ENERGY, leftOut: "events" },
  { label: "births and deaths by V + tau log(k * mu)", scheme: "algorithm-1", changes: SMOOTHED, leftOut: "events" },
  { label: "weights by V", scheme: "weighted", changes: ENERGY, leftOut: "squares" },
  { label: "weights by V + tau log(k * mu)", scheme: "weighted", changes: SMOOTHED, leftOut: "squares" },
  ...RESAMPLED.map(([name, changes]) => ({
    label: `weights ${name}, resampled after every step`,
    scheme: "weighted" as const,
    changes,
    resampleBelow: 1,
    leftOut: "resampling" as const,
  })),
];

const warmProblem = (changes: Partial<ProblemInput>): Promise<Problem> =>
  createProblem({
    name: "warm-well",
    variables: { x: { min: -4, max: 4, cells: 256 } },
    potential: { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution", expression: "0.5*cos(x)" } },
    alpha: 3,
    temperature: 0.4,
    initial: { x: { type: "normal", mean: 0.4, sd: 0.6 } },
    time: { end: 1, snapshots: [0.25, 0.5, 1] },
    observables: { mean: "x", second: "x^2", wave: "cos(2*x)" },
    ...changes,
  });

const NODES = 400;

/** n Var of weighted particles if their noise were that of mu in place of the squared weights. */
function unsquared(problem: Problem, scheme: SchemeName, dt: number): number[][] {
  const noise = { addAfter: () => {}, weighted: false };
  const { parts } = predictAlong(problem, { rule: ruleOf(scheme), noise }, startNodes(problem, [NODES]), scheduleOf(problem, dt));
  const total = totalOf(parts);
  const count = problem.observables.length;
  const quantities = problem.snapshotTimes.length * count;
  return problem.snapshotTimes.map((_, s) => problem.observables.map((__, k) => total[(s * count + k) * (quantities + 1)]));
}

/**
 * n Var predicted for the scheme's own dt, without what the control leaves out, and over replicas, with the standard error of the last from the fourth moment.
 */
export async function measureWarm(config: WarmConfig, onShare: (share: number) => void = () => {}, keep: KeepPart = keepNoPart) {
  const { cases, n, replicas, dt, seed, workers } = config;
  const measureCase = async ({ label, scheme, changes, resampleBelow, leftOut }: WarmCase, c: number) => {
    const problem = await warmProblem(changes);
    const onProgress = (done: number) => onShare((c + done / replicas) / cases.length);
    const resampling = resampleBelow === undefined ? {} : { resampleBelow };
    const ensemble = await simulate(problem, { n, replicas, dt, scheme, seed: seed + c, workers, onProgress, ...resampling });
    const { snapshots } = predictFluctuations(problem, { scheme, n, dt, nodes: NODES, ...resampling });
    const wrong = leftOut === "squares" ? unsquared(problem, scheme, dt) : null;
    return ensemble.snapshots.flatMap(({ time, statistics }, s) =>
      problem.observables.map(({ name: observable }, k) => {
        const { nVariance: simulated, nVarianceError: error } = statistics.observables[observable];
        const { nVariance: predicted, motion = 0, events, control: reset } = snapshots[s].observables[observable];
        const control = wrong?.[s][k] ?? predicted - (leftOut === "motion" ? motion : events + reset);
        return { case: label, leftOut, time, observable, predicted, simulated, error, control };
      }),
    );
  };
  const rows = await inSequence(cases, measureCase, () => {}, keep);
  return rows.flat();
}
