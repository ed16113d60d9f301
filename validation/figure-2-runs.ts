import { Worker } from "node:worker_threads";
import { deserialiseError, type ErrorData } from "../src/errors.ts";
import type { RuleName } from "../src/networks/rules.ts";
import { runStudentTeacher, type StudentTeacher } from "../src/networks/student-teacher.ts";
import type { TrainRecord } from "../src/networks/train.ts";

/** A way to train, as plain data: it crosses threads. */
export interface Setting {
  name: string;
  /** Plain gradient descent where absent. */
  rule?: RuleName;
  /** alpha per step at the start, as the authors count it. */
  alpha?: number;
  /** alpha / (1 + step / fadesOver). */
  fadesOver?: number;
  /** No births and deaths after this step. */
  until?: number;
  prior?: "authors" | "initial";
  /** Descent and rates by the exact gradient of the population in place of mini-batches. */
  exact?: boolean;
}

export type Sizes = Omit<StudentTeacher, "seed" | "birthDeath">;

export interface Job {
  setting: Setting;
  sizes: Sizes;
  seed: number;
}

export function runJob({ setting, sizes, seed }: Job): TrainRecord[] {
  const { rule, alpha = 0, fadesOver = Infinity, until = Infinity, prior = "authors", exact = false } = setting;
  const schedule = (step: number) => (step <= until ? alpha / (1 + step / fadesOver) : 0);
  return runStudentTeacher({
    ...sizes,
    seed,
    batch: exact ? null : sizes.batch,
    ...(rule === undefined ? {} : { birthDeath: { rule, alpha: schedule, prior } }),
  }).records;
}

export type JobMessage = { records: TrainRecord[] } | { error: ErrorData };

/** Runs jobs on threads, in their order; results do not depend on the number of threads. */
export async function runJobs(jobs: readonly Job[], workers: number, onDone: (done: number) => void): Promise<TrainRecord[][]> {
  const results: TrainRecord[][] = new Array(jobs.length);
  if (workers <= 1) {
    for (const [k, job] of jobs.entries()) {
      results[k] = runJob(job);
      onDone(k + 1);
    }
    return results;
  }
  let next = 0;
  let done = 0;
  const pool = Array.from({ length: Math.min(workers, jobs.length) }, startWorker);
  const work = pool.map(async (worker) => {
    for (let k = next++; k < jobs.length; k = next++) {
      results[k] = await ask(worker, jobs[k]);
      onDone(++done);
    }
  });
  try {
    await Promise.all(work);
  } finally {
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
  return results;
}

function ask(worker: Worker, job: Job): Promise<TrainRecord[]> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.on("message", (message: JobMessage) => {
      if ("error" in message) reject(deserialiseError(message.error));
      else resolve(message.records);
    });
    worker.on("error", reject);
    worker.postMessage(job);
  });
}

/** Beside the TypeScript sources a loader stands in for the worker that the build makes. */
function startWorker(): Worker {
  const file = import.meta.url.endsWith(".ts") ? "./figure-2-worker.dev.mjs" : "./figure-2-worker.js";
  return new Worker(new URL(file, import.meta.url));
}
