import type { NoiseModels, SchemeNoise } from "../fluctuations/noise-models.ts";
import { symmetricInverse } from "../numerics/eigenvalues.ts";
import { sampleMoments, varies } from "../numerics/moments.ts";
import { normalityTest } from "../numerics/statistics.ts";
import { chiSquareCdf, chiSquareTail, fisherTail, normalTail } from "../numerics/tails.ts";
import type { SchemeName } from "../schemes/schemes.ts";
import { columnOf } from "./replica-means.ts";

/** How the replicas fit the noise model of one scheme. */
export interface NoiseFit {
  scheme: SchemeName;
  fits: boolean;
  /** The smallest p-value of its tests, and of which: `n Var of mean at t = 1`, `correlation of mean between t = 0.5 and 1`. */
  pValue: number;
  worst: string;
  /** Gaussian log-likelihood of the sample covariance of all observables at all times, up to a constant. */
  logLikelihood: number;
  /** Predicted n Var, shape [snapshots][observables]. */
  nVariance: number[][];
  /** Replicas of the ensemble at this n that gave it; null for the limit n -> infinity. */
  simulated: number | null;
}

export interface NoiseReport {
  /** The scheme whose model fits and is likeliest; null where none fits or too few replicas can tell. */
  model: SchemeName | null;
  fits: NoiseFit[];
  /** Measured n Var with its standard error, shape [snapshots][observables]. */
  measured: { nVariance: number; error: number }[][];
  /** Correlation of each observable between successive times, shape [snapshots - 1][observables]. */
  correlation: number[][];
  /** Of the tests that sqrt(n) (mean - its mean) is Gaussian: the smallest p-value and where; null with fewer than 8 replicas. */
  gaussianity: { pValue: number; worst: string; holds: boolean } | null;
}

/** Fewest replicas whose variance says something. */
const FEWEST = 8;

/**
 * Tests the covariance of the replica means against each model, at a false-alarm rate shared by all tests of that model: n Var of each observable at each
 * time by chi-square, its correlation between successive times by Fisher's z. Both suppose that the means are Gaussian, which is tested by
 * itself, and leave a limit n -> infinity its room. Against a model that was simulated at this n the two samples are compared, by Fisher's F with as many degrees of freedom as
 * their fourth moments leave. The models that take an ensemble of their own are tried where no other fits. An observable that is the same on all particles is only required not to vary.
 *
 * @param table replica means, shape [replicas, snapshots, observables].
 */
export function testNoise(
  table: Float64Array,
  replicas: number,
  n: number,
  times: readonly number[],
  names: readonly string[],
  { models, room, rest }: NoiseModels,
  falseAlarm: number,
): NoiseReport {
  const S = times.length;
  const P = names.length;
  const columns = Array.from({ length: S * P }, (_, i) => columnOf(table, replicas, i));
  const moments = columns.map((column) => sampleMoments(column));
  const nameOf = (s: number, k: number) => `${names[k]} at t = ${times[s]}`;
  const sample = covarianceOf(columns, moments.map(({ mean }) => mean), n); // biome-ignore format: one call
  const correlationBetween = (C: Float64Array, i: number, j: number) =>
    C[i * S * P + j] / Math.sqrt(C[i * (S * P + 1)] * C[j * (S * P + 1)]);

  const moves = (C: Float64Array, i: number) => varies(C[i * (S * P + 1)], moments[i].mean);

  const fitOf = ({ scheme, covariance, simulated }: SchemeNoise): NoiseFit => {
    const tests: { pValue: number; name: string }[] = [];
    for (let s = 0; s < S; s++) {
      for (let k = 0; k < P; k++) {
        const i = s * P + k;
        const ratio = moves(covariance, i) || moves(sample, i) ? sample[i * (S * P + 1)] / covariance[i * (S * P + 1)] : 1;
        const pValue =
          simulated === null
            ? varianceTest(ratio, replicas, room)
            : ratioTest(ratio, replicas, simulated.replicas, simulated.relativeErrors[i]);
        tests.push({ pValue, name: `n Var of ${nameOf(s, k)}` });
        if (s + 1 === S || replicas < 5 || ![sample, covariance].every((C) => moves(C, i) && moves(C, i + P))) continue;
        const gap =
          Math.atanh(clampCorrelation(correlationBetween(sample, i, i + P))) -
          Math.atanh(clampCorrelation(correlationBetween(covariance, i, i + P)));
        tests.push({
          pValue: correlationTest(gap, replicas, room, simulated, i, i + P),
          name: `correlation of ${names[k]} between t = ${times[s]} and ${times[s + 1]}`,
        });
      }
    }
    const worst = tests.reduce((least, test) => (test.pValue < least.pValue ? test : least));
    return {
      scheme,
      fits: worst.pValue >= falseAlarm / tests.length,
      pValue: worst.pValue,
      worst: worst.name,
      logLikelihood: logLikelihood(
        ...varyingParts(
          sample,
          covariance,
          columns.map((_, i) => i).filter((i) => moves(covariance, i)),
        ),
        replicas,
      ),
      nVariance: Array.from({ length: S }, (_, s) => Array.from({ length: P }, (__, k) => covariance[(s * P + k) * (S * P + 1)])),
      simulated: simulated?.replicas ?? null,
    };
  };
  const fits = models.map(fitOf);
  if (replicas >= FEWEST && !fits.some((fit) => fit.fits)) fits.push(...rest().map(fitOf));
  const fitting = fits.filter((fit) => fit.fits).sort((a, b) => b.logLikelihood - a.logLikelihood);
  const normality = columns.flatMap((column, i) => {
    const pValue = normalityTest(column);
    return Number.isNaN(pValue) ? [] : [{ pValue, worst: nameOf(Math.floor(i / P), i % P) }];
  });
  const least = normality.length === 0 ? null : normality.reduce((a, b) => (b.pValue < a.pValue ? b : a));
  return {
    model: replicas >= FEWEST ? (fitting[0]?.scheme ?? null) : null,
    fits,
    measured: Array.from({ length: S }, (_, s) =>
      Array.from({ length: P }, (__, k) => {
        const { variance, varianceError } = moments[s * P + k];
        return { nVariance: n * variance, error: n * varianceError };
      }),
    ),
    correlation: Array.from({ length: S - 1 }, (_, s) =>
      Array.from({ length: P }, (__, k) => correlationBetween(sample, s * P + k, (s + 1) * P + k)),
    ),
    gaussianity: least === null ? null : { ...least, holds: least.pValue >= falseAlarm / normality.length },
  };
}

