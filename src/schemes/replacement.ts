import { createPoints } from "../grid/grid.ts";
import type { RandomStream } from "../numerics/random.ts";
import type { Problem } from "../problem/problem.ts";
import type { Points } from "./population.ts";
import { PRIOR } from "./selection.ts";

/**
 * Puts at each of n places a copy of its parent, or an independent draw from the prior where the parent is PRIOR, in ascending order. Where events are
 * rare, most places belong to long runs, which move as blocks; otherwise place by place.
 */
export function createReplacement(
  { prior, grid }: Pick<Problem, "prior" | "grid">,
  n: number,
): (points: Points, parents: Int32Array, stream: RandomStream) => void {
  const moves = createMoves(n);
  const former = new Float64Array(n);
  let room = createPoints(grid, 0);

  function drawPrior(points: Points, parents: Int32Array, count: number, stream: RandomStream): void {
    if (prior === null) throw new Error("a particle descends from the prior of a problem that has none");
    if (room[0].length < count) room = createPoints(grid, 2 * count);
    prior.sample(room, count, stream);
    for (let i = 0, k = 0; k < count; i++) {
      if (parents[i] !== PRIOR) continue;
      for (let a = 0; a < points.length; a++) points[a][i] = room[a][k];
      k++;
    }
  }

  return (points, parents, stream) => {
    const found = findMoves(moves, parents, n);
    for (const x of points) {
      if (found) moveRuns(x, parents, moves, former);
      else gather(x, parents, former, n);
    }
    const missing = found && moves.missing === 0 ? 0 : countMissing(parents, n);
    if (missing > 0) drawPrior(points, parents, missing, stream);
  };
}

/** How parents come to their places. */
interface Moves {
  /** Places from starts[k] up to ends[k] have successive parents, none of which stands before its place. Runs that stay where they are are left out. */
  starts: Int32Array;
  ends: Int32Array;
  runs: number;
  /** Places whose parent stands before them. */
  backward: Int32Array;
  copies: number;
  /** How many come from the prior. */
  missing: number;
}

/** Moves of runs of fewer places than this, in the mean, cost more than those of single places. */
const WORTHWHILE = 8;

function createMoves(n: number): Moves {
  const most = Math.ceil(n / WORTHWHILE);
  const list = () => new Int32Array(most);
  return { starts: list(), ends: list(), runs: 0, backward: list(), copies: 0, missing: 0 };
}

/** Returns false where there are too many to be worthwhile. */
function findMoves(moves: Moves, parents: Int32Array, n: number): boolean {
  const { starts, ends, backward } = moves;
  let runs = 0;
  let copies = 0;
  let missing = 0;
  for (let i = 0; i < n; ) {
    const parent = parents[i];
    if (runs + copies === starts.length) return false;
    if (parent < i) {
      if (parent === PRIOR) missing++;
      else backward[copies++] = i;
      i++;
      continue;
    }
    const start = i;
    const shift = parent - i;
    do i++;
    while (i < n && parents[i] === i + shift);
    if (shift === 0) continue;
    starts[runs] = start;
    ends[runs++] = i;
  }
  moves.runs = runs;
  moves.copies = copies;
  moves.missing = missing;
  return true;
}

/** From here on a block move is faster than a loop. */
const LONG = 32;

/** From the first place to the last, a parent that stands behind its place has not been overwritten yet; the others are saved before. */
function moveRuns(
  x: Float64Array,
  parents: Int32Array,
  { starts, ends, runs, backward, copies }: Moves,
  former: Float64Array,
): void {
  for (let k = 0; k < copies; k++) former[k] = x[parents[backward[k]]];
  for (let k = 0; k < runs; k++) {
    const start = starts[k];
    const end = ends[k];
    const shift = parents[start] - start;
    if (end - start >= LONG) x.copyWithin(start, start + shift, end + shift);
    else for (let i = start; i < end; i++) x[i] = x[i + shift];
  }
  for (let k = 0; k < copies; k++) x[backward[k]] = former[k];
}

function gather(x: Float64Array, parents: Int32Array, former: Float64Array, n: number): void {
  former.set(x.subarray(0, n));
  for (let i = 0; i < n; i++) x[i] = former[parents[i]];
}

function countMissing(parents: Int32Array, n: number): number {
  let missing = 0;
  for (let i = 0; i < n; i++) if (parents[i] === PRIOR) missing++;
  return missing;
}
