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

/** Of the mass is on show at first: this share at least, in all axes together. */
const MASS_ON_SHOW = 0.999;
/** Ranges keep still: their ends are at these parts of the domain. */
const STEPS = 24;

/** The range of an axis beyond whose ends there is as little of the mass on either side, out to whole cells; all of a circle. */
export function rangeHolding(edges: ArrayLike<number>, masses: ArrayLike<number>, beyond: number): Range {
  const cells = masses.length;
  let total = 0;
  for (let i = 0; i < cells; i++) total += masses[i];
  if (!(total > 0 && total < Infinity)) return [edges[0], edges[cells]];
  let [from, to] = [0, cells];
  for (let below = masses[0]; from < cells - 1 && below <= beyond * total; below += masses[++from]);
  for (let above = masses[cells - 1]; to > from + 1 && above <= beyond * total; above += masses[--to - 1]);
  return [edges[from], edges[to]];
}

/**
 * The box of a plane that holds 99.9% of the mass of all these densities, a little wider: the ends are at steps, so that it is the same for many frames. Axes of circles are whole.
 *
 * @param frames densities with the edges of their cells.
 */
export function boxOfMass(
  frames: Iterable<{ density: Float32Array; edges: readonly ArrayLike<number>[] }>,
  axes: readonly Pick<Axis, "min" | "max" | "periodic">[],
): [Range, Range] {
  const box: Range[] = axes.map(() => [Infinity, -Infinity]);
  for (const { density, edges } of frames) {
    boxOf(density, edges).forEach(([from, to], a) => {
      box[a] = [Math.min(box[a][0], from), Math.max(box[a][1], to)];
    });
  }
  return box.map(([from, to], a): Range => {
    const { min, max, periodic } = axes[a];
    if (periodic || !(from < to)) return [min, max];
    const step = (max - min) / STEPS;
    const [low, high] = [Math.floor((from - min) / step - 0.5), Math.ceil((to - min) / step + 0.5)];
    return [Math.max(min, min + low * step), Math.min(max, min + high * step)];
  }) as [Range, Range];
}

/**
 * The box with one of its sides longer, within the domain, so that a unit is as long on both axes of a plot: circles are then no ellipses. As it is where the axes differ so much that one would be
 * three times as long.
 */
export function withEqualUnits(
  box: readonly [Range, Range],
  plot: { width: number; height: number },
  axes: readonly Pick<Axis, "min" | "max" | "periodic">[],
): [Range, Range] {
  const perUnit = [plot.width / (box[0][1] - box[0][0]), plot.height / (box[1][1] - box[1][0])];
  const least = Math.min(...perUnit);
  return box.map((range, a): Range => {
    const factor = perUnit[a] / least;
    const { min, max, periodic } = axes[a];
    if (periodic || factor > MOST_STRETCH || !(factor > 1)) return [...range];
    const length = Math.min(max - min, factor * (range[1] - range[0]));
    const from = Math.min(max - length, Math.max(min, 0.5 * (range[0] + range[1] - length)));
    return [from, from + length];
  }) as [Range, Range];
}

const MOST_STRETCH = 3;

const boxes = new WeakMap<Float32Array, Range[]>();

/** Found once for each density. */
function boxOf(density: Float32Array, edges: readonly ArrayLike<number>[]): Range[] {
  let box = boxes.get(density);
  if (box === undefined) {
    box = ([0, 1] as const).map((a) => rangeHolding(edges[a], marginalOfPlane(density, edges, a), (1 - MASS_ON_SHOW) / 4));
    boxes.set(density, box);
  }
  return box;
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
