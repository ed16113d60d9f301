import { describe, expect, test } from "vitest";
import { createGrid } from "../../src/grid/grid.ts";
import { createGaussianSmoothing } from "../../src/potential/gaussian-smoothing.ts";
import { problemOf } from "../fixtures.ts";

const normal = (x: number, sd: number) => Math.exp(-0.5 * (x / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));

describe("a smoothed density", () => {
  test("of a normal one is the normal one of the sum of the variances, to 1e-13 of itself out to 3.5 of their deviations", () => {
    const grid = createGrid([{ name: "x", min: -6, max: 6, cells: 240, boundary: "no-flux" }]);
    const mu = Float64Array.from({ length: 240 }, (_, i) => normal(-6 + (i + 0.5) / 20, 0.4));
    const out = new Float64Array(240);
    createGaussianSmoothing(grid, 0.3)(out, mu);
    for (let i = 85; i < 155; i++) {
      const x = -6 + (i + 0.5) / 20;
      expect(Math.abs(out[i] / normal(x, 0.5) - 1), `at ${x}`).toBeLessThan(1e-13);
    }
  });

  test("is that of the kernel of the particles, on a plane with a periodic axis", async () => {
    const problem = await problemOf({
      variables: { x: { min: -2, max: 2, cells: 16 }, a: { min: 0, max: 3, cells: 12, boundary: "periodic" } },
      potential: { F: "x^2" },
      initial: { x: { type: "normal", mean: 0, sd: 0.5 }, a: { type: "von-mises", mean: 1, concentration: 2 } },
      temperature: 1,
      reaction: { type: "free-energy", bandwidth: 0.6 },
    });
    const { grid, smoothing } = problem;
    const mu = Float64Array.from({ length: grid.size }, (_, i) => 1 + Math.sin(i) ** 2);
    const [own, sum] = [new Float64Array(grid.size), new Float64Array(grid.size)];
    createGaussianSmoothing(grid, 0.6)(own, mu);
    const points = [0, 1].map((axis) =>
      Float64Array.from({ length: grid.size }, (_, i) => {
        const { min, width, cells } = grid.axes[axis];
        return min + ((Math.floor(i / grid.strides[axis]) % cells) + 0.5) * width;
      }),
    );
    const weights = mu.map((m) => m * grid.cellVolume);
    smoothing?.atPoints(0).add(sum, null, points, weights, grid.size);
    for (let i = 0; i < grid.size; i++) expect(Math.abs(own[i] - sum[i])).toBeLessThan(1e-13 * sum[i]);
  });
});
