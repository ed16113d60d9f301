import { profileLength, projectionsOf } from "../measures/distance-profile.ts";
import type { Problem } from "../problem/problem.ts";
import { isWeighted, type Runnable } from "../schemes/scheme.ts";
import { SCHEMES, type SchemeName } from "../schemes/schemes.ts";

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

/** The gap in the row of a replica at a snapshot. */
export function gapOf({ observables }: Pick<Problem, "observables">, row: ArrayLike<number>, from = 0): number {
  return row[from + observables.length + DIAGNOSTICS.indexOf("gap")];
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
