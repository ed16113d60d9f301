import { followMean, measureAlong, startNodes } from "../../src/fluctuations/mean-path.ts";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { scheduleOf } from "../../src/fluctuations/schedule.ts";
import { createStepMap } from "../../src/mean-field-map/step-map.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { IN_CONTINUOUS_TIME } from "../../src/schemes/growth.ts";
import type { SchemeName } from "../../src/schemes/schemes.ts";

/** One prediction and what an ensemble made of it. */
export interface PredictionRow {
  problem: string;
  scheme: SchemeName;
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
  schemes: readonly SchemeName[];
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

export function standardErrorsOff({ predicted, simulated, error }: PredictionRow): number {
  return (simulated - predicted) / error;
}

/** Snapshots of the curves against time. */
export const INSTANTS = 40;

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
  const map = createStepMap(long, IN_CONTINUOUS_TIME, { tolerance: 1e-9 });
  const start = startNodes(long, long.grid.axes.map(() => (long.grid.dimension === 1 ? 400 : 24))); // biome-ignore format: one call
  const path = followMean(map, start, scheduleOf(long, long.end / INSTANTS / 10));
  const { sources, energies, eventRates } = measureAlong(long, map, path);
  return long.snapshotTimes.map((time, s) => ({
    time,
    energy: energies[s],
    eventRate: eventRates[s],
    sources: Object.fromEntries(long.observables.map(({ name }, k) => [name, sources[s][k]])),
  }));
}
