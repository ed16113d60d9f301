import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Command } from "@commander-js/extra-typings";
import { readFolder } from "../ensembles/folder.ts";
import type { Range } from "../ensembles/plan.ts";
import type { OpenEnsemble } from "../ensembles/shard-file.ts";
import { countReplicas } from "../ensembles/survey.ts";
import { countThere, labelOf, prepareFolder, sayDone } from "./ensemble-run.ts";
import { Exit } from "./exit.ts";
import { parseChoice, parseCount } from "./options.ts";
import { startProgress } from "./progress.ts";

interface Engine {
  description: string;
  /** Has the missing shards computed, and returns when that has ended, whether they are all there or not. */
  compute(ensemble: OpenEnsemble, shards: readonly Range[], options: EngineOptions): Promise<void>;
}

interface EngineOptions {
  workers: number;
}

/** What computes the shards of a folder. */
const ENGINES = {
  local: { description: "processes on this machine", compute: computeInProcesses },
} as const satisfies Record<string, Engine>;

type EngineName = keyof typeof ENGINES;
const names = Object.keys(ENGINES) as EngineName[];

/** @param setExitCode receives 3 where replicas are missing after the last round. */
export const createSubmitCommand = (setExitCode: (code: number) => void) =>
  new Command("submit")
    .description("Have the missing replicas of a folder computed by processes of their own, and those that fail once more")
    .argument("<folder>", "folder of the ensemble, of bdpde ensemble create or run")
    .requiredOption(
      "--engine <name>",
      names.map((name) => `${name}: ${ENGINES[name].description}`).join("; "),
      parseChoice("--engine", names),
    )
    .option("--workers <count>", "processes (default: one for each core)", parseCount("--workers"), availableParallelism())
    .option("--rounds <count>", "rounds in which what is missing is tried", parseCount("--rounds"), 3)
    .action(async (folder, { engine, workers, rounds }) => {
      const ensemble = await readFolder(folder);
      let { shards } = prepareFolder(ensemble);
      for (let round = 1; shards.length > 0 && round <= rounds; round++) {
        if (round > 1)
          process.stderr.write(`warning: ${countReplicas(shards)} replicas are missing; round ${round} of ${rounds}\n`);
        await ENGINES[engine].compute(ensemble, shards, { workers });
        shards = prepareFolder(ensemble).shards;
      }
      if (shards.length === 0) return sayDone(ensemble);
      const missing = countReplicas(shards);
      process.stderr.write(
        `error: ${missing} of ${ensemble.plan.replicas} replicas are missing after ${rounds} rounds; what is there stays\n`,
      );
      setExitCode(Exit.inconclusive);
    });

/** Milliseconds between two looks into the folder. */
const LOOK_EVERY = 500;

/** Processes share the work by the folder alone (compute.ts); one that ends by itself leaves its shard to the next round. */
async function computeInProcesses(ensemble: OpenEnsemble, shards: readonly Range[], { workers }: EngineOptions): Promise<void> {
  const left = countReplicas(shards);
  const before = countThere(ensemble);
  const progress = startProgress(labelOf(ensemble, left), left, "replicas");
  const timer = setInterval(() => progress.update(countThere(ensemble) - before), LOOK_EVERY);
  try {
    const failures = await Promise.all(
      Array.from({ length: Math.min(workers, shards.length) }, () =>
        runBdpde(["ensemble", "work", ensemble.folder, "--parent", String(process.pid)]),
      ),
    );
    for (const failure of new Set(failures)) if (failure !== null) process.stderr.write(`warning: ${failure}\n`);
  } finally {
    clearInterval(timer);
    progress.stop();
  }
}

/** The program and first arguments of a bdpde command, from the build or from the sources. */
function commandLine(): string[] {
  const fromSources = import.meta.url.endsWith(".ts");
  const main = fileURLToPath(new URL(fromSources ? "main.ts" : "main.js", import.meta.url));
  return [process.execPath, ...(fromSources ? ["--import", import.meta.resolve("tsx/esm")] : []), main];
}

/** Runs a command as a process of its own. @returns why it failed; null where it did not */
function runBdpde(args: readonly string[]): Promise<string | null> {
  const [program, ...first] = commandLine();
  return new Promise((resolve) => {
    const child = spawn(program, [...first, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let printed = "";
    child.stderr.on("data", (chunk) => {
      printed = `${printed}${chunk}`.slice(-2000);
    });
    child.on("error", (error) => resolve(`a process could not be started (${error.message})`));
    child.on("close", (code, signal) => {
      const said = printed.trim().split("\n").at(-1) ?? "";
      resolve(
        code === 0
          ? null
          : `a process ended ${signal === null ? `with status ${code}` : `by ${signal}`}${said === "" ? "" : `: ${said}`}`,
      );
    });
  });
}
