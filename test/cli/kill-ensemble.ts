import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readFolder, shardsOf, workOf } from "../../src/ensembles/folder.ts";
import { mergeShards } from "../../src/ensembles/merge.ts";
import { survey } from "../../src/ensembles/survey.ts";
import { createStream } from "../../src/numerics/random.ts";
import { runKilled } from "./run-killed.ts";

/**
 * `bdpde ensemble run` is killed (SIGKILL) at random moments and started again until it ends by itself. Each time the folder must hold whole shards only, none of those that were there
 * may be computed again, and in the end the merged bytes must be those of a run that nobody killed.
 */
export interface EnsembleKills {
  kills: number;
  /** Runs that ended by themselves, after any number of kills. */
  ended: number;
  /** What was wrong, in sentences. */
  broken: string[];
}

const PROBLEM = {
  name: "killed ensemble",
  variables: { x: { min: -3.5, max: 3.5, cells: 64 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
  alpha: 2,
  initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
  time: { end: 0.5, snapshots: 2 },
  observables: { mean: "x", second: "x^2" },
};

export async function measureEnsembleKills({
  kills,
  seed,
  folder,
  onKill = () => {},
}: {
  kills: number;
  seed: number;
  folder: string;
  onKill?: (text: string) => void;
}): Promise<EnsembleKills> {
  mkdirSync(folder, { recursive: true });
  const problem = join(folder, "problem.json");
  writeFileSync(problem, JSON.stringify(PROBLEM));
  const argsOf = (dir: string) =>
    ["ensemble", "run", problem, "--dir", dir, "--n", "2000", "--dt", "0.01", "--replicas", "64", "--shard", "4", "--workers", "2", "--particles"]; // biome-ignore format: one command
  const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
  const started = performance.now();
  await runKilled(argsOf(whole), null);
  const duration = performance.now() - started;
  const expected = await mergedBytes(whole);

  const stream = createStream(seed);
  const found: EnsembleKills = { kills: 0, ended: 0, broken: [] };
  let there = new Map<string, number>();
  while (found.kills < kills || found.ended === 0 || there.size > 0) {
    const after = found.kills < kills ? duration * stream.uniform() : null;
    const alive = !(await runKilled(argsOf(killed), after === null ? null : { milliseconds: after })).killed;
    const now = inodesOf(killed);
    for (const [name, inode] of there) if (now.get(name) !== inode) found.broken.push(`${name} was there and was computed again`);
    const damaged = await damagedIn(killed);
    for (const name of damaged) found.broken.push(`${name} is not whole`);
    onKill(`${alive ? "ended" : `killed after ${after?.toFixed(0)} ms`}: ${there.size} shards before, ${now.size} now`);
    there = now;
    if (!alive) {
      found.kills++;
      continue;
    }
    found.ended++;
    if ((await mergedBytes(killed)) !== expected) found.broken.push("the merged summary differs from that of an undisturbed run");
    for (const name of readdirSync(workOf(killed))) found.broken.push(`work/${name} was left`);
    rmSync(killed, { recursive: true });
    there = new Map();
  }
  return found;
}

async function mergedBytes(folder: string): Promise<string> {
  const ensemble = await readFolder(folder);
  const summary = mergeShards(ensemble, survey(ensemble, { check: true }));
  return JSON.stringify([summary.snapshots(), summary.covariances()]);
}

/** Names of shards that are not whole; a run that was killed before it made the folder has left none. */
async function damagedIn(folder: string): Promise<string[]> {
  if (inodesOf(folder).size === 0) return [];
  const { damaged, foreign } = survey(await readFolder(folder), { check: true });
  return [...damaged.map(({ name }) => name), ...foreign];
}

function inodesOf(folder: string): Map<string, number> {
  try {
    return new Map(readdirSync(shardsOf(folder)).map((name) => [name, statSync(join(shardsOf(folder), name)).ino]));
  } catch {
    return new Map();
  }
}
