import { startNodes } from "../../src/fluctuations/mean-path.ts";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { predictAlong } from "../../src/fluctuations/predict-along.ts";
import { scheduleOf } from "../../src/fluctuations/schedule.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { totalOf } from "../../src/schemes/covariance.ts";
import { PREDICTED_SCHEMES, ruleOf, type SchemeName } from "../../src/schemes/schemes.ts";
import { type KeepPart, keepNoPart } from "../shared/parts.ts";
import { inSequence, type Size } from "../shared/sizes.ts";

export interface WarmCase {
  label: string;
  scheme: SchemeName;
  dt: number;
  changes: Partial<ProblemInput>;
}

export interface WarmConfig extends Size {
  cases: readonly WarmCase[];
  seed: number;
  workers: number;
}

const SMOOTHED = { type: "free-energy", bandwidth: 0.4 } as const;

/**
 * Langevin, and what births and deaths, or weights, follow beside it. Predictions are those of the scheme's own dt, but for weights, whose noise is known as dt -> 0 only: at dt = 0.05 it is some 5% too low
 * here, so dt is shorter.
 */
export const WARM_CASES: readonly WarmCase[] = [
  { label: "Langevin", scheme: "gradient-descent", dt: 0.05, changes: { dynamics: "gradient-descent", alpha: 0 } },
  { label: "births and deaths by V", scheme: "algorithm-1", dt: 0.05, changes: { reaction: "energy" } },
  { label: "births and deaths by V + tau log(k * mu)", scheme: "algorithm-1", dt: 0.05, changes: { reaction: SMOOTHED } },
  { label: "weights by V", scheme: "weighted", dt: 0.0125, changes: { reaction: "energy" } },
];

const warmProblem = (changes: Partial<ProblemInput>): Promise<Problem> =>
  createProblem({
    name: "warm-well",
    variables: { x: { min: -4, max: 4, cells: 256 } },
    potential: { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution", expression: "0.5*cos(x)" } },
    alpha: 2,
    temperature: 0.4,
    initial: { x: { type: "normal", mean: 0.4, sd: 0.6 } },
    time: { end: 1, snapshots: [0.25, 0.5, 1] },
    observables: { mean: "x", second: "x^2", wave: "cos(2*x)" },
    ...changes,
  });

const NODES = 400;

/** n Var at each snapshot of each observable as n -> infinity, at the scheme's own dt. */
function predictedVariances(problem: Problem, scheme: SchemeName, n: number, dt: number): number[][] {
  const names = problem.observables.map(({ name }) => name);
  if (PREDICTED_SCHEMES.includes(scheme)) {
    const { snapshots } = predictFluctuations(problem, { scheme, n, dt });
    return snapshots.map(({ observables }) => names.map((name) => observables[name].nVariance));
  }
  // Weights draw no events: the start and the motion are all that is random.
  const noise = { addAfter: () => {}, weighted: true };
  const { parts } = predictAlong(problem, { rule: ruleOf(scheme), noise }, startNodes(problem, [NODES]), scheduleOf(problem, dt));
  const total = totalOf(parts);
  const P = names.length;
  const quantities = problem.snapshotTimes.length * P;
  return problem.snapshotTimes.map((_, s) => names.map((__, k) => total[(s * P + k) * (quantities + 1)]));
}

/** n Var predicted and over replicas, with the standard error of the second from the fourth moment. */
export async function measureWarm(config: WarmConfig, onShare: (share: number) => void = () => {}, keep: KeepPart = keepNoPart) {
  const { cases, n, replicas, seed, workers } = config;
  const measureCase = async ({ label, scheme, dt, changes }: WarmCase, c: number) => {
    const problem = await warmProblem(changes);
    const onProgress = (done: number) => onShare((c + done / replicas) / cases.length);
    const ensemble = await simulate(problem, { n, replicas, dt, scheme, seed: seed + c, workers, onProgress });
    const predictions = predictedVariances(problem, scheme, n, dt);
    return ensemble.snapshots.flatMap(({ time, observables }, s) =>
      problem.observables.map(({ name: observable }, k) => {
        const { nVariance: simulated, nVarianceError: error } = observables[observable];
        return { case: label, scheme, time, observable, predicted: predictions[s][k], simulated, error };
      }),
    );
  };
  const rows = await inSequence(cases, measureCase, () => {}, keep);
  return rows.flat();
}
