import type { RuleName } from "../../src/networks/rules.ts";
import { runStudentTeacher, type StudentTeacher } from "../../src/networks/student-teacher.ts";
import type { TrainRecord } from "../../src/networks/train.ts";
import { runOnThreads, threadsFor } from "../../src/threads/pool.ts";
import { startWorker } from "../../src/threads/worker.ts";
import { type KeepPart, keepNoPart } from "../shared/parts.ts";
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

/** Runs jobs on threads, in their order; results do not depend on the number of threads. @param keep keeps each. */
export async function runJobs(
  jobs: readonly Job[],
  workers: number,
  onDone: (done: number) => void,
  keep: KeepPart = keepNoPart,
): Promise<TrainRecord[][]> {
  const threads = threadsFor(jobs.length, workers);
  if (threads <= 1) return inSequence(jobs, async (job) => runJob(job), onDone, keep);
  const wanted = new Map<Job, (records: TrainRecord[]) => void>();
  const kept = jobs.map((job, k) => keep(`${k + 1}`, () => new Promise<TrainRecord[]>((give) => wanted.set(job, give))));
  let done = jobs.length - wanted.size;
  const onResult = (records: TrainRecord[], job: Job) => {
    wanted.get(job)?.(records);
    onDone(++done);
  };
  const start = () => startWorker("./worker", import.meta.url);
  const run = runOnThreads({ jobs: [...wanted.keys()], threads: threadsFor(wanted.size, workers), start, onResult });
  const [results] = await Promise.all([Promise.all(kept), run]);
  return results;
}
