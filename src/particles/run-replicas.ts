import type { Problem } from "../problem/problem.ts";
import { snapshotSteps } from "../problem/snapshot-steps.ts";
import { SCHEMES } from "../schemes/schemes.ts";
import { runOnThreads } from "../threads/pool.ts";
import { startWorker } from "../threads/worker.ts";
import { runReplica } from "./replica.ts";
import {
  arraysIn,
  type RecordArrays,
  type ReplicaOptions,
  type ReplicaRecord,
  recordArrays,
  recordBytes,
} from "./replica-record.ts";
import type { ReplicaWorkerData, ReplicaWorkerResult } from "./replica-worker.ts";
import { stepCost } from "./step-cost.ts";

export interface RunReplicasOptions {
  /** Their numbers, taken a few at a time as threads are free. */
  replicas: Iterable<number>;
  /** How many they are, about. */
  count: number;
  threads: number;
  /** Called for each finished replica, in no particular order, with arrays that a later replica overwrites; what it throws ends the run. */
  onResult(record: ReplicaRecord): void;
  /** Called with the share of a running replica that is done. */
  onShare(share: number, replica: number): void;
}

/** Particle steps (without K) for which a thread is sent one message: some 50 ms, against which the message is nothing. */
const STEPS_AT_ONCE = 2e6;
const MOST_AT_ONCE = 16;
/** A replica makes few objects: the space for new ones need not grow with the number of replicas, in each thread. */
const YOUNG_MB = 4;
/** So many messages each thread should have at least, lest one ends long before the others. */
const LEAST_MESSAGES = 8;
/** Particle steps of a message, about a second, up to which a thread is sent the next one before it needs it: it then does not wait while a shard is written to the disk. */
const STEPS_AHEAD = 4e7;

/**
 * Runs replicas on worker threads, or on this one where `threads` is 1. Records come through shared memory: messages of them would leave garbage outside the heap, which
 * the engine is in no hurry to collect.
 *
 * @throws the error of a replica; see runReplica
 */
export async function runReplicas(problem: Problem, options: ReplicaOptions, run: RunReplicasOptions): Promise<void> {
  const { replicas, count, threads, onResult, onShare } = run;
  if (threads === 1) {
    const arrays = recordArrays(problem, SCHEMES[options.scheme], options);
    for (const r of replicas) onResult(runReplica(problem, options, r, (share) => onShare(share, r), arrays));
    return;
  }
  const steps = Math.max(1, ...snapshotSteps(problem.snapshotTimes, options.dt)) * options.n * stepCost(problem, options.n);
  const atOnce = Math.max(
    1,
    Math.min(MOST_AT_ONCE, Math.floor(STEPS_AT_ONCE / steps), Math.floor(count / (LEAST_MESSAGES * threads))),
  );
  // A long replica, or one of a few, is better sent to the first thread that is free.
  const ahead = atOnce * steps <= STEPS_AHEAD && count >= 2 * LEAST_MESSAGES * atOnce * threads ? 2 : 1;
  const bytes = atOnce * recordBytes(problem, SCHEMES[options.scheme], options);
  const arrays: RecordArrays[][][] = [];
  await runOnThreads<number[], ReplicaWorkerResult>({
    jobs: inGroups(replicas, atOnce),
    threads,
    ahead,
    start() {
      const memory = Array.from({ length: ahead }, () => new SharedArrayBuffer(bytes));
      const slot = arrays.push(memory.map((part) => arraysIn(part, problem, options))) - 1;
      const workerData: ReplicaWorkerData = { compiled: problem.compiled, options, slot, memory };
      return startWorker("./replica-worker", import.meta.url, {
        workerData,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
      });
    },
    onResult({ slot, part }, group) {
      for (const [k, replica] of group.entries()) onResult({ replica, ...arrays[slot][part][k] });
    },
    onShare(done, group) {
      const k = Math.min(group.length - 1, Math.floor(done));
      onShare(done - k, group[k]);
    },
  });
}

function* inGroups(replicas: Iterable<number>, size: number): Generator<number[], void, void> {
  let group: number[] = [];
  for (const replica of replicas) {
    group.push(replica);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
