import { createProblem, type Problem } from "../../src/problem/problem.ts";
import { DOUBLE_WELL, doubleWell, findWells } from "../shared/double-well.ts";
import type { Spectrum } from "./spectrum.ts";

export type Dynamics = "gradient-descent" | "birth-death" | "pure-birth-death";

/** Dynamics at a temperature, whose Gibbs distribution is stationary. */
export interface Relaxing {
  temperature: number;
  /** 0 for gradient descent. */
  alpha: number;
  dynamics: Dynamics;
}

export const TILT = 0.15;
/** e^{-F / tau} is below 1e-30 there for tau to 0.3. */
const REACH = 3.2;

export const SPECTRUM: Spectrum = {
  slope: (x) => x ** 3 - x + TILT,
  curvature: (x) => 3 * x * x - 1,
  reach: REACH,
  points: 160,
};

/** Minima and top of F, and the barrier from the shallow well, which the slowest mode crosses. */
export function rootsOfWell(tilt: number) {
  const wells = findWells(tilt);
  return { ...wells, barrier: doubleWell(wells.top, tilt) - doubleWell(wells.shallow, tilt) };
}

/** From a start in the shallow well. */
export function relaxingWell(setting: Relaxing, cells: number, end: number, snapshots: number): Promise<Problem> {
  return createProblem({
    name: "double-well",
    variables: { x: { min: -REACH, max: REACH, cells } },
    parameters: { tilt: TILT },
    potential: { F: DOUBLE_WELL },
    ...setting,
    initial: { x: { type: "normal", mean: 0.9, sd: 0.3 } },
    time: { end, snapshots },
    observables: { mean: "x", second: "x^2" },
  });
}

/** Langevin in k (x - c)^2 / 2 with K = b x x', b = int_-1^1 p^2 dp: Gibbs is normal with mean k c / (k + b) and variance tau / k. */
export const QUADRATIC = { k: 1, c: 0.4, b: 2 / 3, temperature: 0.5 };

export function relaxingQuadratic(cells: number, end: number): Promise<Problem> {
  const { k, c, temperature } = QUADRATIC;
  return createProblem({
    name: "quadratic-interaction",
    variables: { x: { min: -6, max: 6, cells } },
    parameters: { k, c },
    potential: {
      F: "0.5*k*(x-c)^2",
      K: { type: "features", expression: "p*x", inputs: { p: { min: -1, max: 1, points: 4 } } },
    },
    temperature,
    alpha: 0,
    dynamics: "gradient-descent",
    initial: { x: { type: "normal", mean: 1, sd: 0.5 } },
    time: { end, snapshots: 1 },
    observables: { mean: "x", second: "x^2" },
  });
}
