import type { Problem } from "../problem/problem.ts";
import type { SchemeName } from "../schemes/schemes.ts";
import { threadsFor } from "../threads/pool.ts";
import type { ReplicaOptions, ReplicaRecord } from "./replica-record.ts";
import { runReplicas } from "./run-replicas.ts";
import { checkSimulateOptions, defaultScheme, type SimulateOptions } from "./simulate-options.ts";
import { createSummary, type EnsembleSnapshot } from "./summary.ts";

export type { SimulateOptions } from "./simulate-options.ts";
export type { EnsembleSnapshot, QuantityStatistics } from "./summary.ts";

export interface Ensemble {
  scheme: SchemeName;
  n: number;
  dt: number;
  replicas: number;
  seed: number;
  /** Where particles are resampled; see SimulateOptions. */
  resampleBelow?: number;
  snapshots: EnsembleSnapshot[];
  /** Per replica, in order; see ReplicaRecord. */
  records: ReplicaRecord[];
}

/** An ensemble whose replicas were not kept. */
export type SummarisedEnsemble = Omit<Ensemble, "records">;

/**
 * Simulates independent replicas of a particle scheme. The same seed gives the same numbers, to the bit, for any number of workers.
 *
 * @throws InputError for options that cannot be used, for dynamics without a particle scheme, and for an initial distribution or a prior that lies mostly
 * outside the domain.
 */
export async function simulate(problem: Problem, options: SimulateOptions): Promise<Ensemble> {
  const records: ReplicaRecord[] = [];
  const { onPositions } = options;
  const ensemble = await simulateSummary(problem, {
    ...options,
    ...(onPositions === undefined
      ? {}
      : { onPositions: (replica, positions, weights) => onPositions(replica, positions.slice(), weights?.slice() ?? null) }),
    onReplica({ replica, table, positions, weights, profile }) {
      const [theta, w] = [positions, weights].map((array) => array?.slice() ?? null);
      records[replica] = { replica, table: table.slice(), positions: theta, weights: w, profile };
      options.onReplica?.(records[replica]);
    },
  });
  return { ...ensemble, records };
}

/** The same, but the replicas are not kept: memory does not grow with their number. The arrays handed over are overwritten by later replicas. */
export async function simulateSummary(problem: Problem, options: SimulateOptions): Promise<SummarisedEnsemble> {
  const { n, dt, replicas = 1, seed = 0, resampleBelow, gap, keepPositions = false, onPositions, onProgress } = options;
  const scheme = options.scheme ?? defaultScheme(problem);
  checkSimulateOptions(problem, scheme, options);
  const threads = threadsFor(replicas, options.workers);
  const replicaOptions: ReplicaOptions = {
    ...{ scheme, n, dt, seed, keepPositions: keepPositions || onPositions !== undefined },
    ...(resampleBelow === undefined ? {} : { resampleBelow }),
    ...(gap === undefined ? {} : { gap }),
  };

  const summary = createSummary(problem, { scheme, n, replicas });
  const shares = new Map<number, number>();
  let done = 0;
  const report = () => onProgress?.([...shares.values()].reduce((total, share) => total + share, done));
  const onShare = (share: number, replica: number) => {
    shares.set(replica, share);
    report();
  };
  const onResult = ({ replica, table, positions, weights }: ReplicaRecord) => {
    if (positions !== null) onPositions?.(replica, positions, weights);
    summary.add(replica, table);
    shares.delete(replica);
    done++;
    report();
    const kept = keepPositions ? { positions, weights } : { positions: null, weights: null };
    options.onReplica?.({ replica, table, ...kept, profile: null });
  };
  await runReplicas(problem, replicaOptions, { replicas: Array(replicas).keys(), count: replicas, threads, onResult, onShare });
  return {
    ...{ scheme, n, dt, replicas, seed },
    ...(resampleBelow === undefined ? {} : { resampleBelow }),
    snapshots: summary.snapshots(),
  };
}
