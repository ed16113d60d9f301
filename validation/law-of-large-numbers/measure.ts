import { sampleMoments } from "../../src/numerics/moments.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { chooseStep } from "../shared/choose-step.ts";
import { solveReference } from "../shared/reference-solution.ts";
import { type Estimate, fitDecay, rootOfMean } from "../shared/root-n.ts";
import { type Size, simulateSizes } from "../shared/sizes.ts";

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

export async function measureLln(config: LlnConfig, onReplicas: (share: number) => void = () => {}) {
  const { problem, sizes, workers, seed } = config;
  const reference = await solveReference(problem, config.referenceCells);
  const largest = Math.max(...sizes.map(({ n }) => n));
  const { dt, bias } = await chooseStep(problem, reference, largest, workers, seed);
  const { wasserstein, means, scales } = reference;
  const distances = sizes.map(({ replicas }) => new Float64Array(replicas).fill(Number.NaN));
  const measureDistance = (k: number, replica: number, positions: Float64Array) => {
    if (wasserstein !== null) distances[k][replica] = wasserstein(positions.subarray(positions.length - sizes[k].n));
  };
  const onPositions = wasserstein === null ? undefined : measureDistance;
  const ensembles = await simulateSizes(problem, sizes, { dt, workers, seed: seed + 1 }, onReplicas, onPositions);
  const rows = ensembles.map(({ records }, k): LlnRow => {
    const squares = records.map(({ table }) => {
      const last = table.length - table.length / problem.snapshotTimes.length;
      return means.reduce((total, mean, o) => total + ((table[last + o] - mean) / scales[o]) ** 2 / means.length, 0);
    });
    const { mean, standardError } = sampleMoments(distances[k]);
    return { ...sizes[k], discrepancy: rootOfMean(squares), wasserstein: { value: mean, error: standardError } };
  });
  const fit = fitDecay(rows, (row) => row.discrepancy);
  return { dt, bias, rows, fit, wassersteinFit: wasserstein === null ? null : fitDecay(rows, (row) => row.wasserstein) };
}

export type LlnOutcome = Awaited<ReturnType<typeof measureLln>>;
