import { describe, expect, test } from "vitest";
import { createKernelAdjoint } from "../../src/fluctuations/kernel-adjoint.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { createPointPotential } from "../../src/potential/point-potential.ts";
import type { Kernel, Potential } from "../../src/potential/potential.ts";
import type { Problem } from "../../src/problem/problem.ts";
import {
  convolutionOf,
  cosines,
  featuresOf,
  gridOf,
  largest,
  pairwiseOf,
  pointwise,
  randomPoints,
  randomValues,
  type Wave,
} from "../potential/kernels.ts";

const TOLERANCE = 1e-10;
/** Of 0.1 to 0.12: the stencil steps by a quarter of it. */
const CELLS = 32;

/** F = c . theta + sum_a theta_a^2 theta_b / 2 (b the last axis), whose Hessian depends on theta. */
function potentialOf(kernel: Kernel, d: number): Potential {
  const external = pointwise(d, (x) => [x.reduce((sum, v) => sum + (v * v * x[d - 1]) / 2, 0)]);
  const externalGradient = pointwise(d, (x) => {
    const slope = x.map((v) => v * x[d - 1]);
    slope[d - 1] += x.reduce((sum, v) => sum + (v * v) / 2, 0);
    return slope;
  });
  const externalLaplacian = pointwise(d, () => [Number.NaN]);
  return { dimension: d, external, externalGradient, externalLaplacian, kernel, constant: 0 };
}

function hessianOfF(x: readonly number[]): number[][] {
  const d = x.length;
  const last = x[d - 1];
  return x.map((_, a) => x.map((__, b) => (a === b ? last : 0) + (a === d - 1 ? x[b] : 0) + (b === d - 1 ? x[a] : 0)));
}

/** [value, gradient, Hessian] of sum w cos(k . x). */
function exactly(waves: readonly Wave[], x: readonly number[]) {
  let value = 0;
  const gradient = x.map(() => 0);
  const hessian = x.map(() => x.map(() => 0));
  for (const { weight, k } of waves) {
    const phase = x.reduce((sum, v, a) => sum + k[a] * v, 0);
    value += weight * Math.cos(phase);
    x.forEach((_, a) => {
      gradient[a] -= weight * k[a] * Math.sin(phase);
      x.forEach((__, b) => {
        hessian[a][b] -= weight * k[a] * k[b] * Math.cos(phase);
      });
    });
  }
  return { value, gradient, hessian };
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0);

/** Sums are compared at one in so many nodes. */
const PROBED = 10;

/** The sums over all pairs at some of the nodes, by the derivatives of the cosines. */
function directly(
  waves: readonly Wave[],
  points: Float64Array[],
  weights: Float64Array,
  s: Float64Array,
  m: Float64Array[],
  free: boolean,
) {
  const count = s.length;
  const d = points.length;
  const empty = () => ({ value: new Float64Array(count), gradient: points.map(() => new Float64Array(count)) });
  const sources = empty();
  const dipoles = empty();
  const hessian = points.map(() => new Float64Array(count));
  for (let j = 0; j < count; j += PROBED) {
    const own = m.map((x) => x[j]);
    if (free) hessianOfF(points.map((x) => x[j])).forEach((row, a) => { hessian[a][j] += dot(row, own); }); // biome-ignore format: one sum
    for (let i = 0; i < count; i++) {
      const k = exactly(waves, points.map((x) => x[i] - x[j])); // biome-ignore format: one call
      const moment = m.map((x) => x[i]);
      sources.value[j] += s[i] * k.value;
      dipoles.value[j] += dot(moment, k.gradient);
      for (let a = 0; a < d; a++) {
        sources.gradient[a][j] -= s[i] * k.gradient[a];
        dipoles.gradient[a][j] -= dot(k.hessian[a], moment);
        hessian[a][j] += weights[i] * dot(k.hessian[a], own);
      }
    }
  }
  return { sources, dipoles, hessian };
}

interface Case {
  name: string;
  d: 1 | 2;
  nodes: number;
  periodic?: boolean;
  kernel: (waves: readonly Wave[], grid: Grid) => Kernel;
}

const convolution: Case["kernel"] = (waves, grid) => convolutionOf(cosines(waves), grid);
const pairwise: Case["kernel"] = (waves, grid) => pairwiseOf(cosines(waves), grid);
const features: Case["kernel"] = (waves, grid) => featuresOf(waves, grid.dimension);

