import { type BoxBounds, createBoxBounds } from "../expressions/interval.ts";
import type { Grid } from "../grid/grid.ts";
import { BLOCK } from "../numerics/block-function.ts";
import type { Problem } from "../problem/problem.ts";
import { createFolding } from "./folded-potential.ts";

/**
 * Finds features of a function phi between the nodes. All refinements miss them alike, so differences of refinements do not show them.
 *
 * The nodes are put into groups of neighbours, by halving them along the longest axis until few are left. Each group has the box between it
 * and its neighbours, and saw phi in [a, b]. Allowed for what a smooth function does between nodes, phi is hidden where it leaves
 *
 *   [a - (b - a), b + (b - a)],   by  e = max(phi - b, a - phi) + (b - a) between those nodes,
 *
 * and int phi dmu may be wrong by int e dmu. An upper bound of that is found as in the cubature of mu_0 (cubature.ts): interval arithmetic
 * bounds e on boxes, which are halved while bound times mass matters. So a feature is found however narrow it is, unless phi varies by more around it. A box
 * has mass by its volume, as if the heaviest node of the group stood everywhere in it, and not more than the group has.
 *
 * Where V = F has hidden features nodes do not move and grow as they should, and nothing is known from then on.
 */
export interface HiddenVariation {
  /** Upper bound of int e dmu; Infinity where phi is not bounded. */
  amount: number;
  /** Where most of it is, a coordinate an axis; null where there is none. */
  place: number[] | null;
}

const NONE: HiddenVariation = { amount: 0, place: null };

/** How far a smooth function goes beyond its values at the nodes of a group, in shares of what these vary by. */
const ALLOWED = 1;
/** Nodes of a group at most, by dimension. */
const GROUP = [8, 32, 96] as const;
/** Boxes in all at most. */
const MOST_BOXES = 2 ** 16;
/** Halvings of the box of a group at most, an axis, and where phi is not bounded on the way. */
const DEEPEST = 40;
const DEEPEST_UNBOUNDED = 12;

interface Group {
  nodes: Int32Array;
  from: number[];
  to: number[];
  mass: number;
  /** Mass of a volume at most. */
  density: number;
  /** What the nodes saw of phi. */
  low: number;
  high: number;
}

interface Part {
  group: Group;
  /** Mass of a volume at most, and in all. */
  density: number;
  mass: number;
  from: number[];
  to: number[];
  depth: number;
}

/** What nodes cannot see of F and of the observables. Of an F that a network gives nothing is known. */
export interface HiddenVariations {
  F: HiddenVariation;
  observables: Record<string, HiddenVariation>;
}

/** How large amounts have to be to matter: for F, and for each observable. */
export interface Enough {
  F: number;
  observables: Readonly<Record<string, number>>;
}

type Nodes = { points: readonly Float64Array[]; weights: Float64Array };

/** Of an F that changes in time, at the time of the clock: t is its last input. */
function atTime(bounds: BoxBounds, clock: { time: number } | null): BoxBounds {
  if (clock === null) return bounds;
  return (low, high, from, to, count) => {
    const time = new Float64Array(count).fill(clock.time);
    bounds(low, high, [...from, time], [...to, time], count);
  };
}

/** Cost: n log n for n nodes, and 20 ns an instruction of phi for each box; where phi is smooth there are some two boxes a group, on a line one a node. */
export function createHiddenCheck({ compiled, grid, potential }: Problem): (nodes: Nodes, enough: Enough) => HiddenVariations {
  const fold = createFolding(grid);
  const { clock = null } = potential;
  const F = compiled.external === null ? null : atTime(createBoxBounds(compiled.external.value), clock);
  const observables = compiled.observables.map(({ name, value }) => ({ name, bounds: createBoxBounds(value) }));
  return ({ points, weights }, enough) => {
    const folded = fold(points, weights.length).map((x) => x.subarray(0, weights.length));
    const groups = groupsOf(folded, weights, grid);
    return {
      F: F === null ? NONE : hiddenBetween(F, groups, folded, weights, enough.F),
      observables: Object.fromEntries(
        observables.map(({ name, bounds }) => [name, hiddenBetween(bounds, groups, folded, weights, enough.observables[name])]),
      ),
    };
  };
}

