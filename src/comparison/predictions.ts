import { type NoiseModels, noiseModels } from "../fluctuations/noise-models.ts";
import { type FluctuationOptions, predictFluctuations } from "../fluctuations/predict.ts";
import { describeUnreached, unreachedVariance } from "../fluctuations/reach.ts";
import { integrate } from "../grid/density.ts";
import { varies } from "../numerics/moments.ts";
import { pow } from "../numerics/pow.ts";
import { createStream } from "../numerics/random.ts";
import { sum } from "../numerics/sum.ts";
import { termsOf } from "../problem/dynamics.ts";
import { observablesOnGrid, type Problem, withSnapshots } from "../problem/problem.ts";
import { fitsSnapshots } from "../problem/snapshot-steps.ts";
import { isWarm, thermalTermsOf } from "../problem/thermal.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import type { StatedNodes } from "../reference/result.ts";
import { hasWeights } from "../schemes/schemes.ts";
import { finiteSizeShift, type Shift, SIZE_SAFETY, unlessUnstable } from "./bias-budget.ts";
import type { CompareOptions } from "./compare-options.ts";
import { biasesOfEnsemble, type SchemeOfEnsemble } from "./ensemble-bias.ts";
import { createNullDraws, type NullDraws } from "./null-draws.ts";
import { profileOf, type ReferenceProfile } from "./sharp-faces.ts";
import { type Spread, type StepBias, settleStepBias } from "./step-bias.ts";
import { type TermSensitivities, termSensitivities } from "./term-sensitivities.ts";

/** All that is known before any particle is seen. Arrays go over snapshots, then observables. */
export interface Predictions {
  /** With the snapshots of the particles. */
  problem: Problem;
  /** Of the reference at each snapshot: how the particles are compared with its distribution. */
  profiles: readonly ReferenceProfile[];
  spreads: Spread[][];
  /** The effect of the scheme's steps on the means; 0 where it is not known. */
  corrections: number[][];
  /** Shifts by the steps of the scheme that are allowed for, and by finite n; null where it is not known. */
  steps: Shift[];
  sizes: Shift[] | null;
  /** How the steps of the scheme are allowed for, and who chose it. */
  stepBias: StepBias;
  noise: NoiseModels;
  /** dt where it divides the snapshots. */
  step: number | null;
  /** How the means depend on the terms of the equation; null where that is not known. */
  sensitivities: TermSensitivities | null;
  draws: (snapshot: number) => NullDraws;
  notes: string[];
}

export function predict(
  reference: ReferenceData,
  index: readonly number[],
  {
    times,
    n,
    dt,
    scheme,
    resampleBelow,
    dtBias,
    seed = 0,
    onProgress = () => {},
  }: CompareOptions & { times: readonly number[]; n: number },
): Predictions {
  // Predictions are for the snapshots of the particles.
  const problem = withSnapshots(reference.problem, times);
  const { notes, step } = fittingStep(problem, dt ?? null);
  const since = reference.outsideSince;
  if (since !== null && times.some((time) => time >= since))
    notes.push(
      `the reference has mass at or beyond the walls of its domain from t = ${since.toPrecision(3)}; bdpde reference says what its stated errors allow for; widen variables.*.min, max`,
    );
  const profiles = index.map((i) => profileOf(problem.grid, reference.densities[i], reference.nodes?.[i] ?? null));
  const blurred = times.filter((_, s) => profiles[s].sharp && profiles[s].nodes === null);
  if (blurred.length > 0)
    notes.push(
      `the density is too sharp for the grid of the reference at t = ${blurred.join(", ")}, and the file has no nodes that tell where in a cell it is: W1 sees no differences within a cell; use more cells`,
    );
  const followed = thermalTermsOf(problem).logTerm !== "density";
  const own = { scheme, dt: step, ...(resampleBelow === undefined ? {} : { resampleBelow }) };
  const sizes = followed ? shiftsOfSize(problem, n, own, notes) : null;
  onProgress(0.2);
  const noise = followed
    ? noiseModels(problem, { n, ...own }, sizes?.map(({ observables }) => observables.map((shift) => n * shift)) ?? null)
    : NO_MODELS;
  if (!followed) notes.push(NOT_FOLLOWED);
  if (hasWeights(scheme)) {
    notes.push(noteOnResampling(resampleBelow));
    // In the plane and in space the prediction takes too long to be made twice.
    const isLimit = resampleBelow === undefined && step !== null && noise.models.some(({ simulated }) => simulated === null);
    if (isLimit && problem.grid.dimension === 1) notes.push(...noteOnReach(problem, { scheme, n, dt: step }));
  }
  onProgress(0.4);
  const draws: NullDraws[] = [];
  const spreads = index.map((i, s) => spreadsUnder(problem, reference.densities[i], profiles[s].nodes));
  const { shifts: steps, known, ...stepBias } = settleStepBias(problem, { scheme, step, dtBias, followed }, spreads);
  onProgress(0.5);
  return {
    problem,
    profiles,
    spreads,
    corrections: problem.snapshotTimes.map((_, s) => problem.observables.map((__, k) => known?.[s].observables[k].value ?? 0)),
    steps,
    stepBias,
    sizes,
    noise,
    step,
    sensitivities: termSensitivities(problem, own, notes),
    // Streams of their own: the first of the seed is that of the signs.
    draws: (s) => (draws[s] ??= createNullDraws(problem, reference.densities[index[s]], profiles[s], createStream(seed, s + 1))),
    notes,
  };
}

