import { StepSizeError } from "../../errors.ts";
import type { Grid } from "../../grid/grid.ts";
import { termsOf } from "../../problem/dynamics.ts";
import type { Problem } from "../../problem/problem.ts";
import { thermalTermsOf } from "../../problem/thermal.ts";
import { bandwidthOf } from "../../problem-file/smoothing.ts";
import { REACTION_ALONE, SPLITTINGS, type SplittingName, TRANSPORT_ALONE } from "../splittings.ts";
import { LARGEST_GROWTH } from "../stepper.ts";
import { createDiffusionStep, type DiffusionStep } from "./diffusion-step.ts";
import { createThermalReaction, type UnequalCells } from "./free-reaction.ts";

/** Of the share of the mass by which stages of order 1 and 2 differ in a step, O(dt^2), and where a step is taken again with half its length. */
const LARGEST_DIFFERENCE = 1.5e-4;
const TAKEN_AGAIN = 4 * LARGEST_DIFFERENCE;
const MOST_TRIALS = 40;
/** Standard deviations of R under mu that count as its spread. Beside it, log(k_eps * mu) relaxes at the rate alpha tau, and is not followed exactly. */
const SPREAD = 2.5;
/** Of the change of the temperature in a step, over its size. */
const LARGEST_COOLING = 0.05;

/** Transport, diffusion and reaction of a density, or of masses of cells, with a V that is held: one step, and how long it may be. */
export interface ThermalFlow {
  /** null without. */
  diffusion: DiffusionStep | null;
  /** Takes in V and tau for steps to come. @param kept V is the same as at the last call. */
  measure(V: Float64Array, tau: number, kept: boolean): void;
  /** To be called where the rates of the last V are no longer those of the cells. */
  forget(): void;
  /** mu after dt, with the V that was measured. */
  advance(mu: Float64Array, V: Float64Array, time: number, dt: number): void;
  /** The mean of tau over a step. */
  meanTau(time: number, dt: number): number;
  /** The largest first step by the stages of diffusion; Infinity without. mu is put back. */
  firstStep(mu: Float64Array, V: Float64Array): number;
  /** As advance. @throws StepSizeError where the stages differ by too much: mu is as before. @returns by how much they differ. */
  take(mu: Float64Array, V: Float64Array, time: number, dt: number): number;
  /** By how much the next dt may exceed the last, for that difference and the change of tau. */
  growth(difference: number, time: number, dt: number): number;
  /** The rate of the reaction over alpha, for the standard deviation of R. */
  spread(deviation: number): number;
}

/** What steps of a given length, and times as much, may be: dt times this, for the share of the usual length that is wanted. */
export const nextStep = ({ dt, factor }: { dt: number; factor: number }, share: number) =>
  dt * Math.min(LARGEST_GROWTH, share * factor);

/** @param cells where mu are the masses of cells of different volumes. */
export function createThermalFlow(
  problem: Problem,
  grid: Grid,
  splitting: SplittingName,
  cells: UnequalCells | null = null,
): ThermalFlow {
  const { temperature, definition } = problem;
  const { reaction } = termsOf(problem);
  const { diffusion: diffuses, logTerm } = thermalTermsOf(problem);
  const stages = !diffuses ? REACTION_ALONE : reaction === null ? TRANSPORT_ALONE : SPLITTINGS[splitting].stages;
  const diffusion = diffuses ? createDiffusionStep(cells === null ? grid : { ...grid, cellVolume: 1 }) : null;
  const react = reaction === null ? null : createThermalReaction(logTerm, grid, problem, bandwidthOf(definition), cells);
  const largestTau = temperature.largest(0, problem.end);
  const saved = new Float64Array(grid.size);
  /** The tau whose rates of exchange with the only V are kept. */
  let keptTau = Number.NaN;

  function measure(V: Float64Array, tau: number, kept: boolean): void {
    if (diffusion === null || (kept && tau === keptTau)) return;
    diffusion.measure(V, tau);
    keptTau = tau;
  }

  function advance(mu: Float64Array, V: Float64Array, time: number, dt: number): void {
    stages.forEach(([flow, fraction], k) => {
      if (flow === "reaction") {
        react?.(mu, V, time, time + dt);
        return;
      }
      const isWhole = fraction === 1;
      if (isWhole || k === 0) diffusion?.sweep(mu, dt / 2, true);
      if (isWhole || k > 0) diffusion?.sweep(mu, dt / 2, false);
    });
  }

  return {
    diffusion,
    measure,
    forget() {
      keptTau = Number.NaN;
    },
    advance,
    meanTau: (time, dt) => temperature.constant ?? temperature.integral(time, time + dt) / dt,
    firstStep(mu, V) {
      if (diffusion === null) return Infinity;
      saved.set(mu);
      measure(V, temperature.at(0), false);
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
    },
    take(mu, V, time, dt) {
      saved.set(mu);
      diffusion?.takeDifference();
      advance(mu, V, time, dt);
      const difference = diffusion?.takeDifference() ?? 0;
      if (difference > TAKEN_AGAIN) {
        mu.set(saved);
        throw new StepSizeError(dt, dt * Math.sqrt(LARGEST_DIFFERENCE / difference));
      }
      return difference;
    },
    growth(difference, time, dt) {
      const cooling = temperature.constant === null ? Math.abs(temperature.at(time + dt) - temperature.at(time)) / largestTau : 0;
      return Math.min(0.9 * Math.sqrt(LARGEST_DIFFERENCE / difference), cooling === 0 ? Infinity : LARGEST_COOLING / cooling);
    },
    spread: (deviation) => Math.max(SPREAD * deviation, logTerm === "smoothed" ? largestTau : 0),
  };
}
