import { InputError } from "../errors.ts";
import { predictNoiseLaws } from "../fluctuations/noise-laws.ts";
import { integrate } from "../grid/density.ts";
import { createStream } from "../numerics/random.ts";
import { normalTail, sampleMoments } from "../numerics/statistics.ts";
import { instantiateProblem, observablesOnGrid, type Problem } from "../problem/problem.ts";
import { finiteSizeShift, type Shift, stepShift } from "./allowances.ts";
import { type DistanceTest, distanceTest } from "./distance-test.ts";
import { jointTest, meanTest } from "./mean-tests.ts";
import { type NoiseReport, testNoise } from "./noise-tests.ts";
import type { ParticleData } from "./particle-data.ts";
import type { ReferenceData } from "./read-reference.ts";
import { columnOf, countOutsideDomain, type OutsideCount, replicaMeans } from "./replica-means.ts";
import { resolutionOf } from "./resolution.ts";

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

export type CompareVerdict = "consistent" | "inconsistent" | "inconclusive";

/** One observable at one time. */
export interface MeanComparison {
  time: number;
  observable: string;
  particles: number;
  standardError: number;
  reference: number;
  /** Allowed for: the stated error of the reference, the bias of dt, the bias of finite n. */
  referenceError: number;
  dtBias: number;
  finiteSizeBias: number;
  pValue: number;
  /** The deviation that would be found with probability 0.9, in standard deviations of the observable. */
  detectable: number;
}

export interface Comparison {
  verdict: CompareVerdict;
  /** Why, in sentences. */
  reasons: string[];
  falseAlarm: number;
  /** Tests made; each at falseAlarm / tests. */
  tests: number;
  replicas: number;
  n: number;
  dt: number | null;
  means: MeanComparison[];
  /** All observables together, per time; null where there are too few replicas or only one observable. */
  joint: { time: number; statistic: number; pValue: number }[] | null;
  distances: ({ time: number } & DistanceTest)[] | null;
  noise: NoiseReport | null;
  outside: OutsideCount;
  /** n times replicas that would settle it; null where it is settled, or where no number of particles would. */
  needed: number | null;
  /** What was assumed or left aside. */
  notes: string[];
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
  const { falseAlarm = 0.01, power = 0.05, seed = 0, dtBias = 0 } = options;
  checkOptions(options);
  const { replicas, times, n } = particles;
  const problem = atTimes(reference.problem, times);
  const dt = options.dt ?? particles.dt;
  const notes = [...particles.notes];
  const outside = countOutsideDomain(particles, problem);
  const table = replicaMeans(problem, particles);
  const names = problem.observables.map(({ name }) => name);
  const P = names.length;
  const index = times.map((time) => reference.times.indexOf(time));
  const steps = shiftsOfSteps(problem, dtBias, dt);
  const sizes = finiteSizeShift(problem, n);
  if (sizes === null) notes.push("the bias of finite n is not allowed for: steps of 1/32 of the run are unstable");
  const laws = predictNoiseLaws(problem, n, fittingStep(problem, dt, notes));

  const count = times.length * (P + (P > 1 ? 1 : 0) + 1);
  const level = falseAlarm / count;
  const means = times.flatMap((time, s) => {
    const spread = standardDeviations(problem, reference.densities[index[s]]);
    return names.map((observable, k) => {
      const column = columnOf(table, replicas, s * P + k);
      const moments = sampleMoments(column);
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
      // One replica has no variance of its own: that of the noisiest scheme has to do.
      const largest = Math.max(...laws.map(({ covariance }) => covariance[(s * P + k) * (times.length * P + 1)]));
      const nVariance = replicas > 1 ? n * moments.variance : largest;
      const allowance = comparison.referenceError + comparison.dtBias + comparison.finiteSizeBias;
      const deviation = moments.mean - comparison.reference;
      const resolution = resolutionOf(nVariance, n, replicas, level, spread[k], allowance, power);
      const pValue =
        replicas > 1
          ? meanTest(deviation, moments.standardError, allowance, replicas)
          : normalTail(Math.max(0, Math.abs(deviation) - allowance) / Math.sqrt(largest / n));
      const hidden =
        replicas > 1 && meanTest(deviation, moments.standardError, allowance - comparison.referenceError, replicas) < level;
      return { ...comparison, pValue, detectable: resolution.detectable, needed: resolution.needed, hidden };
    });
  });

