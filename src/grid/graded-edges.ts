import { InputError } from "../errors.ts";

/** How the cells of a moving axis are spread. */
export interface Gradation {
  /** Share of the cells that are spread evenly. */
  uniform: number;
  /** Largest difference of the widths of two places, over their distance: neighbours differ by this share at most. */
  growth: number;
  /** Smoothing passes over the logarithm of the wanted widths. */
  passes: number;
}

/** @throws InputError where widths could not be graded so. */
export function checkGradation({ uniform, growth, passes }: Gradation): void {
  if (!(uniform > 0 && uniform <= 1)) throw new InputError("gradation.uniform", uniform, "not a share in (0, 1]", "try 0.15");
  if (!(growth > 0 && growth < FASTEST)) {
    throw new InputError("gradation.growth", growth, `not a number in (0, ${FASTEST})`, "try 0.4");
  }
  if (!(Number.isInteger(passes) && passes >= 0))
    throw new InputError("gradation.passes", passes, "not a whole number >= 0", "try 6");
}

/** Narrowest cell, as a share of the axis: 2^-39, so that a cell keeps thousands of doubles. */
export const NARROWEST = 2 ** -39;

/** Most that a cell of width h can show of a bend, times h^2. */
const STEEPEST = 4;

/** Cells that graded widths may ask for, over those there are; all are then widened alike. */
const MOST_GRADED = 1.2;
/** Fastest growth of widths. */
const FASTEST = 4;

/** Widths of neighbours within this factor are smooth enough to be smoothed further. */
const SMOOTH = 2;

/**
 * Edges whose cells are narrow where a density rho is high and bends. With the inverse square of the length on which it varies, as far as its cells show it,
 *
 *   b = (|rho''| + rho'^2 / rho) / rho,     w = (rho b)^(1/3), scaled to int w = 1,     h(x) = 1 / (n ((1 - uniform) w(x) + uniform / L))
 *
 * is the wanted width. w does not change with the unit of x: a peak gets as many cells however narrow it has become, and so does one with tails of a power above 1,
 * in which a power of rho alone would put nearly all. An error of h^2 b rho is least in L1 with this w. The width is
 * then smoothed, and graded: h(x) <- min over y of h(y) + growth |x - y|, so that a narrow peak in a wide domain has cells that grow
 * geometrically towards it, about ln(L / width) / growth on either side. With N(x) = int_min^x dx / h the new edges are at N = j N(max) / n. Between the edges of now h is linear,
 * so N is a logarithm and its inverse exact. Where grading asks for more than 1.2 n cells, growth is raised.
 *
 * O(n). `out`, `edges`: shape [n + 1]; `density` of the cells between `edges`: shape [n].
 *
 * @returns the axis coordinate of the first place where what is wanted is not a finite number; null if there is none.
 */
