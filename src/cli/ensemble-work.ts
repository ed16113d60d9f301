import { readFileSync } from "node:fs";
import { Command } from "@commander-js/extra-typings";
import { readFolder } from "../ensembles/folder.ts";
import type { Range } from "../ensembles/plan.ts";
import { countReplicas, cutIntoShards, survey } from "../ensembles/survey.ts";
import { InputError } from "../errors.ts";
import { computeHere } from "./ensemble-run.ts";
import { parseCount } from "./options.ts";

/**
 * What an engine runs, once for each process: computes missing shards of a folder that another command has checked, and
 * prints nothing.
 */
export const createWorkCommand = () =>
  new Command("work")
    .argument("<folder>", "folder of the ensemble")
    .option("--list <file>", "list of work, a task a line; without it, all that is missing")
    .option("--line <number>", "line of that list, counted from 1", parseCount("--line"))
    .option("--workers <count>", "threads", parseCount("--workers"), 1)
    .option("--parent <process>", "ends when its parent is another process", parseCount("--parent"))
    .action(async (folder, { list, line, workers, parent }) => {
      const ensemble = await readFolder(folder);
      const { missing } = survey(ensemble, { check: false });
      const wanted = list === undefined ? missing : intersect(missing, readTask(list, line ?? 1));
      const stopped = () => parent !== undefined && process.ppid !== parent;
      const shards = cutIntoShards(wanted, ensemble.plan.shard);
      if (countReplicas(shards) > 0) await computeHere(ensemble, shards, { workers, shown: false, stopped });
    });

/** A list of work has a line for each task: ranges FROM-TO, of replicas FROM, ..., TO - 1. */
export function formatTask(ranges: readonly Range[]): string {
  return ranges.map(({ from, to }) => `${from}-${to}`).join(" ");
}

function readTask(path: string, line: number): Range[] {
  const text = readFileSync(path, "utf8").split("\n")[line - 1];
  const ranges = (text ?? "").trim().split(/\s+/).map((word) => /^(\d+)-(\d+)$/.exec(word)); // biome-ignore format: one chain
  if (ranges.includes(null))
    throw new InputError("--line", line, `is no task of ${path}`, "give the number of a line of ranges FROM-TO");
  return ranges.map((match) => ({ from: Number(match?.[1]), to: Number(match?.[2]) }));
}

/** What two lists of ranges in order have in common. */
function intersect(left: readonly Range[], right: readonly Range[]): Range[] {
  return left.flatMap((a) =>
    right.map((b) => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) })).filter(({ from, to }) => from < to),
  );
}
