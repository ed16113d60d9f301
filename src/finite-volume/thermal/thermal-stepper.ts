import { StepSizeError } from "../../errors.ts";
import { plainFields } from "../../grid/fields.ts";
import type { Grid } from "../../grid/grid.ts";
import { createGridPotential } from "../../potential/potential.ts";
import { termsOf } from "../../problem/dynamics.ts";
import type { Problem } from "../../problem/problem.ts";
import { thermalTermsOf } from "../../problem/thermal.ts";
import { bandwidthOf } from "../../problem-file/smoothing.ts";
import { REACTION_ALONE, SPLITTINGS, type SplittingName, TRANSPORT_ALONE } from "../splittings.ts";
import { createStepPotential } from "../step-potential.ts";
import { LARGEST_GROWTH, type Stepper } from "../stepper.ts";
import { createDiffusionStep } from "./diffusion-step.ts";
import { createSmoothedLog, createThermalReaction } from "./free-reaction.ts";
import { createThermalMeasure, type ThermalState } from "./thermal-state.ts";

/** A stepper at a temperature, which measures what it makes. */
export interface ThermalStepper extends Stepper {
  measure(time: number): ThermalState;
}

/** Of the share of the mass by which stages of order 1 and 2 differ in a step, O(dt^2), and where a step is taken again with half its length. */
const LARGEST_DIFFERENCE = 1.5e-4;
const TAKEN_AGAIN = 4 * LARGEST_DIFFERENCE;
const MOST_TRIALS = 40;
/** Standard deviations of R under mu that count as its spread. Beside it, log(k_eps * mu) relaxes at the rate alpha tau, and is not followed exactly. */
const SPREAD = 2.5;
/** Of the change of the temperature in a step, over its size. */
const LARGEST_COOLING = 0.05;

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
  const terms = termsOf(problem);
  const { diffusion: diffuses, logTerm } = thermalTermsOf(problem);
  const fields = plainFields(grid.size);
  const potential = createGridPotential(problem.potential, grid);
  const stages = !diffuses ? REACTION_ALONE : terms.reaction === null ? TRANSPORT_ALONE : SPLITTINGS[splitting].stages;
  const bandwidth = bandwidthOf(definition);
  const diffusion = diffuses ? createDiffusionStep(grid) : null;
  const react = terms.reaction === null ? null : createThermalReaction(logTerm, grid, problem, bandwidth);
  const smoothedLog = logTerm === "smoothed" ? createSmoothedLog(grid, bandwidth) : null;
  const measureState = createThermalMeasure(grid, potential, logTerm, diffusion, smoothedLog);

  const mu = fields.create();
  const V = fields.create();
  const saved = fields.create();
  const largestTau = temperature.largest(0, problem.end);
  const ofSteps = createStepPotential(potential, V, fields, freezePotential, (time) => temperature.at(time));
  const carried = {
    mu,
    V,
    accurate: { dt: Infinity, factor: 1 },
    /** (int (R - Rbar)^2 dmu / mass)^(1/2) of the current density. */
    deviation: 0,
    potential: ofSteps.carried,
  };
  /** The tau whose rates of exchange with the only V are kept. */
  let keptTau = Number.NaN;

  function ratesFor(using: Float64Array, tau: number): void {
    if (diffusion === null || (ofSteps.fixed && tau === keptTau)) return;
    diffusion.measure(using, tau);
    keptTau = tau;
  }

  const meanTau = (time: number, dt: number) => temperature.constant ?? temperature.integral(time, time + dt) / dt;

  function advance(using: Float64Array, time: number, dt: number): void {
    stages.forEach(([flow, fraction], k) => {
      if (flow === "reaction") {
        react?.(mu, using, time, time + dt);
        return;
      }
      const isWhole = fraction === 1;
      if (isWhole || k === 0) diffusion?.sweep(mu, dt / 2, true);
      if (isWhole || k > 0) diffusion?.sweep(mu, dt / 2, false);
    });
  }

  /** The largest dt at which the stages of diffusion differ by no more than they may, from the first density; Infinity without diffusion. */
  function firstStep(): number {
    if (diffusion === null) return Infinity;
    saved.set(mu);
    ratesFor(V, temperature.at(0));
    let dt = problem.end;
    for (let trial = 0; trial < MOST_TRIALS; trial++) {
      diffusion.takeDifference();
      diffusion.sweep(mu, dt / 2, true);
      diffusion.sweep(mu, dt / 2, false);
      mu.set(saved);
      const difference = diffusion.takeDifference();
      if (difference <= LARGEST_DIFFERENCE) break;
      dt *= Math.max(0.1, 0.9 * Math.sqrt(LARGEST_DIFFERENCE / difference));
    }
    return dt;
  }

  return {
    carried,
    mu,
    V,
    potential,
    simd: null,
    prior: null,
    reaction:
      terms.reaction === null
        ? null
        : {
            loss: (state) => (state as ThermalState).covariance,
            spread: () => Math.max(SPREAD * carried.deviation, logTerm === "smoothed" ? largestTau : 0),
            growth: () => 0,
          },
    start(density) {
      mu.set(density);
      ofSteps.start(mu);
      Object.assign(carried, { accurate: { dt: Infinity, factor: 1 } });
      keptTau = Number.NaN;
    },
    neglect() {},
    positivityLimit: () => Infinity,
    accuracyLimit(share = 1) {
      if (carried.accurate.dt === Infinity) carried.accurate = { dt: firstStep(), factor: 1 };
      const { dt, factor } = carried.accurate;
      return dt * Math.min(LARGEST_GROWTH, share * factor);
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
      saved.set(mu);
      const tau = meanTau(time, dt);
      const reach = (using: Float64Array) => {
        ratesFor(using, tau);
        advance(using, time, dt / 2);
      };
      const used = ofSteps.of(time, dt, mu, reach);
      ratesFor(used, tau);
      diffusion?.takeDifference();
      advance(used, time, dt);
      const difference = diffusion?.takeDifference() ?? 0;
      if (difference > TAKEN_AGAIN) {
        mu.set(saved);
        throw new StepSizeError(dt, dt * Math.sqrt(LARGEST_DIFFERENCE / difference));
      }
      ofSteps.finish(time, dt, mu);
      const cooling = temperature.constant === null ? Math.abs(temperature.at(time + dt) - temperature.at(time)) / largestTau : 0;
      const factor = Math.min(
        0.9 * Math.sqrt(LARGEST_DIFFERENCE / difference),
        ofSteps.growth(mu),
        cooling === 0 ? Infinity : LARGEST_COOLING / cooling,
      );
      carried.accurate = { dt, factor };
      return 0;
    },
  };
}
