import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { deserialiseError } from "../errors.ts";
import type { PoolMessage } from "./worker.ts";

export interface PoolOptions<Job, Result> {
  jobs: Iterable<Job>;
  threads: number;
  start(): Worker;
  /** Called for each finished job, in no particular order; what it throws ends the run. */
  onResult(result: Result, job: Job): void;
  /** Called with the share of a running job that is done. */
  onShare?: (share: number, job: Job) => void;
}

/** Threads beyond this many for each core gain nothing, and each has a heap of its own. */
export const MOST_THREADS_PER_CORE = 4;

/** Threads for a number of jobs: as many as given, by default one for each core; at most one for each job and four for each core. */
export function threadsFor(jobs: number, wanted: number = availableParallelism()): number {
  return Math.min(wanted, jobs, MOST_THREADS_PER_CORE * availableParallelism());
}

/**
 * Runs jobs on worker threads, each of which has one at a time. All threads have ended when this returns or throws.
 *
 * @throws the error of a job, or an Error for a thread that ends by itself: then its job has no result.
 */
export async function runOnThreads<Job, Result>({
  jobs,
  threads,
  start,
  onResult,
  onShare,
}: PoolOptions<Job, Result>): Promise<void> {
  const queue = jobs[Symbol.iterator]();
  const pool: Worker[] = [];
  try {
    await Promise.all(
      Array.from({ length: threads }, async () => {
        const worker = start();
        pool.push(worker);
        // Between its jobs there is nothing to fail, and an error that nobody hears would end the process.
        worker.on("error", () => {});
        for (let next = queue.next(); next.done !== true; next = queue.next()) {
          const job = next.value;
          onResult(await ask<Job, Result>(worker, job, (share) => onShare?.(share, job)), job);
        }
      }),
    );
  } finally {
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
}

function ask<Job, Result>(worker: Worker, job: Job, onShare: (share: number) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: PoolMessage<Result>) => {
      if ("share" in message) {
        onShare(message.share);
        return;
      }
      stop();
      if ("error" in message) reject(deserialiseError(message.error));
      else resolve(message.result);
    };
    const onError = (error: unknown) => {
      stop();
      reject(error);
    };
    const onExit = (code: number) => onError(new Error(`a worker thread ended with status ${code} before its work was done`));
    const listeners = { message: onMessage, messageerror: onError, error: onError, exit: onExit } as const;
    const stop = () => {
      for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener as (value: unknown) => void);
    };
    for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener as (value: unknown) => void);
    worker.postMessage(job);
  });
}
