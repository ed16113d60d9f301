import type { RuleName } from "../../src/networks/rules.ts";
import { runStudentTeacher, type StudentTeacher } from "../../src/networks/student-teacher.ts";
import type { TrainRecord } from "../../src/networks/train.ts";
import { runOnThreads, threadsFor } from "../../src/threads/pool.ts";
import { startWorker } from "../../src/threads/worker.ts";
import { inSequence } from "../shared/sizes.ts";

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

/** Runs jobs on threads, in their order; results do not depend on the number of threads. */
export async function runJobs(jobs: readonly Job[], workers: number, onDone: (done: number) => void): Promise<TrainRecord[][]> {
  const threads = threadsFor(jobs.length, workers);
  if (threads <= 1) return inSequence(jobs, async (job) => runJob(job), onDone);
  const results: TrainRecord[][] = [];
  let done = 0;
  const onResult = (records: TrainRecord[], job: Job) => {
    results[jobs.indexOf(job)] = records;
    onDone(++done);
  };
  await runOnThreads({ jobs, threads, start: () => startWorker("./worker", import.meta.url), onResult });
  return results;
}
