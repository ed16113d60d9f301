import { symmetricInverse } from "../../src/numerics/eigenvalues.ts";
import { type SampleMoments, sampleMoments } from "../../src/numerics/moments.ts";
import type { LineFit } from "../../src/numerics/statistics.ts";
import { chiSquareTail } from "../../src/numerics/tails.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { fitDecay } from "../shared/root-n.ts";

export interface ParticleRuns {
  /** Steps of the coarse dt at which particles are compared with both limits. */
  coarseSteps: number;
  /** Particle numbers, ascending, and the replicas of each; none to leave the particles out. */
  sizes: readonly { n: number; replicas: number }[];
  seed: number;
  workers: number;
}

/** What particles are compared with, by observable, and the root mean square of (map - means) / scales. */
interface Limits {
  map: readonly number[];
  means: readonly number[];
  scales: readonly number[];
  bias: number;
}

/** Discrepancies are root mean squares over replicas and observables of (mean over particles - limit) / sd_mu(phi). */
export interface ParticleRow {
  n: number;
  replicas: number;
  fromMap: number;
  fromMapError: number;
  fromPde: number;
  fromPdeError: number;
  /** sqrt(C^2 / n + bias^2), with C from all sizes. */
  expectedFromPde: number;
  /** Mean over replicas minus the map, in standard errors, by observable. */
  scores: number[];
}

export interface ParticleOutcome {
  rows: ParticleRow[];
  /** Slope of the discrepancy from the map. */
  fit: LineFit;
  /** P(chi^2 at least this large) of the deviations of all observables from the map at the largest n. */
  pValue: number;
  /** Algorithm 1's own bias of O(1/n) at the largest n, from the smallest, in standard errors: the largest over the observables. */
  ownBias: number;
  /** (Discrepancy from the PDE) / (that from the map) at the largest n, with its 95% interval. */
  ratio: number;
  ratioInterval: [number, number];
  /** (Discrepancy from the PDE - expected) / its standard error at the largest n. */
  saturation: number;
}

/** Runs Algorithm 1 at the coarse dt and measures how far it is from the map, and from the equation. */
export async function measureParticles(
  problem: Problem,
  { sizes, coarseSteps, seed, workers }: ParticleRuns,
  { map, means, scales, bias }: Limits,
  onReplicas: (share: number) => void,
): Promise<ParticleOutcome> {
  const dt = problem.end / coarseSteps;
  const work = sizes.reduce((total, { n, replicas }) => total + n * replicas, 0);
  let done = 0;
  const samples: Sample[] = [];
  for (const [k, { n, replicas }] of sizes.entries()) {
    const onReplica = () => {
      done += n;
      onReplicas(done / work);
    };
    const { records } = await simulate(problem, { n, dt, replicas, workers, seed: seed + k, onReplica });
    const deviations = map.map((mean, o) => Float64Array.from(records, ({ table }) => (table[o] - mean) / scales[o]));
    samples.push({ n, replicas, deviations, moments: deviations.map(sampleMoments) });
  }
  const shifts = map.map((mean, o) => (mean - means[o]) / scales[o]);
  const squares = samples.map(({ replicas, deviations }) => ({
    fromMap: meanSquares(deviations, replicas, 0, shifts),
    fromPde: meanSquares(deviations, replicas, 1, shifts),
  }));
  const fromMap = squares.map((square) => rootOf(sampleMoments(square.fromMap)));
  const fromPde = squares.map((square) => rootOf(sampleMoments(square.fromPde)));
  const replicas = samples.reduce((total, sample) => total + sample.replicas, 0);
  const constant = samples.reduce((total, sample, k) => total + sample.replicas * sample.n * fromMap[k].value ** 2, 0) / replicas;
  const rows = samples.map(
    (sample, k): ParticleRow => ({
      n: sample.n,
      replicas: sample.replicas,
      fromMap: fromMap[k].value,
      fromMapError: fromMap[k].error,
      fromPde: fromPde[k].value,
      fromPdeError: fromPde[k].error,
      expectedFromPde: Math.hypot(Math.sqrt(constant / sample.n), bias),
      scores: sample.moments.map(({ mean, standardError }) => mean / standardError),
    }),
  );
  const last = rows[rows.length - 1];
  return {
    rows,
    fit: fitDecay(rows.map((row) => ({ ...row, value: row.fromMap, error: row.fromMapError }))),
    pValue: deviationPValue(samples),
    ownBias: extrapolateOwnBias(samples[0], samples[samples.length - 1]),
    ...ratioOf(squares[squares.length - 1]),
    saturation: (last.fromPde - last.expectedFromPde) / last.fromPdeError,
  };
}

