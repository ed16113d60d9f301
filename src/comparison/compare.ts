import { InputError } from "../errors.ts";
import { predictNoiseLaws } from "../fluctuations/noise-laws.ts";
import { hasEvents } from "../fluctuations/reaction.ts";
import { integrate } from "../grid/density.ts";
import { createStream } from "../numerics/random.ts";
import { normalTail, sampleMoments, varies } from "../numerics/statistics.ts";
import { fitsSnapshots } from "../particles/snapshot-steps.ts";
import { instantiateProblem, observablesOnGrid, type Problem } from "../problem/problem.ts";
import { nameOfDynamics } from "../problem/terms.ts";
import { finiteSizeShift, type Shift, stepShift } from "./allowances.ts";
import type { Comparison, MeanComparison } from "./comparison.ts";
import { distanceTest } from "./distance-test.ts";
import { jointTest, meanTest } from "./mean-tests.ts";
import { testNoise } from "./noise-tests.ts";
import type { ParticleData } from "./particle-data.ts";
import type { ReferenceData } from "./reference-data.ts";
import { columnOf, countOutsideDomain, replicaMeans } from "./replica-means.ts";
import { resolutionOf } from "./resolution.ts";
import { hintAtStep, type MeanEvidence, settle } from "./verdict.ts";

export interface CompareOptions {
  /** Chance that particles of the reference's own law are called inconsistent, over all tests together; 0.01 unless told. */
  falseAlarm?: number;
  /**
   * How far the means and W1 may be off because of the steps of the scheme, in their own units; `map`: as far as the mean-field limits of the schemes here are
   * at the dt of the particles. 0 unless told.
   */
  dtBias?: number | "map";
  /** Step of the particles' scheme where their file does not tell it. */
  dt?: number;
  /** The deviation of a mean that has to be found with probability 0.9, in standard deviations of the observable; 0.05 unless told. */
  power?: number;
  /** Of the random signs of the distance test; 0 unless told. */
  seed?: number;
}

/**
 * Judges particles of any scheme against the mean-field limit:
 *
 * - the mean over replicas of each observable at each time, and of all of them together, against the reference;
 * - the distance of the mean empirical law from the reference density;
 *
 * all at one rate of false alarms, shared equally (Bonferroni). `inconsistent` if one of these fails; otherwise `inconclusive` if a
 * deviation of `power` standard deviations could have gone unseen, or if the error of the reference hides one that was seen; otherwise
 * `consistent`. The size and the law of the fluctuations are judged apart from that, in `noise`.
 *
 * @throws InputError for options or particles that cannot be used.
 */
export function compareParticles(reference: ReferenceData, particles: ParticleData, options: CompareOptions = {}): Comparison {
  const { times, n } = particles;
  const dt = options.dt ?? particles.dt ?? undefined;
  return createJudge(reference, { ...options, times, n, ...(dt === undefined ? {} : { dt }) })(particles);
}

/**
 * All that a comparison predicts, worked out once for any number of ensembles of n particles recorded at `times`.
 *
 * Cost: some tenths of a second on a line, seconds in the plane; then a pass over the particles and the sign flips for each ensemble.
 *
 * @throws InputError for options that cannot be used.
 */
