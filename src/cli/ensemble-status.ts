import { statSync } from "node:fs";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { STALE_MILLISECONDS } from "../ensembles/compute.ts";
import { readFolder, shardsOf, workOf } from "../ensembles/folder.ts";
import { secondsPerReplica } from "../ensembles/pace.ts";
import { type Range, rangeOfName } from "../ensembles/plan.ts";
import type { OpenEnsemble } from "../ensembles/shard-file.ts";
import { countReplicas, type Survey, survey } from "../ensembles/survey.ts";
import { formatDuration } from "../figures/numbers.ts";
import { partsIn } from "../files/part-file.ts";
import { describeRanges } from "./ensemble-options.ts";
import { sayForeign } from "./ensemble-run.ts";
import { Exit } from "./exit.ts";
import { printResults, summaryAt, withOutputs } from "./outputs.ts";

/** @param setExitCode receives 3 where replicas are missing. */
export const createStatusCommand = (setExitCode: (code: number) => void) =>
  new Command("status")
    .description("Say what is in the folder of an ensemble, what is being computed, missing or damaged, and the time left")
    .argument("<folder>", "folder of the ensemble")
    .option("--quick", "compare names and sizes of shards only, and do not read them", false)
    .option("--summary <file>", "write it as JSON (- for standard output)")
    .option("--force", "overwrite the file of --summary", false)
    .action(async (folder, { quick, summary, force }) => {
      await withOutputs([summaryAt(summary)], { inputs: [], force }, async ([file]) => {
        const ensemble = await readFolder(folder);
        const found = survey(ensemble, { check: !quick });
        const status = statusOf(ensemble, found);
        sayForeign(found);
        printResults(summary, file, status, describe(ensemble, status));
        if (status.missing.length > 0) setExitCode(Exit.inconclusive);
      });
    });

interface Running {
  replicas: Range;
  process: number;
  machine: "this" | "another";
}

interface Status {
  problem: string;
  replicas: number;
  there: number;
  shards: number;
  missing: Range[];
  damaged: { name: string; problem: string }[];
  running: Running[];
  /** Part files of processes that have ended. */
  stale: string[];
  secondsLeft: number | null;
}

function statusOf(ensemble: OpenEnsemble, found: Survey): Status {
  const { plan, folder } = ensemble;
  const running: Running[] = [];
  const stale: string[] = [];
  for (const { name, label, pid, alive } of partsIn(workOf(folder))) {
    const replicas = rangeOfName(label);
    const changed = statSync(join(workOf(folder), name), { throwIfNoEntry: false })?.mtimeMs;
    // Not of a shard, or gone since.
    if (replicas === null || changed === undefined) continue;
    if (alive ?? Date.now() - changed < STALE_MILLISECONDS)
      running.push({ replicas, process: pid, machine: alive === null ? "another" : "this" });
    else stale.push(name);
  }
  const missing = countReplicas(found.missing);
  return {
    problem: plan.problem.name,
    replicas: plan.replicas,
    there: plan.replicas - missing,
    shards: found.segments.length,
    missing: found.missing,
    damaged: found.damaged,
    running,
    stale,
    secondsLeft: missing === 0 ? 0 : running.length === 0 ? null : secondsLeft(ensemble, found, running.length, missing),
  };
}

/** By the pace at which the last shards came; null where there are too few. */
function secondsLeft({ folder }: OpenEnsemble, { segments }: Survey, running: number, missing: number): number | null {
  const arrivals = segments.map(({ name, taken }) => ({
    time: statSync(join(shardsOf(folder), name)).mtimeMs,
    replicas: taken.to - taken.from,
  }));
  const pace = secondsPerReplica(arrivals, running, Date.now());
  return pace === null ? null : pace * missing;
}

function describe({ plan, folder }: OpenEnsemble, status: Status): string {
  const { there, replicas, shards, missing, damaged, running, stale } = status;
  const lines = [
    `${plan.problem.name} (${plan.scheme}, n = ${plan.n}, dt = ${plan.dt}, seed ${plan.seed}) in ${folder}`,
    `there:    ${there} of ${replicas} replicas, in ${shards} shards`,
  ];
  if (missing.length > 0) lines.push(`missing:  ${countReplicas(missing)} replicas: ${describeRanges(missing)}`);
  for (const { name, problem } of damaged) lines.push(`damaged:  shards/${name} ${problem}`);
  for (const { replicas: range, process, machine } of running)
    lines.push(`running:  replicas ${describeRanges([range])} (process ${process} of ${machine} machine)`);
  for (const name of stale) lines.push(`stale:    work/${name}, of a process that has ended`);
  if (missing.length > 0 && running.length === 0)
    lines.push(`nothing is running; bdpde ensemble run --dir ${folder} computes what is missing`);
  else if (status.secondsLeft !== null && missing.length > 0) lines.push(`left:     about ${formatDuration(status.secondsLeft)}`);
  return lines.join("\n");
}
