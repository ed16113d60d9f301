import { join } from "node:path";
import { shardsOf } from "../ensembles/folder.ts";
import {
  groupStarts,
  isWeightedPlan,
  type OnPositions,
  type OpenEnsemble,
  readShard,
  type ShardContent,
  ShardError,
} from "../ensembles/shard-file.ts";
import type { Segment, Survey } from "../ensembles/survey.ts";
import { InputError } from "../errors.ts";
import { profileLength, projectionsOf } from "../measures/distance-profile.ts";
import { DIAGNOSTICS, gapOf, WEIGHT_UNITS } from "../particles/replica-record.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import { type ComparisonJudge, createJudge } from "./compare.ts";
import type { CompareOptions } from "./compare-options.ts";
import type { Comparison } from "./comparison.ts";
import type { ReplicaCounts } from "./evidence.ts";

/**
 * Judges the replicas of an ensemble, shard after shard: by what every shard holds of a replica, its means and how many of its particles lie below each face, which is all that a
 * comparison takes; where the reference is too sharp for its grid, or has other observables, by the particles, which the shards must then hold.
 *
 * @throws InputError for a reference of another problem; ShardError for a shard that is not whole.
 */
export function compareShards(
  reference: ReferenceData,
  ensemble: OpenEnsemble,
  { segments }: Survey,
  options: CompareOptions = {},
): Comparison {
  const { plan, problem, folder } = ensemble;
  const times = problem.snapshotTimes.filter((time) => reference.times.includes(time));
  if (times.length === 0)
    throw new InputError(folder, undefined, "has no time in common with the reference", "compute the reference at its times");
  const judge = createJudge(reference, {
    dt: plan.dt,
    scheme: plan.scheme,
    ...(plan.resampleBelow === undefined ? {} : { resampleBelow: plan.resampleBelow }),
    ...options,
    times,
    n: plan.n,
    describe: true,
    onProgress: (share) => options.onProgress?.(0.3 * share),
  });
  const why = whyParticles(reference, ensemble, judge);
  if (why !== null && !plan.particles)
    throw new InputError(folder, undefined, why, "run the ensemble with --particles in a folder of its own");
  const collector = judge.collect();
  const snapshots = times.map((time) => problem.snapshotTimes.indexOf(time));
  for (const [k, segment] of segments.entries()) {
    const read = (onPositions?: OnPositions) => readNamed(ensemble, segment, onPositions);
    if (why === null) collector.addCounts(countsOf(ensemble, reference, snapshots, segment, read()));
    else {
      const each = plan.n * problem.grid.dimension;
      const theta = new Float64Array(snapshots.length * each);
      const { dt, scheme, n } = plan;
      const kept = new Float64Array(isWeightedPlan(plan) ? snapshots.length * n : 0);
      read((replica, positions, weights) => {
        if (replica < segment.taken.from || replica >= segment.taken.to) return;
        for (const [i, s] of snapshots.entries()) {
          theta.set(positions.subarray(s * each, (s + 1) * each), i * each);
          if (weights !== null) kept.set(weights.subarray(s * n, (s + 1) * n), i * n);
        }
        collector.addParticles({ replicas: 1, times, n, theta, weights: weights === null ? null : kept, dt, scheme, notes: [] });
      });
    }
    options.onProgress?.(0.3 + (0.6 * (k + 1)) / segments.length);
  }
  const evidence = collector.finish();
  if (times.length < problem.snapshotTimes.length)
    evidence.notes.push(
      `times of the ensemble that the reference does not have are left aside: ${problem.snapshotTimes.filter((time) => !times.includes(time)).join(", ")}`,
    );
  return judge.judge(evidence);
}

function readNamed(ensemble: OpenEnsemble, { name, shard }: Segment, onPositions?: OnPositions): ShardContent {
  try {
    return readShard(join(shardsOf(ensemble.folder), name), ensemble, shard, onPositions);
  } catch (error) {
    throw error instanceof ShardError ? new ShardError(`${name} ${error.message}`) : error;
  }
}

/** Why counts do not do; null where they do. */
function whyParticles(reference: ReferenceData, { problem }: OpenEnsemble, { profiles }: ComparisonJudge): string | null {
  const [there, here] = [reference.problem, problem].map(({ grid }) => JSON.stringify(grid.axes));
  if (there !== here) return "the grid of the reference is another one, and there are no particles";
  const own = observablesOf(problem.definition.observables);
  const other = reference.problem.observables.find(({ name }) => {
    const text = observablesOf(reference.problem.definition.observables).get(name);
    return text === undefined || own.get(name) !== text;
  });
  if (other !== undefined) return `${other.name} of the reference is no observable of the ensemble, and there are no particles`;
  if (profiles.some(({ nodes }) => nodes !== null)) return "the reference is too sharp for its grid, and there are no particles";
  return null;
}

const observablesOf = (observables: object | undefined) =>
  new Map(Object.entries(observables ?? {}).map(([name, text]) => [name, String(text)]));

/** The replicas that are taken from a shard. Groups are cut out whole: where a shard overlaps another within a leaf, the rest of that leaf has no profile of its own. */
function countsOf(
  { plan, problem }: OpenEnsemble,
  reference: ReferenceData,
  snapshots: readonly number[],
  { shard, taken }: Segment,
  { rows, profiles }: ShardContent,
): ReplicaCounts {
  const S = problem.snapshotTimes.length;
  const width = rows.length / (shard.to - shard.from) / S;
  const faces = profileLength(projectionsOf(problem.grid));
  const columns = reference.problem.observables.map(({ name }) => problem.observables.findIndex((own) => own.name === name));
  const outsideColumn = problem.observables.length + DIAGNOSTICS.indexOf("outside");
  const replicas = taken.to - taken.from;
  const means = new Float64Array(replicas * snapshots.length * columns.length);
  const weighted = isWeightedPlan(plan);
  const sizes: number[] = [];
  const gaps: number[] = [];
  let outside = 0;
  let at = 0;
  for (let r = taken.from; r < taken.to; r++) {
    for (const s of snapshots) {
      const from = ((r - shard.from) * S + s) * width;
      for (const column of columns) means[at++] = rows[from + column];
      outside += Math.round(rows[from + outsideColumn] * plan.n);
      gaps.push(gapOf(problem, rows, from));
      if (weighted) sizes.push(rows[from + width - 1]);
    }
  }
  const starts = groupStarts(shard);
  const groups = starts.flatMap((from, g) => {
    const to = starts[g + 1] ?? shard.to;
    if (from < taken.from || to > taken.to) return [];
    const below = snapshots.map((s) => {
      const counts = profiles.subarray((g * S + s) * faces, (g * S + s + 1) * faces);
      return weighted ? Float64Array.from(counts, (units) => (units * plan.n) / WEIGHT_UNITS) : counts;
    });
    return [{ replicas: to - from, below }];
  });
  return { replicas, means, sizes: weighted ? Float64Array.from(sizes) : null, groups, outside, gaps: Float64Array.from(gaps) };
}
