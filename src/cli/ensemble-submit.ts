import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { Command, Option } from "@commander-js/extra-typings";
import { readFolder } from "../ensembles/folder.ts";
import type { Range } from "../ensembles/plan.ts";
import type { OpenEnsemble } from "../ensembles/shard-file.ts";
import { countReplicas } from "../ensembles/survey.ts";
import { commandLine } from "./command-line.ts";
import { countThere, labelOf, prepareFolder, sayDone } from "./ensemble-run.ts";
import { type SlurmOptions, submitToSlurm, waitForSlurm } from "./ensemble-slurm.ts";
import { Exit } from "./exit.ts";
import { parseChoice, parseCount, parsePositive } from "./options.ts";
import { startProgress } from "./progress.ts";

interface SubmitOptions extends SlurmOptions {
  workers: number;
  /** Whether to return when no job of the ensemble is in the queue. */
  wait: boolean;
}

interface Engine {
  description: string;
  /** Has the missing shards computed. @returns whether it waited until that has ended */
  compute(ensemble: OpenEnsemble, shards: readonly Range[], options: SubmitOptions): Promise<boolean>;
}

/** What computes the shards of a folder. */
const ENGINES = {
  local: { description: "processes on this machine", compute: computeInRounds },
  slurm: { description: "a job array of Slurm, and a job after it that submits what is missing", compute: computeBySlurm },
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
    .option("--rounds <count>", "rounds in which what is missing is tried", parseCount("--rounds"), 3)
    .option("--workers <count>", "local: processes (default: one for each core)", parseCount("--workers"), availableParallelism())
    .option("--minutes <count>", "slurm: of a task, about", parsePositive("--minutes"), 7)
    .option("--cpus <count>", "slurm: processors of a task", parseCount("--cpus"), 1)
    .option("--partition <name>", "slurm: partition (default: that of the cluster)")
    .option("--sbatch <option>", "slurm: one more option of sbatch, such as --sbatch=--account=me; may be repeated", collect, [])
    .option(
      "--command <words>",
      "slurm: how the nodes start bdpde (default: by this Node and this program, which they must see at the same paths)",
    )
    .option("--dry-run", "slurm: print the command lines of sbatch and submit nothing", false)
    .option("--wait", "slurm: return when no job of the ensemble is in the queue", false)
    .addOption(new Option("--round <number>", "the round that this is").argParser(parseCount("--round")).default(1).hideHelp())
    .action(async (folder, { engine, ...options }) => {
      const ensemble = await readFolder(folder);
      const { shards } = prepareFolder(ensemble);
      const { partition, command } = options;
      const waited = shards.length === 0 || (await ENGINES[engine].compute(ensemble, shards, { ...options, partition, command }));
      if (!waited) return;
      const missing = ensemble.plan.replicas - countThere(ensemble);
      if (missing === 0) return sayDone(ensemble);
      process.stderr.write(
        `error: ${missing} of ${ensemble.plan.replicas} replicas are missing after up to ${options.rounds} rounds; what is there stays, and the same command goes on\n`,
      );
      setExitCode(Exit.inconclusive);
    });

const collect = (value: string, before: string[]) => [...before, value];

async function computeBySlurm(ensemble: OpenEnsemble, shards: readonly Range[], options: SubmitOptions): Promise<boolean> {
  const submitted = await submitToSlurm(ensemble, shards, options);
  if (submitted === null) return false;
  if (!options.wait) {
    process.stdout.write(`bdpde ensemble status ${ensemble.folder} says how far they are\n`);
    return false;
  }
  const left = countReplicas(shards);
  const before = countThere(ensemble);
  const progress = startProgress(labelOf(ensemble, left), left, "replicas");
  try {
    await waitForSlurm(ensemble, () => progress.update(countThere(ensemble) - before));
  } finally {
    progress.stop();
  }
  return true;
}

async function computeInRounds(ensemble: OpenEnsemble, first: readonly Range[], options: SubmitOptions): Promise<boolean> {
  const { rounds } = options;
  let shards = first;
  for (let round = 1; shards.length > 0 && round <= rounds; round++) {
    if (round > 1) process.stderr.write(`warning: ${countReplicas(shards)} replicas are missing; round ${round} of ${rounds}\n`);
    await computeInProcesses(ensemble, shards, options);
    shards = prepareFolder(ensemble).shards;
  }
  return true;
}

/** Milliseconds between two looks into the folder. */
const LOOK_EVERY = 500;

/** Processes share the work by the folder alone (compute.ts); one that ends by itself leaves its shard to the next round. */
async function computeInProcesses(ensemble: OpenEnsemble, shards: readonly Range[], { workers }: SubmitOptions): Promise<void> {
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