type Neighbours = Omit<Group, "low" | "high">;

/** Groups of nodes with their boxes, which together make the box around all nodes. */
function groupsOf(points: readonly Float64Array[], weights: Float64Array, grid: Grid): Neighbours[] {
  const d = grid.dimension;
  const all = Int32Array.from({ length: weights.length }, (_, j) => j);
  const ends = (nodes: Int32Array, x: Float64Array): [number, number] => {
    let [least, most] = [Infinity, -Infinity];
    for (const j of nodes) {
      if (x[j] < least) least = x[j];
      if (x[j] > most) most = x[j];
    }
    return [least, most];
  };
  const hull = points.map((x) => ends(all, x));
  const groups: Neighbours[] = [];
  const split = (nodes: Int32Array, from: number[], to: number[]): void => {
    const spans = points.map((x) => ends(nodes, x));
    const longest = spans.reduce((best, [a, b], k) => (b - a > spans[best][1] - spans[best][0] ? k : best), 0);
    if (nodes.length <= GROUP[d - 1] || !(spans[longest][1] > spans[longest][0])) {
      let [mass, heaviest] = [0, 0];
      for (const j of nodes) {
        mass += weights[j];
        heaviest = Math.max(heaviest, weights[j]);
      }
      const volume = from.reduce((product, a, k) => product * (to[k] - a), 1);
      if (d === 1) nodes.sort((i, j) => points[0][i] - points[0][j]);
      groups.push({ nodes, from, to, mass, density: volume > 0 ? (heaviest * nodes.length) / volume : Infinity });
      return;
    }
    const x = points[longest];
    const sorted = nodes.sort((i, j) => x[i] - x[j]);
    let half = sorted.length >> 1;
    // Nodes at one coordinate stay together.
    while (half < sorted.length && x[sorted[half]] === x[sorted[half - 1]]) half++;
    if (half === sorted.length) {
      half = sorted.length >> 1;
      while (x[sorted[half]] === x[sorted[half - 1]]) half--;
    }
    const middle = 0.5 * (x[sorted[half - 1]] + x[sorted[half]]);
    const moved = (edges: number[]) => edges.map((edge, a) => (a === longest ? middle : edge));
    split(sorted.slice(0, half), from, moved(to));
    split(sorted.slice(half), moved(from), to);
  };
  split(all, hull.map(([a]) => a), hull.map(([, b]) => b)); // biome-ignore format: one call
  return groups;
}