export function createJudge(
  reference: ReferenceData,
  options: CompareOptions & { times: readonly number[]; n: number },
): (particles: ParticleData) => Comparison {
  const { falseAlarm = 0.01, power = 0.05, seed = 0, dtBias = 0, times, n } = options;
  checkOptions(options);
  refuseReinjection(reference.problem);
  const problem = atTimes(reference.problem, times);
  const dt = options.dt ?? null;
  const { notes: predictionNotes, step } = fittingStep(problem, dt);
  const names = problem.observables.map(({ name }) => name);
  const P = names.length;
  const index = times.map((time) => reference.times.indexOf(time));
  const spreads = index.map((i) => standardDeviations(problem, reference.densities[i]));
  const steps = shiftsOfSteps(problem, dtBias, step);
  const sizes = finiteSizeShift(problem, n);
  if (sizes === null) predictionNotes.push("the bias of finite n is not allowed for: steps of 1/32 of the run are unstable");
  const laws = predictNoiseLaws(problem, n, step);
  const assumed = laws.find(({ scheme }) => scheme === "event-process") ?? laws[0];
  const count = times.length * (P + (P > 1 ? 1 : 0) + 1);
  const level = falseAlarm / count;

  return (particles) => {
    const { replicas } = particles;
    const notes = [...particles.notes, ...predictionNotes];
    const outside = countOutsideDomain(particles, problem);
    const table = replicaMeans(problem, particles);
    const means = times.flatMap((time, s) =>
      names.map((observable, k): MeanEvidence => {
        const moments = sampleMoments(columnOf(table, replicas, s * P + k));
        const own = reference.observables[observable];
        const comparison = {
          time,
          observable,
          particles: moments.mean,
          standardError: moments.standardError,
          reference: own.value[index[s]],
          referenceError: own.error[index[s]],
          dtBias: steps[s].observables[k],
          finiteSizeBias: sizes?.[s].observables[k] ?? 0,
        };
        // One replica has no variance of its own: that of a scheme of the table has to do.
        const predicted = assumed.covariance[(s * P + k) * (times.length * P + 1)];
        const nVariance = replicas > 1 ? n * moments.variance : predicted;
        const allowance = allowanceOf(comparison);
        const deviation = moments.mean - comparison.reference;
        const resolution = resolutionOf(nVariance, n, replicas, level, spreads[s][k], allowance, power);
        const test = (allowed: number) =>
          replicas > 1
            ? meanTest(deviation, moments.standardError, allowed, replicas)
            : Math.abs(deviation) <= allowed
              ? 1
              : normalTail((Math.abs(deviation) - allowed) / Math.sqrt(predicted / n));
        return {
          ...comparison,
          pValue: test(allowance),
          detectable: resolution.detectable,
          needed: resolution.needed,
          hidden: replicas > 1 && test(allowance - comparison.referenceError) < level,
        };
      }),
    );
    const joint = times.flatMap((time, s) => {
      const rows = Array.from({ length: replicas }, (_, r) => {
        const from = (r * times.length + s) * P;
        return table.subarray(from, from + P);
      });
      const here = means.slice(s * P, (s + 1) * P);
      const expected = Float64Array.from(here, (m) => m.reference);
      const test = jointTest(rows, expected, Float64Array.from(here, allowanceOf));
      return test === null ? [] : [{ time, ...test }];
    });
    const stream = createStream(seed);
    const distances = times.flatMap((time, s) => {
      if (replicas < 2) return [];
      const stated = reference.densityWasserstein1Error[index[s]] * (problem.grid.dimension === 1 ? 1 : DIRECTIONS_SAFETY);
      const allowance = stated + steps[s].distance + (sizes?.[s].distance ?? 0);
      return [{ time, ...distanceTest(problem, reference.densities[index[s]], particles, s, allowance, level, stream) }];
    });
    const noise = replicas < 2 ? null : testNoise(table, replicas, n, times, names, laws, falseAlarm);
    const settled = settle({ means, joint, distances, level, power, replicas, n, notes });
    if (settled.verdict === "inconsistent" && dtBias === 0) settled.reasons.push(...hintAtStep(problem, means, step));
    return {
      ...settled,
      falseAlarm,
      tests: count,
      replicas,
      n,
      dt,
      means: means.map(({ needed: _, hidden: __, ...comparison }) => comparison),
      joint: joint.length > 0 ? joint : null,
      distances: distances.length > 0 ? distances : null,
      noise,
      outside,
      notes,
    };
  };
}

