import { parentPort } from "node:worker_threads";
import { serialiseError } from "../src/errors.ts";
import { type Job, type JobMessage, runJob } from "./figure-2-runs.ts";

/** Worker thread: runs the jobs it is sent, one a message, and posts their records, or the error that ended one. */
parentPort?.on("message", (job: Job) => {
  try {
    parentPort?.postMessage({ records: runJob(job) } satisfies JobMessage);
  } catch (error) {
    parentPort?.postMessage({ error: serialiseError(error) } satisfies JobMessage);
  }
});