/** P-value of a variance ratio within 1 +- slack, from chi-square with replicas - 1 degrees of freedom, two-sided. */
function varianceTest(ratio: number, replicas: number, slack: number): number {
  const dof = replicas - 1;
  if (!Number.isFinite(ratio)) return 0;
  const nearest = ratio > 1 ? Math.max(1, ratio / (1 + slack)) : Math.min(1, ratio * (1 + slack));
  return Math.min(1, 2 * Math.min(chiSquareTail(dof * nearest, dof), chiSquareCdf(dof * nearest, dof)));
}

/** Degrees of freedom of a sample variance whose relative standard error over `known` replicas is `error`, over `replicas` of the same. */
function freedom(replicas: number, known: number, error: number): number {
  return Math.min(replicas - 1, (2 * replicas) / (known * error * error));
}

/** P-value of the ratio of two sample variances of one distribution, two-sided. */
function ratioTest(ratio: number, replicas: number, simulated: number, error: number): number {
  if (!Number.isFinite(ratio)) return 0;
  const [own, other] = [replicas, simulated].map((count) => freedom(count, simulated, error));
  return Math.min(1, 2 * Math.min(fisherTail(ratio, own, other), fisherTail(1 / ratio, other, own)));
}

/** P-value of a difference of Fisher's z, beyond the room of a limit or against a simulated model, whose means need not be Gaussian. */
function correlationTest(
  gap: number,
  replicas: number,
  room: number,
  simulated: SchemeNoise["simulated"],
  ...quantities: number[]
): number {
  if (simulated === null) return normalTail(Math.max(0, Math.abs(gap) - room) * Math.sqrt(replicas - 3));
  const { replicas: known, relativeErrors } = simulated;
  // Gaussian means have the relative error sqrt(2 / known).
  const excess = Math.max(1, ...quantities.map((i) => (known * relativeErrors[i] ** 2) / 2));
  return normalTail(Math.abs(gap) / Math.sqrt(excess * (1 / (replicas - 3) + 1 / (known - 3))));
}

function clampCorrelation(value: number): number {
  return Math.min(1 - 1e-9, Math.max(-1 + 1e-9, value));
}

function covarianceOf(columns: readonly Float64Array[], means: readonly number[], n: number): Float64Array {
  const size = columns.length;
  const R = columns[0].length;
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let total = 0;
      for (let r = 0; r < R; r++) total += (columns[i][r] - means[i]) * (columns[j][r] - means[j]);
      out[i * size + j] = (n * total) / (R - 1);
    }
  }
  return out;
}

/** The rows and columns of these indices of two matrices, and how many they are. */
function varyingParts(
  sample: Float64Array,
  predicted: Float64Array,
  kept: readonly number[],
): [Float64Array, Float64Array, number] {
  const size = Math.sqrt(sample.length);
  const part = (C: Float64Array) => Float64Array.from(kept.flatMap((i) => kept.map((j) => C[i * size + j])));
  return [part(sample), part(predicted), kept.length];
}

/** Of a Wishart distribution, in units of the predicted standard deviations: -(R - 1) / 2 (log det C + tr C^-1 S) on the space where C is not singular. */
function logLikelihood(sample: Float64Array, predicted: Float64Array, size: number, replicas: number): number {
  if (size === 0) return 0;
  const scale = Float64Array.from({ length: size }, (_, i) => Math.sqrt(predicted[i * (size + 1)]));
  const correlation = predicted.map((value, i) => value / (scale[Math.floor(i / size)] * scale[i % size]));
  const { inverse, logDeterminant } = symmetricInverse(correlation, size, 1e-6);
  let trace = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) trace += (inverse[i * size + j] * sample[j * size + i]) / (scale[i] * scale[j]);
  }
  const logScale = scale.reduce((total, value) => total + 2 * Math.log(value), 0);
  return (-(replicas - 1) / 2) * (logDeterminant + logScale + trace);
}
