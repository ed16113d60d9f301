import { plainFields } from "../../grid/fields.ts";
import type { Grid } from "../../grid/grid.ts";
import { measureEnergy } from "../../potential/energy.ts";
import { createGridPotential } from "../../potential/potential.ts";
import { termsOf } from "../../problem/dynamics.ts";
import type { Problem } from "../../problem/problem.ts";
import { thermalTermsOf } from "../../problem/thermal.ts";
import { bandwidthOf } from "../../problem-file/smoothing.ts";
import type { SplittingName } from "../splittings.ts";
import { createStepPotential } from "../step-potential.ts";
import type { Stepper } from "../stepper.ts";
import { createSmoothedLog } from "./free-reaction.ts";
import { createThermalFlow, nextStep } from "./thermal-flow.ts";
import { createThermalMeasure, type ThermalState } from "./thermal-state.ts";

/** A stepper at a temperature, which measures what it makes. */
export interface ThermalStepper extends Stepper {
  measure(time: number): ThermalState;
}

/**
 * One step at a temperature: transport and diffusion (DiffusionStep, half before and half after the reaction with strang), and the reaction exact for frozen V (free-reaction.ts), both with V
 * and tau at the middle of the step (StepPotential): order 2 with strang, order 1 with lie. Positive and conservative for every dt. With R = V_tau or without reaction, e^{-V / tau} of a fixed V is a fixed
 * point of every part, to rounding.
 *
 * Steps follow accuracy: the next dt is that at which the two stages of diffusion would differ by 0.00015 of the mass, and at most twice the last. Cost: 4 sweeps for each pair of axes (DiffusionStep), the
 * reaction, one evaluation of int K dmu, and with K or a changing F or tau the rates of exchange.
 */
export function createThermalStepper(
  problem: Problem,
  grid: Grid,
  { splitting, freezePotential }: { splitting: SplittingName; freezePotential: boolean },
): ThermalStepper {
  const { temperature, definition } = problem;
  const { reaction } = termsOf(problem);
  const { logTerm } = thermalTermsOf(problem);
  const fields = plainFields(grid.size);
  const potential = createGridPotential(problem.potential, grid);
  const flow = createThermalFlow(problem, grid, splitting);
  const smoothedLog = logTerm === "smoothed" ? createSmoothedLog(grid, bandwidthOf(definition)) : null;
  const energyOf = (of: Float64Array, using: Float64Array) => measureEnergy(grid, potential, of, using);
  const measureState = createThermalMeasure(grid, energyOf, logTerm, flow.diffusion, smoothedLog);

  const mu = fields.create();
  const V = fields.create();
  const ofSteps = createStepPotential(potential, V, fields, freezePotential, (time) => temperature.at(time));
  const carried = {
    mu,
    V,
    accurate: { dt: Infinity, factor: 1 },
    /** (int (R - Rbar)^2 dmu / mass)^(1/2) of the current density. */
    deviation: 0,
    potential: ofSteps.carried,
  };
  const ratesFor = (using: Float64Array, tau: number) => flow.measure(using, tau, ofSteps.fixed);

  return {
    carried,
    mu,
    V,
    potential,
    simd: null,
    prior: null,
    reaction:
      reaction === null
        ? null
        : {
            loss: (state) => (state as ThermalState).covariance,
            spread: () => flow.spread(carried.deviation),
            growth: () => 0,
          },
    start(density) {
      mu.set(density);
      ofSteps.start(mu);
      Object.assign(carried, { accurate: { dt: Infinity, factor: 1 } });
      flow.forget();
    },
    neglect() {},
    positivityLimit: () => Infinity,
    accuracyLimit(share = 1) {
      if (carried.accurate.dt === Infinity) carried.accurate = { dt: flow.firstStep(mu, V), factor: 1 };
      return nextStep(carried.accurate, share);
    },
    heldBack: () => 0,
    measure(time) {
      const tau = temperature.at(time);
      ratesFor(V, tau);
      const state = measureState(mu, V, tau);
      carried.deviation = Math.sqrt(state.reactionVariance / state.mass);
      return state;
    },
    step(time, dt) {
      const tau = flow.meanTau(time, dt);
      const used = ofSteps.of(time, dt, mu, (using) => {
        ratesFor(using, tau);
        flow.advance(mu, using, time, dt / 2);
      });
      ratesFor(used, tau);
      const difference = flow.take(mu, used, time, dt);
      ofSteps.finish(time, dt, mu);
      carried.accurate = { dt, factor: Math.min(flow.growth(difference, time, dt), ofSteps.growth(mu)) };
      return 0;
    },
  };
}
