import type { Grid } from "../grid/grid.ts";
import { integrate } from "../numerics/dormand-prince.ts";
import { longestStepOf } from "../problem/clock-checks.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { meanOf, negativeEntropy } from "./equation.ts";
import type { NodePotential } from "./node-potential.ts";
import { createReactionRate } from "./reaction-rate.ts";
import type { Motion, SpectralPlan } from "./through-modes.ts";
import { derivativeInTime } from "./time-derivative.ts";

/**
 * Carries mu where nothing moves, by l = log mu at each node:
 *
 *   l' = -alpha (R - Rbar),   mu = e^l / int e^l
 *
 * No modes are needed, and births are right from whatever a double holds, e^{-745} of mu_0. Nodes where mu_0 = 0 stay empty.
 *
 * @param mu at the nodes, overwritten after each step. @throws IntegrationError where steps become too short, or too many.
 */
export function moveLogarithms(
  problem: Problem,
  { integration }: SpectralPlan,
  grid: Grid,
  potential: NodePotential,
  mu: Float64Array,
  onStep: (time: number) => void,
): Motion {
  const { reaction } = termsOf(problem);
  const { clock = null } = problem.potential;
  const held = Int32Array.from(mu.keys()).filter((i) => mu[i] > 0);
  const y = new Float64Array(held.length + 1);
  held.forEach((i, j) => {
    y[j] = Math.log(mu[i]);
  });
  const field = () => new Float64Array(grid.size);
  const [density, V, change] = [field(), field(), field()];
  const react = createReactionRate(problem, grid);
  let state: Float64Array = y;
  let steps = 0;

  /** out <- e^l / int e^l. */
  function densityOf(out: Float64Array, l: Float64Array): void {
    let most = -Infinity;
    for (let j = 0; j < held.length; j++) most = Math.max(most, l[j]);
    let total = 0;
    for (let j = 0; j < held.length; j++) {
      const e = Math.exp(l[j] - most);
      out[held[j]] = e;
      total += e;
    }
    const scale = 1 / (total * grid.cellVolume);
    for (let j = 0; j < held.length; j++) out[held[j]] *= scale;
  }

  return {
    steps: () => steps,
    to(from, stop) {
      const [alphaAt, tauAt] = [problem.alpha.on(from, stop), problem.temperature.on(from, stop)];
      const rhs = (dl: Float64Array, time: number, l: Float64Array) => {
        const [alpha, tau] = [alphaAt(time), tauAt(time)];
        densityOf(density, l);
        potential.evaluate(V, density, time);
        let lost = 0;
        dl.fill(0);
        if (reaction !== null) {
          lost += alpha * react(change, { mu: density, faded: density, V, alpha, tau });
          for (let j = 0; j < held.length; j++) dl[j] = density[held[j]] > 0 ? change[held[j]] / density[held[j]] : 0;
        }
        if (problem.temperature.constant === null)
          lost -= derivativeInTime(tauAt, time, from, stop) * negativeEntropy(grid, density);
        if (clock !== null) lost -= derivativeInTime((t) => meanOf(grid, potential.externalAt(t), density), time, from, stop);
        dl[held.length] = lost;
      };
      const found = integrate(rhs, from, state, stop, {
        relativeTolerance: integration,
        absoluteTolerance: integration,
        maxStep: longestStepOf(problem),
        onStep(step) {
          step.evaluate(y, step.to);
          densityOf(mu, y);
          onStep(step.to);
        },
      });
      state = found.y;
      steps += found.steps;
      return state[held.length];
    },
  };
}
