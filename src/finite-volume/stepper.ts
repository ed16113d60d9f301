import { StepSizeError } from "../errors.ts";
import type { Grid } from "../grid/grid.ts";
import { createGridPotential, type GridPotential } from "../potential/potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { largestOutflowRate } from "./flux.ts";
import { FLUXES, type FluxName } from "./fluxes.ts";
import { createReactionTerm, type ReactionTerm } from "./reaction-term.ts";
import { createTransportStep } from "./runge-kutta.ts";
import { REACTION_ALONE, SPLITTINGS, type SplittingName, TRANSPORT_ALONE } from "./splittings.ts";

export interface SchemeOptions {
  flux: FluxName;
  splitting: SplittingName;
  /** V is taken at the start of each step and held: order 1 whatever the flux and the splitting. A control for order studies, not for use. */
  freezePotential: boolean;
}

/** One step of the operator splitting on a grid. The potential of the current density is kept beside it. */
export interface Stepper {
  /** The current density, shape [grid.size]: set it with `start`. */
  mu: Float64Array;
  /** V[mu] of the current density. */
  V: Float64Array;
  potential: GridPotential;
  /** Cell averages of mu_b, and its mass outside the domain; null without reinjection. */
  prior: { density: Float64Array; outside: number } | null;
  reaction: ReactionTerm | null;
  start(mu: Float64Array): void;
  /** The largest dt at which V as it is now keeps densities non-negative; Infinity without transport. */
  positivityLimit(): number;
  /**
   * Advances mu from `time` by dt and updates V. Returns the change of mass that the reaction made.
   * @throws StepSizeError if V grows during the step so that positivity is no longer guaranteed; mu is then as before.
   */
  step(time: number, dt: number): number;
}

/** At the bound itself a cell may give away all it has, and rounding would leave it with less than nothing. */
const ROUNDING = 1e-12;

/**
 * Transport by the Runge-Kutta method of the flux, V anew at each stage where K is not zero; reaction exact
 * for frozen V (of order 2 under reinjection), which is taken at the midpoint (predict with V at the start, evaluate, correct). Six evaluations of int K dmu a
 * step for muscl with strang; none without K, where the reaction factor is kept while dt stays the same.
 */
export function createStepper(problem: Problem, grid: Grid, options: SchemeOptions): Stepper {
  const { alpha } = problem;
  const terms = termsOf(problem);
  const { create, courant, rungeKutta } = FLUXES[options.flux];
  const potential = createGridPotential(problem.potential, grid);
  const prior = problem.prior?.cellAverages(grid) ?? null;
  const reaction = createReactionTerm(terms, prior?.density ?? null, grid);
  const stages = !terms.transport ? REACTION_ALONE : reaction === null ? TRANSPORT_ALONE : SPLITTINGS[options.splitting].stages;
  const fixedV = !potential.interacting;
  const reevaluates = potential.interacting && !options.freezePotential;
  const longestTransport = Math.max(...stages.map(([flow, fraction]) => (flow === "transport" ? fraction : 0)));

  const mu = new Float64Array(grid.size);
  const V = new Float64Array(grid.size);
  const work = new Float64Array(grid.size);
  const transportStep = createTransportStep(create(grid), rungeKutta, work);
  const saved = reevaluates ? new Float64Array(grid.size) : null;
  let rate = Number.NaN;

  const evaluate = (density: Float64Array) => {
    potential.evaluate(V, density);
    rate = largestOutflowRate(grid, V);
  };

  /** mu <- mu after transport over tau; V is that of mu at the start. */
  function transport(tau: number): void {
    guard(tau);
    const moved = transportStep(mu, V, tau, (stage) => {
      if (reevaluates) {
        evaluate(stage);
        guard(tau);
      }
      return V;
    });
    mu.set(moved);
  }

  function guard(tau: number): void {
    if (tau * rate > courant * (1 - ROUNDING / 2))
      throw new StepSizeError(tau / longestTransport, courant / rate / longestTransport);
  }

  /** @param rate int alpha dt over the reaction's share of the step. */
  function react(rate: number): number {
    if (reaction === null) return 0;
    if (!reevaluates) return reaction.apply(mu, mu, V, rate, fixedV);
    reaction.apply(work, mu, V, rate / 2, false);
    potential.evaluate(V, work);
    return reaction.apply(mu, mu, V, rate, false);
  }

  return {
    mu,
    V,
    potential,
    prior,
    reaction,
    start(density) {
      mu.set(density);
      evaluate(mu);
    },
    positivityLimit: () => ((1 - ROUNDING) * courant) / rate / longestTransport,
    step(time, dt) {
      saved?.set(mu);
      const rate = reaction === null ? 0 : alpha.integral(time, time + dt);
      let massChange = 0;
      try {
        stages.forEach(([flow, fraction], k) => {
          if (k > 0 && reevaluates) evaluate(mu);
          if (flow === "transport") transport(fraction * dt);
          else massChange += react(fraction * rate);
        });
      } catch (error) {
        if (saved !== null && error instanceof StepSizeError) {
          mu.set(saved);
          evaluate(mu);
        }
        throw error;
      }
      if (potential.interacting) evaluate(mu);
      return massChange;
    },
  };
}
