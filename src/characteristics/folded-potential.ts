import { type Grid, intoPeriod } from "../grid/grid.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import type { PointPotential } from "../potential/potential.ts";
import type { Problem } from "../problem/problem.ts";

/**
 * V at points that the flow has carried out of the domain along periodic axes: evaluated where they lie in the period, since F, K and
 * observables close up at its ends but need not repeat beyond.
 *
 * @param tolerance relative error allowed to the sums over K; see Kernel.atPoints.
 */
export function createFoldedPotential({ potential, grid }: Problem, tolerance: number): PointPotential {
  const whole = createPointPotential(potential, tolerance);
  if (!grid.axes.some(({ periodic }) => periodic)) return whole;
  const foldPoints = createFolding(grid);
  const foldTargets = createFolding(grid);
  return {
    value(out, points, weights, count) {
      whole.value(out, foldPoints(points, count), weights, count);
    },
    gradient(out, points, weights, count) {
      whole.gradient(out, foldPoints(points, count), weights, count);
    },
    field(out, targets, targetCount, points, weights, count) {
      const folded = foldPoints(points, count);
      whole.field(out, targets === points ? folded : foldTargets(targets, targetCount), targetCount, folded, weights, count);
    },
    energy(V, scratch, points, weights, count) {
      return whole.energy(V, scratch, foldPoints(points, count), weights, count);
    },
  };
}

/** Points with the coordinates of periodic axes brought into the period; the arrays are overwritten by the next call. */
export function createFolding(grid: Grid): (points: readonly Float64Array[], count: number) => readonly Float64Array[] {
  let room = grid.axes.map(() => new Float64Array(0));
  return (points, count) => {
    if (room[0].length < count) room = grid.axes.map(() => new Float64Array(count));
    return points.map((x, a) => {
      const axis = grid.axes[a];
      if (!axis.periodic) return x;
      const folded = room[a];
      for (let i = 0; i < count; i++) folded[i] = intoPeriod(x[i], axis);
      return folded;
    });
  };
}
