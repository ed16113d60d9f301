import { sampleMoments } from "../../src/numerics/moments.ts";
import type { LineFit } from "../../src/numerics/statistics.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { type BiasRow, chooseStep } from "../shared/choose-step.ts";
import { solveReference } from "../shared/reference-solution.ts";
import { fitDecay } from "../shared/root-n.ts";

export interface LlnConfig {
  problem: Problem;
  /** Cells of the reference, every axis. */
  referenceCells: number | Record<string, number>;
  /** Particle numbers and the replicas of each. */
  sizes: readonly { n: number; replicas: number }[];
  seed: number;
  workers: number;
}

export interface LlnRow {
  n: number;
  replicas: number;
  /** Root mean square over replicas and observables of (mean over particles - int phi dmu) / sd_mu(phi). */
  discrepancy: number;
  discrepancyError: number;
  /** Mean over replicas of W1(mu^n, mu); NaN in more than one dimension. */
  wasserstein: number;
  wassersteinError: number;
}

export interface LlnOutcome {
  dt: number;
  bias: BiasRow[];
  rows: LlnRow[];
  fit: LineFit;
  wassersteinFit: LineFit | null;
}

export async function measureLln(config: LlnConfig, onReplicas: (share: number) => void = () => {}): Promise<LlnOutcome> {
  const { problem, sizes, workers, seed } = config;
  const reference = await solveReference(problem, config.referenceCells);
  const largest = Math.max(...sizes.map(({ n }) => n));
  const { dt, bias } = await chooseStep(problem, reference, largest, workers, seed);
  const work = sizes.reduce((total, { n, replicas }) => total + n * replicas, 0);
  const onLine = reference.wasserstein !== null;
  let done = 0;
  const rows: LlnRow[] = [];
  for (const [k, { n, replicas }] of sizes.entries()) {
    const distances = new Float64Array(replicas).fill(Number.NaN);
    const squares = new Float64Array(replicas);
    await simulate(problem, {
      n,
      dt,
      replicas,
      workers,
      seed: seed + 1 + k,
      keepPositions: onLine,
      onReplica(record) {
        const { replica, table, positions } = record;
        const last = table.length - table.length / problem.snapshotTimes.length;
        reference.means.forEach((mean, o) => {
          squares[replica] += ((table[last + o] - mean) / reference.scales[o]) ** 2 / reference.means.length;
        });
        if (positions !== null && reference.wasserstein !== null) {
          distances[replica] = reference.wasserstein(positions.subarray(positions.length - n));
          record.positions = null;
        }
        done += n;
        onReplicas(done / work);
      },
    });
    const square = sampleMoments(squares);
    const distance = sampleMoments(distances);
    rows.push({
      n,
      replicas,
      discrepancy: Math.sqrt(square.mean),
      discrepancyError: square.standardError / (2 * Math.sqrt(square.mean)),
      wasserstein: distance.mean,
      wassersteinError: distance.standardError,
    });
  }
  return {
    dt,
    bias,
    rows,
    fit: fitDecay(rows.map((row) => ({ ...row, value: row.discrepancy, error: row.discrepancyError }))),
    wassersteinFit: onLine ? fitDecay(rows.map((row) => ({ ...row, value: row.wasserstein, error: row.wassersteinError }))) : null,
  };
}