describe("what the adjoint of a step needs of K", () => {
  test.each<Case>([
    { name: "a convolution, summed directly", d: 1, nodes: 100, kernel: convolution },
    { name: "a convolution of as many nodes as take a mesh", d: 1, nodes: 500, kernel: convolution },
    { name: "a convolution", d: 2, nodes: 100, kernel: convolution },
    { name: "a convolution of many nodes", d: 2, nodes: 400, kernel: convolution },
    { name: "a convolution on a circle", d: 1, nodes: 100, periodic: true, kernel: convolution },
    { name: "a convolution of many nodes on a circle", d: 1, nodes: 500, periodic: true, kernel: convolution },
    { name: "a convolution on a torus", d: 2, nodes: 100, periodic: true, kernel: convolution },
    { name: "pairs", d: 1, nodes: 100, kernel: pairwise },
    { name: "pairs", d: 2, nodes: 100, kernel: pairwise },
    { name: "pairs on a circle", d: 1, nodes: 100, periodic: true, kernel: pairwise },
    { name: "features", d: 1, nodes: 100, kernel: features },
    { name: "features of many nodes", d: 1, nodes: 500, kernel: features },
    { name: "features", d: 2, nodes: 100, kernel: features },
  ])("is the sum over all pairs, for $name in $d dimensions at $nodes nodes", ({ d, nodes, periodic = false, kernel }) => {
    const grid = gridOf(Array.from({ length: d }, () => [CELLS, periodic] as const));
    // Whole waves to a period: 3.2 on the first axis, 3.7 on the second.
    const unit = periodic ? grid.axes.map(({ min, max }) => (2 * Math.PI) / (max - min)) : [1.1, 0.9];
    const waves = [[1, 1, 1], [0.5, -1, 2]].map(([weight, p, q]) => ({ weight, k: [p * unit[0], q * unit[1]].slice(0, d) })); // biome-ignore format: a table
    const points = randomPoints(d, nodes, 0.5, d);
    const weights = randomValues(nodes, 5).map((w) => (2 * w) / nodes);
    const s = randomValues(nodes, 6).map((v) => (v - 0.5) / nodes);
    // Both signs, several sizes and, at every seventh node, none.
    const m = points.map((_, a) => randomValues(nodes, 7 + a).map((v, j) => (j % 7 === 3 ? 0 : (v - 0.5) / nodes)));
    const K = kernel(waves, grid);
    const potential = { ...potentialOf(K, d) };
    if (periodic) {
      potential.external = pointwise(d, () => [0]);
      potential.externalGradient = pointwise(d, (x) => x.map(() => 0));
    }
    const adjoint = createKernelAdjoint(
      { grid, potential } as Problem,
      createPointPotential(potential, TOLERANCE),
      nodes,
      TOLERANCE,
    );
    const cloud = { points, weights };
    const expected = directly(waves, points, weights, s, m, !periodic);

    // Of cos(k . x) the stencil leaves (h |k|)^4 / 30 of a derivative; the sums err by their tolerance, over h where they are differenced.
    const h = Math.min(...grid.axes.map(({ width }) => width)) / 4;
    const wave = Math.max(...waves.map(({ k }) => Math.hypot(...k)));
    const scale = 1.5 * wave;
    const size = dot(m.reduce((sum, x) => sum.map((v, j) => v + Math.abs(x[j])), new Float64Array(nodes)), new Float64Array(nodes).fill(1)); // biome-ignore format: one sum
    const stencil = (h * wave) ** 4 / 30;
    const sum = 1.5 * (10 * TOLERANCE + nodes * 2 ** -52);
    const close = (found: Float64Array, right: Float64Array, tolerance: number) => {
      expect(largest(right)).toBeGreaterThan(100 * tolerance);
      expect(largest(found.map((v, j) => (j % PROBED === 0 ? v - right[j] : 0)))).toBeLessThan(tolerance);
    };

    const value = new Float64Array(nodes).fill(1);
    const gradient = points.map(() => new Float64Array(nodes).fill(2));
    adjoint.sources(value, gradient, cloud, s);
    close(value.map((v) => v - 1), expected.sources.value, sum); // biome-ignore format: one row
    gradient.forEach((x, a) => { close(x.map((v) => v - 2), expected.sources.gradient[a], sum * wave); }); // biome-ignore format: one row

    value.fill(1);
    for (const x of gradient) x.fill(2);
    adjoint.dipoles(value, gradient, cloud, m);
    close(value.map((v) => v - 1), expected.dipoles.value, size * (stencil * scale + (2 * sum) / h)); // biome-ignore format: one row
    gradient.forEach((x, a) => {
      close(x.map((v) => v - 2), expected.dipoles.gradient[a], size * wave * (stencil * scale + (2 * sum) / h)); // biome-ignore format: one row
    });

    // F is a cubic, of which the stencil makes no error.
    const out = points.map(() => new Float64Array(nodes).fill(Number.NaN));
    adjoint.hessian(out, cloud, m);
    out.forEach((x, a) => { close(x, expected.hessian[a], (1.1 / nodes) * wave * (stencil * scale + (2 * sum) / h)); }); // biome-ignore format: one row
  });

  test("is nothing without K, but for the Hessian of F", () => {
    const grid = gridOf([[CELLS, false]]);
    const potential = { ...potentialOf(convolution([], grid), 1), kernel: null };
    const adjoint = createKernelAdjoint({ grid, potential } as unknown as Problem, createPointPotential(potential), 3, TOLERANCE);
    const cloud = { points: [Float64Array.of(-1, 0.5, 2)], weights: Float64Array.of(0.2, 0.3, 0.5) };
    const value = new Float64Array(3);
    adjoint.sources(value, null, cloud, Float64Array.of(1, 2, 3));
    adjoint.dipoles(value, null, cloud, [Float64Array.of(1, 2, 3)]);
    expect([...value]).toEqual([0, 0, 0]);
    const out = [new Float64Array(3)];
    adjoint.hessian(out, cloud, [Float64Array.of(1, -1, 2)]);
    // F = x^3 / 2.
    [-3, -1.5, 12].forEach((expected, j) => {
      expect(out[0][j]).toBeCloseTo(expected, 11);
    });
  });
});
