import { InputError } from "../errors.ts";
import {
  ARGUMENT,
  advance,
  computeInterpolant,
  computeStage,
  createWorkspace,
  interpolate,
  K1,
  K6,
  K13,
  K14,
  NEXT,
  type RightHandSide,
  SLOTS,
  type Workspace,
  Y,
} from "./dormand-prince-stages.ts";
import { pow } from "./pow.ts";

export type { RightHandSide } from "./dormand-prince-stages.ts";

export interface IntegrateOptions {
  /** The error of a step may be absoluteTolerance + relativeTolerance |y_i| in component i, in the mean square over i. */
  relativeTolerance: number;
  absoluteTolerance: number;
  /** Longest step; default Infinity. The last one may be 1% longer, so that it meets the end. */
  maxStep?: number;
  /** Steps, accepted and rejected, after which it gives up; default 1e5. */
  maxSteps?: number;
  /** Called after every accepted step, with an object that is valid during the call only. */
  onStep?: (step: DenseStep) => void;
}

/** An accepted step and the interpolant of order 7 on it. The first use inside the step costs three evaluations of f. */
export interface DenseStep {
  readonly from: number;
  readonly to: number;
  /** out = y(t) for t between `from` and `to`; at the ends exactly the states of the integration, at no cost. */
  evaluate(out: Float64Array, t: number): void;
  /** The interpolant as 8 n fresh numbers, for `evaluateDense` to read at any later time. */
  coefficients(): Float64Array;
}

export interface Integration {
  /** y(t1). */
  y: Float64Array;
  /** Accepted steps. */
  steps: number;
  rejected: number;
  /** Calls of the right-hand side. */
  evaluations: number;
}

/** The integration cannot go on: it stands at `time` after `steps` accepted steps. */
export class IntegrationError extends Error {
  override readonly name = "IntegrationError";
  readonly time: number;
  readonly steps: number;
  /** Whether it could have gone on, by steps too short to come to the end. */
  readonly crawls: boolean;

  constructor(problem: string, time: number, steps: number, crawls = false) {
    super(problem);
    this.time = time;
    this.steps = steps;
    this.crawls = crawls;
  }
}

/**
 * y(t1) for y' = f(t, y), y(t0) = y0, forward or backward in time (t1 < t0), by the explicit Runge-Kutta method of order 8(5,3) of
 * Dormand and Prince (DOP853):
 *
 *   y_next = y + h sum_j b_j k_j,   k_j = f(t + c_j h, y + h sum_i a_ji k_i),   j = 1..12,   k_1 from the step before
 *   S_p = sum_i (e_p,i / (atol + rtol max(|y_i|, |y_next,i|)))^2,   e_p = difference from the embedded solution of order p
 *   error = S_5 / sqrt(n (S_5 + S_3 / 100)),   accepted when error <= 1
 *   h <- h min(6, max(1/3, 0.9 error^(-1/8))),   not longer just after a rejection
 *
 * The local error is O(h^9), the estimate O(h^8); global order 8. The interpolant on a step is of order 7, continuous with its
 * derivative. A trial step with NaN or an infinity in it is rejected and retried at a fifth of the length.
 *
 * Where f jumps along the solution the steps are short for ever. The integration is then given up long before maxSteps; see createForecast.
 *
 * Cost: 12 evaluations of f a step (11 when rejected), 3 more where dense output is used, 2 to start; besides f about 50 ns a
 * component and step, and as much again for dense output. Memory: 12 n doubles, 15 n with `onStep`; nothing is allocated after the
 * start.
 *
 * Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, 2nd edition, II.4 (step size, starting step), II.5, II.6.
 */
