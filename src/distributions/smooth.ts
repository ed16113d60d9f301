import type { Axis } from "../grid/grid.ts";
import { gaussLegendre, type Quadrature, type trapezoid } from "../numerics/quadrature.ts";
import type { RandomStream } from "../numerics/random.ts";
import type { Univariate } from "./univariate.ts";

/** A density to integrate over cells: smooth between `breaks`, on the length scale `scale`, negligible beyond `reach`. */
export interface SmoothDensity {
  density(x: number): number;
  scale: number;
  /** Where the density jumps (and ends). */
  breaks: readonly number[];
  /** Interval that carries the mass to rounding. */
  reach: readonly [number, number];
  /** The quadrature rule that suits it, on the part of `support` within `bulk` standard deviations. */
  rule: typeof trapezoid | typeof gaussLegendre;
  support: readonly [number, number];
  bulkOf(bulk: number): readonly [number, number];
}

const RULE = gaussLegendre(6, 0, 1);

/** int density over [a, b]: Gauss-Legendre with 6 points on pieces of at most half the scale; relative error near rounding. */
export function integrateInterval({ density, scale, breaks, reach }: SmoothDensity, a: number, b: number): number {
  const from = Math.max(a, reach[0]);
  const to = Math.min(b, reach[1]);
  if (!(from < to)) return 0;
  if (breaks.length === 0) return addPieces(0, density, scale, from, to);
  const ends = [from, ...breaks.filter((x) => from < x && x < to), to];
  let total = 0;
  for (let k = 0; k + 1 < ends.length; k++) total = addPieces(total, density, scale, ends[k], ends[k + 1]);
  return total;
}

/** `total` and the integral over [from, to]. */
function addPieces(total: number, density: (x: number) => number, scale: number, from: number, to: number): number {
  const { nodes, weights } = RULE;
  const length = to - from;
  const pieces = Math.max(1, Math.ceil(length / (0.5 * scale)));
  let sum = total;
  for (let p = 0; p < pieces; p++) {
    for (let q = 0; q < nodes.length; q++)
      sum += (weights[q] * density(from + (length * (p + nodes[q])) / pieces) * length) / pieces;
  }
  return sum;
}

/** Points of a panel at most in the second family of nodes. */
const PANEL_POINTS = 16;

/** Gauss-Legendre on equal panels, two at least, with about `count` nodes in all. */
function compositeGauss(count: number, low: number, high: number): Quadrature {
  const panels = Math.max(2, Math.ceil(count / PANEL_POINTS));
  const each = Math.ceil(count / panels);
  const { nodes, weights } = gaussLegendre(each, 0, 1);
  const width = (high - low) / panels;
  return {
    nodes: Float64Array.from({ length: panels * each }, (_, k) => low + width * (Math.floor(k / each) + nodes[k % each])),
    weights: Float64Array.from({ length: panels * each }, (_, k) => width * weights[k % each]),
  };
}

/** The distribution with a smooth density; on a periodic axis its images are added up. @param sample exact samples of it. */
export function createSmooth(smooth: SmoothDensity, domain: Axis, sample: (stream: RandomStream) => number): Univariate {
  const [from, to] = smooth.reach;
  const period = domain.max - domain.min;
  const firstImage = domain.periodic ? Math.ceil((from - domain.max) / period + 1e-12) : 0;
  const lastImage = domain.periodic ? Math.floor((to - domain.min) / period - 1e-12) : 0;
  const overImages = (f: (shift: number) => number) => {
    let total = 0;
    for (let image = firstImage; image <= lastImage; image++) total += f(image * period);
    return total;
  };
  return {
    cellMasses({ cells, min, width }) {
      const masses = new Float64Array(cells);
      for (let image = firstImage; image <= lastImage; image++) {
        const shift = image * period;
        for (let i = 0; i < cells; i++) {
          const left = min + i * width;
          masses[i] += integrateInterval(smooth, left + shift, left + width + shift);
        }
      }
      return masses;
    },
    density: (x) => overImages((shift) => (from <= x + shift && x + shift <= to ? smooth.density(x + shift) : 0)),
    sample,
    breaks: smooth.breaks,
    quadrature(count, bulk, family = "first") {
      const [low, high] = smooth.bulkOf(bulk);
      const { nodes, weights } = family === "first" ? smooth.rule(count, low, high) : compositeGauss(count, low, high);
      return {
        nodes,
        weights: weights.map((weight, k) => weight * smooth.density(nodes[k])),
        cutsTail: low > smooth.support[0] || high < smooth.support[1],
      };
    },
  };
}
