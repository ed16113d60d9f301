import type { ParticleData } from "../files/particle-data.ts";
import type { SchemeNoise } from "../fluctuations/noise-models.ts";
import { sampleMoments, varies } from "../numerics/moments.ts";
import { createStream } from "../numerics/random.ts";
import { normalTail } from "../numerics/tails.ts";
import { refuseUnless } from "../problem/dynamics.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import { hasWeights, SCHEMES } from "../schemes/schemes.ts";
import { type CompareOptions, checkOptions, checkReference, checkTerm, DEFAULT_POWER, LARGEST_ERROR } from "./compare-options.ts";
import { allowanceOf, type Comparison } from "./comparison.ts";
import { refuseCopies } from "./copies.ts";
import { describeEvidence } from "./describe-evidence.ts";
import { detectableErrors, type Resolve } from "./detectable-errors.ts";
import { type DistanceTest, distanceTest, restsOnFew } from "./distance-test.ts";
import { collectEvidence, type Evidence, type EvidenceCollector } from "./evidence.ts";
import { likelyCauses } from "./likely-causes.ts";
import { jointTest, meanTest } from "./mean-tests.ts";
import { type NoiseReport, testNoise } from "./noise-tests.ts";
import { equivalentDraws, roundedDraws, skewnessMatters } from "./null-draws.ts";
import { resolutionOf } from "./power.ts";
import { type Predictions, predict } from "./predictions.ts";
import { columnOf } from "./replica-means.ts";
import type { ReferenceProfile } from "./sharp-faces.ts";
import { hintAtStep, type MeanEvidence, settle } from "./verdict.ts";

/**
 * Judges particles of any scheme against the mean-field limit:
 *
 * - the mean over replicas of each observable at each time, and of all of them together, against the reference;
 * - the distance of the mean empirical distribution from the reference density;
 *
 * all at one rate of false alarms, shared equally (Bonferroni). `inconsistent` if one of these fails; otherwise `inconclusive` if a
 * deviation of `power` standard deviations could have gone unseen, or if the error of the reference hides one that was seen; otherwise
 * `consistent`. The size and the distribution of the fluctuations are judged apart from that, in `noise`.
 *
 * Where few particles, few replicas or a skewed observable put the p-value of a test in doubt, it is confirmed on draws from the reference density
 * (null-draws.ts): the larger of the two counts.
 *
 * @throws InputError for options, a reference or particles that cannot be used.
 */
export function compareParticles(reference: ReferenceData, particles: ParticleData, options: CompareOptions = {}): Comparison {
  const { times, n } = particles;
  return createJudge(reference, { ...options, times, n, ...settingsOf(particles, options), describe: true })(particles);
}

/** Step, scheme and resampling: those of the options, and otherwise of the file. */
export function settingsOf(
  particles: Pick<ParticleData, "dt" | "scheme" | "resampleBelow">,
  options: CompareOptions,
): Pick<CompareOptions, "dt" | "scheme" | "resampleBelow"> {
  const dt = options.dt ?? particles.dt ?? undefined;
  const scheme = options.scheme ?? particles.scheme ?? undefined;
  const resampleBelow = options.resampleBelow ?? particles.resampleBelow;
  return {
    ...(dt === undefined ? {} : { dt }),
    ...(scheme === undefined ? {} : { scheme }),
    ...(resampleBelow === undefined ? {} : { resampleBelow }),
  };
}

/** A comparison prepared for any number of ensembles. */
export interface ComparisonJudge {
  (particles: ParticleData): Comparison;
  /** For replicas that come some at a time; copies among them are the caller's to refuse. */
  collect(): EvidenceCollector;
  judge(evidence: Evidence): Comparison;
  /** At each snapshot: the directions along which distribution functions are taken. */
  profiles: readonly ReferenceProfile[];
}

export interface JudgeOptions extends CompareOptions {
  times: readonly number[];
  n: number;
  /** Whether MMD, KL, the gap and the W1 of noise are worked out too (default false); they change no test. */
  describe?: boolean;
}

