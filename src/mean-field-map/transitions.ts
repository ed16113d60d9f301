import type { Grid } from "../grid/grid.ts";
import type { PointPotential } from "../potential/potential.ts";
import type { Problem } from "../problem/problem.ts";
import { bandwidthOf } from "../problem-file/smoothing.ts";
import { moveAlong } from "../schemes/population.ts";
import { createTransition, latticeFor, type Transition } from "./transition.ts";
import type { WeightedNodes } from "./weighted-nodes.ts";

/** The transition of a step; the last one is kept, for a V and a temperature that stay. */
export function createTransitions(
  problem: Problem,
  potential: PointPotential,
): (nodes: WeightedNodes, time: number, dt: number) => Transition {
  const { grid, temperature } = problem;
  const { kernel, clock = null } = problem.potential;
  const bandwidth = bandwidthOf(problem.definition) || Infinity;
  const stays = kernel === null && clock === null && temperature.constant !== null;
  let kept: { points: readonly Float64Array[]; dt: number; centres: readonly Float64Array[]; transition: Transition } | null = null;
  return ({ points, weights }, time, dt) => {
    const sd = Math.sqrt(2 * temperature.integral(time, time + dt));
    const known = stays && kept !== null && kept.dt === dt && kept.points === points;
    const centres = known && kept !== null ? kept.centres : moved(points, weights, time, dt);
    // Mass may have spread since.
    const lattice = latticeFor(grid, centres, weights, sd, bandwidth);
    const same = kept !== null && isSameLattice(kept.transition.lattice, lattice);
    if (known && same && kept !== null) return kept.transition;
    const found = createTransition(lattice, centres, sd);
    // The same nodes are the same arrays, so that the transition from them is known.
    const transition =
      same && kept !== null ? { ...found, lattice: kept.transition.lattice, points: kept.transition.points } : found;
    kept = { points, dt, centres, transition };
    return transition;
  };

  /** theta - dt grad V. */
  function moved(points: readonly Float64Array[], weights: Float64Array, time: number, dt: number): Float64Array[] {
    if (clock !== null) clock.time = time;
    const centres = points.map((x) => x.slice());
    const gradient = points.map((x) => new Float64Array(x.length));
    potential.gradient(gradient, points, weights, weights.length);
    moveAlong(centres, gradient, dt, grid, weights.length);
    return centres;
  }
}

function isSameLattice(a: Grid, b: Grid): boolean {
  return a.axes.every(
    ({ min, cells, width }, k) => min === b.axes[k].min && cells === b.axes[k].cells && width === b.axes[k].width,
  );
}
