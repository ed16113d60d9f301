import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { vi } from "vitest";
import { runCommand } from "../../src/cli/run.ts";

const root = resolve(import.meta.dirname, "../..");

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command line in this process and collects what it prints. One at a time. */
export async function bdpde(...args: string[]): Promise<Outcome> {
  const outcome: Outcome = { code: null, stdout: "", stderr: "" };
  const collect = (name: "stdout" | "stderr") =>
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      outcome[name] += chunk;
      return true;
    });
  const spies = [collect("stdout"), collect("stderr")];
  try {
    outcome.code = await runCommand(args);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return outcome;
}

/** Arguments of node for the command from its sources. The command tsx would pass signals on with a time limit of its own. */
export const SOURCES = ["--import", join(root, "node_modules/tsx/dist/loader.mjs"), join(root, "src/cli/main.ts")];

/** The main file of the command, bundled before all tests: every start from the sources takes two seconds. Without the explorer. */
export function builtCommand(): string {
  const folder = process.env.BDPDE_TEST_BUILD;
  if (folder === undefined) throw new Error("the command is built by test/built-command.ts, before all tests");
  return join(folder, "main.js");
}

/** Runs the command as a process of its own. */
export async function spawnBdpde(
  args: readonly string[],
  whenStarted: (child: ChildProcessByStdio<null, Readable, Readable>) => void = () => {},
): Promise<Outcome> {
  const main = builtCommand();
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"], cwd: root });
    const outcome: Outcome = { code: null, stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      outcome.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      outcome.stderr += chunk;
    });
    child.on("error", fail);
    child.on("close", (code) => done({ ...outcome, code }));
    whenStarted(child);
  });
}

export const grids = join(root, "grids");

export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "bdpde-"));
}

export function contents(folder: string): string[] {
  return readdirSync(folder).sort();
}
