import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { workOf } from "../ensembles/folder.ts";
import type { Range } from "../ensembles/plan.ts";
import type { OpenEnsemble } from "../ensembles/shard-file.ts";
import {
  arrayArguments,
  arrayScript,
  finishArguments,
  finishScript,
  planTasks,
  quote,
  readLimits,
  type SlurmJob,
  type SlurmLimits,
} from "../ensembles/slurm.ts";
import { countReplicas } from "../ensembles/survey.ts";
import { InputError } from "../errors.ts";
import { formatNumber } from "../figures/numbers.ts";
import { makeFolder } from "../files/make-folder.ts";
import { commandLine } from "./command-line.ts";
import { formatTask } from "./ensemble-work.ts";
import { OutputError, reason } from "./failures.ts";
import { secondsOfReplica } from "./replica-cost.ts";

export interface SlurmOptions {
  rounds: number;
  /** The round that this command submits, counted from 1. */
  round: number;
  /** Of a task, about. */
  minutes: number;
  cpus: number;
  partition: string | undefined;
  sbatch: readonly string[];
  /** The command of bdpde on the nodes; by default this Node and this program, which the nodes must see at the same paths. */
  command: string | undefined;
  dryRun: boolean;
}

/** What went into the queue; null where nothing did, as with --dry-run. */
export type Submitted = { array: string; finish: string | null } | null;

/**
 * Submits the missing shards as a job array, and after it a finish job that submits what is still missing, up to a
 * number of rounds.
 *
 * @throws InputError where there is no Slurm, where jobs of this ensemble are in its queue, and for a job that the
 * cluster refuses.
 */
export async function submitToSlurm(ensemble: OpenEnsemble, shards: readonly Range[], options: SlurmOptions): Promise<Submitted> {
  const { rounds, round, minutes, cpus, partition, command, dryRun } = options;
  const folder = resolve(ensemble.folder);
  const limits = limitsOf(partition);
  const name = jobName(ensemble);
  if (round === 1 && !dryRun) refuseQueued(name);
  const secondsPerReplica = (await secondsOfReplica(ensemble.problem, ensemble.plan)) / cpus;
  const plan = planTasks(shards, limits, { minutes, secondsPerReplica });
  const list = plan.tasks.map((ranges) => `${formatTask(joined(ranges))}\n`).join("");
  const id = createHash("sha256").update(`${round} ${list}`).digest("hex").slice(0, 12);
  const logs = join(workOf(folder), "logs");
  const job: SlurmJob = {
    ...{ name, folder, logs, partition },
    command: command ?? commandLine().map(quote).join(" "),
    options: options.sbatch,
  };
  const files = { list: `tasks-${id}.txt`, array: `array-${id}.sh`, finish: `finish-${id}.sh` };
  const pathOf = (file: string) => join(workOf(folder), file);
  // A round that was cut short by the size of arrays is followed by one more.
  const next = nextRound(options, plan.left > 0 ? round : round + 1);
  const isLast = plan.left === 0 && round >= rounds;
  const array = arrayArguments(job, plan, cpus, pathOf(files.array));
  const sayPlan = `${countReplicas(shards)} replicas in ${plan.tasks.length} tasks of about ${formatNumber(plan.minutes, 2)} min${plan.left > 0 ? `; ${plan.left} shards are left for the next array` : ""}`;
  if (dryRun) {
    const finish = finishArguments(job, "JOB", pathOf(files.finish));
    process.stdout.write(
      `${sayPlan}\n${["sbatch", ...array].map(quote).join(" ")}\n${isLast ? "" : `${["sbatch", ...finish].map(quote).join(" ")}\n`}`,
    );
    process.stdout.write(`task:   ${arrayScript(job, pathOf(files.list), cpus).split("\n")[1]}\n`);
    return null;
  }
  try {
    makeFolder(logs);
    writeFileSync(pathOf(files.list), list);
    writeFileSync(pathOf(files.array), arrayScript(job, pathOf(files.list), cpus));
    writeFileSync(pathOf(files.finish), finishScript(job, next));
  } catch (error) {
    throw new OutputError(`${workOf(folder)}: the list of work could not be written (${reason(error)})`);
  }
  const first = submit(array);
  process.stdout.write(`job ${first}: ${sayPlan}\n`);
  const last = isLast ? null : submit(finishArguments(job, first, pathOf(files.finish)));
  if (last !== null) process.stdout.write(`job ${last}: submits what is missing after it\n`);
  return { array: first, finish: last };
}

/** The arguments of the next round. */
function nextRound({ rounds, minutes, cpus, partition, sbatch, command }: SlurmOptions, round: number): string[] {
  return [
    ...["--round", String(round), "--rounds", String(rounds), "--minutes", String(minutes), "--cpus", String(cpus)],
    ...(partition === undefined ? [] : ["--partition", partition]),
    ...sbatch.map((option) => `--sbatch=${option}`),
    ...(command === undefined ? [] : ["--command", command]),
  ];
}

/** Neighbouring ranges become one. */
function joined(ranges: readonly Range[]): Range[] {
  const out: Range[] = [];
  for (const { from, to } of ranges) {
    const last = out.at(-1);
    if (last?.to === from) last.to = to;
    else out.push({ from, to });
  }
  return out;
}

/** Of all jobs of an ensemble. */
function jobName({ digest }: OpenEnsemble): string {
  return `bdpde-${digest.slice(0, 12)}`;
}

function limitsOf(partition: string | undefined): SlurmLimits {
  const limits = readLimits(run("scontrol", ["show", "config"]), run("sinfo", ["--noheader", "--format=%P|%l"]), partition);
  if (limits === null)
    throw new InputError("--partition", partition, "the cluster has no such partition", "see sinfo, or leave it out");
  if (limits.tasks < 1) throw new InputError("--engine", "slurm", "the cluster allows no job arrays", "use --engine local");
  return limits;
}

/** Job identifiers of an ensemble in the queue. */
function queued(name: string): string[] {
  return run("squeue", ["--noheader", "--format=%i", `--name=${name}`])
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function refuseQueued(name: string): void {
  const jobs = queued(name);
  if (jobs.length === 0) return;
  const remedy = `wait for them, or end them by scancel --name=${name}`;
  throw new InputError("--engine", "slurm", `jobs of this ensemble are in the queue: ${jobs.slice(0, 3).join(", ")}`, remedy);
}

const LOOK_EVERY = 2000;

/** Looks at the queue that may fail in a row: a busy cluster answers late. */
const MOST_FAILURES = 30;

/** Waits until no job of the ensemble is in the queue. */
export async function waitForSlurm(ensemble: OpenEnsemble, onLook: () => void): Promise<void> {
  let failures = 0;
  const goesOn = (): boolean => {
    try {
      const jobs = queued(jobName(ensemble));
      failures = 0;
      return jobs.length > 0;
    } catch (error) {
      if (++failures >= MOST_FAILURES) throw error;
      return true;
    }
  };
  while (goesOn()) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    onLook();
  }
}

/** Submits a job. @returns its identifier */
function submit(args: readonly string[]): string {
  return run("sbatch", args).trim().split(";")[0];
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (error !== undefined) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const what = missing ? `${program} is not there` : `${program} could not be run (${reason(error)})`;
    throw new InputError("--engine", "slurm", what, "run this on a node of the cluster that submits jobs, or use --engine local");
  }
  if (status === 0) return stdout;
  const said = stderr.trim().split("\n").at(-1) ?? "";
  throw new InputError(
    "--engine",
    "slurm",
    `${program} failed (${said === "" ? `status ${status}` : said})`,
    "what is in the folder stays; see --dry-run for the command line",
  );
}