/** Without a theory for the particles. */
const NO_MODELS: NoiseModels = { models: [], room: 0, rest: () => [] };
const NOT_FOLLOWED =
  'particles have no density, and none follow a reaction by its logarithm: their means and their distribution are compared with the equation as they are, without an allowance for the kernel estimate that they take, for finite n or for dt; noise is not judged. Give the problem of the reference the bandwidth of that estimate, { "type": "free-energy", "bandwidth": 0.2 }: particles tend to that equation';

/** The means do not depend on it, n Var does. */
const noteOnResampling = (below: number | undefined): string =>
  below === undefined
    ? "n Var of weighted particles is that of particles that are never resampled (--resample-below)"
    : `n Var of weighted particles is that of systematic resampling, in the order of the mean partition, after each step that leaves the effective sample size below ${below} n: other resampling (multinomial, residual, stratified, or in another order) adds other noise, so that its particles may fit no model and be right`;

/** Where n Var of weighted particles rests on places that they hardly start at. */
function noteOnReach(problem: Problem, options: FluctuationOptions): string[] {
  const found = unlessUnstable(() => unreachedVariance(problem, options, predictFluctuations(problem, options)));
  return found === null ? [] : [describeUnreached(found, options.n)];
}

/** By the expansion in 1/n, or at a temperature by an ensemble: three of its standard errors are allowed for. */
function shiftsOfSize(problem: Problem, n: number, own: SchemeOfEnsemble, notes: string[]): Shift[] | null {
  if (!isWarm(problem)) {
    const sizes = finiteSizeShift(problem, n);
    if (sizes === null) notes.push("the bias of finite n is not allowed for: steps of 1/128 of the run are unstable");
    return sizes;
  }
  const safety = SIZE_SAFETY[problem.grid.dimension - 1];
  const found = unlessUnstable(() => biasesOfEnsemble(problem, own));
  if (found === null) {
    notes.push("the bias of finite n is not allowed for: an ensemble that tells it takes too long, or is unstable");
    return null;
  }
  return found.values.map((row, s) => ({
    observables: row.map((value, k) => (safety * Math.abs(value) + 3 * found.errors[s][k]) / n),
    distance: (safety * found.distances[s]) / n,
  }));
}

/** dt where it divides the snapshots; otherwise nothing can be predicted at it. */
function fittingStep(problem: Problem, dt: number | null): { step: number | null; notes: string[] } {
  if (dt === null) {
    if (termsOf(problem).reaction === null) return { step: null, notes: [] };
    const note = "no dt is known: the noise of Algorithm 1 and of resampling, which depends on n dt, is not judged (--dt)";
    return { step: null, notes: [note] };
  }
  if (fitsSnapshots(problem.snapshotTimes, dt)) return { step: dt, notes: [] };
  return { step: null, notes: [`dt = ${dt} does not divide the times of the particles: nothing is predicted at it`] };
}

/** By the nodes, where the density is too sharp for its grid. */
function spreadsUnder({ observables, grid }: Problem, density: Float64Array, nodes: StatedNodes | null): Spread[] {
  const onGrid = nodes === null ? observablesOnGrid(observables, grid) : null;
  const masses = nodes?.weights ?? density;
  const integral = (phi: Float64Array) => (nodes === null ? integrate(grid, density, phi) : sum(phi.map((x, j) => x * masses[j])));
  const total = integral(new Float64Array(masses.length).fill(1));
  return observables.map(({ name, value }) => {
    const values = (onGrid?.get(name) as Float64Array) ?? new Float64Array(masses.length);
    if (nodes !== null) value([values], 0, nodes.points, 0, masses.length);
    // An observable may be undefined where there is no mass.
    const phi = values.map((x, i) => (masses[i] === 0 ? 0 : x));
    const mean = integral(phi) / total;
    const moment = (power: number) => integral(phi.map((x) => pow(x - mean, power))) / total;
    const square = moment(2);
    return varies(square, mean)
      ? { deviation: Math.sqrt(square), skewness: moment(3) / pow(square, 1.5) }
      : { deviation: 0, skewness: 0 };
  });
}
