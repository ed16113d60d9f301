import { InvariantError } from "../errors.ts";
import { createPoints, fillCentres, type Grid, withCells } from "../grid/grid.ts";
import { addPoints, cumulate, profileLength, projectionsOf } from "../measures/distance-profile.ts";
import { meanOf } from "../numerics/moments.ts";
import { createStream } from "../numerics/random.ts";
import type { CellSamples } from "../potential/cell-samples.ts";
import { lowestValue } from "../potential/lowest-value.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import type { PointPotential } from "../potential/potential.ts";
import { sampleExternal } from "../potential/sample-external.ts";
import type { Problem } from "../problem/problem.ts";
import { snapshotSteps } from "../problem/snapshot-steps.ts";
import { isWarm } from "../problem/thermal.ts";
import { countOutside } from "../schemes/population.ts";
import { isWeighted, type Runnable } from "../schemes/scheme.ts";
import { SCHEMES, type SchemeName } from "../schemes/schemes.ts";
import { createStepper } from "../schemes/stepper.ts";
import { effectiveSize } from "../schemes/weighted.ts";

/** What a replica runs with, beside its scheme. */
export interface RunOptions {
  n: number;
  dt: number;
  seed: number;
  /** Whether to keep the positions of the particles at each snapshot. */
  keepPositions: boolean;
  /** Whether to record the distribution functions at each snapshot (default false). */
  keepProfile?: boolean;
  /** Of a scheme with weights: effective sample size, as a share of n, below which particles are resampled; default: never. */
  resampleBelow?: number;
  /** Whether the gap is computed (default true), which at small n costs more than the steps; otherwise it is NaN. */
  gap?: boolean;
}

export interface ReplicaOptions extends RunOptions {
  scheme: SchemeName;
}

/** What a replica records beside the means of its observables, in this order after them. */
export const DIAGNOSTICS = ["energy", "gap", "residualOnSupport", "outside"] as const;

/** What follows them in a scheme with weights: 1 / sum w^2. */
const WEIGHT_DIAGNOSTICS = ["effectiveSize"] as const;

const GAP = DIAGNOSTICS.indexOf("gap");
const RESIDUAL = DIAGNOSTICS.indexOf("residualOnSupport");

/** Cells along each axis of the lattice on which the minimum of V is sought, by dimension. */
const LATTICE = [512, 32, 10] as const;

/** What one replica leaves. */
export interface ReplicaRecord {
  replica: number;
  /**
   * Per snapshot: one number for each observable, then the energy, the gap Vbar - min V over particles and domain (lowestValue on a lattice, with samples of F between), the standard
   * deviation of V over the particles, and the share of them outside the domain; shape [snapshots, observables + 4]. At a temperature the energy is E[mu^n], without the entropy, which
   * particles do not have; gap and deviation, which then are those of V + tau log mu, are NaN. Where particles have weights, means take them, and 1 / sum w^2 follows: shape
   * [snapshots, observables + 5].
   */
  table: Float64Array;
  /** theta, shape [snapshots, n, variables]; null unless kept. */
  positions: Float64Array | null;
  /** Of sum 1 at each snapshot, shape [snapshots, n]; null unless positions are kept and the scheme has weights. */
  weights: Float64Array | null;
  /**
   * How many particles lie below each face of the projections of the problem's grid (distance-profile.ts), shape [snapshots, faces]; null unless kept. Where particles have weights, the weight
   * below it in units of 2^-27: whole numbers, of which those of 16 replicas can be added.
   */
  profile: Uint32Array | null;
}

/** The unit of weights in a profile, its inverse. */
export const WEIGHT_UNITS = 2 ** 27;

/** Numbers of a replica at a snapshot. */
export function rowWidth({ observables }: Pick<Problem, "observables">, weighted = false): number {
  return observables.length + DIAGNOSTICS.length + (weighted ? WEIGHT_DIAGNOSTICS.length : 0);
}

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

/** The arrays of a record. */
export type RecordArrays = Omit<ReplicaRecord, "replica">;

/** What decides how long they are. */
type RecordOptions = Pick<RunOptions, "n" | "keepPositions" | "keepProfile">;

/** Bytes of the arrays of a record: each begins at a multiple of 8. */
export function recordBytes(problem: Problem, scheme: Runnable, options: RecordOptions): number {
  const { table, positions, weights, profile } = recordLengths(problem, scheme, options);
  return 8 * (table + positions + weights + Math.ceil(profile / 2));
}

/** Arrays for a record in a buffer, from a byte. */
export function recordArrays(
  problem: Problem,
  scheme: Runnable,
  options: RecordOptions,
  buffer: ArrayBufferLike = new ArrayBuffer(recordBytes(problem, scheme, options)),
  start = 0,
): RecordArrays {
  const { table, positions, weights, profile } = recordLengths(problem, scheme, options);
  const behind = start + 8 * (table + positions);
  return {
    table: new Float64Array(buffer, start, table),
    positions: options.keepPositions ? new Float64Array(buffer, start + 8 * table, positions) : null,
    weights: weights > 0 ? new Float64Array(buffer, behind, weights) : null,
    profile: options.keepProfile ? new Uint32Array(buffer, behind + 8 * weights, profile) : null,
  };
}

