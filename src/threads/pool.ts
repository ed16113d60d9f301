import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { deserialiseError } from "../errors.ts";
import type { PoolMessage } from "./worker.ts";

export interface PoolOptions<Job, Result> {
  jobs: Iterable<Job>;
  threads: number;
  /** Jobs that a thread is sent before their results are taken (default 1). With 2 it need not wait for this thread between two of them. */
  ahead?: 1 | 2;
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
 * Runs jobs on worker threads, each of which does one at a time. All threads have ended when this returns or throws.
 *
 * @throws the error of a job, or an Error for a thread that ends by itself: then its job has no result.
 */
export async function runOnThreads<Job, Result>({
  jobs,
  threads,
  ahead = 1,
  start,
  onResult,
  onShare,
}: PoolOptions<Job, Result>): Promise<void> {
  const queue = jobs[Symbol.iterator]();
  const pool: Worker[] = [];
  try {
    for (let k = 0; k < threads; k++) pool.push(start());
    const asks = pool.map((worker) => createAsk<Job, Result>(worker));
    // Every thread has a first job before any has a second.
    const lanes = Array.from({ length: ahead }, () => asks).flat();
    await Promise.all(
      lanes.map(async (ask) => {
        for (let next = queue.next(); next.done !== true; next = queue.next()) {
          const job = next.value;
          onResult(await ask(job, (share) => onShare?.(share, job)), job);
        }
      }),
    );
  } finally {
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
}

interface Asked<Result> {
  resolve(result: Result): void;
  reject(error: unknown): void;
  onShare(share: number): void;
}

/** A function that sends a thread a job and waits for its result; jobs are done in their order. */
function createAsk<Job, Result>(worker: Worker) {
  const asked: Asked<Result>[] = [];
  let ended: { error: unknown } | null = null;
  // Between its jobs there is nothing to fail, and an error that nobody hears would end the process.
  const onError = (error: unknown) => {
    ended ??= { error };
    for (const { reject } of asked.splice(0)) reject(error);
  };
  worker.on("message", (message: PoolMessage<Result>) => {
    if ("share" in message) asked[0]?.onShare(message.share);
    else if ("error" in message) asked.shift()?.reject(deserialiseError(message.error));
    else asked.shift()?.resolve(message.result);
  });
  worker.on("messageerror", onError);
  worker.on("error", onError);
  worker.on("exit", (code) => onError(new Error(`a worker thread ended with status ${code} before its work was done`)));
  return (job: Job, onShare: (share: number) => void): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended.error);
      asked.push({ resolve, reject, onShare });
      worker.postMessage(job);
    });
}
