import { closeSync, existsSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../errors.ts";
import { makeFolder } from "../files/make-folder.ts";
import { partsIn, putInPlace, removeFile, takePlace } from "../files/part-file.ts";
import type { ReplicaOptions, ReplicaRecord } from "../particles/replica-record.ts";
import { runReplicas } from "../particles/run-replicas.ts";
import { threadsFor } from "../threads/pool.ts";
import { shardsOf, workOf } from "./folder.ts";
import { checkMaker, type Range, shardName } from "./plan.ts";
import { createShardFile, type OpenEnsemble, type ShardFile } from "./shard-file.ts";
import { countReplicas } from "./survey.ts";

/**
 * Computes shards of an ensemble that are missing. Any number of processes, of any number of machines that share the
 * folder, may do so at once:
 *
 * - a shard that is being computed has a part file in work/ (part-file.ts), which tells the others to take another one.
 *   That of a process of this machine counts while the process lives; that of another machine while it changes, which
 *   it does every few seconds;
 * - a whole shard is put into shards/ at one instant. If two processes computed the same one, they have the same bytes,
 *   and the first one stays.
 *
 * So whatever happens to a process, the folder holds whole shards and nothing else that counts.
 */
export interface ComputeOptions {
  /** Shards to compute, in this order. */
  shards: readonly Range[];
  /** Threads; by default one for each core, at most one for each replica and four for each core. */
  workers?: number;
  /** Milliseconds, from any start. */
  clock(): number;
  /** Waits before it looks again at shards that others compute. */
  pause(milliseconds: number): Promise<void>;
  /** Receives the path of a temporary file before it is created. */
  announce?: (part: string) => void;
  /** Called with the replicas that are done, as a sum of shares; those of other processes count when their shard is there. */
  onProgress?: (replicas: number) => void;
  /** Called for each shard that is put in its place by this process. */
  onShard?: (shard: Range) => void;
  /** Whether to begin no further shard. */
  stopped?: () => boolean;
}

/** A shard could not be written. */
export class ShardWriteError extends Error {
  override readonly name = "ShardWriteError";
}

/** A part file of another machine that did not change for so long belongs to nobody. */
export const STALE_MILLISECONDS = 300_000;
const TOUCH_EVERY = 5_000;
const LOOK_EVERY = 500;

interface OpenShard {
  range: Range;
  part: string;
  file: ShardFile;
  left: number;
  touched: number;
}

/**
 * Shards that are whole stay, whatever is thrown.
 *
 * @throws InputError for the plan of another version or platform, and for a folder on two file systems
 * @throws ShardWriteError where a file cannot be written
 * @throws the error of a replica, as runReplica does
 */
export async function computeShards(ensemble: OpenEnsemble, options: ComputeOptions): Promise<void> {
  const { clock, pause, announce, onProgress = () => {}, onShard = () => {}, stopped = () => false } = options;
  const { plan, problem, folder } = ensemble;
  checkMaker(folder, plan);
  writing(() => {
    for (const path of [shardsOf(folder), workOf(folder)]) makeFolder(path);
  });
  if (statSync(shardsOf(folder)).dev !== statSync(workOf(folder)).dev)
    throw new InputError(
      "--dir",
      folder,
      "has shards/ and work/ on two file systems",
      "have both on one: a shard is moved from one to the other at one instant",
    );
  const { scheme, n, dt, seed, resampleBelow, particles } = plan;
  const open = new Set<OpenShard>();
  const shares = new Map<number, number>();
  let done = 0;
  const report = () => onProgress([...shares.values()].reduce((total, share) => total + share, done));
  const placeOf = (range: Range) => join(shardsOf(folder), shardName(ensemble.digest, range));
  const shardOf = (replica: number) => {
    for (const shard of open) if (replica >= shard.range.from && replica < shard.range.to) return shard;
    throw new RangeError(`replica ${replica} is of no open shard`);
  };

  /** Begins a shard unless it is there, or another process computes it. */
  const begin = (range: Range): OpenShard | "there" | "busy" => {
    const target = placeOf(range);
    if (existsSync(target)) return "there";
    return writing(() => {
      const taken = takePlace(target, { folder: workOf(folder), attempts: 1, ...(announce === undefined ? {} : { announce }) });
      if ("busy" in taken) return "busy";
      if (existsSync(target) || isTakenElsewhere(workOf(folder), taken.part)) {
        removeFile(taken.part);
        return existsSync(target) ? "there" : "busy";
      }
      try {
        const file = createShardFile(taken.part, ensemble, range);
        const shard: OpenShard = { range, part: taken.part, file, left: range.to - range.from, touched: clock() };
        open.add(shard);
        return shard;
      } catch (error) {
        removeFile(taken.part);
        throw error;
      }
    });
  };
  const finish = (shard: OpenShard) => {
    writing(() => {
      shard.file.finish();
      putInPlace(shard.part, placeOf(shard.range), true);
    });
    open.delete(shard);
    removeFile(shard.part);
    onShard(shard.range);
  };
  const touch = (shard: OpenShard) => {
    if (clock() - shard.touched < TOUCH_EVERY) return;
    shard.touched = clock();
    // The first byte is written again at the end.
    writing(() => writeByte(shard.part));
  };
  const onShare = (share: number, replica: number) => {
    shares.set(replica, share);
    touch(shardOf(replica));
    report();
  };
  const onResult = (record: ReplicaRecord) => {
    const shard = shardOf(record.replica);
    writing(() => shard.file.addReplica(record));
    if (--shard.left === 0) finish(shard);
    else touch(shard);
    shares.delete(record.replica);
    done++;
    report();
  };

  let waiting: Range[] = [...options.shards];
  /** The replicas of one round, shard by shard; shards of others are left for the next round. */
  function* replicas(): Generator<number, void, void> {
    const round = waiting;
    waiting = [];
    for (const range of round) {
      if (stopped()) return;
      const shard = begin(range);
      if (shard === "busy") waiting.push(range);
      else if (shard === "there") {
        done += range.to - range.from;
        report();
      } else for (let r = range.from; r < range.to; r++) yield r;
    }
  }

  const replicaOptions: ReplicaOptions = {
    ...{ scheme, n, dt, seed, keepPositions: particles, keepProfile: true },
    ...(resampleBelow === undefined ? {} : { resampleBelow }),
  };
  const count = countReplicas(waiting);
  const threads = threadsFor(count, options.workers);
  try {
    while (waiting.length > 0 && !stopped()) {
      const jobs = replicas();
      const first = jobs.next();
      // Threads are started where there is something to do.
      if (first.done !== true)
        await runReplicas(problem, replicaOptions, { replicas: chain(first.value, jobs), count, threads, onResult, onShare });
      if (waiting.length > 0 && !stopped()) await pause(LOOK_EVERY);
    }
  } finally {
    for (const { file, part } of open) {
      file.abandon();
      removeFile(part);
    }
  }
}

function* chain(first: number, rest: Iterable<number>): Generator<number, void, void> {
  yield first;
  yield* rest;
}

function writing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new ShardWriteError((error as Error).message, { cause: error });
  }
}

/**
 * Whether a process of another machine writes the same file. Times are those of the file system, so clocks of machines
 * need not agree.
 */
function isTakenElsewhere(work: string, part: string): boolean {
  const own = partsIn(work).find(({ name }) => join(work, name) === part);
  const now = statSync(part).mtimeMs;
  return partsIn(work).some(({ name, label, alive }) => {
    if (alive !== null || label !== own?.label) return false;
    const found = statSync(join(work, name), { throwIfNoEntry: false });
    return found !== undefined && now - found.mtimeMs < STALE_MILLISECONDS;
  });
}

function writeByte(path: string): void {
  const file = openSync(path, "r+");
  try {
    writeSync(file, Uint8Array.of(0), 0, 1, 0);
  } finally {
    closeSync(file);
  }
}

/** Removes what killed processes of this machine have left in the folder. @returns how many files */
export function removeLeftOvers({ folder }: OpenEnsemble): number {
  const dead = partsIn(workOf(folder)).filter(({ alive }) => alive === false);
  for (const { name } of dead) removeFile(join(workOf(folder), name));
  return dead.length;
}