export function gradeEdges(
  out: Float64Array,
  edges: Float64Array,
  density: Float64Array,
  periodic: boolean,
  { uniform, growth, passes }: Gradation,
  work: GradationWork,
): number | null {
  const n = density.length;
  const length = edges[n] - edges[0];
  const { wanted, flow, width, count } = work;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const h = edges[i + 1] - edges[i];
    const a = i > 0 ? i - 1 : periodic ? n - 1 : 0;
    const b = i < n - 1 ? i + 1 : periodic ? 0 : n - 1;
    const left = (density[i] - density[a]) / (0.5 * (h + edges[a + 1] - edges[a]));
    const right = (density[b] - density[i]) / (0.5 * (h + edges[b + 1] - edges[b]));
    const slope = 0.5 * (left + right);
    const bend = (Math.abs(right - left) / h + (slope * slope) / density[i]) / density[i];
    flow[i] = density[i] > 0 ? Math.min(STEEPEST / (h * h), Math.max(bend, 1 / (length * length))) : 0;
  }
  for (let i = 0; i < n; i++) {
    wanted[i] = Math.cbrt(density[i] * flow[i]);
    total += wanted[i] * (edges[i + 1] - edges[i]);
  }
  const least = Math.log(2 * NARROWEST * length);
  for (let i = 0; i < n; i++) {
    const share = ((1 - uniform) * wanted[i]) / total + uniform / length;
    if (!(share > 0 && share < Infinity)) return 0.5 * (edges[i] + edges[i + 1]);
    wanted[i] = Math.max(least, -Math.log(n * share));
  }
  for (let p = 0; p < passes; p++) {
    for (let i = 0; i <= n; i++) {
      const a = i > 0 ? i - 1 : periodic ? n - 1 : 0;
      const b = i < n ? i : periodic ? 0 : n - 1;
      flow[i] = isSmooth(edges, a, b) ? 0.25 * (wanted[b] - wanted[a]) : 0;
    }
    for (let i = 0; i < n; i++) wanted[i] += flow[i + 1] - flow[i];
  }
  for (let i = 0; i <= n; i++) {
    const a = i > 0 ? i - 1 : periodic ? n - 1 : 0;
    const b = i < n ? i : periodic ? 0 : n - 1;
    width[i] = Math.exp(isSmooth(edges, a, b) ? 0.5 * (wanted[a] + wanted[b]) : Math.min(wanted[a], wanted[b]));
  }
  wanted.set(width);
  let cells = Infinity;
  // Where grading alone would take more cells than there are, widths grow faster.
  for (let g = growth; cells > MOST_GRADED * n && g < FASTEST; g *= 1.5) {
    width.set(wanted);
    grade(width, edges, periodic, g);
    cells = 0;
    for (let i = 0; i < n; i++) {
      count[i] = cellsBetween(edges[i + 1] - edges[i], width[i], width[i + 1]);
      cells += count[i];
    }
  }
  out[0] = edges[0];
  out[n] = edges[n];
  let k = 0;
  let before = 0;
  for (let j = 1; j < n; j++) {
    const place = (cells * j) / n;
    while (k < n - 1 && before + count[k] < place) before += count[k++];
    const distance = edges[k + 1] - edges[k];
    out[j] = edges[k] + Math.min(distance, distanceOf(Math.min(count[k], place - before), distance, width[k], width[k + 1]));
  }
  return null;
}

/** The arrays that gradeEdges works in. */
export interface GradationWork {
  wanted: Float64Array;
  flow: Float64Array;
  width: Float64Array;
  count: Float64Array;
}

export function createGradationWork(cells: number): GradationWork {
  const array = () => new Float64Array(cells + 1);
  return { wanted: array(), flow: array(), width: array(), count: array() };
}

/** Whether neighbouring cells a and b are of nearly the same width. */
function isSmooth(edges: Float64Array, a: number, b: number): boolean {
  const ratio = (edges[b + 1] - edges[b]) / (edges[a + 1] - edges[a]);
  return ratio < SMOOTH && ratio > 1 / SMOOTH;
}

/** width(x) <- min over y of width(y) + growth |x - y|, by one pass in each direction; two on a circle. */
function grade(width: Float64Array, edges: Float64Array, periodic: boolean, growth: number): void {
  const n = width.length - 1;
  for (let turn = periodic ? 2 : 1; turn > 0; turn--) {
    for (let i = 0; i < n; i++) width[i + 1] = Math.min(width[i + 1], width[i] + growth * (edges[i + 1] - edges[i]));
    if (periodic) width[0] = Math.min(width[0], width[n]);
    for (let i = n; i > 0; i--) width[i - 1] = Math.min(width[i - 1], width[i] + growth * (edges[i] - edges[i - 1]));
    if (periodic) width[n] = Math.min(width[0], width[n]);
  }
}

/** Relative difference of two widths below which the mean of them serves. */
const EQUAL = 1e-6;

/** int dx / h over a distance on which h goes linearly from a to b. */
function cellsBetween(distance: number, a: number, b: number): number {
  return Math.abs(b - a) < EQUAL * a ? distance / (0.5 * (a + b)) : (distance * Math.log(b / a)) / (b - a);
}

/** The distance after which the integral is `cells`. */
function distanceOf(cells: number, distance: number, a: number, b: number): number {
  if (Math.abs(b - a) < EQUAL * a) return cells * 0.5 * (a + b);
  const slope = (b - a) / distance;
  return (a * Math.expm1(slope * cells)) / slope;
}
