import { pointsOnLine } from "../diagnostics/line-measure.ts";
import { slicedWasserstein1 } from "../diagnostics/sliced-wasserstein.ts";
import { wasserstein1 } from "../diagnostics/wasserstein.ts";
import { LawViolationError } from "../errors.ts";
import { refineMeans } from "../fluctuations/bias.ts";
import { followMean, startLaw } from "../fluctuations/mean-path.ts";
import { hasEvents } from "../fluctuations/reaction.ts";
import { evenSteps, scheduleOf } from "../fluctuations/schedule.ts";
import { THEORIES } from "../fluctuations/scheme-laws.ts";
import { createStepMap, type NodeLaw } from "../fluctuations/step-map.ts";
import type { Problem } from "../problem/problem.ts";

/** By how much the expected means of a correct ensemble may differ from the reference: per snapshot, of each observable and of W1. */
export interface Shift {
  observables: number[];
  distance: number;
}

/** Safety factor on the 1/n bias, which is known to some per cent on a line, and roughly on the few nodes of a plane. */
const SAFETY = [1.5, 2, 2] as const;

/**
 * The bias of a finite population, O(1/n), of the event process, from which that of the other schemes differs little: it comes from
 * the initial sampling above all. Null where steps of 1/32 of the run are unstable.
 */
export function finiteSizeShift(problem: Problem, n: number): Shift[] | null {
  const scheme = hasEvents(problem) ? "event-process" : "gradient-descent";
  const factor = SAFETY[problem.grid.dimension - 1] / n;
  try {
    return refineMeans(problem, { scheme, n, dt: null }).map(({ observables, law, massBias, positionBias }) => ({
      observables: problem.observables.map(({ name }) => factor * Math.abs(observables[name].bias)),
      distance: factor * (signedSize(law, massBias) + displacement(law, positionBias)),
    }));
  } catch (error) {
    if (error instanceof LawViolationError) return null;
    throw error;
  }
}

/** Mean over axes of int |cumulated mass|: the sliced size of a signed measure of total 0. */
function signedSize({ points }: NodeLaw, masses: Float64Array): number {
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

function displacement({ weights }: NodeLaw, shifts: Float64Array[] | null): number {
  if (shifts === null) return 0;
  let total = 0;
  for (let j = 0; j < weights.length; j++) total += weights[j] * Math.hypot(...shifts.map((shift) => shift[j]));
  return total;
}

const NODES = [256, 20, 10] as const;
const KERNEL_TOLERANCE = 1e-8;
const MOST_STEPS = 10_000;
/** Of 32 steps, by dimension. */
const HALVINGS = [5, 3, 2] as const;

/**
 * The bias of steps of dt: the largest distance, over all schemes that the problem can be run with, of the scheme's mean-field limit at dt from that as dt -> 0
 * (extrapolated from 512 and 1024 steps on a line, from 128 and 256 in the plane). Null where steps of dt are unstable, or more than 10000.
 */
export function stepShift(problem: Problem, dt: number): Shift[] | null {
  const { grid, observables } = problem;
  if (problem.end / dt > MOST_STEPS) return null;
  const start = startLaw(problem, grid.axes.map(() => NODES[grid.dimension - 1])); // biome-ignore format: one call
  const maps = new Map(
    Object.values(THEORIES).flatMap(({ stepped }) => {
      const { growth, earlier } = stepped({ n: 1, dt });
      // The notebook's scheme is left out: a constant in V, which changes nothing else, moves its limit at will.
      const moving = growth.centred && (hasEvents(problem) ? growth.factor(1) < 1 : growth.factor(1) === 1);
      return moving ? [[`${growth.factor(-1)} ${earlier}`, { growth, earlier }] as const] : [];
    }),
  );
  try {
    const paths = [...maps.values()].map((law) => {
      const map = createStepMap(problem, law, KERNEL_TOLERANCE);
      return { map, path: followMean(map, start, scheduleOf(problem, dt)) };
    });
    const fineMap = createStepMap(problem, { growth: paths[0].map.growth, earlier: 0.5 }, KERNEL_TOLERANCE);
    const last = HALVINGS[grid.dimension - 1];
    const [fine, finest] = [last - 1, last].map((halvings) => followMean(fineMap, start, evenSteps(problem, halvings)));
    return problem.snapshotTimes.map((_, s) => {
      const [near, nearest] = [fine, finest].map(({ states, schedule }) => states[schedule.stops[s]]);
      // Steps move at order 1: what is left of their error is the difference of the two.
      const exact = observables.map(({ value }) => 2 * meanUnder(nearest, value) - meanUnder(near, value));
      const left = distanceOf(nearest, near);
      const shifts = paths.map(({ path }) => {
        const own = path.states[path.schedule.stops[s]];
        return {
          observables: observables.map(({ value }, k) => Math.abs(meanUnder(own, value) - exact[k])),
          distance: distanceOf(own, nearest) + left,
        };
      });
      return {
        observables: observables.map((__, k) => Math.max(...shifts.map((shift) => shift.observables[k]))),
        distance: Math.max(...shifts.map(({ distance }) => distance)),
      };
    });
  } catch (error) {
    if (error instanceof LawViolationError) return null;
    throw error;
  }
}

function meanUnder({ points, weights }: NodeLaw, value: Problem["observables"][number]["value"]): number {
  const phi = new Float64Array(weights.length);
  value([phi], 0, points, 0, weights.length);
  return weights.reduce((total, w, j) => total + w * phi[j], 0);
}

function distanceOf(a: NodeLaw, b: NodeLaw): number {
  if (a.points.length === 1) return wasserstein1(pointsOnLine(a.points[0], a.weights), pointsOnLine(b.points[0], b.weights));
  const [left, right] = [a, b].map(({ points, weights }) => ({ points, weights, count: weights.length }));
  return slicedWasserstein1(left, right, 16);
}
