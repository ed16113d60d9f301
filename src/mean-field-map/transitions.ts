import type { Grid } from "../grid/grid.ts";
import type { PointPotential } from "../potential/potential.ts";
import type { Problem } from "../problem/problem.ts";
import { moveAlong } from "../schemes/population.ts";
import { createTransition, type Transition } from "./transition.ts";
import type { WeightedNodes } from "./weighted-nodes.ts";

/** The transition of a step; the last one is kept, for a V and a temperature that stay. */
export function createTransitions(
  problem: Problem,
  potential: PointPotential,
): (nodes: WeightedNodes, time: number, dt: number) => Transition {
  const { grid, temperature } = problem;
  const { kernel, clock = null } = problem.potential;
  const stays = kernel === null && clock === null && temperature.constant !== null;
  let kept: { points: readonly Float64Array[]; dt: number; transition: Transition } | null = null;
  return ({ points, weights }, time, dt) => {
    if (kept !== null && kept.dt === dt && kept.points === points) return kept.transition;
    if (clock !== null) clock.time = time;
    const centres = points.map((x) => x.slice());
    const gradient = points.map((x) => new Float64Array(x.length));
    potential.gradient(gradient, points, weights, weights.length);
    moveAlong(centres, gradient, dt, grid, weights.length);
    const sd = Math.sqrt(2 * temperature.integral(time, time + dt));
    const found = createTransition(grid, centres, weights, sd);
    const last = kept?.transition.lattice;
    // The same nodes are the same arrays, so that the transition from them is known.
    const same = last !== undefined && isSameLattice(last, found.lattice);
    const transition = same && kept !== null ? { ...found, lattice: last, points: kept.transition.points } : found;
    if (stays) kept = { points, dt, transition };
    return transition;
  };
}

function isSameLattice(a: Grid, b: Grid): boolean {
  return a.axes.every(
    ({ min, cells, width }, k) => min === b.axes[k].min && cells === b.axes[k].cells && width === b.axes[k].width,
  );
}
