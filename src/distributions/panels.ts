import type { Grid } from "../grid/grid.ts";
import type { BlockFunction } from "../numerics/block-function.ts";
import { type Box, type Divided, unitRule } from "./box-gauge.ts";
import type { CellIntegrals } from "./cubature.ts";

/**
 * Panels for nodes of a density whose cell masses are known: boxes that cover the domain, each so small that two tensor Gauss-Legendre
 * rules on it, with m and m + 1 points an axis, give the mass of the cells in it. The domain is halved at edges of cells, the panel that
 * misses its mass by most first, down to cells, and there into the boxes of the cubature: few panels where the density is smooth, many
 * where it is sharp.
 */
export interface Panels {
  boxes: readonly Box[];
  /** Mass by which panels miss that of their cells, where there would have to be more than MOST. */
  unresolved: number;
}

/** Points an axis that resolve a panel, by dimension. */
const PANEL_POINTS = [8, 6, 4] as const;
const MOST = [2048, 2048, 2048] as const;
/** Share of the total by which a panel may miss its mass. */
const TOLERANCE = [1e-10, 1e-8, 1e-6] as const;

interface Range {
  from: number[];
  to: number[];
}

interface Candidate {
  /** Cells, or a box within one. */
  range: Range | null;
  part: Divided | null;
  box: Box;
  miss: number;
}

export function panelsOf({ masses, divided }: CellIntegrals, density: BlockFunction, grid: Grid): Panels {
  const d = grid.dimension;
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const limit = TOLERANCE[d - 1] * total;
  const rules = [PANEL_POINTS[d - 1], PANEL_POINTS[d - 1] + 1].map((m) => unitRule(new Array(d).fill(m)));
  const massOf = (range: Range): number => {
    let sum = 0;
    const visit = (a: number, index: number) => {
      if (a === d) sum += masses[index];
      else for (let k = range.from[a]; k < range.to[a]; k++) visit(a + 1, index + k * grid.strides[a]);
    };
    visit(0, 0);
    return sum;
  };
  const missOf = (box: Box, mass: number) => {
    const miss = Math.max(...rules.map((rule) => Math.abs(integrateBox(density, rule, box) - mass)));
    return Number.isNaN(miss) ? total : miss;
  };
  const ofCells = (range: Range): Candidate => {
    const edge = (k: number, a: number) => (k === grid.shape[a] ? grid.axes[a].max : grid.axes[a].min + k * grid.axes[a].width);
    const box = { from: range.from.map(edge), to: range.to.map(edge) };
    return { range, part: null, box, miss: missOf(box, massOf(range)) };
  };
  // What the cubature did not divide is resolved.
  const ofPart = (part: Divided): Candidate => ({
    range: null,
    part,
    box: part,
    miss: part.halves === null ? 0 : missOf(part, part.mass),
  });
  const halvesOf = ({ range, part }: Candidate): Candidate[] => {
    if (part !== null) return part.halves?.map(ofPart) ?? [];
    if (range === null) return [];
    const axis = range.from.reduce((best, _, a) => (range.to[a] - range.from[a] > range.to[best] - range.from[best] ? a : best), 0);
    const length = range.to[axis] - range.from[axis];
    if (length === 1) {
      const whole = divided.get(range.from.reduce((index, k, a) => index + k * grid.strides[a], 0));
      return whole?.halves?.map(ofPart) ?? [];
    }
    const middle = range.from[axis] + (length >> 1);
    const moved = (ends: number[]) => ends.map((k, a) => (a === axis ? middle : k));
    return [ofCells({ from: range.from, to: moved(range.to) }), ofCells({ from: moved(range.from), to: range.to })];
  };

  const boxes: Box[] = [];
  const waiting = [ofCells({ from: grid.shape.map(() => 0), to: [...grid.shape] })];
  const most = MOST[d - 1];
  while (waiting.length > 0) {
    let worst = 0;
    for (let k = 1; k < waiting.length; k++) if (!(waiting[k].miss <= waiting[worst].miss)) worst = k;
    const [chosen] = waiting.splice(worst, 1);
    if (chosen.miss <= limit) {
      boxes.push(chosen.box, ...waiting.map(({ box }) => box));
      break;
    }
    const halves = halvesOf(chosen);
    if (halves.length === 0) boxes.push(chosen.box);
    waiting.push(...halves);
    if (boxes.length + waiting.length >= most) {
      const missed = waiting.reduce((sum, other) => sum + (other.miss > limit ? other.miss : 0), 0);
      return { boxes: [...boxes, ...waiting.map((other) => other.box)], unresolved: missed };
    }
  }
  return { boxes, unresolved: 0 };
}

/** A tensor rule on a box; NaN where the density is negative or not finite at a point of it. */
function integrateBox(density: BlockFunction, rule: ReturnType<typeof unitRule>, { from, to }: Box): number {
  const points = rule.nodes.map((nodes, a) => nodes.map((s) => from[a] + s * (to[a] - from[a])));
  const values = new Float64Array(rule.weights.length);
  density([values], 0, points, 0, values.length);
  const volume = from.reduce((product, x, a) => product * (to[a] - x), 1);
  let total = 0;
  for (let p = 0; p < values.length; p++)
    total += (values[p] >= 0 && values[p] < Infinity ? values[p] : Number.NaN) * rule.weights[p];
  return volume * total;
}

/** Nodes and weights (of volume) of a composite tensor Gauss-Legendre rule. */
export function compositeRule(boxes: readonly Box[], points: readonly number[]): { nodes: Float64Array[]; weights: Float64Array } {
  const d = points.length;
  const rule = unitRule(points);
  const each = rule.weights.length;
  const nodes = Array.from({ length: d }, () => new Float64Array(boxes.length * each));
  const weights = new Float64Array(boxes.length * each);
  boxes.forEach(({ from, to }, b) => {
    const volume = from.reduce((product, x, a) => product * (to[a] - x), 1);
    for (let p = 0; p < each; p++) {
      for (let a = 0; a < d; a++) nodes[a][b * each + p] = from[a] + rule.nodes[a][p] * (to[a] - from[a]);
      weights[b * each + p] = volume * rule.weights[p];
    }
  });
  return { nodes, weights };
}
