import { symmetricInverse } from "../../src/numerics/eigenvalues.ts";
import { type SampleMoments, sampleMoments } from "../../src/numerics/moments.ts";
import { chiSquareTail } from "../../src/numerics/tails.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { KeepPart } from "../shared/parts.ts";
import { fitDecay, rootOfMean } from "../shared/root-n.ts";
import { type Size, simulateSizes } from "../shared/sizes.ts";

export interface ParticleRuns {
  /** Steps of the coarse dt at which particles are compared with both limits. */
  coarseSteps: number;
  /** Ascending; none to leave the particles out. */
  sizes: readonly Size[];
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

/**
 * Runs Algorithm 1 at the coarse dt and measures how far it is from the map, and from the equation. Discrepancies are root mean squares over
 * replicas and observables of (mean over particles - limit) / sd_mu(phi).
 */
export async function measureParticles(
  problem: Problem,
  { sizes, coarseSteps, seed, workers }: ParticleRuns,
  { map, means, scales, bias }: Limits,
  onReplicas: (share: number) => void,
  keep?: KeepPart,
) {
  const ensembles = await simulateSizes(problem, sizes, { dt: problem.end / coarseSteps, workers, seed }, onReplicas, keep);
  const samples = ensembles.map(({ records }, k): Sample => {
    const deviations = map.map((mean, o) => Float64Array.from(records, ({ table }) => (table[o] - mean) / scales[o]));
    return { ...sizes[k], deviations, moments: deviations.map(sampleMoments) };
  });
  const shifts = map.map((mean, o) => (mean - means[o]) / scales[o]);
  const squares = samples.map((sample) => ({ fromMap: meanSquares(sample), fromPde: meanSquares(sample, shifts) }));
  const fromMap = squares.map((square) => rootOfMean(square.fromMap));
  const total = samples.reduce((sum, { replicas }) => sum + replicas, 0);
  const constant = samples.reduce((sum, { n, replicas }, k) => sum + replicas * n * fromMap[k].value ** 2, 0) / total;
  const rows = samples.map(({ n, replicas, moments }, k) => ({
    ...{ n, replicas, fromMap: fromMap[k], fromPde: rootOfMean(squares[k].fromPde) },
    /** sqrt(C^2 / n + bias^2), with C from all sizes. */
    expectedFromPde: Math.hypot(Math.sqrt(constant / n), bias),
    /** Mean over replicas minus the map, in standard errors, by observable. */
    scores: moments.map(({ mean, standardError }) => mean / standardError),
  }));
  const { fromPde, expectedFromPde } = rows[rows.length - 1];
  return {
    rows,
    /** Slope of the discrepancy from the map. */
    fit: fitDecay(rows, (row) => row.fromMap),
    pValue: deviationPValue(samples),
    ownBias: extrapolateOwnBias(samples[0], samples[samples.length - 1]),
    ...ratioOf(squares[squares.length - 1]),
    /** (Discrepancy from the PDE - expected) / its standard error at the largest n. */
    saturation: (fromPde.value - expectedFromPde) / fromPde.error,
  };
}

export type ParticleOutcome = Awaited<ReturnType<typeof measureParticles>>;

/** One size: (mean over particles - map) / sd_mu(phi), by observable and replica. */
interface Sample extends Size {
  deviations: Float64Array[];
  moments: SampleMoments[];
}

/** The mean over observables of the squared deviation from the map, or from what lies `shifts` below it, for each replica. */
function meanSquares({ replicas, deviations }: Sample, shifts?: readonly number[]): Float64Array {
  const square = (r: number) => deviations.reduce((total, values, o) => total + (values[r] + (shifts?.[o] ?? 0)) ** 2, 0);
  return Float64Array.from({ length: replicas }, (_, r) => square(r) / deviations.length);
}

/**
 * The deviations of all observables at the largest n against their covariance: chi^2 = d' C^-1 d on the space where C does not vanish, since
 * observables of the same particles are correlated. n C hardly depends on n, so it is pooled over the sizes, and known well enough for chi^2 in
 * place of Hotelling's distribution. Returns P(chi^2 at least this large) at the largest n.
 */
function deviationPValue(samples: readonly Sample[]): number {
  const count = samples[0].deviations.length;
  const freedom = samples.reduce((total, { replicas }) => total + replicas - 1, 0);
  const sumOf = ({ deviations, moments }: Sample, a: number, b: number) =>
    deviations[a].reduce((total, x, r) => total + (x - moments[a].mean) * (deviations[b][r] - moments[b].mean), 0);
  const pooled = (a: number, b: number) => samples.reduce((total, sample) => total + sample.n * sumOf(sample, a, b), 0) / freedom;
  const scale = samples[0].deviations.map((_, a) => Math.sqrt(pooled(a, a)) || 1);
  const pairs = Array.from({ length: count * count }, (_, i) => [Math.floor(i / count), i % count]);
  const correlation = Float64Array.from(pairs, ([a, b]) => pooled(a, b) / (scale[a] * scale[b]));
  const { inverse, rank } = symmetricInverse(correlation, count, 1e-9);
  const { n, replicas, moments } = samples[samples.length - 1];
  const d = moments.map(({ mean }, a) => (mean * Math.sqrt(n * replicas)) / scale[a]);
  return chiSquareTail(pairs.reduce((total, [a, b], i) => total + inverse[i] * d[a] * d[b], 0), rank); // biome-ignore format: one sum
}

/** Algorithm 1's own bias of O(1/n) at the largest n, in standard errors: an upper bound at 95%, the largest over the observables, with the bias at the largest n taken as n_smallest / n_largest of that at the smallest. */
function extrapolateOwnBias(smallest: Sample, largest: Sample): number {
  return Math.max(
    ...smallest.moments.map(({ mean, standardError }, o) => {
      const bound = Math.abs(mean) + 1.96 * standardError;
      return (bound * smallest.n) / largest.n / largest.moments[o].standardError;
    }),
  );
}

/** (Discrepancy from the PDE) / (that from the map), with its 95% interval by the delta method on the logarithm: both are of the same replicas. */
function ratioOf(squares: { fromMap: Float64Array; fromPde: Float64Array }) {
  const map = sampleMoments(squares.fromMap);
  const pde = sampleMoments(squares.fromPde);
  const ratio = Math.sqrt(pde.mean / map.mean);
  const { standardError } = sampleMoments(squares.fromPde.map((square, r) => square / pde.mean - squares.fromMap[r] / map.mean));
  const factor = Math.exp((1.96 * standardError) / 2);
  return { ratio, ratioInterval: [ratio / factor, ratio * factor] as const };
}
