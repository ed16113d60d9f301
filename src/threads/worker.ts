import { parentPort, Worker, type WorkerOptions } from "node:worker_threads";
import { type ErrorData, serialiseError } from "../errors.ts";

/** Both ends of a worker thread: how it is started, and how it answers the pool. */

/** What a worker of the pool posts of the job that it was sent: how much of it is done, and at its end the result or the error. */
export type PoolMessage<Result> = { share: number } | { result: Result } | { error: ErrorData };

/**
 * A thread that runs the file `name` (without its ending) beside the module at `from`, an `import.meta.url`. Beside the TypeScript sources a loader
 * stands in for the worker that the build makes.
 */
export function startWorker(name: string, from: string, options: WorkerOptions = {}): Worker {
  if (!from.endsWith(".ts")) return new Worker(new URL(`${name}.js`, from), options);
  return new Worker(new URL("./worker.dev.mjs", import.meta.url), { ...options, argv: [new URL(`${name}.ts`, from).href] });
}

/** In a worker thread: runs the jobs it is sent, one a message, and posts their results, or the error that ended one. */
export function serveJobs<Job, Result>(
  run: (job: Job, onShare: (share: number) => void) => Result,
  buffersOf: (result: Result) => readonly ArrayBufferLike[] = () => [],
): void {
  const post = (message: PoolMessage<Result>, buffers: readonly ArrayBufferLike[] = []) =>
    parentPort?.postMessage(message, buffers as ArrayBuffer[]);
  parentPort?.on("message", (job: Job) => {
    try {
      const result = run(job, (share) => post({ share }));
      post({ result }, buffersOf(result));
    } catch (error) {
      post({ error: serialiseError(error) });
    }
  });
}
