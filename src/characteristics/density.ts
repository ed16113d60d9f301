import { type Grid, intoPeriod } from "../grid/grid.ts";
import { gaussLegendre } from "../numerics/quadrature.ts";
import type { InitialLaw, InitialQuadrature } from "../problem/initial.ts";
import type { Problem } from "../problem/problem.ts";
import { averagesByQuadrature } from "./cell-quadrature.ts";
import type { Tracer } from "./trace.ts";

/** The density of mu_t, from mu_0 and the paths of the flow. */
export interface TracedDensity {
  /**
   * out[i] = rho_t(theta_i) = rho_0(foot) exp(int_0^t (lap V - alpha (V - Vbar)) ds) along the path that ends at theta_i, for
   * i < count.
   */
  atPoints(out: Float64Array, points: readonly Float64Array[], count: number, t: number): void;
  /**
   * Cell averages on a grid, shape [grid.size]. On a line the mass of a cell is the integral of rho_0 e^p over what lies between the
   * feet of its ends, so that masses add up exactly however sharp mu_t is; in two and three dimensions Gauss-Legendre quadrature with
   * two points an axis of the density itself, order 4 (see averagesByQuadrature for jumps).
   */
  cellAverages(grid: Grid, t: number): Float64Array;
}

/**
 * out[i] = the density at points[.][i] for i < count; `feet`, which may be `points`, receives where their paths began.
 */
export type TracedPoints = (
  out: Float64Array,
  points: readonly Float64Array[],
  count: number,
  feet?: readonly Float64Array[],
) => void;

export function createTracedDensity(problem: Problem, tracer: Tracer, quadrature: InitialQuadrature): TracedDensity {
  const { initial } = problem;

  function atPoints(
    out: Float64Array,
    points: readonly Float64Array[],
    count: number,
    t: number,
    places?: readonly Float64Array[],
  ): void {
    const feet = places ?? points.map((x) => x.slice(0, count));
    const growth = new Float64Array(count);
    tracer.back(feet, growth, count, t);
    initial.density(out, feet, count);
    for (let i = 0; i < count; i++) out[i] = out[i] === 0 ? 0 : (out[i] * Math.exp(growth[i])) / quadrature.total;
  }

  return {
    atPoints,
    cellAverages(grid, t) {
      if (grid.dimension > 1)
        return averagesByQuadrature(grid, initial.breaks, (out, points, count, feet) => atPoints(out, points, count, t, feet));
      const masses = massesBetweenFeet(grid, initial, tracer, t);
      return masses.map((mass) => mass / (grid.cellVolume * quadrature.total));
    },
  };
}

const RULE = gaussLegendre(6, 0, 1);
/** Pieces into which the whole range of feet is cut at least: a sharp mu_t has its feet far apart. */
const PIECES = 256;

/** int rho_0 e^p between the feet of the ends of each cell, shape [cells]. */
function massesBetweenFeet(grid: Grid, initial: InitialLaw, tracer: Tracer, t: number): Float64Array {
  const axis = grid.axes[0];
  const feet = Float64Array.from({ length: axis.cells + 1 }, (_, i) => axis.min + i * axis.width);
  const growth = new Float64Array(feet.length);
  tracer.back([feet], growth, feet.length, t);
  const first = growth.findIndex((change) => change > Number.NEGATIVE_INFINITY);
  if (first < 0) return new Float64Array(axis.cells);
  // Ends beyond all of mu_t: all of mu_0 lies to their right, or to their left.
  const [low, high] = tracer.initialBox[0];
  for (let i = 0; i < feet.length; i++) if (growth[i] === Number.NEGATIVE_INFINITY) feet[i] = i < first ? low : high;
  // Rounding may exchange feet that meet.
  for (let i = 1; i < feet.length; i++) feet[i] = Math.max(feet[i], feet[i - 1]);
  const ends = cutAtBreaks(feet, axis.periodic ? imagesOf(initial.breaks[0], feet, axis.max - axis.min) : initial.breaks[0]);
  const longest = (feet[axis.cells] - feet[0]) / PIECES;
  const starts: number[] = [];
  const lengths: number[] = [];
  const owners: number[] = [];
  for (let e = 0; e + 1 < ends.length; e++) {
    const { x, cell } = ends[e];
    const length = ends[e + 1].x - x;
    if (length <= 0) continue;
    const pieces = Math.ceil(length / longest);
    for (let p = 0; p < pieces; p++) {
      starts.push(x + (length * p) / pieces);
      lengths.push(length / pieces);
      owners.push(cell);
    }
  }
  const nodes = RULE.nodes.length;
  const count = starts.length * nodes;
  const points = Float64Array.from({ length: count }, (_, k) => {
    const piece = Math.floor(k / nodes);
    return starts[piece] + lengths[piece] * RULE.nodes[k % nodes];
  });
  const density = new Float64Array(count);
  initial.density(density, [points.map((x) => intoPeriod(x, axis))], count);
  const change = new Float64Array(count);
  tracer.ahead([points], change, count, t);
  const masses = new Float64Array(axis.cells);
  for (let k = 0; k < count; k++) {
    const piece = Math.floor(k / nodes);
    if (density[k] > 0) masses[owners[piece]] += lengths[piece] * RULE.weights[k % nodes] * density[k] * Math.exp(change[k]);
  }
  return masses;
}

/** The feet in order with the breaks of rho_0 between them, each with the cell that begins or goes on there. */
function cutAtBreaks(feet: Float64Array, breaks: readonly number[]): { x: number; cell: number }[] {
  const ends = Array.from(feet, (x, cell) => ({ x, cell }));
  for (const x of breaks) {
    if (!(x > feet[0] && x < feet[feet.length - 1])) continue;
    let cell = 0;
    while (feet[cell + 1] <= x) cell++;
    ends.push({ x, cell });
  }
  return ends.sort((a, b) => a.x - b.x || a.cell - b.cell);
}

function imagesOf(breaks: readonly number[], feet: Float64Array, period: number): number[] {
  return breaks.flatMap((x) => {
    const first = x + period * Math.ceil((feet[0] - x) / period);
    return first <= feet[feet.length - 1] ? [first] : [];
  });
}
