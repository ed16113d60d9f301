import { InvariantError } from "../errors.ts";
import { createPoints } from "../grid/grid.ts";
import { createStepPotential } from "../potential/batch-potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { createDiffusion } from "./diffusion.ts";
import { copyParticle, moveAlong } from "./population.ts";
import type { ParticleStepper } from "./scheme.ts";
import { createLogarithm } from "./smoothed-logarithm.ts";
import { waitingTime } from "./waiting-time.ts";

/** Relative excess of a rate over its bound that rounding explains: a running sum is off by n eps at most until it is made anew. */
const SLACK = 1e-8;

/**
 * The event process (see eventProcess) while particles move, or R changes. In a step of dt particle i goes from theta_i to
 * theta_i - dt grad V(theta_i, [mu]) + sqrt(2 int tau dt) xi_i, and after a share s of the step its potential is taken to be
 *
 *   V_i(s) = (1 - s) V(theta_i, [mu], t) + s V(moved theta_i, [moved mu], t + dt)        (R in place of V at a temperature)
 *
 * both of the population before the events of the step: order 1 in dt, as is the move. Given these paths the events are exact in
 * time, by thinning: candidates i, uniform, come at rate n B(s), and one at s has its event with probability |V_i(s) - Vbar(s)| alpha / B(s), where
 *
 *   B(s) = alpha ((1 - s) R_0 + s R_1),      R = max V - min V before (0) and after (1) the move, alpha its mean over the step
 *
 * A copy takes over the path, with its noise, and both potentials. After n candidates R is taken anew from the population there is then, so that a
 * particle far out slows the process down only while it lives.
 *
 * A step evaluates V twice and its gradient once, beside O(1) for each candidate.
 */
export function createThinnedProcess(problem: Problem, n: number): ParticleStepper {
  const { alpha, grid } = problem;
  const { clock = null } = problem.potential;
  const { transport } = termsOf(problem);
  const potential = createStepPotential(problem.potential);
  const gradient = createPoints(grid, n);
  const diffuse = createDiffusion(problem, n);
  const addLogarithm = createLogarithm(problem, n);
  const before = createEnd(n);
  const after = createEnd(n);
  const fieldBefore = { value: before.V, gradient: transport ? gradient : null, laplacian: null };

  function measureBoth(rate: number, time: number, dt: number): void {
    measure(before, n);
    measure(after, n);
    if (Number.isFinite(n * rate * (before.range + after.range))) return;
    throw new InvariantError("particles escape to infinity", time + dt, `reduce dt = ${dt}`);
  }

  return {
    step(points, time, dt, stream) {
      if (clock !== null) clock.time = time;
      potential.draw(stream);
      const rate = alpha.integral(time, time + dt);
      potential.field(fieldBefore, points, n, points, null, n);
      addLogarithm?.(before.V, points, null, time, dt);
      if (transport) moveAlong(points, gradient, dt, grid, n);
      diffuse(points, time, dt, stream);
      if (clock !== null) clock.time = time + dt;
      potential.value(after.V, points, null, n);
      addLogarithm?.(after.V, points, null, time, dt);
      measureBoth(rate, time, dt);
      let candidates = 0;
      for (let s = 0; ; ) {
        if (candidates++ === n) {
          measureBoth(rate, time, dt);
          candidates = 1;
        }
        s += waitingShare(before.range, after.range, s, waitingTime(n * rate, stream));
        if (!(s < 1)) break;
        const i = stream.below(n);
        const excess = (1 - s) * (before.V[i] - before.sum / n) + s * (after.V[i] - after.sum / n);
        const bound = (1 - s) * before.range + s * after.range;
        if (Math.abs(excess) > bound * (1 + SLACK)) {
          const rates = `${rate * Math.abs(excess)} > ${rate * bound}`;
          throw new InvariantError("the rate of an event exceeds its bound", time + s * dt, rates);
        }
        if (stream.uniform() * bound >= Math.abs(excess)) continue;
        const j = stream.below(n);
        const from = excess > 0 ? j : i;
        const to = excess > 0 ? i : j;
        copyEnd(before, from, to);
        copyEnd(after, from, to);
        copyParticle(points, from, to);
      }
    },
  };
}

/** V of each particle at one end of the step, measured from its least value, so that sums round in units of the range. */
interface End {
  V: Float64Array;
  sum: number;
  range: number;
}

function createEnd(n: number): End {
  return { V: new Float64Array(n), sum: 0, range: 0 };
}

function measure(end: End, n: number): void {
  const { V } = end;
  let least = Infinity;
  let greatest = -Infinity;
  for (let i = 0; i < n; i++) {
    least = Math.min(least, V[i]);
    greatest = Math.max(greatest, V[i]);
  }
  let sum = 0;
  for (let i = 0; i < n; i++) {
    V[i] -= least;
    sum += V[i];
  }
  end.sum = sum;
  end.range = greatest - least;
}

function copyEnd(end: End, from: number, to: number): void {
  end.sum += end.V[from] - end.V[to];
  end.V[to] = end.V[from];
}

/** The d > 0 with int_s^{s+d} ((1 - r) before + r after) dr = area; Infinity where there is none. */
function waitingShare(before: number, after: number, s: number, area: number): number {
  const height = (1 - s) * before + s * after;
  const square = height * height + 2 * (after - before) * area;
  // A height that falls to 0 falls there beyond the step.
  return square > 0 ? (2 * area) / (height + Math.sqrt(square)) : Infinity;
}
