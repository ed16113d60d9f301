import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { InputError, serialiseError } from "../../src/errors.ts";
import { runOnThreads, threadsFor } from "../../src/threads/pool.ts";

/** A thread that does the body with each job. */
const threadOf = (body: string) => () =>
  new Worker(`const { parentPort } = require("node:worker_threads"); parentPort.on("message", (job) => { ${body} });`, {
    eval: true,
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  });

async function run(body: string, jobs = 6) {
  const results: number[] = [];
  const shares: number[] = [];
  await runOnThreads<number, number>({
    jobs: Array(jobs).keys(),
    threads: 2,
    start: threadOf(body),
    onResult: (result, job) => {
      results[job] = result;
    },
    onShare: (share) => shares.push(share),
  });
  return { results, shares };
}

describe("the pool of threads", () => {
  test("gives each job its result, and what is said of it on the way", async () => {
    const { results, shares } = await run("parentPort.postMessage({ share: 0.5 }); parentPort.postMessage({ result: job * job });");
    expect(results).toEqual([0, 1, 4, 9, 16, 25]);
    expect(shares).toEqual(Array(6).fill(0.5));
  });

  // Each of these would wait for ever for a result that does not come.
  test("ends with one error where a thread exits", async () => {
    const body = "if (job === 3) process.exit(5); parentPort.postMessage({ result: 0 });";
    await expect(run(body)).rejects.toThrow("a worker thread ended with status 5 before its work was done");
  });

  test("ends with one error where a thread has no memory left", async () => {
    const body = "const kept = []; for (;;) kept.push(new Array(1e4).fill(job));";
    await expect(run(body)).rejects.toMatchObject({ code: "ERR_WORKER_OUT_OF_MEMORY" });
  });

  test("ends with the error that a thread throws, or that it posts", async () => {
    await expect(run('throw new TypeError("broken")')).rejects.toThrow("broken");
    const error = serialiseError(new InputError("--n", 1, "no", "stop"));
    await expect(run(`parentPort.postMessage({ error: ${JSON.stringify(error)} })`)).rejects.toBeInstanceOf(InputError);
  });

  test("has at most one thread for each job and four for each core", () => {
    const cores = availableParallelism();
    expect(threadsFor(1e6, 1000 * cores)).toBe(4 * cores);
    expect(threadsFor(3, 1000)).toBe(Math.min(3, 4 * cores));
    expect(threadsFor(1e6)).toBe(cores);
    expect(threadsFor(1e6, 1)).toBe(1);
  });
});