/** One size: (mean over particles - map) / sd_mu(phi), by observable and replica. */
interface Sample {
  n: number;
  replicas: number;
  deviations: Float64Array[];
  moments: SampleMoments[];
}

/** The mean over observables of the squared deviation, shifted by `share` of `shifts`, for each replica. */
function meanSquares(
  deviations: readonly Float64Array[],
  replicas: number,
  share: number,
  shifts: readonly number[],
): Float64Array {
  return Float64Array.from(
    { length: replicas },
    (_, r) => deviations.reduce((total, values, o) => total + (values[r] + share * shifts[o]) ** 2, 0) / deviations.length,
  );
}

function rootOf({ mean, standardError }: SampleMoments): { value: number; error: number } {
  return { value: Math.sqrt(mean), error: standardError / (2 * Math.sqrt(mean)) };
}

/**
 * The deviations of all observables at the largest n against their covariance: chi^2 = d' C^-1 d, since observables of the same
 * particles are correlated. n C hardly depends on n, so it is pooled over the sizes, and known well enough for chi^2 in place of
 * Hotelling's law.
 */
function deviationPValue(samples: readonly Sample[]): number {
  const count = samples[0].deviations.length;
  const freedom = samples.reduce((total, { replicas }) => total + replicas - 1, 0);
  const covariance = Array.from({ length: count }, () => new Float64Array(count));
  for (const { n, replicas, deviations, moments } of samples) {
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        for (let r = 0; r < replicas; r++) {
          covariance[a][b] += (n * (deviations[a][r] - moments[a].mean) * (deviations[b][r] - moments[b].mean)) / freedom;
        }
      }
    }
  }
  const { n, replicas, moments } = samples[samples.length - 1];
  const scores = moments.map(({ mean }) => mean * Math.sqrt(n * replicas));
  const { square, rank } = mahalanobis(covariance, scores);
  return chiSquareTail(square, rank);
}

/** d' C^-1 d on the space where C does not vanish, in units of the standard deviations. */
function mahalanobis(covariance: readonly Float64Array[], d: readonly number[]): { square: number; rank: number } {
  const scale = covariance.map((row, a) => Math.sqrt(row[a]) || 1);
  const count = d.length;
  const correlation = Float64Array.from({ length: count * count }, (_, i) => {
    const [a, b] = [Math.floor(i / count), i % count];
    return covariance[a][b] / (scale[a] * scale[b]);
  });
  const { inverse, rank } = symmetricInverse(correlation, count, 1e-9);
  let square = 0;
  inverse.forEach((entry, i) => {
    const [a, b] = [Math.floor(i / count), i % count];
    square += (entry * d[a] * d[b]) / (scale[a] * scale[b]);
  });
  return { square, rank };
}

/** An upper bound at 95%, with the bias at the largest n taken as n_smallest / n_largest of that at the smallest. */
function extrapolateOwnBias(smallest: Sample, largest: Sample): number {
  return Math.max(
    ...smallest.moments.map(({ mean, standardError }, o) => {
      const bound = Math.abs(mean) + 1.96 * standardError;
      return (bound * smallest.n) / largest.n / largest.moments[o].standardError;
    }),
  );
}

/** By the delta method on the logarithm: both are of the same replicas. */
function ratioOf(squares: { fromMap: Float64Array; fromPde: Float64Array }): Pick<ParticleOutcome, "ratio" | "ratioInterval"> {
  const map = sampleMoments(squares.fromMap);
  const pde = sampleMoments(squares.fromPde);
  const ratio = Math.sqrt(pde.mean / map.mean);
  const { standardError } = sampleMoments(squares.fromPde.map((square, r) => square / pde.mean - squares.fromMap[r] / map.mean));
  const factor = Math.exp((1.96 * standardError) / 2);
  return { ratio, ratioInterval: [ratio / factor, ratio * factor] };
}
