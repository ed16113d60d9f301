import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test, vi } from "vitest";
import { supervise } from "../../src/cli/supervise.ts";
import { emptyFolder } from "./run.ts";

afterEach(() => vi.restoreAllMocks());

/** What becomes of a thread with this code in place of a command. */
async function outcomeOf(code: string, whenStarted: (worker: Worker) => void = () => {}) {
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((chunk: unknown, then?: unknown) => {
      said[name] += chunk;
      if (typeof then === "function") then();
      return true;
    });
  }
  const start = `const { parentPort } = require("node:worker_threads"); ${code}`;
  const worker = new Worker(start, { eval: true, stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: 16 } });
  const ended = supervise(worker);
  whenStarted(worker);
  const exitCode = await ended;
  vi.restoreAllMocks();
  return { exitCode, ...said };
}

describe("a command on its thread", () => {
  test("prints, and ends with its exit code", async () => {
    const code = 'process.stdout.write("found\\n"); process.stderr.write("warning\\n"); parentPort.postMessage({ exitCode: 3 });';
    expect(await outcomeOf(code)).toEqual({ exitCode: 3, stdout: "found\n", stderr: "warning\n" });
  });

  test("whose heap is full is one line and 2", async () => {
    const { exitCode, stderr } = await outcomeOf("const kept = []; for (let i = 0; ; i++) kept.push(new Array(1e4).fill(i));");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: "error: not enough memory; use fewer cells, particles, replicas or snapshots\n",
    });
  });

  for (const [what, code, message] of [
    ["that throws what nobody catches", 'throw new TypeError("lost")', "TypeError: lost"],
    ["that rejects what nobody catches", 'Promise.reject(new RangeError("lost"))', "RangeError: lost"],
    ["that ends by itself", "process.exit(0)", "the thread of the command ended by itself"],
  ] as const) {
    test(`${what} is one line and 70, and its temporary files are removed`, async () => {
      const part = join(emptyFolder(), ".x.part");
      writeFileSync(part, "half");
      const { exitCode, stderr } = await outcomeOf(
        `parentPort.postMessage({ part: ${JSON.stringify(part)} }); setTimeout(() => { ${code} }, 0)`,
      );
      expect(exitCode).toBe(70);
      expect(stderr).toBe(`error: unexpected: ${message} (this is a fault of bdpde; BDPDE_DEBUG=1 shows where it is)\n`);
      expect(existsSync(part)).toBe(false);
    });
  }

  test("that is interrupted says what stays, where it can go on", async () => {
    const code = `parentPort.postMessage({ kept: "shards stay" }); setInterval(() => {}, 1000);`;
    // In place of a signal to the process, once the message has been heard.
    const heard = vi.spyOn(process, "on");
    const running = outcomeOf(code, (worker) =>
      worker.once("message", () => heard.mock.calls.find(([name]) => name === "SIGINT")?.[1]("SIGINT")),
    );
    expect(await running).toEqual({ exitCode: 130, stdout: "", stderr: "shards stay\n" });
  });
});
