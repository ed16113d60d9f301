import { integrate } from "../grid/density.ts";
import type { Fields } from "../grid/fields.ts";
import type { Grid } from "../grid/grid.ts";
import type { EnergyState } from "../potential/energy.ts";
import { createReaction, type Reaction } from "./reaction.ts";

/**
 * The reaction of reinjection from a prior mu_b over a step, with V frozen and A = int alpha dt. Where mass is missing, int W dmu > 0,
 *
 *   d_t mu = -alpha W mu + a(t) mu_b,   a = alpha int W dmu,   W = max(V, floor)
 *
 * has by Duhamel's formula the solution e^{-A W} mu + int_0^A a e^{-(A - s) W} ds mu_b. With a replaced by that mean over the step which keeps the mass,
 *
 *   mu <- e^{-A W} mu + b phi(A W) mu_b,   phi(x) = (1 - e^{-x}) / x,   b = (M - int e^{-A W} dmu) / int phi(A W) dmu_b
 *
 * of order 2 in A (a - b has mean O(A^2) against the kernel), with densities >= 0 and the mass M kept. Otherwise, M < int e^{-A W} dmu, the surplus
 * dies uniformly, mu <- e^{-A V} mu M / Z, which is exact; with a floor of 0 there is none.
 *
 * @param prior cell averages of mu_b, shape [grid.size].
 * @param fields as those of createReaction.
 */
export function createReinjection(grid: Grid, floor: number, prior: Float64Array, fields?: Fields): Reaction {
  const birthDeath = createReaction(grid, true, fields);
  return {
    carried: birthDeath.carried,
    apply(out, mu, V, rate) {
      let before = 0;
      let left = 0;
      let returned = 0;
      for (let i = 0; i < mu.length; i++) {
        const x = rate * Math.max(V[i], floor);
        before += mu[i];
        left += mu[i] * Math.exp(-x);
        returned += prior[i] * meanDecay(x);
      }
      if (left > before) return birthDeath.apply(out, mu, V, rate, false);
      const share = (before - left) / returned;
      for (let i = 0; i < mu.length; i++) {
        const x = rate * Math.max(V[i], floor);
        out[i] = mu[i] * Math.exp(-x) + share * prior[i] * meanDecay(x);
      }
      return 0;
    },
  };
}

/** (1 - e^{-x}) / x: the mean of e^{-s} over s in [0, x]. */
function meanDecay(x: number): number {
  return x === 0 ? 1 : -Math.expm1(-x) / x;
}

/** int W^2 dmu - Wbar^+ int V dmu_b - (Wbar^-)^2: what it takes off the energy for each unit of alpha and time, from a measured mu and its V. */
export function createReinjectionLoss(
  grid: Grid,
  floor: number,
  prior: Float64Array,
): (state: EnergyState, mu: Float64Array, V: Float64Array) => number {
  if (floor === -Infinity) {
    // W = V, whose moments are measured.
    return ({ meanPotential, potentialSquare }, _mu, V) => {
      const returned = Math.max(0, meanPotential) * integrate(grid, prior, V);
      return potentialSquare - returned - Math.min(0, meanPotential) ** 2;
    };
  }
  return (_state, mu, V) => {
    let dead = 0;
    let square = 0;
    for (let i = 0; i < V.length; i++) {
      const W = Math.max(V[i], floor);
      dead += mu[i] * W;
      square += mu[i] * W * W;
    }
    const surplus = grid.cellVolume * Math.min(0, dead);
    return grid.cellVolume * (square - Math.max(0, dead) * integrate(grid, prior, V)) - surplus ** 2;
  };
}
