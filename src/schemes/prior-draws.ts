import type { RandomStream } from "../numerics/random.ts";
import type { Problem } from "../problem/problem.ts";
import type { Points } from "./population.ts";

/** Fills particles from ... to - 1 with independent draws from the prior; does nothing where from >= to. */
export function createPriorDraws({
  prior,
  grid,
}: Problem): (points: Points, from: number, to: number, stream: RandomStream) => void {
  let room = grid.axes.map(() => new Float64Array(0));
  return (points, from, to, stream) => {
    const count = to - from;
    if (count <= 0 || prior === null) return;
    if (room[0].length < count) room = grid.axes.map(() => new Float64Array(2 * count));
    prior.sample(room, count, stream);
    for (let a = 0; a < points.length; a++) for (let i = 0; i < count; i++) points[a][from + i] = room[a][i];
  };
}