function hiddenBetween(
  bounds: BoxBounds,
  neighbours: readonly Neighbours[],
  points: readonly Float64Array[],
  weights: Float64Array,
  enough: number,
): HiddenVariation {
  const d = points.length;
  const from = points.map(() => new Float64Array(BLOCK));
  const to = points.map(() => new Float64Array(BLOCK));
  const [low, high] = [new Float64Array(BLOCK), new Float64Array(BLOCK)];
  const boundsOf = (boxes: readonly { from: readonly number[]; to: readonly number[] }[], take: (k: number, a: number, b: number) => void) => {
    for (let start = 0; start < boxes.length; start += BLOCK) {
      const count = Math.min(BLOCK, boxes.length - start);
      for (let i = 0; i < count; i++) {
        for (let a = 0; a < d; a++) [from[a][i], to[a][i]] = [boxes[start + i].from[a], boxes[start + i].to[a]];
      }
      bounds(low, high, from, to, count);
      for (let i = 0; i < count; i++) take(start + i, low[i], high[i]);
    }
  }; // biome-ignore format: a long signature

  // The bounds of a point are the value there.
  const places = neighbours.flatMap(({ nodes }) => Array.from(nodes, (j) => points.map((x) => x[j])));
  const values = new Float64Array(places.length);
  boundsOf(places.map((place) => ({ from: place, to: place })), (k, a) => {
    values[k] = a;
  }); // biome-ignore format: one call
  let next = 0;
  const waiting = neighbours.flatMap((each): Part[] => {
    const group: Group = { ...each, low: Infinity, high: -Infinity };
    for (let k = 0; k < group.nodes.length; k++, next++) {
      group.low = Math.min(group.low, values[next]);
      group.high = Math.max(group.high, values[next]);
    }
    if (d === 1) {
      // Groups follow one another; nodes that have come together at a place see nothing around it, those beside them do.
      for (const k of [next - group.nodes.length - 2, next - group.nodes.length - 1, next, next + 1]) {
        if (!(k >= 0 && k < values.length)) continue;
        group.low = Math.min(group.low, values[k]);
        group.high = Math.max(group.high, values[k]);
      }
    }
    const { mass, density, from, to } = group;
    return d === 1 ? gapsOf(group, points[0], weights) : [{ group, mass, density, from, to, depth: 0 }];
  });

  const limit = enough / Math.max(1, neighbours.length);
  /** Sums what `excessOf` gives over the boxes that are waiting, and says which of them have some. */
  const sumOver = (roots: readonly Part[], excessOf: (beyond: number, range: number) => number) => {
    const hit = new Set<Part>();
    let waiting = roots.map((part) => ({ ...part, root: part }));
    let [amount, worst, count] = [0, 0, 0];
    let place: number[] | null = null;
    while (waiting.length > 0) {
      const halves: typeof waiting = [];
      const last = count + 2 * waiting.length > MOST_BOXES;
      count += waiting.length;
      boundsOf(waiting, (k, a, b) => {
        const { group, mass, density, depth, root, ...box } = waiting[k];
        const excess = excessOf(Math.max(b - group.high, group.low - a), group.high - group.low);
        if (excess === 0) return;
        const volume = box.from.reduce((product, edge, axis) => product * (box.to[axis] - edge), 1);
        const hidden = excess * Math.min(mass, density * volume);
        if (hidden > limit && !last && depth < (hidden < Infinity ? DEEPEST : DEEPEST_UNBOUNDED) * d) {
          for (const half of halve(waiting[k])) halves.push({ ...half, root });
          return;
        }
        // A pole that nodes do not meet has no mass.
        if (hidden === Infinity && depth >= DEEPEST_UNBOUNDED * d) return;
        hit.add(root);
        amount += hidden;
        if (hidden <= worst) return;
        worst = hidden;
        place = box.from.map((edge, axis) => 0.5 * (edge + box.to[axis]));
      });
      waiting = halves;
    }
    return { amount, place, hit };
  };
  const { amount, hit } = sumOver(waiting, (beyond, range) => (beyond > ALLOWED * range ? beyond : 0));
  if (!(amount > limit)) return { amount, place: null };
  // Where something is hidden all of it counts, from what phi may be around it.
  const all = sumOver([...hit], (beyond, range) => (beyond > 0 ? beyond + range : 0));
  return { amount: all.amount, place: all.place };
}

/** What lies between the nodes of a group on a line, and between them and the ends of its box. */
function gapsOf(group: Group, x: Float64Array, weights: Float64Array): Part[] {
  const { from, to } = group;
  const { nodes } = group;
  const edges = [from[0], ...Array.from(nodes, (j) => x[j]), to[0]];
  return edges.slice(1).flatMap((edge, k): Part[] => {
    const length = edge - edges[k];
    if (!(length > 0)) return [];
    const mass = Math.max(weights[nodes[Math.max(0, k - 1)]], weights[nodes[Math.min(k, nodes.length - 1)]]);
    // Half a gap, with half the mass, at an end.
    const share = k === 0 || k === nodes.length ? 0.5 : 1;
    return [{ group, from: [edges[k]], to: [edge], mass: share * mass, density: (share * mass) / length, depth: 0 }];
  });
}

/** Along the side that is the longest as a share of the group's box. */
function halve(part: Part): [Part, Part] {
  const { group, from, to } = part;
  const share = (a: number) => (to[a] - from[a]) / (group.to[a] - group.from[a] || Infinity);
  const axis = from.reduce((best, _, a) => (share(a) > share(best) ? a : best), 0);
  const middle = 0.5 * (from[axis] + to[axis]);
  const moved = (edges: number[]) => edges.map((edge, a) => (a === axis ? middle : edge));
  return [
    { ...part, to: moved(to), depth: part.depth + 1 },
    { ...part, from: moved(from), depth: part.depth + 1 },
  ];
}
