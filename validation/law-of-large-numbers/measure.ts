import { sampleMoments } from "../../src/numerics/moments.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { chooseStep } from "../shared/choose-step.ts";
import { type KeepPart, keepNoPart, partsOf } from "../shared/parts.ts";
import { solveReference } from "../shared/reference-solution.ts";
import { type Estimate, fitDecay, rootOfMean } from "../shared/root-n.ts";
import { inSequence, type Size, simulateSize } from "../shared/sizes.ts";

export interface LlnConfig {
  problem: Problem;
  /** Cells of the reference, every axis. */
  referenceCells: number | Record<string, number>;
  sizes: readonly Size[];
  seed: number;
  workers: number;
}

export interface LlnRow extends Size {
  /** Root mean square over replicas and observables of (mean over particles - int phi dmu) / sd_mu(phi). */
  discrepancy: Estimate;
  /** Mean over replicas of W1(mu^n, mu); NaN in more than one dimension. */
  wasserstein: Estimate;
}

export async function measureLln(config: LlnConfig, onReplicas: (share: number) => void = () => {}, keep: KeepPart = keepNoPart) {
  const { problem, sizes, workers, seed } = config;
  const reference = await solveReference(problem, config.referenceCells);
  const largest = Math.max(...sizes.map(({ n }) => n));
  const { dt, bias } = await keep("step", async () =>
    chooseStep(await changeProblem(problem, {}), reference, largest, workers, seed),
  );
  const { wasserstein, means, scales } = reference;
  const simulateOne = simulateSize(problem, sizes, { dt, workers, seed: seed + 1 }, onReplicas);
  const measureSize = async (size: Size, k: number): Promise<LlnRow> => {
    const distances = new Float64Array(size.replicas).fill(Number.NaN);
    const measureDistance = (replica: number, positions: Float64Array) => {
      if (wasserstein !== null) distances[replica] = wasserstein(positions.subarray(positions.length - size.n));
    };
    const { records } = await simulateOne(size, k, wasserstein === null ? undefined : measureDistance);
    const squares = records.map(({ table }) => {
      const last = table.length - table.length / problem.snapshotTimes.length;
      return means.reduce((total, mean, o) => total + ((table[last + o] - mean) / scales[o]) ** 2 / means.length, 0);
    });
    const { mean, standardError } = sampleMoments(distances);
    return { ...size, discrepancy: rootOfMean(squares), wasserstein: { value: mean, error: standardError } };
  };
  const rows = await inSequence(sizes, measureSize, () => {}, partsOf(keep, "size"));
  const fit = fitDecay(rows, (row) => row.discrepancy);
  return { dt, bias, rows, fit, wassersteinFit: wasserstein === null ? null : fitDecay(rows, (row) => row.wasserstein) };
}

export type LlnOutcome = Awaited<ReturnType<typeof measureLln>>;