export function integrate(rhs: RightHandSide, t0: number, y0: Float64Array, t1: number, options: IntegrateOptions): Integration {
  const { relativeTolerance, absoluteTolerance, maxStep = Infinity, maxSteps = 1e5, onStep } = options;
  requireThat("t0", t0, Number.isFinite(t0), "give a finite time");
  requireThat("t1", t1, Number.isFinite(t1), "give a finite time");
  requireThat("relativeTolerance", relativeTolerance, relativeTolerance >= 0, "give 0 or more");
  requireThat("absoluteTolerance", absoluteTolerance, absoluteTolerance > 0, "give a positive number, however small");
  requireThat("maxStep", maxStep, maxStep > 0, "give a positive number");
  requireThat("maxSteps", maxSteps, maxSteps >= 1, "give 1 or more");
  const result: Integration = { y: y0.slice(), steps: 0, rejected: 0, evaluations: 0 };
  if (t1 === t0) return result;

  const space = createWorkspace(result.y, onStep === undefined ? K14 : SLOTS);
  const [y, k1, k13, next] = [Y, K1, K13, NEXT].map((slot) => space.views[slot]);
  const counted: RightHandSide = (dy, t, state) => {
    result.evaluations++;
    rhs(dy, t, state);
  };
  const dense = createDenseStep(counted, space);
  const direction = Math.sign(t1 - t0);

  counted(k1, t0, y);
  if (!allFinite(y) || !allFinite(k1)) throw new IntegrationError(`y or f(t, y) is not finite at the start, t = ${t0}`, t0, 0);
  let from = t0;
  let h = direction * startingStep(counted, space, t0, Math.min(maxStep, Math.abs(t1 - t0)) * direction, options);
  let rejectedBefore = false;
  const crawls = createForecast(t0, t1, space.n, maxSteps);
  while (from !== t1) {
    if (result.steps + result.rejected >= maxSteps) {
      throw new IntegrationError(`${maxSteps} steps ended at t = ${from}, not at ${t1}`, from, result.steps);
    }
    if (crawls(from, result)) {
      const problem = `the integration crawls at t = ${Number(from.toPrecision(6))}: at steps of ${Math.abs(h).toExponential(1)} it would not reach t = ${t1} (does the right-hand side jump?)`;
      throw new IntegrationError(problem, from, result.steps, true);
    }
    const last = (from + 1.01 * h - t1) * direction > 0;
    if (!last && !(Math.abs(h) > 10 * Number.EPSILON * Math.abs(from))) {
      const problem = `the step fell below rounding at t = ${from} (a singularity, or a tolerance below rounding?)`;
      throw new IntegrationError(problem, from, result.steps);
    }
    const to = last ? t1 : from + h;
    h = to - from;

    for (let j = 2; j <= 12; j++) computeStage(counted, space, j, from, to);
    const error = advance(space, h, absoluteTolerance, relativeTolerance);
    let finite = Number.isFinite(error);
    if (error <= 1) {
      counted(k13, to, next);
      finite = allFinite(next) && allFinite(k13);
    }
    const factor = finite ? Math.min(6, Math.max(1 / 3, 0.9 * pow(error, -1 / 8))) : 0.2;
    if (!finite || error > 1) {
      result.rejected++;
      rejectedBefore = true;
      h *= factor;
      continue;
    }

    result.steps++;
    if (onStep !== undefined) {
      dense.reset(from, to);
      onStep(dense);
    }
    y.set(next);
    k1.set(k13);
    from = to;
    h *= rejectedBefore ? Math.min(1, factor) : factor;
    if (Math.abs(h) > maxStep) h = direction * maxStep;
    rejectedBefore = false;
  }
  result.y.set(y);
  return result;
}

/** out = the interpolant with these coefficients of the step [from, to], at t. About 5 ns a component; allocates nothing. */
export function evaluateDense(out: Float64Array, coefficients: Float64Array, from: number, to: number, t: number): void {
  interpolate(out, coefficients, out.length, (t - from) / (to - from));
}

/**
 * Length of the first step (Hairer's hinit), in the norm of the tolerances: at most |y| / |y'|, and h^8 max(|y'|, |y''|) <= 0.01,
 * where one Euler step of a hundredth of |y| / |y'| tells y''. Neither 0 nor lost in the rounding of t0.
 */
