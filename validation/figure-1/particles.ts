import { iterateMeanFieldMap } from "../../src/mean-field-map/mean-field-map.ts";
import type { PointMeasure } from "../../src/measures/point-measure.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { studentTail } from "../../src/numerics/tails.ts";
import { DIAGNOSTICS, type ReplicaRecord } from "../../src/particles/replica.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";
import type { SchemeName } from "../../src/schemes/schemes.ts";
import { quantile } from "../figure-2/curves.ts";
import { type Size, simulateSizes } from "../shared/sizes.ts";
import { type DynamicsName, problemOfCurve, type Start } from "./settings.ts";

/** The paper's own scheme for each dynamics, beside which `authors-notebook` is run where there are births and deaths. */
const OWN_SCHEME = {
  "gradient descent": "gradient-descent",
  "birth-death": "algorithm-1",
  reinjection: "reinjection",
} as const satisfies Record<DynamicsName, SchemeName>;

/** Column of the energy in the table of a replica without observables. */
const ENERGY = DIAGNOSTICS.indexOf("energy");
const energyOf = ({ table }: ReplicaRecord, s: number) => table[s * DIAGNOSTICS.length + ENERGY];

/** A few hundred particles from several seeds. */
export interface SmallRun {
  dynamics: DynamicsName;
  scheme: SchemeName;
  times: readonly number[];
  /** Quartiles of the energy over the seeds. */
  quartiles: { low: number; median: number; high: number }[];
  /** The particles of the first seed at the end. */
  last: PointMeasure;
}

interface RunConfig {
  base: ProblemDefinition;
  start: Start;
  dt: number;
  seed: number;
  workers: number;
}

export interface SmallConfig extends RunConfig, Size {}

export function schemesOf(dynamics: DynamicsName): SchemeName[] {
  return dynamics === "gradient descent" ? ["gradient-descent"] : ["authors-notebook", OWN_SCHEME[dynamics]];
}

export async function measureSmall(config: SmallConfig, dynamics: DynamicsName, scheme: SchemeName): Promise<SmallRun> {
  const { base, start, n, dt, replicas, seed, workers } = config;
  const problem = await problemOfCurve(base, start, dynamics, start.times);
  const { records } = await simulate(problem, { scheme, n, dt, replicas, seed, workers, keepPositions: true });
  const quartiles = start.times.map((_, s) => {
    const energies = records.map((record) => energyOf(record, s));
    return { low: quantile(energies, 0.25), median: quantile(energies, 0.5), high: quantile(energies, 0.75) };
  });
  const kept = records[0].positions?.subarray(-2 * n) ?? new Float64Array(0);
  const points = [0, 1].map((a) => Float64Array.from({ length: n }, (_, i) => kept[2 * i + a]));
  return { dynamics, scheme, times: start.times, quartiles, last: { points, weights: null, count: n } };
}

/**
 * Particles against their mean-field map at the same dt, which has no error in dt. The energy of n particles, in which each meets itself,
 * exceeds that of the map by b / n + O(1/n^2); two sizes n < N give without it
 *
 *   E = (N E_N - n E_n) / (N - n),   of variance (N^2 s_N^2 + n^2 s_n^2) / (N - n)^2.
 */
export interface LargeRun {
  dynamics: DynamicsName;
  scheme: SchemeName;
  rows: LargeRow[];
}

export interface LargeRow {
  time: number;
  /** NaN beyond the times for which the map is run. */
  map: number;
  /** Mean energy of each size with its standard error. */
  sizes: { n: number; mean: number; error: number }[];
  extrapolated: number;
  error: number;
  /** (extrapolated - map) / error, its degrees of freedom, and how often chance exceeds it. */
  score: number;
  freedom: number;
  pValue: number;
}

export interface LargeConfig extends RunConfig {
  /** Two sizes, ascending. */
  sizes: readonly Size[];
  /** Particles are judged up to this time, to which the map is run on so many nodes along each axis. */
  judgedUntil: number;
  nodes: number;
}

export async function measureLarge(config: LargeConfig, dynamics: DynamicsName): Promise<LargeRun> {
  const { base, start, dt, sizes, seed, workers } = config;
  const scheme = OWN_SCHEME[dynamics];
  const problem = await problemOfCurve(base, start, dynamics, start.times);
  const map = await mapOf(config, dynamics);
  const ensembles = await simulateSizes(problem, sizes, { scheme, dt, seed, workers });
  const rows = start.times.map((time, s): LargeRow => {
    const measured = sizes.map(({ n }, k) => {
      const { mean, standardError } = sampleMoments(ensembles[k].records.map((record) => energyOf(record, s)));
      return { n, mean, error: standardError };
    });
    const [few, many] = measured;
    const shares = [few, many].map(({ n, error }) => ((n * error) / (many.n - few.n)) ** 2);
    const variance = shares[0] + shares[1];
    // Welch and Satterthwaite.
    const freedom = variance ** 2 / shares.reduce((total, share, k) => total + share ** 2 / (sizes[k].replicas - 1), 0);
    const extrapolated = (many.n * many.mean - few.n * few.mean) / (many.n - few.n);
    const error = Math.sqrt(variance);
    const energy = map[s] ?? Number.NaN;
    const score = (extrapolated - energy) / error;
    return { time, map: energy, sizes: measured, extrapolated, error, score, freedom, pValue: studentTail(score, freedom) };
  });
  return { dynamics, scheme, rows };
}

/** Energies of the mean-field map of the scheme, up to the last time that is judged. */
async function mapOf({ base, start, dt, judgedUntil, nodes }: LargeConfig, dynamics: DynamicsName): Promise<number[]> {
  const times = start.times.filter((time) => time <= judgedUntil);
  const problem = await problemOfCurve(base, start, dynamics, times);
  return iterateMeanFieldMap(problem, dt, { scheme: OWN_SCHEME[dynamics], nodes }).map(({ energy }) => energy);
}
