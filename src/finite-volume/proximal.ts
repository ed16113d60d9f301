import { InputError } from "../errors.ts";
import type { Grid } from "../grid/grid.ts";
import { expBlock } from "../numerics/exp.ts";
import { sum } from "../numerics/sum.ts";
import type { GridPotential } from "../potential/potential.ts";
import { createNewtonSystem, removeMean } from "./proximal-newton.ts";

/**
 * One reaction step of length tau in the proximal view, a = alpha tau:
 *
 *   implicit   mu+ = argmin Phi,   Phi[nu] = E[nu] + KL(nu | mu) / a     <=>     mu+ = mu e^{-a V[mu+]} / Z
 *   explicit   mu+ = mu e^{-a V[mu]} / Z
 *
 * over nu of the mass of mu. E is convex, so the implicit step exists, is unique, and for every a
 *
 *   E[mu+] + KL(mu+ | mu) / a <= E[mu].
 *
 * The explicit one is exact without K; with K it raises E where a is large: at a stationary state where a lambda_max(P K mu P) > 2.
 *
 * Newton in s = log(nu / mu). With the residual R = V[nu] + s / a and P removing the nu-mean, the step x solves
 *
 *   (I + a P K nu P) x = -a P R,
 *
 * symmetric positive definite in L2(nu), by conjugate gradients in that inner product. Along x the objective has the slope
 * int R x dnu = -<A x, x> / a < 0, for the iterates of conjugate gradients too, so that halving the step finds a decrease of Phi
 * (Armijo). The search starts at nu = mu, where Phi = E[mu]: every iterate satisfies the inequality, to rounding. A step that
 * fails whole is tried again along s + log(1 + t x) where x > 0, which adds mass as the linear model says and not exponentially.
 * Large a are reached from smaller ones: Phi falls as a grows, so that the inequality holds along the way too.
 *
 * Exponents are relative to the largest (log-sum-exp). Cells below the least normal number count as empty and stay empty.
 * Jordan, Kinderlehrer & Otto (1998) for the scheme; Nocedal & Wright (2006), chapter 7, for Newton with conjugate gradients.
 */
export interface ProximalReaction {
  /**
   * out = the implicit step from mu, shapes [grid.size]; `out` may be `mu`.
   * @throws InputError if alphaTau is not a number >= 0, or the tolerance is not reached.
   */
  implicit(out: Float64Array, mu: Float64Array, alphaTau: number): ProximalReport;
  /** out = the explicit step. The report is of the objective there; its residual is that of the implicit equation. */
  explicit(out: Float64Array, mu: Float64Array, alphaTau: number): ProximalReport;
}

export interface ProximalReport {
  /** E[mu] and E[mu+]. */
  energyBefore: number;
  energy: number;
  /** KL(mu+ | mu). */
  divergence: number;
  /** max - min of V[mu+] + log(mu+ / mu) / a over the cells with mass, in the units of V. */
  residual: number;
  newton: number;
  conjugateGradients: number;
}

const DEFAULT_TOLERANCE = 1e-10;

const LEAST_NORMAL = 2 ** -1022;
const MOST_NEWTON = 200;
const MOST_HALVINGS = 40;
/** The first a times the oscillation of V, the factor from one a to the next, and the error of s with which one leaves the one before. */
const FIRST_RATE = 10;
const RATE_GROWTH = 8;
const CLOSE = 0.5;
const ARMIJO = 1e-4;
/** Of the sums that make Phi, relative to the sum of their sizes. */
const ROUNDING = 64 * Number.EPSILON;
/** Of V, relative to its mean size. */
const POTENTIAL_ROUNDING = 256 * Number.EPSILON;

/** A density nu = mu e^s with its potential and the parts of Phi. */
interface Iterate {
  s: Float64Array;
  nu: Float64Array;
  V: Float64Array;
  energy: number;
  divergence: number;
  /** int (|V| + |F|) / 2 dnu, to which E rounds. */
  size: number;
  objective: number;
  rounding: number;
}

/**
 * Twelve arrays of grid.size doubles. An iteration of Newton costs a solution of its system, and for each length tried one evaluation
 * of int K dmu and about 45 ns a cell.
 */
