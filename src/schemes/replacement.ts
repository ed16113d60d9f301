import type { RandomStream } from "../numerics/random.ts";
import type { Problem } from "../problem/problem.ts";
import type { Points } from "./population.ts";
import { PRIOR } from "./selection.ts";

/**
 * Puts at each of n places a copy of its parent, or an independent draw from the prior where the parent is PRIOR, in ascending order. Copies only the part
 * behind the first place that changes.
 */
export function createReplacement(
  { prior, grid }: Pick<Problem, "prior" | "grid">,
  n: number,
): (points: Points, parents: Int32Array, stream: RandomStream) => void {
  const former = new Float64Array(n);
  let room = grid.axes.map(() => new Float64Array(0));

  function drawPrior(points: Points, parents: Int32Array, count: number, stream: RandomStream): void {
    if (prior === null) throw new Error("a particle descends from the prior of a problem that has none");
    if (room[0].length < count) room = grid.axes.map(() => new Float64Array(2 * count));
    prior.sample(room, count, stream);
    for (let i = 0, k = 0; k < count; i++) {
      if (parents[i] !== PRIOR) continue;
      for (let a = 0; a < points.length; a++) points[a][i] = room[a][k];
      k++;
    }
  }

  return (points, parents, stream) => {
    let first = 0;
    while (first < n && parents[first] === first) first++;
    if (first === n) return;
    let missing = 0;
    for (let i = first; i < n; i++) if (parents[i] === PRIOR) missing++;
    for (const x of points) {
      former.set(x.subarray(0, n));
      for (let i = first; i < n; i++) x[i] = former[parents[i]];
    }
    if (missing > 0) drawPrior(points, parents, missing, stream);
  };
}