/** The arrays of as many records as a buffer holds. */
export function arraysIn(buffer: ArrayBufferLike, problem: Problem, options: ReplicaOptions): RecordArrays[] {
  const scheme = SCHEMES[options.scheme];
  const bytes = recordBytes(problem, scheme, options);
  return Array.from({ length: buffer.byteLength / bytes }, (_, k) => recordArrays(problem, scheme, options, buffer, k * bytes));
}

function recordLengths(
  problem: Problem,
  scheme: Runnable,
  { n, keepPositions, keepProfile = false }: RecordOptions,
): { table: number; positions: number; weights: number; profile: number } {
  const S = problem.snapshotTimes.length;
  const weighted = isWeighted(scheme);
  return {
    table: S * rowWidth(problem, weighted),
    positions: keepPositions ? S * n * problem.grid.dimension : 0,
    weights: keepPositions && weighted ? S * n : 0,
    profile: keepProfile ? S * profileLength(projectionsOf(problem.grid)) : 0,
  };
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

/** Fills and returns one row of the table from the particles at a snapshot; the row is overwritten by the next. */
function createMeasure(problem: Problem, n: number, weights: Float64Array | null, gap: boolean) {
  const { grid, observables } = problem;
  const potential = createPointPotential(problem.potential);
  const { clock = null } = problem.potential;
  const warm = isWarm(problem);
  const V = new Float64Array(n);
  const scratch = new Float64Array(n);
  /** Diagnostics that are NaN. */
  const unknown = warm ? [GAP, RESIDUAL] : gap ? [] : [GAP];
  const leastOnDomain = unknown.length === 0 ? createLeast(problem, potential, n, weights) : () => Number.NaN;
  const row = new Float64Array(rowWidth(problem, weights !== null));

  return (points: readonly Float64Array[], time: number, dt: number): Float64Array => {
    observables.forEach(({ value }, k) => {
      value([scratch], 0, points, 0, n);
      row[k] = meanOf(scratch, weights);
    });
    if (clock !== null) clock.time = time;
    potential.value(V, points, weights, n);
    const { mean, deviation, least: amongParticles } = spread(V, weights, n);
    const least = Math.min(amongParticles, leastOnDomain(points));
    const energy = potential.energy(V, scratch, points, weights, n);
    if (weights !== null) row[row.length - 1] = effectiveSize(weights);
    row.set([energy, mean - least, warm ? Number.NaN : deviation, countOutside(points, grid, n) / n], observables.length);
    const lost = row.findIndex((entry, k) => !Number.isFinite(entry) && !unknown.includes(k - observables.length));
    if (lost >= 0) {
      const what = observables[lost]?.name ?? "the energy or the potential";
      throw new InvariantError("particles escape to infinity", time, `${what} is ${row[lost]}; reduce dt = ${dt}`);
    }
    return row;
  };
}

/** The least V over the domain, of the population at `points`. */
function createLeast(
  problem: Problem,
  potential: PointPotential,
  n: number,
  weights: Float64Array | null,
): (points: readonly Float64Array[]) => number {
  const lattice = latticeOf(problem);
  const centres = createPoints(lattice, lattice.size);
  fillCentres(lattice, 0, lattice.size, centres);
  const onLattice = new Float64Array(lattice.size);
  return (points) => {
    const samples = samplesOf(problem, lattice);
    const evaluate = (out: Float64Array, at: readonly Float64Array[], count: number) =>
      potential.field({ value: out, gradient: null, laplacian: null }, at, count, points, weights, n);
    evaluate(onLattice, centres, lattice.size);
    return lowestValue(lattice, evaluate, onLattice, samples);
  };
}

function latticeOf({ grid }: Problem): Grid {
  const most = LATTICE[grid.dimension - 1];
  return withCells(grid, grid.shape.map((cells) => Math.min(cells, most))); // biome-ignore format: one call
}

/** Samples of F by its time, for each problem, which the replicas of a thread share: they cost up to 2^21 evaluations. */
const SAMPLES = new WeakMap<Problem, Map<number, CellSamples>>();

function samplesOf(problem: Problem, lattice: Grid): CellSamples {
  const { potential } = problem;
  const time = potential.clock?.time ?? 0;
  const known = SAMPLES.get(problem) ?? new Map<number, CellSamples>();
  SAMPLES.set(problem, known);
  const samples = known.get(time) ?? sampleExternal(lattice, potential);
  known.set(time, samples);
  return samples;
}

/** Mean, standard deviation and least of V over the particles. */
function spread(V: Float64Array, weights: Float64Array | null, n: number): { mean: number; deviation: number; least: number } {
  let mean = 0;
  let least = Infinity;
  for (let i = 0; i < n; i++) {
    mean += weights === null ? V[i] / n : weights[i] * V[i];
    least = Math.min(least, V[i]);
  }
  let variance = 0;
  for (let i = 0; i < n; i++) variance += weights === null ? (V[i] - mean) ** 2 / n : weights[i] * (V[i] - mean) ** 2;
  return { mean, deviation: Math.sqrt(variance), least };
}
