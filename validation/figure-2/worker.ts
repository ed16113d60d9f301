import { parentPort } from "node:worker_threads";
import { serialiseError } from "../../src/errors.ts";
import type { TrainRecord } from "../../src/networks/train.ts";
import type { PoolMessage } from "../../src/particles/worker-pool.ts";
import { type Job, runJob } from "./runs.ts";

/** Worker thread: runs the jobs it is sent, one a message, and posts their records, or the error that ended one. */
parentPort?.on("message", (job: Job) => {
  try {
    parentPort?.postMessage({ result: runJob(job) } satisfies PoolMessage<TrainRecord[]>);
  } catch (error) {
    parentPort?.postMessage({ error: serialiseError(error) } satisfies PoolMessage<TrainRecord[]>);
  }
});
