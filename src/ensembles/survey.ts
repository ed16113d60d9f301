import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { shardsOf } from "./folder.ts";
import { type Range, rangeOfName, shardName } from "./plan.ts";
import { type OpenEnsemble, readShard, ShardError, shardBytes } from "./shard-file.ts";

/** A shard, and those of its replicas that are taken from it: shards of different sizes may overlap. */
export interface Segment {
  name: string;
  shard: Range;
  taken: Range;
}

/** What a folder holds. */
export interface Survey {
  /** In order. */
  segments: Segment[];
  /** Replicas that are in no whole shard, in order. */
  missing: Range[];
  /** Shards of this ensemble that are not whole. */
  damaged: { name: string; problem: string }[];
  /** Files of other ensembles or versions, or of other programs. */
  foreign: string[];
}

/**
 * Lists the shards of a folder.
 *
 * @param options `check`: reads each of them whole; otherwise only names and sizes are compared. `onShard` is called after each.
 */
export function survey(
  ensemble: OpenEnsemble,
  { check, onShard = () => {} }: { check: boolean; onShard?: (done: number, all: number) => void },
): Survey {
  const found: Survey = { segments: [], missing: [], damaged: [], foreign: [] };
  const shards: { name: string; range: Range }[] = [];
  const folder = shardsOf(ensemble.folder);
  // Tools that copy folders may leave out empty ones.
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  names.forEach((name, k) => {
    const range = rangeOfName(name);
    if (range === null || shardName(ensemble.digest, range) !== name) {
      if (!name.endsWith(DAMAGED)) found.foreign.push(name);
      return;
    }
    const problem = problemOf(join(shardsOf(ensemble.folder), name), ensemble, range, check);
    if (problem !== null) found.damaged.push({ name, problem });
    else shards.push({ name, range });
    onShard(k + 1, names.length);
  });
  const { replicas } = ensemble.plan;
  // The longest of those that begin together first: it leaves the fewest pieces.
  shards.sort((a, b) => a.range.from - b.range.from || b.range.to - a.range.to);
  let next = 0;
  for (const { name, range } of shards) {
    const taken = { from: Math.max(range.from, next), to: Math.min(range.to, replicas) };
    if (taken.to <= taken.from) continue;
    if (taken.from > next) found.missing.push({ from: next, to: taken.from });
    found.segments.push({ name, shard: range, taken });
    next = taken.to;
  }
  if (next < replicas) found.missing.push({ from: next, to: replicas });
  return found;
}

/** Why a file is not the whole shard of its name; null where it is. */
function problemOf(path: string, ensemble: OpenEnsemble, range: Range, check: boolean): string | null {
  try {
    if (check) readShard(path, ensemble, range);
    else if (statSync(path).size !== shardBytes(ensemble, range)) return "is of another size";
    return null;
  } catch (error) {
    if (error instanceof ShardError) return error.message;
    return `cannot be read (${(error as Error).message})`;
  }
}

const DAMAGED = ".damaged";

/** Moves a damaged shard aside, beside its place, so that it can be computed again; the one before it is removed. */
export function setAside({ folder }: OpenEnsemble, name: string): void {
  const path = join(shardsOf(folder), name);
  // A file does not replace a folder of its name, nor the reverse.
  rmSync(`${path}${DAMAGED}`, { recursive: true, force: true });
  try {
    renameSync(path, `${path}${DAMAGED}`);
  } catch (error) {
    // Another process has set it aside at the same moment.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Number of replicas in ranges. */
export function countReplicas(ranges: readonly Range[]): number {
  return ranges.reduce((total, { from, to }) => total + to - from, 0);
}

/** Ranges cut at the multiples of `size`: the shards that are to be computed. */
export function cutIntoShards(ranges: readonly Range[], size: number): Range[] {
  return ranges.flatMap(({ from, to }) => {
    const shards: Range[] = [];
    for (let at = from; at < to; ) {
      const end = Math.min(to, (Math.floor(at / size) + 1) * size);
      shards.push({ from: at, to: end });
      at = end;
    }
    return shards;
  });
}