/** P-values above this are not confirmed: they are no evidence, whatever they are. */
const CONFIRMED = 0.3;
/** Share of the variance of an observable that draws from the reference must have. */
const RESOLVED = 0.9;
/** Draws in all beyond which sign flips need no confirmation, unless the distance rests on few of them. */
const MOST_DRAWS = 4096;

/**
 * All that a comparison predicts, worked out once for any number of ensembles of n particles recorded at `times`.
 *
 * Cost: some tenths of a second on a line, seconds in the plane (ten or more with K); then a pass over the particles and the sign flips for each ensemble.
 *
 * @throws InputError for options or a reference that cannot be used.
 */
export function createJudge(reference: ReferenceData, options: JudgeOptions): ComparisonJudge {
  const { falseAlarm = 0.01, power = DEFAULT_POWER, seed = 0, times, n, onProgress = () => {} } = options;
  checkOptions(options);
  refuseUnless(reference.problem, "comparison");
  checkTerm(reference.problem, power);
  const index = times.map((time) => reference.times.indexOf(time));
  checkReference(reference, index);
  const predictions = predict(reference, index, options);
  const { problem, profiles, spreads, corrections, steps, sizes } = predictions;
  const names = problem.observables.map(({ name }) => name);
  const P = names.length;
  const S = times.length;
  const count = S * (P + (P > 1 ? 1 : 0) + 1);
  const significance = falseAlarm / count;

  const densities = index.map((i) => reference.densities[i]);
  const collect = () => collectEvidence(problem, profiles, densities, { n, times, describe: options.describe ?? false });
  const judge = (evidence: Evidence): Comparison => {
    const { replicas, table, outside, effectiveSizes: effective, samples, notes: found } = evidence;
    const notes = [...found, ...predictions.notes];
    /** n, or the effective size of weighted particles, at each snapshot. */
    const nominal = times.map((_, s) => effective?.[s].median ?? n);
    /** Weights of other schemes than those here have any noise. */
    const isKnown = predictions.noise.models.length > 0 && (effective === null || hasWeights(options.scheme));
    const noise = replicas < 2 || !isKnown ? null : testNoise(table, replicas, n, times, names, predictions.noise, falseAlarm);
    const models = isKnown ? plausibleModels(predictions, options.scheme, noise) : [];
    /** The largest expected n Var of a replica's mean. Particles without a prediction, as with weights of one's own, take that of independent draws. */
    const predictedVariance = (s: number, k: number) =>
      isKnown
        ? Math.max(...models.map(({ covariance }) => covariance[(s * P + k) * (S * P + 1)]))
        : (n * spreads[s][k].deviation ** 2) / Math.max(1, nominal[s]);
    const columns = Array.from({ length: S * P }, (_, i) => columnOf(table, replicas, i));
    const moments = columns.map((column) => sampleMoments(column));
    /** Number of independent draws whose mean varies as much as that of a replica, by its prediction and by its observed variance. */
    const draws = columns.map((_, i) => {
      const [s, k] = [Math.floor(i / P), i % P];
      const variance = spreads[s][k].deviation ** 2;
      // A variance of few replicas may be too small by chance, and with it the skewness that it stands for.
      const seen = replicas > 1 ? moments[i].variance * (1 + 2 / Math.sqrt(replicas - 1)) : 0;
      return roundedDraws(equivalentDraws(nominal[s], variance, Math.max(seen, predictedVariance(s, k) / n)));
    });
    /** Whether the draws do not hold what the mean of an observable rests on, and are needed. */
    const untestable = columns.map((_, i) => {
      const [s, k] = [Math.floor(i / P), i % P];
      const { deviation, skewness } = spreads[s][k];
      if (deviation === 0 || !skewnessMatters(skewness, draws[i] * replicas)) return false;
      return !(predictions.draws(s).variances[k] >= RESOLVED * deviation ** 2);
    });
    const drawsAt = (s: number) => Math.min(...names.flatMap((_, k) => (spreads[s][k].deviation > 0 ? [draws[s * P + k]] : [])));

    const means = times.flatMap((time, s) =>
      names.map((observable, k): MeanEvidence => {
        const i = s * P + k;
        const { mean, standardError, variance } = moments[i];
        const own = reference.observables[observable];
        const comparison = {
          time,
          observable,
          particles: mean,
          standardError,
          reference: own.value[index[s]],
          dtCorrection: corrections[s][k],
          referenceError: own.error[index[s]],
          dtBias: steps[s].observables[k],
          finiteSizeBias: ((sizes?.[s].observables[k] ?? 0) * n) / Math.max(1, nominal[s]),
        };
        const { deviation, skewness } = spreads[s][k];
        const doubtful = deviation > 0 && skewnessMatters(skewness, draws[i] * replicas);
        // One replica has no variance of its own: that of a scheme of the table has to do.
        const unit = replicas > 1 ? standardError : Math.sqrt(predictedVariance(s, k) / n);
        const gap = mean - comparison.reference - comparison.dtCorrection;
        const test = (allowed: number): number => {
          const beyond = Math.abs(gap) - allowed;
          const plain =
            replicas > 1 ? meanTest(gap, standardError, allowed, replicas) : beyond <= 0 ? 1 : normalTail(beyond / unit);
          if (!doubtful || !(plain < CONFIRMED)) return plain;
          const t = (Math.sign(gap) * beyond) / unit;
          return Math.max(plain, predictions.draws(s).studentTail(k, draws[i], replicas, t, significance));
        };
        const allowance = allowanceOf(comparison);
        if (untestable[i]) {
          const resolve = () => ({ detectable: Infinity, needed: null });
          return {
            ...comparison,
            pValue: 1,
            leftOut: true,
            detectable: Infinity,
            needed: null,
            hidden: false,
            resolve,
            foresee: resolve,
          };
        }
        const nVariance = replicas > 1 && varies(variance, mean) ? n * variance : predictedVariance(s, k);
        const bound = doubtful ? predictions.draws(s).studentBound(k, draws[i], replicas, significance) : 0;
        const resolveAt =
          (variance: number): Resolve =>
          (unit, size) =>
            resolutionOf(variance, n, replicas, significance, unit, allowance, size, bound);
        const resolve = resolveAt(nVariance);
        const pValue = test(allowance);
        return {
          ...comparison,
          pValue,
          leftOut: false,
          ...resolve(deviation, typeof power === "number" ? power : Infinity),
          hidden: replicas > 1 && pValue >= significance && test(allowance - comparison.referenceError) < significance,
          resolve,
          foresee: resolveAt(predictedVariance(s, k)),
        };
      }),
    );
    onProgress(0.7);
    const joint = times.flatMap((time, s) => {
      onProgress(0.7 + (0.15 * s) / S);
      const together = names.flatMap((_, k) => (untestable[s * P + k] ? [] : [k]));
      const rows = Array.from({ length: replicas }, (_, r) => Float64Array.from(together, (k) => table[(r * S + s) * P + k]));
      const here = together.map((k) => means[s * P + k]);
      const expected = Float64Array.from(here, (m) => m.reference + m.dtCorrection);
      const found = jointTest(rows, expected, Float64Array.from(here, allowanceOf));
      if (found === null) return [];
      const size = drawsAt(s);
      const doubtful = together.some(
        (k) => spreads[s][k].deviation > 0 && skewnessMatters(spreads[s][k].skewness, size * replicas),
      );
      if (!doubtful || !(found.pValue < CONFIRMED)) return [{ time, ...found }];
      const confirmed = predictions.draws(s).jointTail(together, size, replicas, found.pValue, significance);
      return [{ time, ...found, pValue: Math.max(found.pValue, confirmed) }];
    });
    const stream = createStream(seed);
    const distances = times.flatMap((time, s): ({ time: number } & DistanceTest)[] => {
      onProgress(0.85 + (0.15 * s) / S);
      if (replicas < 2) return [];
      const stated = reference.densityWasserstein1Error[index[s]] * (problem.grid.dimension === 1 ? 1 : DIRECTIONS_SAFETY);
      const within = profiles[s].nodes?.wasserstein1Error ?? 0;
      const allowance = stated + within + steps[s].distance + ((sizes?.[s].distance ?? 0) * n) / Math.max(1, nominal[s]);
      const sample = samples[s];
      const found = distanceTest(sample, allowance, significance, stream);
      const size = Math.max(1, Math.floor(Math.min(nominal[s], sample.effectiveSize)));
      const draws = size * replicas;
      // Of many draws along several directions at once an ensemble takes too long.
      const affordable = draws <= MOST_DRAWS || (problem.grid.dimension === 1 && restsOnFew(sample, draws));
      if (!(found.pValue < CONFIRMED) || !affordable) return [{ time, ...found }];
      const beyond = found.distance - allowance;
      return [
        { time, ...found, pValue: Math.max(found.pValue, predictions.draws(s).distanceTail(size, replicas, beyond, significance)) },
      ];
    });
    const errorSize = typeof power === "number" ? LARGEST_ERROR : power.size;
    const { sensitivities } = predictions;
    const errors = sensitivities === null ? null : detectableErrors(problem, sensitivities, means, errorSize);
    const settled = settle({ means, errors, joint, distances, significance, power, replicas, n, notes });
    const { stepBias } = predictions;
    const unallowed = !stepBias.subtracted && (stepBias.dtBias === 0 || stepBias.dtBias === "none");
    const hint = settled.verdict === "inconsistent" && unallowed ? hintAtStep(problem, means, predictions.step) : null;
    if (hint !== null) settled.reasons.push(hint.reason);
    return {
      ...settled,
      falseAlarm,
      tests: count,
      significance,
      replicas,
      n,
      dt: options.dt ?? null,
      scheme: options.scheme ?? null,
      stepBias,
      explainedBySteps: hint?.explained ?? null,
      effectiveSizes: effective,
      means: means.map(({ needed: _, resolve: __, foresee: ___, ...comparison }) => comparison),
      detectableErrors: errors?.map(({ needed: _, ...error }) => error) ?? null,
      likelyCauses:
        settled.verdict !== "inconsistent" || sensitivities === null || replicas < 2 ? null : likelyCauses(sensitivities, means),
      joint: joint.length > 0 ? joint : null,
      distances: distances.length > 0 ? distances : null,
      ...describeEvidence(evidence, reference, { times, index, sizes: nominal }, createStream(seed, S + 1)),
      noise,
      outside,
      notes,
    };
  };
  const judgeParticles = (particles: ParticleData): Comparison => {
    refuseCopies(particles, problem.grid.dimension);
    const collector = collect();
    collector.addParticles(particles);
    return judge(collector.finish());
  };
  return Object.assign(judgeParticles, { collect, judge, profiles });
}

/** The noise of the known scheme, or of the schemes that fit. For one replica: of the event process. Where none fits: of all. */
function plausibleModels(
  { noise: { models: all } }: Predictions,
  scheme: string | undefined,
  found: NoiseReport | null,
): readonly SchemeNoise[] {
  const known = all.filter((model) => model.scheme === scheme);
  if (known.length > 0) return known;
  if (found === null) return [all.find((model) => SCHEMES[model.scheme].time === "continuous") ?? all[0]];
  const fitting = all.filter((model) => found.fits.some((fit) => fit.scheme === model.scheme && fit.fits));
  return fitting.length > 0 ? fitting : all;
}

/** The stated error is of the sliced distance over many directions: along few of them it may be larger, hardly by more than this. */
const DIRECTIONS_SAFETY = 2;
