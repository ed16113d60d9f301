import { parentPort, workerData } from "node:worker_threads";
import { serialiseError } from "../errors.ts";
import { instantiateProblem, type Problem } from "../problem/problem.ts";
import type { CompiledProblem } from "../problem-file/compile.ts";
import { type ReplicaOptions, type ReplicaRecord, runReplica } from "./replica.ts";
import type { PoolMessage } from "./worker-pool.ts";

/** Worker thread: runs the replicas it is asked for, one a message, and posts their records, or the error that ended one. */

export interface ReplicaWorkerData {
  compiled: CompiledProblem;
  options: ReplicaOptions;
}

const { compiled, options } = workerData as ReplicaWorkerData;
let problem: Problem | undefined;

function post(message: PoolMessage<ReplicaRecord>, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

parentPort?.on("message", (replica: number) => {
  try {
    problem ??= instantiateProblem(compiled);
    const record = runReplica(problem, options, replica, (share) => post({ share }));
    const transfer = record.positions === null ? [record.table.buffer] : [record.table.buffer, record.positions.buffer];
    post({ result: record }, transfer as ArrayBuffer[]);
  } catch (error) {
    post({ error: serialiseError(error) });
  }
});