export function createProximalReaction(grid: Grid, potential: GridPotential, tolerance = DEFAULT_TOLERANCE): ProximalReaction {
  if (!(tolerance > 0)) throw new InputError("tolerance", tolerance, "not positive", "give a number > 0, such as 1e-10");
  const { external } = potential;
  const array = () => new Float64Array(grid.size);
  const iterate = (): Iterate => ({
    s: array(),
    nu: array(),
    V: array(),
    energy: 0,
    divergence: 0,
    size: 0,
    objective: 0,
    rounding: 0,
  });
  let current = iterate();
  let trial = iterate();
  const [rest, step, scratch] = Array.from({ length: 3 }, array);
  const system = createNewtonSystem(grid, potential);

  /** From s up to a constant: the constant that conserves mass, then nu, V and Phi. */
  function complete(next: Iterate, mu: Float64Array, a: number): void {
    const { s, nu, V } = next;
    let shift = -Infinity;
    for (let i = 0; i < s.length; i++) if (s[i] > shift && mu[i] >= LEAST_NORMAL) shift = s[i];
    expBlock(nu, 0, s, 0, s.length, 1, -shift);
    for (let i = 0; i < s.length; i++) nu[i] = mu[i] >= LEAST_NORMAL ? nu[i] * mu[i] : 0;
    const scale = sum(mu) / sum(nu);
    const constant = Math.log(scale) - shift;
    for (let i = 0; i < s.length; i++) {
      nu[i] *= scale;
      s[i] += constant;
    }
    potential.evaluate(V, nu);
    let size = 0;
    for (let i = 0; i < s.length; i++) {
      scratch[i] = nu[i] * (V[i] + external[i]);
      size += nu[i] * (Math.abs(V[i]) + Math.abs(external[i]));
    }
    next.energy = 0.5 * grid.cellVolume * sum(scratch) + potential.constant;
    // nu s - nu + mu, of which no term is negative and none feels rounding of the constant.
    for (let i = 0; i < s.length; i++) scratch[i] = nu[i] > 0 ? nu[i] * s[i] - mu[i] * Math.expm1(s[i]) : mu[i];
    next.divergence = grid.cellVolume * sum(scratch);
    next.size = 0.5 * grid.cellVolume * size;
    weigh(next, a);
  }

  function weigh(next: Iterate, a: number): void {
    const penalty = a > 0 ? next.divergence / a : 0;
    next.objective = next.energy + penalty;
    next.rounding = ROUNDING * (next.size + penalty);
  }

  /** out = P (V + s / a); returns its oscillation over the cells with mass. */
  function residualInto(out: Float64Array, { s, nu, V }: Iterate, mu: Float64Array, a: number): number {
    let low = Infinity;
    let high = -Infinity;
    for (let i = 0; i < s.length; i++) {
      const value = V[i] + s[i] / a;
      out[i] = value;
      if (mu[i] < LEAST_NORMAL) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    removeMean(out, nu);
    return high - low;
  }

  /** Moves `current` along `step`; false where no length decreases Phi. `slope` is its derivative along the step, below 0. */
  function search(mu: Float64Array, a: number, slope: number): boolean {
    for (let attempt = 0; attempt <= MOST_HALVINGS; attempt++) {
      const t = attempt < 2 ? 1 : 2 ** (1 - attempt);
      const { s } = current;
      for (let i = 0; i < s.length; i++) {
        const move = t * step[i];
        trial.s[i] = s[i] + (attempt > 0 && move > 0 ? Math.log1p(move) : move);
      }
      complete(trial, mu, a);
      if (trial.objective <= current.objective + ARMIJO * t * slope + current.rounding) {
        [current, trial] = [trial, current];
        return true;
      }
    }
    return false;
  }

  function begin(mu: Float64Array, a: number): number {
    if (!(a >= 0 && a < Infinity)) throw new InputError("alphaTau", a, "not a finite number >= 0", "give alpha tau >= 0");
    current.s.fill(0);
    complete(current, mu, a);
    return current.energy;
  }

  /** The step for V as `current` has it. */
  function react(mu: Float64Array, a: number): void {
    for (let i = 0; i < mu.length; i++) current.s[i] = -a * current.V[i];
    complete(current, mu, a);
  }

  function report(out: Float64Array, energyBefore: number, residual: number, newton: number, conjugateGradients: number) {
    out.set(current.nu);
    return { energyBefore, energy: current.energy, divergence: current.divergence, residual, newton, conjugateGradients };
  }

  return {
    implicit(out, mu, alphaTau) {
      const energyBefore = begin(mu, alphaTau);
      if (!potential.interacting || alphaTau === 0) {
        react(mu, alphaTau);
        return report(out, energyBefore, 0, 0, 0);
      }
      const mass = grid.cellVolume * sum(mu);
      let newton = 0;
      let conjugateGradients = 0;
      let a = Math.min(alphaTau, FIRST_RATE / residualInto(rest, current, mu, 1));
      weigh(current, a);
      for (;;) {
        const residual = residualInto(rest, current, mu, a);
        if (a === alphaTau && residual <= tolerance) return report(out, energyBefore, residual, newton, conjugateGradients);
        if (a < alphaTau && a * residual <= CLOSE) {
          a = Math.min(alphaTau, RATE_GROWTH * a);
          weigh(current, a);
          continue;
        }
        for (let i = 0; i < rest.length; i++) rest[i] *= -a;
        const rounding = (a * POTENTIAL_ROUNDING * current.size) / mass;
        const { iterations, product } = system.solve(step, rest, current.nu, a, rounding);
        newton++;
        conjugateGradients += iterations;
        if (newton > MOST_NEWTON || !search(mu, a, -product / a)) throw stopped(alphaTau, a, residual, newton);
      }
    },
    explicit(out, mu, alphaTau) {
      const energyBefore = begin(mu, alphaTau);
      react(mu, alphaTau);
      const residual = alphaTau === 0 ? 0 : residualInto(rest, current, mu, alphaTau);
      return report(out, energyBefore, residual, 0, 0);
    },
  };
}

function stopped(alphaTau: number, a: number, residual: number, newton: number): InputError {
  const where = a === alphaTau ? "" : ` on the way, at ${a.toPrecision(3)},`;
  const problem = `the implicit reaction stopped${where} at a residual of ${residual.toExponential(1)} after ${newton} Newton steps`;
  return new InputError("alphaTau", alphaTau, problem, "raise the tolerance, or take a smaller step");
}
