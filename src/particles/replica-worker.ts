import { parentPort, workerData } from "node:worker_threads";
import type { CompiledProblem } from "../problem/compile.ts";
import { instantiateProblem } from "../problem/problem.ts";
import { type ReplicaOptions, runReplica } from "./replica.ts";

/** Worker thread: runs the replicas it is asked for, one a message, and posts their records. */

export interface ReplicaWorkerData {
  compiled: CompiledProblem;
  options: ReplicaOptions;
}

const { compiled, options } = workerData as ReplicaWorkerData;
const problem = instantiateProblem(compiled);

parentPort?.on("message", (replica: number) => {
  const record = runReplica(problem, options, replica);
  const transfer = record.positions === null ? [record.table.buffer] : [record.table.buffer, record.positions.buffer];
  parentPort?.postMessage(record, transfer as ArrayBuffer[]);
});
