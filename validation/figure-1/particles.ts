import { iterateMeanFieldMap } from "../../src/mean-field-map/mean-field-map.ts";
import { studentTail } from "../../src/numerics/tails.ts";
import { DIAGNOSTICS } from "../../src/particles/replica-record.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { DYNAMICS, type ParticleFamily } from "../../src/problem/dynamics.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";
import { SCHEMES, type SchemeName, schemesFollowing } from "../../src/schemes/schemes.ts";
import { type KeepPart, keepNoPart, partsOf } from "../shared/parts.ts";
import { quantile } from "../shared/quantile.ts";
import { inSequence, type Size, simulateSize } from "../shared/sizes.ts";
import { type DynamicsName, drawnTimes, problemOfCurve, type Start } from "./settings.ts";

const familyOf = (dynamics: DynamicsName) => DYNAMICS[dynamics].family as ParticleFamily;

/** The paper's own scheme for a dynamics, the default one, beside which `authors-notebook` is run where it follows the same. */
const ownScheme = (dynamics: DynamicsName): SchemeName => schemesFollowing(familyOf(dynamics))[0];

export function schemesOf(dynamics: DynamicsName): SchemeName[] {
  const both: SchemeName[] = ["authors-notebook", ownScheme(dynamics)];
  return both.filter((name) => SCHEMES[name].follows.includes(familyOf(dynamics)));
}

interface RunConfig {
  base: ProblemDefinition;
  start: Start;
  dt: number;
  seed: number;
  workers: number;
}

export interface SmallConfig extends RunConfig, Size {}

/** A few hundred particles from several seeds. */
export async function measureSmall(config: SmallConfig, dynamics: DynamicsName, scheme: SchemeName) {
  const { base, start, n, dt, replicas, seed, workers } = config;
  const times = drawnTimes(start);
  const problem = await problemOfCurve(base, start, dynamics, times);
  const { records } = await simulate(problem, { scheme, n, dt, replicas, seed, workers, keepPositions: true, gap: false });
  // Without observables the table of a replica has the diagnostics alone.
  const quartiles = times.map((_, s) => {
    const energies = records.map(({ table }) => table[s * DIAGNOSTICS.length + DIAGNOSTICS.indexOf("energy")]);
    return { low: quantile(energies, 0.25), median: quantile(energies, 0.5), high: quantile(energies, 0.75) };
  });
  const kept = records[0].positions?.subarray(-2 * n) ?? new Float64Array(0);
  const points = [0, 1].map((a) => Float64Array.from({ length: n }, (_, i) => kept[2 * i + a]));
  // Quartiles of the energy over the seeds, and the particles of the first seed at the end.
  return { dynamics, scheme, times, quartiles, last: { points, weights: null, count: n } };
}

export interface LargeConfig extends RunConfig {
  /** Two sizes, ascending. */
  sizes: readonly Size[];
  /** Particles are judged up to this time, to which the map is run on so many nodes along each axis. */
  judgedUntil: number;
  nodes: number;
}

export type LargeRun = Awaited<ReturnType<typeof measureLarge>>;
export type LargeRow = LargeRun["rows"][number];

/**
 * Particles against their mean-field map at the same dt, which has no error in dt. The energy of n particles, in which each meets itself,
 * exceeds that of the map by b / n + O(1/n^2); two sizes n < N give without it
 *
 *   E = (N E_N - n E_n) / (N - n),   of variance (N^2 s_N^2 + n^2 s_n^2) / (N - n)^2.
 */
export async function measureLarge(config: LargeConfig, dynamics: DynamicsName, keep: KeepPart = keepNoPart) {
  const { base, start, dt, sizes, seed, workers, judgedUntil, nodes } = config;
  const scheme = ownScheme(dynamics);
  const judged = start.times.filter((time) => time <= judgedUntil);
  const mapEnergies = await keep("map", async () => {
    const problem = await problemOfCurve(base, start, dynamics, judged);
    return iterateMeanFieldMap(problem, dt, { scheme, nodes }).map(({ energy }) => energy);
  });
  const problem = await problemOfCurve(base, start, dynamics, start.times);
  const simulateOne = simulateSize(problem, sizes, { scheme, dt, seed, workers }, () => {});
  const energies = await inSequence(
    sizes,
    async (size, k) => (await simulateOne(size, k)).snapshots.map(({ statistics }) => statistics.energy),
    () => {},
    partsOf(keep, "size"),
  );
  const rows = start.times.map((time, s) => {
    const measured = sizes.map(({ n }, k) => {
      const { mean, standardError } = energies[k][s];
      return { n, mean, error: standardError };
    });
    const [few, many] = measured;
    const shares = [few, many].map(({ n, error }) => ((n * error) / (many.n - few.n)) ** 2);
    const variance = shares[0] + shares[1];
    // Welch and Satterthwaite.
    const freedom = variance ** 2 / shares.reduce((total, share, k) => total + share ** 2 / (sizes[k].replicas - 1), 0);
    const extrapolated = (many.n * many.mean - few.n * few.mean) / (many.n - few.n);
    const error = Math.sqrt(variance);
    // NaN beyond the times for which the map is run.
    const energy = mapEnergies[s] ?? Number.NaN;
    const score = (extrapolated - energy) / error;
    return { time, map: energy, sizes: measured, extrapolated, error, score, freedom, pValue: studentTail(score, freedom) };
  });
  return { dynamics, scheme, rows };
}
