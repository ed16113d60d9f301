import { parentPort, workerData } from "node:worker_threads";
import { type ErrorData, serialiseError } from "../errors.ts";
import type { CompiledProblem } from "../problem/compile.ts";
import { instantiateProblem, type Problem } from "../problem/problem.ts";
import { type ReplicaOptions, type ReplicaRecord, runReplica } from "./replica.ts";

/** Worker thread: runs the replicas it is asked for, one a message, and posts their records, or the error that ended one. */

export interface ReplicaWorkerData {
  compiled: CompiledProblem;
  options: ReplicaOptions;
}

export type ReplicaMessage = { record: ReplicaRecord } | { error: ErrorData };

const { compiled, options } = workerData as ReplicaWorkerData;
let problem: Problem | undefined;

parentPort?.on("message", (replica: number) => {
  try {
    problem ??= instantiateProblem(compiled);
    const record = runReplica(problem, options, replica);
    const transfer = record.positions === null ? [record.table.buffer] : [record.table.buffer, record.positions.buffer];
    parentPort?.postMessage({ record } satisfies ReplicaMessage, transfer as ArrayBuffer[]);
  } catch (error) {
    parentPort?.postMessage({ error: serialiseError(error) } satisfies ReplicaMessage);
  }
});
