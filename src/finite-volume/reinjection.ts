import { integrate } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import type { EnergyState } from "../potential/energy.ts";
import type { ReinjectionLaw } from "../problem/terms.ts";
import { createReaction, type Reaction } from "./reaction.ts";

/**
 * The reaction of reinjection from a prior mu_b over a step, with V frozen and A = int alpha dt. The law `every-death`,
 *
 *   d_t mu = -alpha V^+ mu + a(t) mu_b,   a = alpha int V^+ dmu,
 *
 * has by Duhamel's formula the solution e^{-A V^+} mu + int_0^A a e^{-(A - s) V^+} ds mu_b. With a replaced by that mean over the step which keeps the mass,
 *
 *   mu <- e^{-A W} mu + b phi(A W) mu_b,   phi(x) = (1 - e^{-x}) / x,   b = (M - int e^{-A W} dmu) / int phi(A W) dmu_b,   W = V^+
 *
 * of order 2 in A (a - b has mean O(A^2) against the kernel), with densities >= 0 and the mass M kept. The law `net-deficit` is the
 * same with W = V where mass is missing, M > int e^{-A V} dmu; otherwise its surplus dies uniformly, mu <- e^{-A V} mu M / Z, which is
 * exact.
 *
 * @param prior cell averages of mu_b, shape [grid.size].
 */
export function createReinjection(grid: Grid, law: ReinjectionLaw, prior: Float64Array): Reaction {
  const birthDeath = createReaction(grid, true);
  const bounded = law === "every-death" ? 0 : -Infinity;
  return {
    apply(out, mu, V, rate) {
      let before = 0;
      let left = 0;
      let returned = 0;
      for (let i = 0; i < mu.length; i++) {
        const x = rate * Math.max(V[i], bounded);
        before += mu[i];
        left += mu[i] * Math.exp(-x);
        returned += prior[i] * meanDecay(x);
      }
      if (left > before) return birthDeath.apply(out, mu, V, rate, false);
      const share = (before - left) / returned;
      for (let i = 0; i < mu.length; i++) {
        const x = rate * Math.max(V[i], bounded);
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

/** What the reaction takes off the energy for each unit of alpha and time, from a measured mu and its V. */
export function createReinjectionLoss(
  grid: Grid,
  law: ReinjectionLaw,
  prior: Float64Array,
): (state: EnergyState, mu: Float64Array, V: Float64Array) => number {
  if (law === "net-deficit") {
    return ({ meanPotential, potentialSquare }, _mu, V) => {
      const returned = Math.max(0, meanPotential) * integrate(grid, prior, V);
      return potentialSquare - returned - Math.min(0, meanPotential) ** 2;
    };
  }
  return (_state, mu, V) => {
    let dead = 0;
    let square = 0;
    for (let i = 0; i < V.length; i++) {
      if (V[i] <= 0) continue;
      dead += mu[i] * V[i];
      square += mu[i] * V[i] * V[i];
    }
    return grid.cellVolume * (square - dead * integrate(grid, prior, V));
  };
}
