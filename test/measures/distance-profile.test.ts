import { describe, expect, test } from "vitest";
import { createGrid, type Grid } from "../../src/grid/grid.ts";
import { addPoints, binDensity, cumulate, profileLength, profileSize, projectionsOf } from "../../src/measures/distance-profile.ts";
import { createStream } from "../../src/numerics/random.ts";

const axis = (name: string, cells: number, min: number, max: number, boundary: "no-flux" | "periodic" = "no-flux") => ({
  name,
  cells,
  min,
  max,
  boundary,
});

const GRIDS: Record<string, Grid> = {
  line: createGrid([axis("x", 24, -4, 4)]),
  "many cells": createGrid([axis("x", 300, -4, 4)]),
  plane: createGrid([axis("x", 24, -4, 4), axis("y", 10, 0, 1)]),
  cylinder: createGrid([axis("x", 9, -4, 4), axis("y", 12, 0, 2 * Math.PI, "periodic")]),
  space: createGrid([axis("x", 8, -4, 4), axis("y", 7, -1, 3), axis("z", 6, 0, 1)]),
};

function profileOf(grid: Grid, fill: (bins: Float64Array, projections: ReturnType<typeof projectionsOf>) => void): Float64Array {
  const projections = projectionsOf(grid);
  const bins = new Float64Array(profileLength(projections));
  fill(bins, projections);
  cumulate(bins, projections);
  return bins;
}

describe("distribution functions of cell masses", () => {
  test("points that carry the mass of each cell, anywhere in it, have those of the density", () => {
    const stream = createStream(1);
    for (const [name, grid] of Object.entries(GRIDS)) {
      const density = Float64Array.from({ length: grid.size }, () => stream.uniform() ** 4);
      const total = density.reduce((sum, value) => sum + value, 0);
      const points = grid.axes.map(({ min, width, cells }, a) =>
        Float64Array.from(density, (_, i) => min + ((Math.floor(i / grid.strides[a]) % cells) + stream.uniform()) * width),
      );
      const weights = density.map((value) => value / total);
      const expected = profileOf(grid, (bins, projections) => binDensity(bins, grid, density, projections));
      const found = profileOf(grid, (bins, projections) => addPoints(bins, grid, points, weights, grid.size, projections, 1));
      // Sums of at most 500 numbers of sum 1.
      const largest = Math.max(...found.map((value, g) => Math.abs(value - expected[g])));
      expect(largest, name).toBeLessThan(500 * Number.EPSILON);
    }
  });

  test("along an axis they are the shares below the faces of cells, and what lies outside is in the last cells", () => {
    const points = [Float64Array.of(-5, -3.9, 0.1, 3.9, 17)];
    const found = profileOf(GRIDS.line, (bins, projections) => addPoints(bins, GRIDS.line, points, null, 5, projections, 1 / 5));
    // Faces -4 + (g + 1) / 3.
    found.forEach((value, g) => {
      const face = -4 + (g + 1) / 3;
      expect(value).toBeCloseTo(points[0].filter((x) => x < face).length / 5, 14);
    });
  });

  test("a shift is seen as on the line, up to what the cells blur", () => {
    // N(0, 0.8^2) on cells of 0.42 standard deviations: nodes of spacing 0.02, moved by v.
    const side = 401;
    const nodes = Float64Array.from({ length: side }, (_, i) => -4 + 0.02 * i);
    const mass = nodes.map((x) => Math.exp(-0.5 * (x / 0.8) ** 2));
    const total = mass.reduce((sum, value) => sum + value, 0);
    const weights = Float64Array.from(
      { length: side * side },
      (_, k) => (mass[Math.floor(k / side)] * mass[k % side]) / total ** 2,
    );
    const grid = createGrid([axis("x", 24, -4, 4), axis("y", 24, -4, 4)]);
    const at = (v: number) =>
      profileOf(grid, (bins, projections) => {
        const x = Float64Array.from(weights, (_, k) => nodes[Math.floor(k / side)] + v);
        const y = Float64Array.from(weights, (_, k) => nodes[k % side]);
        addPoints(bins, grid, [x, y], weights, side * side, projections, 1);
      });
    const before = at(0.001);
    for (const v of [0.02, 0.1]) {
      const size = profileSize(projectionsOf(grid), at(0.001 + v).map((value, g) => value - before[g])); // biome-ignore format: one call
      // Directions x, y and two diagonals: v, 0 and twice v / sqrt 2. Nodes cross faces in shifts of whole spacings; faces lie 17 spacings apart: 2%.
      expect(size / ((v * (1 + Math.SQRT2)) / 4)).toBeCloseTo(1, 1);
    }
  });

  test("points along a diagonal are spread from end to end in one direction, and in no other", () => {
    for (const dimension of [2, 3]) {
      const grid = createGrid(["x", "y", "z"].slice(0, dimension).map((name) => axis(name, 16, -1, 1)));
      const projections = projectionsOf(grid);
      const seen = new Set<number>();
      for (let signs = 0; signs < 2 ** (dimension - 1); signs++) {
        const t = Float64Array.from({ length: 16 }, (_, i) => (i - 7.5) / 8);
        const points = grid.axes.map((_, a) => t.map((value) => (a > 0 && (signs >> (a - 1)) & 1 ? -value : value)));
        const profile = profileOf(grid, (bins) => addPoints(bins, grid, points, null, 16, projections, 1 / 16));
        let from = 0;
        const spread = projections.flatMap(({ faces }, k) => {
          const part = profile.subarray(from, from + faces);
          from += faces;
          // The outermost cells lie within 4 of the 128 bins of the ends along their own diagonal; along others a third of the way in, or at the middle.
          return k >= dimension && part[4] > 0 && part[faces - 5] < 1 ? [k] : [];
        });
        expect(spread, `${dimension} ${signs}`).toHaveLength(1);
        seen.add(spread[0]);
      }
      expect(seen.size).toBe(2 ** (dimension - 1));
    }
  });
});
