import { sampleMoments } from "../numerics/moments.ts";
import type { Problem } from "../problem/problem.ts";
import type { SchemeName } from "../schemes/schemes.ts";
import { runOnThreads, threadsFor } from "../threads/pool.ts";
import { startWorker } from "../threads/worker.ts";
import { DIAGNOSTICS, type ReplicaOptions, type ReplicaRecord, runReplica } from "./replica.ts";
import type { ReplicaWorkerData } from "./replica-worker.ts";
import { checkSimulateOptions, defaultScheme, type SimulateOptions } from "./simulate-options.ts";

export type { SimulateOptions } from "./simulate-options.ts";

/** Statistics of one quantity over the replicas at one time. */
export interface QuantityStatistics {
  mean: number;
  standardError: number;
  /** n times the variance over replicas: of order 1 as n -> infinity. */
  nVariance: number;
  nVarianceError: number;
}

export interface EnsembleSnapshot {
  time: number;
  observables: Record<string, QuantityStatistics>;
  /** E[mu^n], in which a particle meets itself: its mean exceeds E[mu] by (int K(x, x) dmu - int int K dmu dmu) / 2n to first order. */
  energy: QuantityStatistics;
  /** Vbar - min V of mu^n over the domain and the particles, an upper bound of E[mu^n] - min E; for features that the search of the minimum can miss see lowestValue. */
  gap: QuantityStatistics;
  /** Standard deviation of V over the particles: 0 where V = Vbar on the support   (17). */
  residualOnSupport: QuantityStatistics;
  /** Mean share of the particles outside the domain. */
  outside: number;
}

export interface Ensemble {
  scheme: SchemeName;
  n: number;
  dt: number;
  replicas: number;
  seed: number;
  snapshots: EnsembleSnapshot[];
  /** Per replica, in order; see ReplicaRecord. */
  records: ReplicaRecord[];
}

/**
 * Simulates independent replicas of a particle scheme. The same seed gives the same numbers, to the bit, for any number of workers.
 *
 * @throws InputError for options that cannot be used, for dynamics without a particle scheme, and for an initial distribution or a prior that lies mostly
 * outside the domain.
 */
export async function simulate(problem: Problem, options: SimulateOptions): Promise<Ensemble> {
  const { n, dt, replicas = 1, seed = 0, keepPositions = false, onPositions, onProgress } = options;
  const scheme = options.scheme ?? defaultScheme(problem);
  checkSimulateOptions(problem, scheme, options);
  const threads = threadsFor(replicas, options.workers);
  const replicaOptions: ReplicaOptions = { scheme, n, dt, seed, keepPositions: keepPositions || onPositions !== undefined };

  const records: ReplicaRecord[] = new Array(replicas);
  const shares = new Map<number, number>();
  let done = 0;
  const report = () => onProgress?.([...shares.values()].reduce((total, share) => total + share, done));
  const onShare = (share: number, replica: number) => {
    shares.set(replica, share);
    report();
  };
  const onResult = ({ replica, table, positions }: ReplicaRecord) => {
    if (positions !== null) onPositions?.(replica, positions);
    records[replica] = { replica, table, positions: keepPositions ? positions : null };
    shares.delete(replica);
    done++;
    report();
    options.onReplica?.(records[replica]);
  };
  if (threads === 1) {
    for (let r = 0; r < replicas; r++) onResult(runReplica(problem, replicaOptions, r, (share) => onShare(share, r)));
  } else {
    const workerData: ReplicaWorkerData = { compiled: problem.compiled, options: replicaOptions };
    const start = () => startWorker("./replica-worker", import.meta.url, { workerData });
    await runOnThreads<number, ReplicaRecord>({ jobs: Array(replicas).keys(), threads, start, onResult, onShare });
  }
  return { scheme, n, dt, replicas, seed, snapshots: summarise(problem, records, n), records };
}

function summarise(problem: Problem, records: readonly ReplicaRecord[], n: number): EnsembleSnapshot[] {
  const first = problem.observables.length;
  const width = first + DIAGNOSTICS.length;
  const columnOf = (name: (typeof DIAGNOSTICS)[number]) => first + DIAGNOSTICS.indexOf(name);
  return problem.snapshotTimes.map((time, s) => {
    const column = (k: number) => sampleMoments(records.map((record) => record.table[s * width + k]));
    const statistics = (k: number): QuantityStatistics => {
      const { mean, standardError, variance, varianceError } = column(k);
      return { mean, standardError, nVariance: n * variance, nVarianceError: n * varianceError };
    };
    return {
      time,
      observables: Object.fromEntries(problem.observables.map(({ name }, k) => [name, statistics(k)])),
      energy: statistics(columnOf("energy")),
      gap: statistics(columnOf("gap")),
      residualOnSupport: statistics(columnOf("residualOnSupport")),
      outside: column(columnOf("outside")).mean,
    };
  });
}
