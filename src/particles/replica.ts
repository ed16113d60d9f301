import { createPoints } from "../grid/grid.ts";
import { addPoints, cumulate, profileLength, projectionsOf } from "../measures/distance-profile.ts";
import { createStream } from "../numerics/random.ts";
import type { Problem } from "../problem/problem.ts";
import { snapshotSteps } from "../problem/snapshot-steps.ts";
import { isWeighted, type Runnable } from "../schemes/scheme.ts";
import { SCHEMES } from "../schemes/schemes.ts";
import { createStepper } from "../schemes/stepper.ts";
import { createMeasure } from "./measure.ts";
import {
  type RecordArrays,
  type ReplicaOptions,
  type ReplicaRecord,
  type RunOptions,
  recordArrays,
  rowWidth,
  WEIGHT_UNITS,
} from "./replica-record.ts";

/** Steps of single particles between two calls of onShare. */
const STEPS_SAID = 2e6;

/** Runs one replica of a scheme of the table; see runReplicaOf. */
export function runReplica(
  problem: Problem,
  options: ReplicaOptions,
  replica: number,
  onShare?: (share: number) => void,
  arrays?: RecordArrays,
): ReplicaRecord {
  return runReplicaOf(problem, SCHEMES[options.scheme], options, replica, onShare, arrays);
}

/**
 * Runs one replica of any scheme. Replica r draws from stream r of the seed alone: initial particles first, then the steps.
 *
 * @param onShare is called with the share done, after every two million particle steps.
 * @param arrays receive the record; by default new ones.
 * @throws InvariantError if a mean or the energy is no longer finite: explicit steps of this dt are unstable.
 */
export function runReplicaOf(
  problem: Problem,
  scheme: Runnable,
  options: RunOptions,
  replica: number,
  onShare: (share: number) => void = () => {},
  arrays: RecordArrays = recordArrays(problem, scheme, options),
): ReplicaRecord {
  const { n } = options;
  const { grid } = problem;
  const d = grid.dimension;
  const width = rowWidth(problem, isWeighted(scheme));
  const { table, positions, weights: kept, profile } = arrays;
  const projections = profile === null ? [] : projectionsOf(grid);
  const bins = new Float64Array(profileLength(projections));
  const said = Math.ceil(STEPS_SAID / n);
  let s = 0;
  let steps = 0;
  for (const { row, points, weights, time } of replicaSteps(problem, scheme, options, replica)) {
    if (++steps % said === 0) onShare(time / problem.end);
    if (row === null) continue;
    table.set(row, s * width);
    if (positions !== null) {
      for (let a = 0; a < d; a++) for (let i = 0; i < n; i++) positions[(s * n + i) * d + a] = points[a][i];
    }
    if (weights !== null) kept?.set(weights, s * n);
    if (profile !== null) {
      bins.fill(0);
      addPoints(bins, grid, points, weights, n, projections, 1);
      cumulate(bins, projections);
      if (weights !== null) for (let g = 0; g < bins.length; g++) bins[g] = Math.round(WEIGHT_UNITS * bins[g]);
      profile.set(bins, s * bins.length);
    }
    s++;
  }
  return { replica, table, positions, weights: kept, profile };
}

/** Where a replica stands after a step. */
export interface ReplicaStep {
  time: number;
  /** The row of the table that was due at this time (see ReplicaRecord), otherwise null; the next one overwrites it. */
  row: Float64Array | null;
  /** points[a] is coordinate a, of which the first n are in use: views that the next step overwrites. */
  points: readonly Float64Array[];
  /** Of sum 1, shape [n], a view as well; null where each is 1/n. */
  weights: Float64Array | null;
}

/** `runReplicaOf` one step at a time, for callers that watch or interrupt it; a row that is due at t = 0 comes before the first step. */
export function* replicaSteps(
  problem: Problem,
  scheme: Runnable,
  { n, dt, seed, resampleBelow = 0, gap = true }: Omit<RunOptions, "keepPositions">,
  replica: number,
): Generator<ReplicaStep, void, void> {
  const stops = snapshotSteps(problem.snapshotTimes, dt);
  const stream = createStream(seed, replica);
  const points = createPoints(problem.grid, n);
  problem.initial.sample(points, n, stream);
  const stepper = createStepper(scheme, problem, n, { resampleBelow });
  const { weights = null } = stepper;
  const measure = createMeasure(problem, n, weights, gap);
  let s = 0;
  const due = (steps: number) => (steps === stops[s] ? measure(points, problem.snapshotTimes[s++], dt) : null);

  const first = due(0);
  if (first !== null) yield { time: 0, row: first, points, weights };
  for (let steps = 0; s < stops.length; ) {
    stepper.step(points, steps * dt, dt, stream);
    steps++;
    yield { time: steps * dt, row: due(steps), points, weights };
  }
}
