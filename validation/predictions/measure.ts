import { followMean, measureAlong, startNodes } from "../../src/fluctuations/mean-path.ts";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { scheduleOf } from "../../src/fluctuations/schedule.ts";
import { createStepMap } from "../../src/mean-field-map/step-map.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { IN_CONTINUOUS_TIME } from "../../src/schemes/growth.ts";
import type { SchemeName } from "../../src/schemes/schemes.ts";
import { inSequence, type Size } from "../shared/sizes.ts";

/** One prediction and what an ensemble made of it. */
export interface PredictionRow {
  scheme: SchemeName;
  time: number;
  observable: string;
  predicted: number;
  simulated: number;
  /** Standard error of `simulated`, from the fourth moment. */
  error: number;
}

export interface PredictionConfig extends Size {
  problem: Problem;
  schemes: readonly SchemeName[];
  dt: number;
  seed: number;
  workers: number;
}

/** n Var predicted at the scheme's own dt, and over replicas, of every observable at every snapshot. */
export async function measurePredictions(
  { problem, schemes, seed, workers, ...size }: PredictionConfig,
  onReplica: (share: number) => void = () => {},
): Promise<PredictionRow[]> {
  const rows = await inSequence(schemes, async (scheme, k) => {
    const onProgress = (replicas: number) => onReplica((k + replicas / size.replicas) / schemes.length);
    const ensemble = await simulate(problem, { ...size, scheme, seed: seed + k, workers, onProgress });
    const { snapshots } = predictFluctuations(problem, { ...size, scheme });
    return snapshots.flatMap(({ time, observables }, s) =>
      Object.entries(observables).map(([observable, { nVariance: predicted }]): PredictionRow => {
        const { nVariance, nVarianceError } = ensemble.snapshots[s].observables[observable];
        return { scheme, time, observable, predicted, simulated: nVariance, error: nVarianceError };
      }),
    );
  });
  return rows.flat();
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
