import { expect, test } from "vitest";
import { createGrid } from "../../src/grid/grid.ts";
import { wasserstein1OnCircle } from "../../src/measures/circle.ts";
import { densityOnLine, pointsOnLine } from "../../src/measures/line-measure.ts";
import { wasserstein1 } from "../../src/measures/wasserstein.ts";
import { lineWithinCells } from "../../src/measures/within-cells.ts";
import { createStream } from "../../src/numerics/random.ts";

const axisOf = (cells: number, boundary: "no-flux" | "periodic" = "no-flux") =>
  createGrid([{ name: "x", cells, min: -1, max: 1, boundary }]).axes[0];

/** Nodes of equal steps of a label s over (0, 1) at x(s), each of weight f(s). */
const nodes = (count: number, x: (s: number) => number, f: (s: number) => number) => {
  const labels = Float64Array.from({ length: count }, (_, j) => (j + 0.5) / count);
  return { positions: labels.map(x), weights: labels.map((s) => f(s) / count) };
};

test("a peak within a cell is where the nodes are, and its cumulative mass is right to second order", () => {
  // Uniform labels on x = 0.3 + 1e-4 (s - 1/2) with the density 1 + s: F(s) = (s + s^2 / 2) / 1.5.
  const axis = axisOf(10);
  const masses = new Float64Array(10);
  masses[6] = 1;
  const errors = [32, 64].map((count) => {
    const { positions, weights } = nodes(count, (s) => 0.3 + 1e-4 * (s - 0.5), (s) => 1 + s); // biome-ignore format: one call
    const found = lineWithinCells(axis, masses, positions, weights);
    const fine = nodes(20_000, (s) => 0.3 + 1e-4 * (s - 0.5), (s) => 1 + s); // biome-ignore format: one call
    return wasserstein1(found, pointsOnLine(fine.positions, fine.weights));
  });
  // h^2 / 12 of the jump of the density across a node, and 1/4 of the spacing of the fine points, 1.25e-9.
  expect(errors[0]).toBeLessThan(1e-4 / 32 ** 2 + 2e-9);
  expect(errors[1]).toBeLessThan(1e-4 / 64 ** 2 + 2e-9);
});

test("cells hold the masses that they are given, whatever nodes say", () => {
  const stream = createStream(2);
  for (const boundary of ["no-flux", "periodic"] as const) {
    const axis = axisOf(12, boundary);
    const masses = Float64Array.from({ length: 12 }, () => stream.uniform());
    const total = masses.reduce((sum, m) => sum + m, 0);
    const positions = Float64Array.from({ length: 200 }, () => 2 * stream.uniform() - 1);
    const weights = positions.map(() => stream.uniform());
    const { heights, from, to } = lineWithinCells(axis, masses, positions, weights);
    for (let k = 0; k < heights.length; k++) {
      expect(to[k]).toBeGreaterThanOrEqual(from[k]);
      if (k > 0) expect(from[k]).toBeGreaterThanOrEqual(to[k - 1] - 1e-15);
    }
    let below = 0;
    for (let i = 0; i < 12; i++) {
      below += masses[i] / total;
      const edge = -1 + (i + 1) / 6;
      const last = to.findLastIndex((x) => x <= edge + 1e-12);
      expect(heights[last], `${boundary} ${i}`).toBeCloseTo(below, 12);
    }
  }
});

test("cells that nodes do not see are uniform", () => {
  const axis = axisOf(10);
  const masses = Float64Array.from({ length: 10 }, (_, i) => (i === 2 || i === 7 ? 0.4 : 0.025));
  // Two peaks of half the mass each, and nothing between them.
  const positions = Float64Array.of(-0.51, -0.5, -0.49, 0.49, 0.5, 0.51);
  const found = lineWithinCells(axis, masses, positions, new Float64Array(6).fill(1 / 6));
  const between = [...found.from].map((x, k) => [x, found.to[k]]).filter(([x, end]) => x > -0.45 && end < 0.45);
  expect(between).toHaveLength(4);
  expect(between.every(([x, end]) => Math.abs(end - x - 0.2) < 1e-12)).toBe(true);
});

test("nodes at one place are one node: rows of a lattice do not make a density of steps", () => {
  const axis = axisOf(10);
  const { positions, weights } = nodes(40, (s) => 2 * s - 1, () => 1); // biome-ignore format: one call
  const rows = Float64Array.from({ length: 400 }, (_, k) => positions[k % 40]);
  const found = lineWithinCells(
    axis,
    new Float64Array(10).fill(0.1),
    rows,
    Float64Array.from(rows, (_, k) => weights[k % 40] / 10),
  );
  expect(wasserstein1(found, densityOnLine(axis, new Float64Array(10).fill(1)))).toBeLessThan(1e-15);
});

test("the seam of a periodic axis parts no peak", () => {
  const axis = axisOf(8, "periodic");
  // A peak of width 0.02 about the seam.
  const { positions, weights } = nodes(50, (s) => ((1.99 + 0.02 * s) % 2) - 1, () => 1); // biome-ignore format: one call
  const masses = Float64Array.of(0.5, 0, 0, 0, 0, 0, 0, 0.5);
  const found = lineWithinCells(axis, masses, positions, weights);
  // Two nodes are 4e-4 apart: a quarter of that for each, and for the outermost of 50 four times the half of it on one side.
  expect(wasserstein1OnCircle(found, pointsOnLine(positions, weights), 2)).toBeLessThan(1e-4 + (2 / 50) * 4e-4);
});
