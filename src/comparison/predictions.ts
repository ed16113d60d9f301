import { InputError } from "../errors.ts";
import { type NoiseLaw, predictNoiseLaws } from "../fluctuations/noise-laws.ts";
import { hasEvents } from "../fluctuations/reaction.ts";
import { integrate } from "../grid/density.ts";
import { createStream } from "../numerics/random.ts";
import { varies } from "../numerics/statistics.ts";
import { fitsSnapshots } from "../particles/snapshot-steps.ts";
import { instantiateProblem, observablesOnGrid, type Problem } from "../problem/problem.ts";
import { finiteSizeShift, type Shift, stepShift } from "./allowances.ts";
import type { CompareOptions } from "./compare-options.ts";
import { type Projection, projectionsOf } from "./distance-profile.ts";
import { createNullDraws, type NullDraws } from "./null-draws.ts";
import type { ReferenceData } from "./reference-data.ts";

/** Of an observable under the reference density. */
export interface Spread {
  /** Standard deviation; 0 where it is constant. */
  deviation: number;
  skewness: number;
}

/** All that is known before any particle is seen. Arrays go over snapshots, then observables. */
export interface Predictions {
  /** With the snapshots of the particles. */
  problem: Problem;
  projections: readonly Projection[];
  spreads: Spread[][];
  /** Shifts by the steps of the scheme, and by finite n; null where it is not known. */
  steps: Shift[];
  sizes: Shift[] | null;
  noise: NoiseLaw[];
  /** The scheme whose noise stands in for that of a single replica. */
  assumed: NoiseLaw;
  /** dt where it divides the snapshots. */
  step: number | null;
  draws: (snapshot: number) => NullDraws;
  notes: string[];
}

export function predict(
  reference: ReferenceData,
  index: readonly number[],
  { times, n, dt, dtBias = 0, seed = 0 }: CompareOptions & { times: readonly number[]; n: number },
): Predictions {
  const problem = atTimes(reference.problem, times);
  const { notes, step } = fittingStep(problem, dt ?? null);
  const projections = projectionsOf(problem.grid);
  const sizes = finiteSizeShift(problem, n);
  if (sizes === null) notes.push("the bias of finite n is not allowed for: steps of 1/32 of the run are unstable");
  const noise = predictNoiseLaws(problem, n, step);
  const draws: NullDraws[] = [];
  return {
    problem,
    projections,
    spreads: index.map((i) => spreadsUnder(problem, reference.densities[i])),
    steps: shiftsOfSteps(problem, dtBias, step),
    sizes,
    noise,
    assumed: noise.find(({ scheme }) => scheme === "event-process") ?? noise[0],
    step,
    // Streams of their own: the first of the seed is that of the signs.
    draws: (s) => (draws[s] ??= createNullDraws(problem, reference.densities[index[s]], projections, createStream(seed, s + 1))),
    notes,
  };
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

function spreadsUnder({ observables, grid }: Problem, density: Float64Array): Spread[] {
  const values = observablesOnGrid(observables, grid);
  const total = integrate(grid, density, new Float64Array(grid.size).fill(1));
  return observables.map(({ name }) => {
    // An observable may be undefined where there is no mass.
    const phi = (values.get(name) as Float64Array).map((x, i) => (density[i] === 0 ? 0 : x));
    const mean = integrate(grid, density, phi) / total;
    const moment = (power: number) => integrate(grid, density, phi.map((x) => (x - mean) ** power)) / total; // biome-ignore format: one row
    const square = moment(2);
    return varies(square, mean)
      ? { deviation: Math.sqrt(square), skewness: moment(3) / square ** 1.5 }
      : { deviation: 0, skewness: 0 };
  });
}