function startingStep(rhs: RightHandSide, space: Workspace, t0: number, longest: number, options: IntegrateOptions): number {
  const { views, n } = space;
  const [y, k1, euler, slope] = [Y, K1, ARGUMENT, K6].map((slot) => views[slot]);
  const norm = (x: Float64Array) => {
    let total = 0;
    for (let i = 0; i < n; i++) total += (x[i] / (options.absoluteTolerance + options.relativeTolerance * Math.abs(y[i]))) ** 2;
    return Math.sqrt(total / n);
  };
  const size = norm(y);
  const first = norm(k1);
  const guess = Math.min(size > 1e-5 && first > 1e-5 ? (0.01 * size) / first : 1e-6, Math.abs(longest) / 100);
  const h = Math.sign(longest) * guess;
  for (let i = 0; i < n; i++) euler[i] = y[i] + h * k1[i];
  rhs(slope, t0 + h, euler);
  for (let i = 0; i < n; i++) slope[i] -= k1[i];
  const steepest = Math.max(first, norm(slope) / guess);
  const bound = steepest > 1e-15 && steepest < Infinity ? pow(0.01 / steepest, 1 / 8) : Math.max(1e-6, guess * 1e-3);
  return Math.max(Math.min(100 * guess, bound, Math.abs(longest)), 100 * Number.EPSILON * Math.abs(t0), Number.MIN_VALUE);
}

/** Trial steps from one forecast to the next. */
const WINDOW = 128;
/**
 * Share of rejected trials above which f is taken not to be smooth: 0.06 to 0.4 where a solution slides along a jump of f, the more the smaller the
 * tolerance. Where f is smooth it is below 0.02, rarely 0.25 (stiff), for which the limit leaves room.
 */
const ROUGH = 1 / 32;
const MOST_ROUGH = 10_000;
/** Progress of a window, of that before, below which steps shrink towards a singularity, which ends the integration by itself. */
const SHRINKING = 0.1;

/**
 * Whether the end is out of reach, judged every 128 trial steps by counts alone: at the progress of the last window, and of the one before, more than
 * `maxSteps` trials would be needed in all; or more than 10 000, and than 8 for each of the n components, where more than 1 in 32 is rejected:
 * a component that merely crosses a jump of f costs about four trials.
 */
function createForecast(t0: number, t1: number, n: number, maxSteps: number): (time: number, done: Integration) => boolean {
  const direction = Math.sign(t1 - t0);
  const roughLimit = Math.min(maxSteps, Math.max(MOST_ROUGH, 8 * n));
  let checked = 0;
  let rejected = 0;
  let reached = t0;
  let before = Infinity;
  return (time, done) => {
    const trials = done.steps + done.rejected;
    if (trials < checked + WINDOW) return false;
    const progress = (time - reached) * direction;
    const rough = done.rejected - rejected > ROUGH * WINDOW;
    const needed = trials + (WINDOW * Math.abs(t1 - time)) / Math.max(progress, Math.min(before, Number.MAX_VALUE));
    const steady = progress >= SHRINKING * before && progress > 0;
    checked = trials;
    rejected = done.rejected;
    reached = time;
    before = progress;
    return steady && needed > (rough ? roughLimit : maxSteps);
  };
}

interface ReusableStep extends DenseStep {
  from: number;
  to: number;
  reset(from: number, to: number): void;
}

function createDenseStep(rhs: RightHandSide, space: Workspace): ReusableStep {
  const { n, stride, values, views } = space;
  let ready = false;
  const build = () => {
    if (ready) return;
    for (let j = 14; j <= 16; j++) computeStage(rhs, space, j, step.from, step.to);
    computeInterpolant(space, step.to - step.from);
    ready = true;
  };
  const step: ReusableStep = {
    from: 0,
    to: 0,
    reset(from, to) {
      step.from = from;
      step.to = to;
      ready = false;
    },
    evaluate(out, t) {
      if (t === step.from) out.set(views[Y]);
      else if (t === step.to) out.set(views[NEXT]);
      else {
        build();
        interpolate(out, values, stride, (t - step.from) / (step.to - step.from));
      }
    },
    coefficients() {
      build();
      const copy = new Float64Array(8 * n);
      for (let k = 0; k < 8; k++) copy.set(views[k], k * n);
      return copy;
    },
  };
  return step;
}

function allFinite(x: Float64Array): boolean {
  for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i])) return false;
  return true;
}

function requireThat(field: string, value: number, good: boolean, remedy: string): void {
  if (!good) throw new InputError(field, value, "an integration needs another value", remedy);
}
