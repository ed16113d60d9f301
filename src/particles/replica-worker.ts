import { workerData } from "node:worker_threads";
import { instantiateProblem, type Problem } from "../problem/problem.ts";
import type { CompiledProblem } from "../problem-file/compile.ts";
import { serveJobs } from "../threads/worker.ts";
import { type ReplicaOptions, type ReplicaRecord, runReplica } from "./replica.ts";

/** Worker thread: runs the replicas that it is given. */

export interface ReplicaWorkerData {
  compiled: CompiledProblem;
  options: ReplicaOptions;
}

const { compiled, options } = workerData as ReplicaWorkerData;
let problem: Problem | undefined;

serveJobs<number, ReplicaRecord>(
  (replica, onShare) => {
    problem ??= instantiateProblem(compiled);
    return runReplica(problem, options, replica, onShare);
  },
  ({ table, positions, profile }) => [table, positions, profile].flatMap((array) => (array === null ? [] : [array.buffer])),
);
