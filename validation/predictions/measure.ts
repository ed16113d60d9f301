import { followMean, measureAlong, startNodes } from "../../src/fluctuations/mean-path.ts";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { scheduleOf } from "../../src/fluctuations/schedule.ts";
import { createStepMap } from "../../src/mean-field-map/step-map.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { IN_CONTINUOUS_TIME } from "../../src/schemes/growth.ts";
import type { SchemeName } from "../../src/schemes/schemes.ts";
import type { KeepPart } from "../shared/parts.ts";
import { inSequence, type Size } from "../shared/sizes.ts";

export interface PredictionConfig extends Size {
  problem: Problem;
  schemes: readonly SchemeName[];
  dt: number;
  seed: number;
  workers: number;
}

/**
 * n Var predicted at the scheme's own dt, and over replicas, of every observable at every snapshot; with the standard error of the second, from the
 * fourth moment.
 */
export async function measurePredictions(
  { problem, schemes, seed, workers, ...size }: PredictionConfig,
  onReplica: (share: number) => void = () => {},
  keep?: KeepPart,
) {
  const measureScheme = async (scheme: SchemeName, k: number) => {
    const own = await changeProblem(problem, {});
    const onProgress = (replicas: number) => onReplica((k + replicas / size.replicas) / schemes.length);
    const ensemble = await simulate(own, { ...size, scheme, seed: seed + k, workers, onProgress });
    const { snapshots } = predictFluctuations(own, { ...size, scheme });
    return snapshots.flatMap(({ time, observables }, s) =>
      Object.entries(observables).map(([observable, { nVariance: predicted }]) => {
        const { nVariance: simulated, nVarianceError: error } = ensemble.snapshots[s].statistics.observables[observable];
        return { scheme, time, observable, predicted, simulated, error };
      }),
    );
  };
  const rows = await inSequence(schemes, measureScheme, () => {}, keep);
  return rows.flat();
}

export type PredictionRow = Awaited<ReturnType<typeof measurePredictions>>[number];

/** Snapshots of the curves against time, every second step. */
export const INSTANTS = 200;

/**
 * The noise source against time, over four times the run: what births and deaths add to n Var, on the mean-field solution. The rate of events is
 * alpha int |V - Vbar| dmu, the source of an observable alpha int |V - Vbar| (phi - phibar)^2 dmu.
 */
export async function sourceOverTime(problem: Problem) {
  const long = await changeProblem(problem, { time: { end: 4 * problem.end, snapshots: INSTANTS } });
  const map = createStepMap(long, IN_CONTINUOUS_TIME, { tolerance: 1e-9 });
  const start = startNodes(long, long.grid.axes.map(() => (long.grid.dimension === 1 ? 400 : 24))); // biome-ignore format: one call
  const path = followMean(map, start, scheduleOf(long, long.end / INSTANTS / 2));
  const { sources, energies, eventRates } = measureAlong(long, map, path);
  return long.snapshotTimes.map((time, s) => ({
    time,
    energy: energies[s],
    eventRate: eventRates[s],
    sources: Object.fromEntries(long.observables.map(({ name }, k) => [name, sources[s][k]])),
  }));
}

export type SourceSnapshot = Awaited<ReturnType<typeof sourceOverTime>>[number];
