import { InvariantError } from "../errors.ts";
import { refineMeans } from "../fluctuations/bias.ts";
import { followMean, startNodes } from "../fluctuations/mean-path.ts";
import { evenSteps, scheduleOf } from "../fluctuations/schedule.ts";
import { marginalMasses } from "../grid/density.ts";
import { createStepMap, type StepMap } from "../mean-field-map/step-map.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import { densityOnLine, type LineMeasure, pointsOnLine } from "../measures/line-measure.ts";
import { slicedWasserstein1 } from "../measures/sliced-wasserstein.ts";
import { wasserstein1 } from "../measures/wasserstein.ts";
import { meanOf } from "../numerics/moments.ts";
import { predictedFamily, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import { byGrowth, IN_CONTINUOUS_TIME, type StepRule } from "../schemes/growth.ts";
import { isWeighted } from "../schemes/scheme.ts";
import {
  isSchemeName,
  likePredicted,
  PREDICTED_SCHEMES,
  ruleOf,
  SCHEMES,
  sameRule,
  schemeWithoutSteps,
} from "../schemes/schemes.ts";

/** By how much the expected means of a correct ensemble may differ from the reference: per snapshot, of each observable and of W1. */
export interface Shift {
  observables: number[];
  distance: number;
}

/** Safety factor on the 1/n bias, which is known to some per cent on a line, and roughly on the few nodes of a plane. */
export const SIZE_SAFETY = [1.5, 2, 2] as const;

/** How often 32 steps are halved before they are called unstable. */
const MOST_HALVINGS = 2;

/**
 * The bias of a finite population, O(1/n), for the event process. The other schemes differ little from it, since most of it comes from the initial sampling.
 * Null where steps of 1/128 of the run are unstable.
 */
export function finiteSizeShift(problem: Problem, n: number): Shift[] | null {
  const scheme = schemeWithoutSteps(predictedFamily(problem));
  const factor = SIZE_SAFETY[problem.grid.dimension - 1] / n;
  for (let halvings = 0; halvings <= MOST_HALVINGS; halvings++) {
    const found = unlessUnstable(() => refineMeans(problem, { scheme, n, dt: null, halvings }));
    if (found === null) continue;
    return found.map(({ observables, nodes, massBias, positionBias }) => ({
      observables: problem.observables.map(({ name }) => factor * Math.abs(observables[name].bias)),
      distance: factor * (signedSize(nodes, massBias) + displacement(nodes, positionBias)),
    }));
  }
  return null;
}

export function unlessUnstable<T>(follow: () => T): T | null {
  try {
    return follow();
  } catch (error) {
    if (error instanceof InvariantError) return null;
    throw error;
  }
}

/** Mean over axes of int |cumulated mass|: the sliced size of a signed measure of total 0. */
function signedSize({ points }: WeightedNodes, masses: Float64Array): number {
  let total = 0;
  for (const x of points) {
    const order = Array.from(masses, (_, j) => j).sort((i, j) => x[i] - x[j]);
    let cumulated = 0;
    for (let k = 0; k + 1 < order.length; k++) {
      cumulated += masses[order[k]];
      total += Math.abs(cumulated) * (x[order[k + 1]] - x[order[k]]);
    }
  }
  return total / points.length;
}

function displacement({ weights }: WeightedNodes, shifts: Float64Array[] | null): number {
  if (shifts === null) return 0;
  let total = 0;
  for (let j = 0; j < weights.length; j++) total += weights[j] * Math.hypot(...shifts.map((shift) => shift[j]));
  return total;
}

const NODES = [256, 20, 10] as const;
export const KERNEL_TOLERANCE = 1e-8;
const MOST_STEPS = 10_000;
/** Of 32 steps, by dimension. */
const HALVINGS = [5, 3, 2] as const;

/** The equation itself on the nodes at one snapshot, as the limit of small steps. */
interface Limit {
  /** On the finest steps. */
  nodes: WeightedNodes;
  /** Means, extrapolated to dt = 0, and how far the last extrapolation moved them. */
  means: number[];
  errors: number[];
  /** Distance of the two finest. */
  left: number;
}

/** From 256, 512 and 1024 steps on a line, 64, 128 and 256 in the plane, 32, 64 and 128 in space. */
function limitOfSteps(problem: Problem, start: WeightedNodes, map: StepMap): Limit[] {
  const last = HALVINGS[problem.grid.dimension - 1];
  const follow = (halvings: number) => followMean(map, start, evenSteps(problem, halvings));
  const [fine, finest] = [follow(last - 1), follow(last)];
  const coarse = unlessUnstable(() => follow(last - 2));
  return problem.snapshotTimes.map((_, s) => {
    const [near, nearest] = [fine, finest].map(({ states, schedule }) => states[schedule.stops[s]]);
    const rows = problem.observables.map(({ value }) => {
      const [y, z] = [near, nearest].map((nodes) => meanUnder(nodes, value));
      // Steps move at order 1.
      const before = coarse === null ? z : 2 * y - meanUnder(coarse.states[coarse.schedule.stops[s]], value);
      return { mean: 2 * z - y, error: Math.abs(2 * z - y - before) };
    });
    return {
      nodes: nearest,
      means: rows.map(({ mean }) => mean),
      errors: rows.map(({ error }) => error),
      left: distanceOf(nearest, near),
    };
  });
}

/** The effect of steps of dt on the means of one scheme, to be added to the reference, and its error. */
export interface StepCorrection {
  observables: { value: number; error: number }[];
  /** Of its distribution from the equation's, which cannot be taken off a distance: it is allowed for. */
  distance: number;
}

/** Share of a correction that is allowed for: the nodes hold it to a per cent, and n is finite. */
const CORRECTION_SAFETY = 0.05;

/**
 * The mean-field limit of a scheme at dt less the solution of the equation, at each snapshot. Null for a scheme without a mean-field map here or one that does
 * not follow the problem (gradient descent where there are births and deaths: smaller steps do not add them), where steps are unstable, and beyond 10000 steps.
 */
export function stepCorrection(problem: Problem, scheme: string, dt: number): StepCorrection[] | null {
  return stepCorrections(problem, scheme)(dt);
}

/** The same for any dt: the equation is solved once for all of them. */
export function stepCorrections(problem: Problem, scheme: string): (dt: number) => StepCorrection[] | null {
  if (!isSchemeName(scheme) || likePredicted(scheme) === null) return () => null;
  const rule = ruleOf(scheme);
  const { transport, reaction } = termsOf(problem);
  if ((reaction !== null) !== rule.growth.reacts) return () => null;
  const isTooLong = (dt: number) => problem.end / dt > MOST_STEPS;
  if (SCHEMES[scheme].time === "continuous" && !transport) {
    // It has no step.
    const none = { observables: problem.observables.map(() => ({ value: 0, error: 0 })), distance: 0 };
    return (dt) => (isTooLong(dt) ? null : problem.snapshotTimes.map(() => none));
  }
  const start = startOf(problem);
  let solved: Limit[] | null = null;
  return (dt) => {
    if (isTooLong(dt)) return null;
    return unlessUnstable(() => {
      const { states, schedule } = followMean(
        createStepMap(problem, rule, { tolerance: KERNEL_TOLERANCE, bothEnds: true }),
        start,
        scheduleOf(problem, dt),
      );
      solved ??= limitOfSteps(problem, start, createStepMap(problem, IN_CONTINUOUS_TIME, { tolerance: KERNEL_TOLERANCE }));
      return solved.map(({ nodes: exact, means, errors, left }, s) => {
        const own = states[schedule.stops[s]];
        return {
          observables: problem.observables.map(({ value: phi }, k) => {
            const value = meanUnder(own, phi) - means[k];
            return { value, error: errors[k] + CORRECTION_SAFETY * Math.abs(value) };
          }),
          distance: distanceOf(own, exact) + left,
        };
      });
    });
  };
}

/**
 * The bias of steps of dt: the largest distance, over all schemes that the problem can be run with, of the scheme's mean-field limit at dt from that as dt -> 0.
 * Null where steps of dt are unstable, or more than 10000, and for a reaction by log mu, which no particles follow.
 */
export function stepShift(problem: Problem, dt: number): Shift[] | null {
  const { observables } = problem;
  if (problem.end / dt > MOST_STEPS || thermalTermsOf(problem).logTerm === "density") return null;
  const start = startOf(problem);
  const reacts = termsOf(problem).reaction !== null;
  const rules: StepRule[] = [];
  for (const rule of PREDICTED_SCHEMES.filter((name) => !isWeighted(SCHEMES[name])).map(ruleOf)) {
    // Schemes with weights react before they move. The notebook's scheme is left out: a constant in V, which changes nothing else, moves its limit at will.
    const moves = rule.growth.centred && rule.growth.reacts === reacts;
    if (moves && !rules.some((other) => sameRule(other, rule))) rules.push(rule);
  }
  return unlessUnstable(() => {
    const paths = rules.map((rule) => {
      const map = createStepMap(problem, rule, { tolerance: KERNEL_TOLERANCE, bothEnds: true });
      return { map, path: followMean(map, start, scheduleOf(problem, dt)) };
    });
    const fineMap = createStepMap(problem, byGrowth(paths[0].map.rule.growth, 0.5), { tolerance: KERNEL_TOLERANCE });
    return limitOfSteps(problem, start, fineMap).map(({ nodes, means, left }, s) => {
      const shifts = paths.map(({ path }) => {
        const own = path.states[path.schedule.stops[s]];
        return {
          observables: observables.map(({ value }, k) => Math.abs(meanUnder(own, value) - means[k])),
          distance: distanceOf(own, nodes) + left,
        };
      });
      return {
        observables: observables.map((__, k) => Math.max(...shifts.map((shift) => shift.observables[k]))),
        distance: Math.max(...shifts.map(({ distance }) => distance)),
      };
    });
  });
}

export function startOf(problem: Problem): WeightedNodes {
  const { axes, dimension } = problem.grid;
  return startNodes(problem, axes.map(() => NODES[dimension - 1])); // biome-ignore format: one call
}

export function meanUnder({ points, weights }: WeightedNodes, value: Problem["observables"][number]["value"]): number {
  const phi = new Float64Array(weights.length);
  value([phi], 0, points, 0, weights.length);
  return meanOf(phi, weights);
}

/** The distribution along an axis. On a lattice, which a noisy motion leaves, mass is spread over its cells: points would differ by the spacing. */
export function alongAxis(nodes: WeightedNodes, a: number): LineMeasure {
  const { points, weights, lattice } = nodes;
  if (lattice === undefined) return pointsOnLine(points[a], weights);
  return densityOnLine(lattice.axes[a], marginalMasses(lattice, weights, a));
}

function distanceOf(a: WeightedNodes, b: WeightedNodes): number {
  if (a.lattice !== undefined || b.lattice !== undefined) {
    const along = a.points.map((_, axis) => wasserstein1(alongAxis(a, axis), alongAxis(b, axis)));
    return along.reduce((total, one) => total + one, 0) / along.length;
  }
  if (a.points.length === 1) return wasserstein1(pointsOnLine(a.points[0], a.weights), pointsOnLine(b.points[0], b.weights));
  const [left, right] = [a, b].map(({ points, weights }) => ({ points, weights, count: weights.length }));
  return slicedWasserstein1(left, right, 16);
}
