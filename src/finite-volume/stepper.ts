import { StepSizeError } from "../errors.ts";
import { createFields, type Fields } from "../grid/fields.ts";
import type { Grid } from "../grid/grid.ts";
import type { Carried } from "../numerics/carried.ts";
import type { Simd } from "../numerics/field-loops.ts";
import { createGridPotential, type GridPotential } from "../potential/potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { FLUXES, type FluxName } from "./fluxes.ts";
import { NEGLIGIBLE } from "./neglected.ts";
import { createOutflowLimit } from "./outflow-limit.ts";
import { createReactionTerm, type ReactionTerm } from "./reaction-term.ts";
import { createTransportStep } from "./runge-kutta.ts";
import { REACTION_ALONE, SPLITTINGS, type SplittingName, TRANSPORT_ALONE } from "./splittings.ts";
import { createStepPotential } from "./step-potential.ts";

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
  /** The loops over mu, V and the F of `potential`; see Fields. */
  simd: Simd | null;
  /** Cell averages of mu_b, and its mass outside the domain; null without reinjection. */
  prior: { density: Float64Array; outside: number } | null;
  reaction: Pick<ReactionTerm, "loss" | "spread" | "growth"> | null;
  start(mu: Float64Array): void;
  /** Sets the share of the mass that steps may hold back, so that they follow the rest; 1e-13 at the start. */
  neglect(share: number): void;
  /** The largest dt at which the last V keeps densities non-negative wherever there is mass (OutflowLimit); Infinity without transport. */
  positivityLimit(): number;
  /** The largest dt, or a share of it, by what extrapolation of V missed in the last step; Infinity where V is not extrapolated. At most twice the last dt. */
  accuracyLimit(share?: number): number;
  /** The share of the mass in cells that moved too slowly in the last step. */
  heldBack(): number;
  /**
   * Advances mu from `time` by dt and updates V. Returns the change of mass that the reaction made.
   * @throws StepSizeError if more than the neglected share of the mass would be held back; mu is then as before.
   */
  step(time: number, dt: number): number;
  carried: Carried;
}

const SHARPEST_CUT = 0.3;
export const LARGEST_GROWTH = 2;
/** mu, V and F, two stages and what moves, two of the outflow limit, three of the midpoint, and the factor of the reaction. */
const MOST_FIELDS = 12;
/** Of a StepPotential, where F changes. */
const MOST_WITH_CLOCK = 14;

/**
 * Transport by the Runge-Kutta method of the flux and reaction exact for frozen V (of order 2 under reinjection), both with V at the
 * middle of the step, where K is not zero by extrapolation (Midpoint): order 2 with strang, with one evaluation of int K dmu a step and two more at the first.
 * Cost beside flux, reaction and int K dmu: about 10 ns a cell. Without K nothing is evaluated, and the reaction factor is kept while dt stays the same.
 */
export function createStepper(problem: Problem, grid: Grid, options: SchemeOptions): Stepper {
  const { alpha } = problem;
  const terms = termsOf(problem);
  const { create, courant, rungeKutta } = FLUXES[options.flux];
  const fields = createFields(grid, (problem.potential.clock ?? null) === null ? MOST_FIELDS : MOST_WITH_CLOCK);
  const potential = inFields(createGridPotential(problem.potential, grid), fields);
  const prior = problem.prior?.cellAverages(grid) ?? null;
  const reaction = createReactionTerm(terms, prior?.density ?? null, grid, fields);
  const stages = !terms.transport ? REACTION_ALONE : reaction === null ? TRANSPORT_ALONE : SPLITTINGS[options.splitting].stages;
  const longestTransport = Math.max(...stages.map(([flow, fraction]) => (flow === "transport" ? fraction : 0)));

  const mu = fields.create();
  const V = fields.create();
  const outflow = createOutflowLimit(grid, courant, fields);
  const transportStep = createTransportStep(create(grid, fields), rungeKutta, fields);
  const ofSteps = createStepPotential(potential, V, fields, options.freezePotential);
  const fixedV = ofSteps.fixed;
  const carried = {
    mu,
    V,
    neglected: NEGLIGIBLE,
    heldBack: 0,
    /** The last dt, and by how much it may grow. */
    accurate: { dt: Infinity, factor: 1 },
    outflow: outflow.carried,
    midpoint: ofSteps.carried,
    reaction: reaction?.carried ?? null,
  };

  /** Mass is moved and changed with one potential; @param alphaTime int alpha dt. */
  function advance(potentialOfStep: Float64Array, dt: number, alphaTime: number): number {
    let massChange = 0;
    for (const [flow, fraction] of stages) {
      if (flow === "transport") mu.set(transportStep(mu, potentialOfStep, fraction * dt, outflow.mobile(), () => potentialOfStep));
      else massChange += reaction?.apply(mu, mu, potentialOfStep, fraction * alphaTime, fixedV) ?? 0;
    }
    return massChange;
  }

  /** The share of the mass that V holds back. @throws StepSizeError where that is more than the neglected one. */
  function allow(potentialOfStep: Float64Array, dt: number): number {
    if (!fixedV) outflow.measure(potentialOfStep);
    const share = outflow.prepare(mu, longestTransport * dt);
    const { neglected } = carried;
    if (share > neglected) throw new StepSizeError(dt, outflow.longest(mu, neglected) / longestTransport);
    return share;
  }

  /** Half a step with a V. */
  const reachOf = (time: number, dt: number) => (using: Float64Array) => {
    allow(using, dt / 2);
    advance(using, dt / 2, alpha.integral(time, time + dt / 2));
  };

  return {
    carried,
    mu,
    V,
    potential,
    simd: fields.simd,
    prior,
    reaction,
    start(density) {
      mu.set(density);
      ofSteps.start(mu);
      outflow.measure(V);
      Object.assign(carried, { neglected: NEGLIGIBLE, heldBack: 0, accurate: { dt: Infinity, factor: 1 } });
    },
    neglect(share) {
      carried.neglected = share;
    },
    positivityLimit: () => outflow.longest(mu, carried.neglected) / longestTransport,
    accuracyLimit: (share = 1) =>
      carried.accurate.dt * Math.min(LARGEST_GROWTH, Math.max(SHARPEST_CUT, share * carried.accurate.factor)),
    heldBack: () => carried.heldBack,
    step(time, dt) {
      const used = ofSteps.of(time, dt, mu, reachOf(time, dt));
      carried.heldBack = allow(used, dt);
      const massChange = advance(used, dt, reaction === null ? 0 : alpha.integral(time, time + dt));
      ofSteps.finish(time, dt, mu);
      if (!fixedV && !options.freezePotential) carried.accurate = { dt, factor: ofSteps.growth(mu) };
      return massChange;
    },
  };
}

/** With F in a field. */
function inFields(potential: GridPotential, fields: Fields): GridPotential {
  const external = fields.create();
  const take = () => external.set(potential.external);
  take();
  const { moveTo } = potential;
  if (moveTo === undefined) return { ...potential, external };
  return {
    ...potential,
    external,
    moveTo(time) {
      moveTo(time);
      take();
    },
  };
}
