import type { Distribution } from "../distributions/distribution.ts";
import { type Axis, intoPeriod } from "../grid/grid.ts";
import { gaussLegendre } from "../numerics/quadrature.ts";
import { countBelow } from "../numerics/search.ts";
import type { Tracer } from "./trace.ts";

const RULE = gaussLegendre(6, 0, 1);
/** Masses of cells, and of all labels, on whose paths mass may have left the domain. */
export interface LineMasses {
  masses: Float64Array;
  total: number;
  /** int rho_0 over the same pieces, which tells whether they resolve it, and the largest factor by which mass has grown. */
  initial: number;
  growth: number;
}

/**
 * Masses of the cells of a line at time t, up to the factor of `initial.density`, shape [cells], and that of all labels, on a no-flux axis those of mass beyond the cells as well:
 *
 *   m_i = int from foot(x_i) to foot(x_{i+1}) of rho_0(y) e^{p(y)} dy,   p: growth of mass along the path from y
 *
 * by Gauss-Legendre quadrature with 6 points on pieces of a share of all feet (a sharp mu_t has them far apart), cut at the jumps of rho_0. Neighbours share their
 * foot, so the masses add up to the mass between the outermost feet, whatever the errors of the feet.
 *
 * @param edges x_i, from one end of the axis to the other, shape [cells + 1]. @param labels the interval that mu_0 is on. @param marks labels that cut pieces as well, where nodes are dense. @param fewest pieces at least.
 */
export function massesBetweenFeet(
  axis: Axis,
  edges: Float64Array,
  initial: Distribution,
  labels: readonly [number, number],
  marks: readonly number[],
  fewest: number,
  tracer: Tracer,
  t: number,
): LineMasses {
  const cells = edges.length - 1;
  const inside = feetOf(edges, tracer, t);
  // On a no-flux axis the first cell and the last are what lies beyond the domain.
  const ends = axis.periodic ? [] : [Math.min(labels[0], inside[0]), Math.max(labels[1], inside[cells])];
  const feet = Float64Array.from(axis.periodic ? inside : [ends[0], ...inside, ends[1]]);
  const period = axis.max - axis.min;
  const breaks = axis.periodic ? imagesBetween(initial.breaks[0], feet, period) : initial.breaks[0];
  const pieces = cutIntoPieces(feet, [...breaks, ...(axis.periodic ? imagesBetween(marks, feet, period) : marks)], fewest);
  const each = RULE.nodes.length;
  const count = pieces.length * each;
  const points = new Float64Array(count);
  pieces.forEach(({ start, length }, k) => {
    for (let q = 0; q < each; q++) points[k * each + q] = start + length * RULE.nodes[q];
  });
  const density = new Float64Array(count);
  initial.density(density, [points.map((x) => intoPeriod(x, axis))], count);
  const growth = new Float64Array(count);
  tracer.ahead([points], growth, count, t);
  const masses = new Float64Array(feet.length - 1);
  let start = 0;
  let largest = 0;
  pieces.forEach(({ cell, length }, k) => {
    for (let q = 0; q < each; q++) {
      const i = k * each + q;
      if (!(density[i] > 0)) continue;
      start += length * RULE.weights[q] * density[i];
      largest = Math.max(largest, Math.exp(growth[i]));
      masses[cell] += length * RULE.weights[q] * density[i] * Math.exp(growth[i]);
    }
  });
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return { masses: axis.periodic ? masses : masses.slice(1, -1), total, initial: start, growth: largest };
}

/** Where the paths that end at the edges of the cells began, ascending, shape [cells + 1]. */
function feetOf(edges: Float64Array, tracer: Tracer, t: number): Float64Array {
  const feet = edges.slice();
  tracer.back([feet], new Float64Array(feet.length), feet.length, t);
  // Rounding may exchange feet that meet.
  for (let i = 1; i < feet.length; i++) feet[i] = Math.max(feet[i], feet[i - 1]);
  return feet;
}

interface Piece {
  cell: number;
  start: number;
  length: number;
}

/** The interval between the feet of each cell, in pieces that contain no break and are at most a share of the whole. */
function cutIntoPieces(feet: Float64Array, breaks: readonly number[], fewest: number): Piece[] {
  const cells = feet.length - 1;
  const longest = (feet[cells] - feet[0]) / fewest;
  const pieces: Piece[] = [];
  const sorted = Float64Array.from(breaks).sort();
  for (let cell = 0; cell < cells; cell++) {
    const inside = sorted.subarray(countBelow(sorted, feet[cell], true), countBelow(sorted, feet[cell + 1]));
    const cuts = [feet[cell], ...inside, feet[cell + 1]];
    for (let c = 0; c + 1 < cuts.length; c++) {
      const length = cuts[c + 1] - cuts[c];
      const parts = length > 0 ? Math.ceil(length / longest) : 0;
      for (let p = 0; p < parts; p++) pieces.push({ cell, start: cuts[c] + (length * p) / parts, length: length / parts });
    }
  }
  return pieces;
}

/** The images of the breaks that lie between the outermost feet, which are a period apart. */
function imagesBetween(breaks: readonly number[], feet: Float64Array, period: number): number[] {
  return breaks.flatMap((x) => {
    const first = x + period * Math.ceil((feet[0] - x) / period);
    return first <= feet[feet.length - 1] ? [first] : [];
  });
}