/** The stated error is of the sliced distance over many directions: along few of them it may be larger, hardly by more than this. */
const DIRECTIONS_SAFETY = 2;

function allowanceOf(mean: Pick<MeanComparison, "referenceError" | "dtBias" | "finiteSizeBias">): number {
  return mean.referenceError + mean.dtBias + mean.finiteSizeBias;
}

function refuseReinjection({ dynamics }: Problem): void {
  if (typeof dynamics !== "object") return;
  throw new InputError(
    "dynamics",
    nameOfDynamics(dynamics),
    "its noise is not known, so nothing can be judged against it",
    "compare means by hand with solve and particles",
  );
}

function checkOptions({ falseAlarm = 0.01, power = 0.05, dtBias = 0, dt }: CompareOptions): void {
  if (!(falseAlarm > 0 && falseAlarm < 0.5)) {
    throw new InputError("--false-alarm", falseAlarm, "not a rate between 0 and 0.5", "give a rate such as 0.01");
  }
  if (!(power > 0 && power < Infinity)) {
    throw new InputError("--power", power, "not a positive number", "give a deviation in standard deviations, such as 0.05");
  }
  if (dtBias !== "map" && !(dtBias >= 0 && dtBias < Infinity)) {
    throw new InputError("--dt-bias", dtBias, "not a number >= 0", "give a deviation of means, such as 0.002, or map");
  }
  if (dt !== undefined && !(dt > 0 && dt < Infinity))
    throw new InputError("--dt", dt, "not a positive number", "give the step of the particles' scheme");
}

/** The problem with the snapshots of the particles, so that predictions are for these. */
function atTimes(problem: Problem, times: readonly number[]): Problem {
  const definition = { ...problem.definition, time: { end: problem.end, snapshots: [...times] } };
  return instantiateProblem({ ...problem.compiled, definition });
}

/** dt where it divides the snapshots; otherwise nothing can be predicted at it. */
function fittingStep(problem: Problem, dt: number | null): { step: number | null; notes: string[] } {
  if (dt === null) {
    if (!hasEvents(problem)) return { step: null, notes: [] };
    const note = "no dt is known: the noise of Algorithm 1 and of resampling, which depends on n dt, is not judged (--dt)";
    return { step: null, notes: [note] };
  }
  if (fitsSnapshots(problem.snapshotTimes, dt)) return { step: dt, notes: [] };
  return { step: null, notes: [`dt = ${dt} does not divide the times of the particles: nothing is predicted at it`] };
}

function shiftsOfSteps(problem: Problem, dtBias: number | "map", step: number | null): Shift[] {
  const none = { observables: problem.observables.map(() => 0), distance: 0 };
  if (dtBias === 0) return problem.snapshotTimes.map(() => none);
  if (dtBias !== "map") {
    // Nothing has moved at t = 0.
    const allowed = { observables: problem.observables.map(() => dtBias), distance: dtBias };
    return problem.snapshotTimes.map((time) => (time > 0 ? allowed : none));
  }
  if (step === null) {
    throw new InputError(
      "--dt-bias",
      "map",
      "the step of the particles' scheme is not known or does not divide their times",
      "give it with --dt",
    );
  }
  const shifts = stepShift(problem, step);
  if (shifts === null)
    throw new InputError("--dt-bias", "map", `steps of dt = ${step} are unstable, or too many to follow`, "give a number");
  return shifts;
}

function standardDeviations({ observables, grid }: Problem, density: Float64Array): number[] {
  const values = observablesOnGrid(observables, grid);
  const total = integrate(grid, density, new Float64Array(grid.size).fill(1));
  return observables.map(({ name }) => {
    const phi = values.get(name) as Float64Array;
    const mean = integrate(grid, density, phi) / total;
    const square = integrate(grid, density, phi.map((x) => (x - mean) ** 2)) / total; // biome-ignore format: one row
    return varies(square, mean) ? Math.sqrt(square) : 0;
  });
}
