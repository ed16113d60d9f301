import type { Fields } from "../grid/fields.ts";
import type { GridPotential } from "../potential/potential.ts";
import { createMidpoint } from "./midpoint.ts";

/** The V that a step holds, and V at its end. */
export interface StepPotential {
  /** Whether V is the same at all times: no K, and F does not change. */
  fixed: boolean;
  /** V at t = 0 of a density. */
  start(mu: Float64Array): void;
  /**
   * V for a step of dt from `time`, that of its middle.
   *
   * @param reach moves mu by half a step with the V that it is given; mu is put back, also where it throws.
   */
  of(time: number, dt: number, mu: Float64Array, reach: (V: Float64Array) => void): Float64Array;
  /** V of the density at the end of the step. */
  finish(time: number, dt: number, mu: Float64Array): void;
  /** After `finish`: by how much the next dt may exceed the last for what V missed in the middle, and how much F changed, in that step; Infinity where V is fixed or frozen. */
  growth(mu: Float64Array): number;
  /** Evaluates F at a time, if it changes. */
  moveTo(time: number): void;
  carried: object | null;
}

/** Of Midpoint.deviation: lambda h = 0.2 for changes of V by e^{-lambda t}. Beyond 0.5 steps with an extrapolated V are unstable. */
const LARGEST_DEVIATION = 0.02;
/** The standard deviation of the change of F in a step, over that of V, the temperature, and this share of the largest V so far: F may pass through 0. */
const LARGEST_CHANGE = 0.05;
const SHARE_OF_LARGEST = 0.05;

/**
 * V at the middle of steps, of order 2: F at that time, and int K dmu by extrapolation (Midpoint), with one evaluation of it a step and two more at the first.
 *
 * @param V kept that of the density, shape [grid.size].
 * @param frozen V is taken at the start of each step: order 1.
 * @param scale of V beside its standard deviation: the temperature.
 */
export function createStepPotential(
  potential: GridPotential,
  V: Float64Array,
  fields: Fields,
  frozen: boolean,
  scale: (time: number) => number = () => 0,
): StepPotential {
  const { interacting, external } = potential;
  const size = V.length;
  const changes = potential.moveTo !== undefined;
  const moveTo = potential.moveTo ?? (() => {});
  const fixed = !interacting && !changes;
  const midpoint = !interacting || frozen ? null : createMidpoint(size, fields);
  /** int K dmu, and its sum with F; both of use only where F changes. */
  const interaction = changes && midpoint !== null ? fields.create() : V;
  const sum = changes ? fields.create() : V;
  let ofChange = Infinity;
  /** The largest standard deviation of V so far, where F changes. */
  const ofV = { largest: 0 };

  const withExternal = (part: Float64Array): Float64Array => {
    if (!changes) return part;
    for (let i = 0; i < size; i++) sum[i] = part[i] + external[i];
    return sum;
  };
  const takeInteraction = (out: Float64Array, of: Float64Array) => {
    if (changes) for (let i = 0; i < size; i++) out[i] = of[i] - external[i];
  };
  const noteInteraction = () => {
    if (midpoint !== null) takeInteraction(interaction, V);
  };

  return {
    fixed,
    moveTo,
    carried: changes ? { interaction, ofV, midpoint: midpoint?.carried ?? null } : (midpoint?.carried ?? null),
    start(mu) {
      moveTo(0);
      potential.evaluate(V, mu);
      noteInteraction();
      midpoint?.forget();
      ofChange = Infinity;
      ofV.largest = 0;
    },
    of(time, dt, mu, reach) {
      if (fixed || frozen) return V;
      moveTo(time + dt / 2);
      if (midpoint === null) return external;
      const reachMiddle = (using: Float64Array, middle: Float64Array) => {
        reach(withExternal(using));
        potential.evaluate(middle, mu);
        takeInteraction(middle, middle);
      };
      return withExternal(midpoint.extrapolate(interaction, dt) ?? midpoint.start(mu, interaction, reachMiddle));
    },
    finish(time, dt, mu) {
      midpoint?.finish(interaction, dt);
      if (fixed) return;
      if (changes) sum.set(V);
      moveTo(time + dt);
      potential.evaluate(V, mu);
      noteInteraction();
      if (!changes) return;
      const { ofChanged, ofAfter } = deviations(sum, V, mu);
      ofV.largest = Math.max(ofV.largest, ofAfter);
      ofChange =
        ofChanged === 0 ? Infinity : (LARGEST_CHANGE * (ofAfter + SHARE_OF_LARGEST * ofV.largest + scale(time + dt))) / ofChanged;
    },
    growth(mu) {
      const ofMidpoint = midpoint === null ? Infinity : 0.9 * Math.sqrt(LARGEST_DEVIATION / midpoint.deviation(interaction, mu));
      return Math.min(ofMidpoint, ofChange);
    },
  };
}

/** The standard deviations under mu of after - before and of after. */
function deviations(before: Float64Array, after: Float64Array, mu: Float64Array): { ofChanged: number; ofAfter: number } {
  let [mass, first, second, ofV, ofSquare] = [0, 0, 0, 0, 0];
  const middle = after[0];
  for (let i = 0; i < mu.length; i++) {
    const difference = after[i] - before[i];
    const v = after[i] - middle;
    mass += mu[i];
    first += mu[i] * difference;
    second += mu[i] * difference * difference;
    ofV += mu[i] * v;
    ofSquare += mu[i] * v * v;
  }
  const deviation = (one: number, two: number) => Math.sqrt(Math.max(0, two / mass - (one / mass) ** 2));
  return { ofChanged: deviation(first, second), ofAfter: deviation(ofV, ofSquare) };
}
