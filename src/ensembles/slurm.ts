import type { Range } from "./plan.ts";

/**
 * A job array of Slurm that computes missing shards: one task a line of a list of work, then a finish job that looks at
 * the folder and submits what is still missing. The folder is the truth: Slurm's accounting is not needed. Tested with
 * Slurm 22.05.
 */

/** What a cluster allows. */
export interface SlurmLimits {
  /** Tasks of one array: indices lie below MaxArraySize. */
  tasks: number;
  /** Of a job in the partition; null without a limit. */
  minutes: number | null;
}

/**
 * @param config as `scontrol show config` prints it.
 * @param partitions as `sinfo --noheader --format=%P|%l` prints them, the default one marked by a star.
 * @returns null where the partition is not there.
 */
export function readLimits(config: string, partitions: string, wanted: string | undefined): SlurmLimits | null {
  const size = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(config)?.[1] ?? 1001);
  const rows = partitions
    .trim()
    .split("\n")
    .map((line) => line.trim().split("|"));
  const row = rows.find(([name]) => (wanted === undefined ? name.endsWith("*") : name.replace(/\*$/, "") === wanted));
  if (row === undefined && (wanted !== undefined || rows.length === 0)) return null;
  return { tasks: Math.max(0, size - 1), minutes: row === undefined ? null : minutesOf(row[1] ?? "infinite") };
}

/** [days-]hours:minutes:seconds, minutes:seconds, or `infinite`. */
function minutesOf(limit: string): number | null {
  const [, days = "0", rest] = /^(?:(\d+)-)?([\d:]+)$/.exec(limit) ?? [];
  if (rest === undefined) return null;
  const parts = rest.split(":").map(Number);
  const [hours, minutes, seconds] = [...new Array<number>(3 - parts.length).fill(0), ...parts];
  return Number(days) * 1440 + hours * 60 + minutes + seconds / 60;
}

/** Share of a partition's limit that a task is planned to take at most. */
const MOST_OF_LIMIT = 0.5;

export interface TaskPlan {
  /** The shards of each task. */
  tasks: Range[][];
  /** Shards that fit into no task of this array: the next round submits them. */
  left: number;
  /** Of a task, on a processor as fast as this one. */
  minutes: number;
  /** Minutes that the job may take. */
  timeLimit: number;
}

/**
 * Shares shards among tasks of about `minutes` each: neighbours together, so that a task is a few ranges. Where the
 * cluster allows fewer tasks, they are longer, up to half of the time limit of the partition; what does not fit then is
 * left for the next round.
 */
export function planTasks(
  shards: readonly Range[],
  { tasks: mostTasks, minutes: limit }: SlurmLimits,
  { minutes, secondsPerReplica }: { minutes: number; secondsPerReplica: number },
): TaskPlan {
  const minutesOfShard = (Math.max(...shards.map(({ from, to }) => to - from)) * secondsPerReplica) / 60;
  const most = Math.max(1, Math.floor((limit === null ? Infinity : MOST_OF_LIMIT * limit) / minutesOfShard));
  const wanted = Math.max(1, Math.round(minutes / minutesOfShard));
  const each = Math.min(most, Math.max(Math.min(wanted, shards.length), Math.ceil(shards.length / mostTasks)));
  const count = Math.min(mostTasks, Math.ceil(shards.length / each));
  const placed = Math.min(shards.length, count * each);
  const tasks = Array.from({ length: count }, (_, k) =>
    shards.slice(Math.round((k * placed) / count), Math.round(((k + 1) * placed) / count)),
  );
  const planned = each * minutesOfShard;
  // Three times the time of this machine, and the start of Node.
  const wished = Math.ceil(3 * planned + 2);
  return {
    tasks,
    left: shards.length - placed,
    minutes: planned,
    timeLimit: limit === null ? wished : Math.max(1, Math.min(wished, Math.floor(limit))),
  };
}

/** What stands in both scripts of a submission. */
export interface SlurmJob {
  /** Of both jobs, by which they are found in the queue. */
  name: string;
  /** Absolute, on a file system that all nodes share. */
  folder: string;
  /** Where the logs go. */
  logs: string;
  /** The command of bdpde on the nodes, as a shell reads it. */
  command: string;
  partition: string | undefined;
  /** More options of sbatch, each as one argument. */
  options: readonly string[];
}

/** The arguments of sbatch that submit the array. */
export function arrayArguments(
  { name, logs, partition, options }: SlurmJob,
  { tasks, timeLimit }: TaskPlan,
  cpus: number,
  script: string,
): string[] {
  return [
    "--parsable",
    `--job-name=${name}`,
    `--array=1-${tasks.length}`,
    `--cpus-per-task=${cpus}`,
    `--time=${timeLimit}`,
    `--output=${patternOf(logs)}/%A_%a.log`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...options,
    script,
  ];
}

/**
 * The arguments of sbatch for the job after the last task, however the tasks ended: `afterok` would wait for ever after
 * a task that failed.
 */
export function finishArguments({ name, logs, partition, options }: SlurmJob, array: string, script: string): string[] {
  return [
    "--parsable",
    `--job-name=${name}`,
    `--dependency=afterany:${array}`,
    "--cpus-per-task=1",
    `--output=${patternOf(logs)}/%j-finish.log`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...options,
    script,
  ];
}

/** A percent sign starts a pattern of sbatch. */
const patternOf = (path: string) => path.replaceAll("%", "%%");

/** The script of a task. Its shards are those of its line of the list of work that are not there yet. */
export function arrayScript({ folder, command }: SlurmJob, list: string, cpus: number): string {
  return scriptOf(
    `${command} ensemble work ${quote(folder)} --list ${quote(list)} --line "$SLURM_ARRAY_TASK_ID" --workers ${cpus}`,
  );
}

export function finishScript({ folder, command }: SlurmJob, next: readonly string[]): string {
  return scriptOf([`${command} ensemble submit ${quote(folder)} --engine slurm`, ...next.map(quote)].join(" "));
}

const scriptOf = (line: string) => `#!/bin/bash\n${line}\n`;

/** As one word of a shell. */
export function quote(text: string): string {
  return /^[\w./:=,@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
