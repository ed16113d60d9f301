import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { deserialiseError } from "../errors.ts";
import { sampleMoments } from "../numerics/statistics.ts";
import type { Problem } from "../problem/problem.ts";
import { DIAGNOSTICS, type ReplicaOptions, type ReplicaRecord, runReplica } from "./replica.ts";
import type { ReplicaMessage, ReplicaWorkerData } from "./replica-worker.ts";
import type { SchemeName } from "./schemes.ts";
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
  /** Vbar - min V of mu^n, over the particles and a lattice: E[mu^n] - min E is below it where these show the minimum of V. */
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
 * @throws InputError for options that cannot be used, for dynamics without a particle scheme, and for an initial law or a prior that lies mostly
 * outside the domain.
 */
export async function simulate(problem: Problem, options: SimulateOptions): Promise<Ensemble> {
  const { n, dt, replicas = 1, seed = 0, keepPositions = false } = options;
  const scheme = options.scheme ?? defaultScheme(problem);
  checkSimulateOptions(problem, scheme, options);
  const workers = Math.min(options.workers ?? availableParallelism(), replicas);
  const replicaOptions: ReplicaOptions = { scheme, n, dt, seed, keepPositions };

  const records: ReplicaRecord[] = new Array(replicas);
  const accept = (record: ReplicaRecord) => {
    records[record.replica] = record;
    options.onReplica?.(record);
  };
  if (workers <= 1) for (let r = 0; r < replicas; r++) accept(runReplica(problem, replicaOptions, r));
  else await runOnWorkers(problem, replicaOptions, replicas, workers, accept);
  return { scheme, n, dt, replicas, seed, snapshots: summarise(problem, records, n), records };
}

/** Beside the TypeScript sources a loader stands in for the worker that the build makes. */
function startWorker(workerData: ReplicaWorkerData): Worker {
  const file = import.meta.url.endsWith(".ts") ? "./replica-worker.dev.mjs" : "./replica-worker.js";
  return new Worker(new URL(file, import.meta.url), { workerData });
}

function runOnWorkers(
  problem: Problem,
  options: ReplicaOptions,
  replicas: number,
  workers: number,
  accept: (record: ReplicaRecord) => void,
): Promise<void> {
  let next = 0;
  let done = 0;
  const pool = Array.from({ length: workers }, () => startWorker({ compiled: problem.compiled, options }));
  const run = new Promise<void>((resolve, reject) => {
    for (const worker of pool) {
      const assign = () => {
        if (next < replicas) worker.postMessage(next++);
      };
      worker.on("message", (message: ReplicaMessage) => {
        if ("error" in message) {
          reject(deserialiseError(message.error));
          return;
        }
        try {
          accept(message.record);
        } catch (error) {
          reject(error as Error);
          return;
        }
        done++;
        if (done === replicas) resolve();
        else assign();
      });
      worker.on("error", reject);
      assign();
    }
  });
  return run.finally(() => Promise.all(pool.map((worker) => worker.terminate())));
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
