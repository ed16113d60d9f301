import { workerData } from "node:worker_threads";
import { instantiateProblem, type Problem } from "../problem/problem.ts";
import type { CompiledProblem } from "../problem-file/compile.ts";
import { serveJobs } from "../threads/worker.ts";
import { runReplica } from "./replica.ts";
import { arraysIn, type RecordArrays, type ReplicaOptions } from "./replica-record.ts";

/** Worker thread: runs the replicas that it is given, a few at a time, and leaves their records in the memory that it shares with the thread that started it. */

export interface ReplicaWorkerData {
  compiled: CompiledProblem;
  options: ReplicaOptions;
  /** Tells this thread from the others; it comes back with each result. */
  slot: number;
  /** For the records of one message each, in turns: one may be read while another is written. */
  memory: readonly SharedArrayBuffer[];
}

/** Where the records of a message are. */
export interface ReplicaWorkerResult {
  slot: number;
  /** Of the memory of the thread. */
  part: number;
}

const { compiled, options, slot, memory } = workerData as ReplicaWorkerData;
let made: { problem: Problem; arrays: RecordArrays[][] } | undefined;
let messages = 0;

serveJobs<number[], ReplicaWorkerResult>((replicas, onShare) => {
  made ??= prepare();
  const part = messages++ % memory.length;
  for (const [k, replica] of replicas.entries()) {
    runReplica(made.problem, options, replica, (share) => onShare(k + share), made.arrays[part][k]);
  }
  return { slot, part };
});

function prepare() {
  const problem = instantiateProblem(compiled);
  return { problem, arrays: memory.map((part) => arraysIn(part, problem, options)) };
}
