import type { Problem } from "../problem/problem.ts";
import { runOnThreads } from "../threads/pool.ts";
import { startWorker } from "../threads/worker.ts";
import { type ReplicaOptions, type ReplicaRecord, runReplica } from "./replica.ts";
import type { ReplicaWorkerData } from "./replica-worker.ts";

export interface RunReplicasOptions {
  /** Their numbers, taken one by one as threads are free. */
  replicas: Iterable<number>;
  threads: number;
  /** Called for each finished replica, in no particular order; what it throws ends the run. */
  onResult(record: ReplicaRecord): void;
  /** Called with the share of a running replica that is done. */
  onShare(share: number, replica: number): void;
}

/** Runs replicas on worker threads, or on this one where `threads` is 1. @throws the error of a replica; see runReplica */
export async function runReplicas(
  problem: Problem,
  options: ReplicaOptions,
  { replicas, threads, onResult, onShare }: RunReplicasOptions,
): Promise<void> {
  if (threads === 1) {
    for (const r of replicas) onResult(runReplica(problem, options, r, (share) => onShare(share, r)));
    return;
  }
  const workerData: ReplicaWorkerData = { compiled: problem.compiled, options };
  const start = () => startWorker("./replica-worker", import.meta.url, { workerData });
  await runOnThreads<number, ReplicaRecord>({ jobs: replicas, threads, start, onResult, onShare });
}