  const joint = times.flatMap((time, s) => {
    const rows = Array.from({ length: replicas }, (_, r) =>
      table.subarray((r * times.length + s) * P, (r * times.length + s + 1) * P),
    );
    const here = means.slice(s * P, (s + 1) * P);
    const allowances = Float64Array.from(here, (m) => m.referenceError + m.dtBias + m.finiteSizeBias);
    const test = jointTest(rows, Float64Array.from(here, (m) => m.reference), allowances); // biome-ignore format: one call
    return test === null ? [] : [{ time, ...test }];
  });
  const stream = createStream(seed);
  // Of the sliced distance over many directions: along single ones an error may be larger, hardly by more than this.
  const factor = problem.grid.dimension === 1 ? 1 : 2;
  const distances =
    replicas < 2
      ? []
      : times.map((time, s) => {
          const stated = reference.densityWasserstein1Error[index[s]] * factor;
          const allowance = stated + steps[s].distance + (sizes?.[s].distance ?? 0);
          return { time, ...distanceTest(problem, reference.densities[index[s]], particles, s, allowance, level, stream) };
        });
  const noise = replicas < 2 ? null : testNoise(table, replicas, n, times, names, laws, falseAlarm);

  const settled = settle({ means, joint, distances, level, power, falseAlarm, replicas, n, notes });
  if (settled.verdict === "inconsistent" && dtBias === 0 && dt !== null) {
    settled.reasons.push(...hintAtStep(problem, means, fittingStep(problem, dt, [])));
  }
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
function fittingStep({ snapshotTimes }: Problem, dt: number | null, notes: string[]): number | null {
  if (dt === null) {
    notes.push("no dt is known: the noise of Algorithm 1 and of resampling, which depends on n dt, is not judged (--dt)");
    return null;
  }
  if (snapshotTimes.every((time) => Math.abs(time / dt - Math.round(time / dt)) <= 1e-6 * Math.max(1, time / dt))) return dt;
  notes.push(`dt = ${dt} does not divide the times of the particles: nothing is predicted at it`);
  return null;
}

function shiftsOfSteps(problem: Problem, dtBias: number | "map", dt: number | null): Shift[] {
  const none = { observables: problem.observables.map(() => 0), distance: 0 };
  if (dtBias === 0) return problem.snapshotTimes.map(() => none);
  if (dtBias !== "map") {
    // Nothing has moved at t = 0.
    const allowed = { observables: problem.observables.map(() => dtBias), distance: dtBias };
    return problem.snapshotTimes.map((time) => (time > 0 ? allowed : none));
  }
  const own = fittingStep(problem, dt, []);
  if (own === null) {
    throw new InputError(
      "--dt-bias",
      "map",
      "the step of the particles' scheme is not known or does not divide their times",
      "give it with --dt",
    );
  }
  const shifts = stepShift(problem, own);
  if (shifts === null) throw new InputError("--dt-bias", "map", `steps of dt = ${own} are unstable`, "give a number");
  return shifts;
}

function standardDeviations({ observables, grid }: Problem, density: Float64Array): number[] {
  const values = observablesOnGrid(observables, grid);
  const total = integrate(grid, density, new Float64Array(grid.size).fill(1));
  return observables.map(({ name }) => {
    const phi = values.get(name) as Float64Array;
    const mean = integrate(grid, density, phi) / total;
    const square = integrate(grid, density, phi.map((x) => (x - mean) ** 2)) / total; // biome-ignore format: one row
    return Math.sqrt(Math.max(0, square));
  });
}

interface Evidence {
  means: readonly (MeanComparison & { needed: number | null; hidden: boolean })[];
  joint: readonly { time: number; pValue: number }[];
  distances: readonly ({ time: number } & DistanceTest)[];
  level: number;
  power: number;
  falseAlarm: number;
  replicas: number;
  n: number;
  notes: string[];
}

function settle(evidence: Evidence): Pick<Comparison, "verdict" | "reasons" | "needed"> {
  const { means, joint, distances, level, power, replicas, n, notes } = evidence;
  const p = (value: number) => value.toPrecision(2);
  const failures = [
    ...means
      .filter(({ pValue }) => pValue < level)
      .map((m) => ({
        pValue: m.pValue,
        text: `${m.observable} at t = ${m.time} is off by ${show(m.particles - m.reference)} +- ${show(m.standardError)}, allowed ${show(m.referenceError + m.dtBias + m.finiteSizeBias)} (p = ${p(m.pValue)})`,
      })),
    ...distances
      .filter(({ pValue }) => pValue < level)
      .map((d) => ({
        pValue: d.pValue,
        text: `the law at t = ${d.time} is at distance ${show(d.distance)} from the reference, where noise gives ${show(d.expected)} and ${show(d.allowance)} is allowed (p = ${p(d.pValue)})`,
      })),
    ...joint
      .filter(({ pValue }) => pValue < level)
      .map((j) => ({ pValue: j.pValue, text: `the observables together at t = ${j.time} are off (p = ${p(j.pValue)})` })),
  ].sort((a, b) => a.pValue - b.pValue);
  if (failures.length > 0) {
    const shown = failures.slice(0, 4).map(({ text }) => text);
    if (failures.length > 4) shown.push(`and ${failures.length - 4} more tests fail`);
    if (replicas === 1) shown.push("one replica only: its noise is taken to be that of the noisiest scheme here");
    return { verdict: "inconsistent", reasons: shown, needed: null };
  }
  const reasons: string[] = [];
  for (const m of means.filter(({ hidden }) => hidden)) {
    reasons.push(
      `${m.observable} at t = ${m.time} is off by ${show(m.particles - m.reference)} +- ${show(m.standardError)}, which the stated error ${show(m.referenceError)} of the reference could explain: use a finer reference`,
    );
  }
  let needed: number | null = null;
  const blind = means.filter(({ detectable }) => !(detectable <= power));
  if (blind.length > 0) {
    const worst = blind.reduce((a, b) => (b.detectable > a.detectable ? b : a));
    const what = `a deviation of ${power} standard deviations of ${worst.observable} at t = ${worst.time} could go unseen`;
    if (blind.some((m) => m.needed === null)) {
      const m = blind.find((row) => row.needed === null) ?? worst;
      reasons.push(
        `${what}: what is allowed (${show(m.referenceError)} for the reference, ${show(m.dtBias)} for dt, ${show(m.finiteSizeBias)} for finite n) leaves no room at t = ${m.time} for ${m.observable}`,
      );
    } else {
      needed = Math.max(...blind.map((m) => m.needed ?? 0));
      const atN = Math.max(12, Math.ceil(needed / n));
      const atReplicas = Math.ceil(needed / Math.max(12, replicas));
      reasons.push(
        `${what}: only ${show(worst.detectable)} is sure to be found. It takes n x replicas = ${show(Math.ceil(needed))}: ${atN} replicas of n = ${n}, or ${Math.max(12, replicas)} of n = ${Math.max(n, atReplicas)}`,
      );
    }
  }
  if (replicas === 1) {
    reasons.push(
      "one replica only: its means agree within the noise of the noisiest scheme here; nothing can be said of n Var, nor of the law by its distance",
    );
  } else if (2 ** (1 - replicas) > level) {
    notes.push(`the distance of the laws cannot fail with ${replicas} replicas: it takes ${Math.ceil(1 - Math.log2(level))}`);
  }
  if (reasons.length > 0) return { verdict: "inconclusive", reasons, needed };
  const least = Math.min(...[...means, ...joint, ...distances].map(({ pValue }) => pValue));
  const best = Math.max(...means.map(({ detectable }) => detectable));
  return {
    verdict: "consistent",
    reasons: [
      `no test fails (smallest p = ${p(least)}, asked ${p(level)}), and a deviation of ${show(best)} standard deviations of any mean would have been found (asked ${power})`,
    ],
    needed: null,
  };
}

/** Whether the steps of the scheme would explain the deviations, for one who did not allow for them. */
function hintAtStep(problem: Problem, means: readonly MeanComparison[], dt: number | null): string[] {
  const shifts = dt === null ? null : stepShift(problem, dt);
  if (shifts === null) return [];
  const P = problem.observables.length;
  const explained = means.every((m, i) => {
    const allowed = shifts[Math.floor(i / P)].observables[i % P] + m.referenceError + m.finiteSizeBias;
    return Math.abs(m.particles - m.reference) <= allowed + 3 * m.standardError;
  });
  const largest = Math.max(...shifts.flatMap(({ observables }) => observables));
  return explained
    ? [
        `steps of dt = ${dt} explain the means: schemes here are off by up to ${show(largest)}; allow for it with --dt-bias map, or reduce dt`,
      ]
    : [`steps of dt = ${dt} do not explain the means: schemes here are off by up to ${show(largest)}`];
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : Number(value.toPrecision(3)).toString();
}
