import { join } from "node:path";
import { createSummary, type EnsembleSummary } from "../particles/summary.ts";
import { shardsOf } from "./folder.ts";
import { type OnPositions, type OpenEnsemble, readShard } from "./shard-file.ts";
import type { Survey } from "./survey.ts";

/**
 * The statistics of the replicas that a folder holds: the same bits whatever shards they are in, and whoever computed
 * them. Memory: one shard without its particles, one replica of particles, and the moments (moment-tree.ts).
 *
 * @param options `onPositions` receives theta of each replica, in order; `onReplica` is called after each shard with
 * the replicas done.
 * @throws ShardError for a shard that is not whole
 */
export function mergeShards(
  ensemble: OpenEnsemble,
  { segments, missing }: Survey,
  {
    onPositions,
    onReplica = () => {},
  }: {
    onPositions?: OnPositions | undefined;
    onReplica?: (replicas: number) => void;
  } = {},
): EnsembleSummary {
  const { plan, problem, folder } = ensemble;
  const summary = createSummary(problem, plan);
  for (const { from, to } of missing) for (let r = from; r < to; r++) summary.add(r, null);
  for (const { name, shard, taken } of segments) {
    const isTaken = (replica: number) => replica >= taken.from && replica < taken.to;
    const { rows } = readShard(
      join(shardsOf(folder), name),
      ensemble,
      shard,
      onPositions && ((replica, positions, weights) => isTaken(replica) && onPositions(replica, positions, weights)),
    );
    const width = rows.length / (shard.to - shard.from);
    for (let r = taken.from; r < taken.to; r++)
      summary.add(r, rows.subarray((r - shard.from) * width, (r - shard.from + 1) * width));
    onReplica(taken.to);
  }
  return summary;
}
