import type { Axis } from "../../grid/grid.ts";
import type { Range } from "./ranges.ts";

/** The parts of axes on show: whole domains at first. */
export interface Zoom {
  /** One for each axis. */
  shown(): readonly Range[];
  isWhole(): boolean;
  /** Makes the range of an axis so many times as long about a place in it, which stays where it is. */
  scale(axis: number, about: number, factor: number): void;
  /** Shows a range of an axis, as much of it as lies in its domain. */
  show(axis: number, range: Range): void;
  reset(): void;
}

/** Shortest range, as a share of the domain: a few hundred doubles. */
const SHORTEST = 2 ** -43;

export function createZoom(axes: readonly Pick<Axis, "min" | "max">[]): Zoom {
  const whole = axes.map(({ min, max }): Range => [min, max]);
  let shown = [...whole];
  const show = (a: number, [from, to]: Range): void => {
    const [min, max] = whole[a];
    const [low, high] = [Math.max(min, Math.min(from, to)), Math.min(max, Math.max(from, to))];
    if (high - low >= SHORTEST * (max - min)) shown = shown.map((range, k) => (k === a ? [low, high] : range));
  };
  return {
    shown: () => shown,
    isWhole: () => shown.every((range, a) => range[0] === whole[a][0] && range[1] === whole[a][1]),
    scale(a, about, factor) {
      const [from, to] = shown[a];
      show(a, [about - factor * (about - from), about + factor * (to - about)]);
    },
    show,
    reset() {
      shown = [...whole];
    },
  };
}

/** Share of the mass that is sought, and how many times as long as its shortest interval the range on show is: of a normal density 3.5 deviations on either side. */
const SHARE = 0.3;
const ROOM = 9;

/**
 * Where the mass is: the shortest interval of whole cells that holds three tenths of it, with room on either side. Of several peaks that is about the narrowest with so much.
 *
 * @param edges shape [cells + 1]. @param masses relative, shape [cells].
 */
export function rangeOfMass(edges: ArrayLike<number>, masses: ArrayLike<number>): Range {
  const cells = masses.length;
  let total = 0;
  for (let i = 0; i < cells; i++) total += masses[i];
  let best: Range = [edges[0], edges[cells]];
  let held = 0;
  for (let from = 0, to = 0; from < cells; held -= masses[from++]) {
    while (to < cells && held < SHARE * total) held += masses[to++];
    if (held < SHARE * total) break;
    if (edges[to] - edges[from] < best[1] - best[0]) best = [edges[from], edges[to]];
  }
  const middle = 0.5 * (best[0] + best[1]);
  const half = 0.5 * ROOM * (best[1] - best[0]);
  return [middle - half, middle + half];
}

/** The masses of the columns or rows of a plane of cells of these edges, from their densities, the second axis fastest. */
export function marginalOfPlane(densities: ArrayLike<number>, edges: readonly ArrayLike<number>[], axis: 0 | 1): Float64Array {
  const [columns, rows] = edges.map(({ length }) => length - 1);
  const masses = new Float64Array(axis === 0 ? columns : rows);
  for (let i = 0, k = 0; i < columns; i++) {
    for (let j = 0; j < rows; j++, k++) {
      masses[axis === 0 ? i : j] += densities[k] * (edges[0][i + 1] - edges[0][i]) * (edges[1][j + 1] - edges[1][j]);
    }
  }
  return masses;
}
