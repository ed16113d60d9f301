import { describe, expect, test } from "vitest";
import { createGrid, type Grid } from "../../src/grid/grid.ts";
import { createTransition, latticeFor, type Transition } from "../../src/mean-field-map/transition.ts";
import { createStream } from "../../src/numerics/random.ts";

const domain = (...kinds: ("no-flux" | "periodic")[]): Grid =>
  createGrid(kinds.map((boundary, a) => ({ name: "xyz"[a], min: -1, max: 1, cells: 8, boundary })));

const [count, sd] = [12, 0.2];

function someTransition(grid: Grid): { transition: Transition; centres: Float64Array[]; masses: Float64Array } {
  const stream = createStream(3, grid.dimension);
  const centres = grid.axes.map(() => Float64Array.from({ length: count }, () => 2 * stream.uniform() - 1));
  const masses = Float64Array.from({ length: count }, () => stream.uniform());
  return { transition: createTransition(latticeFor(grid, centres, masses, sd), centres, sd), centres, masses };
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((total, value, i) => total + value * b[i], 0);

describe.each([
  ["a line", domain("no-flux")],
  ["a circle", domain("periodic")],
  ["a cylinder", domain("no-flux", "periodic")],
  ["space", domain("no-flux", "no-flux", "periodic")],
])("the transition of a noisy step on %s", (_, grid) => {
  const { transition, centres, masses } = someTransition(grid);
  const { lattice, points, push, pull, slopes } = transition;

  test("keeps mass, and pulling back is the transpose of pushing on", () => {
    const arrived = push(masses);
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    expect(Math.abs(arrived.reduce((sum, mass) => sum + mass, 0) - total)).toBeLessThan(1e-13 * total);
    const u = points[0].map((x, j) => Math.sin(3 * x) + 0.1 * (j % 7));
    expect(Math.abs(dot(arrived, u) - dot(masses, pull(u)))).toBeLessThan(1e-12);
    expect(arrived.length).toBe(lattice.size);
  });

  test("has the mean and the variance of its Gaussian along every axis, and waves decay by e^{-(k s)^2 / 2}", () => {
    grid.axes.forEach(({ periodic }, a) => {
      const wave = pull(points[a].map((x) => Math.cos(Math.PI * x)));
      const decay = Math.exp(-0.5 * (Math.PI * sd) ** 2);
      for (let i = 0; i < count; i++) expect(Math.abs(wave[i] - decay * Math.cos(Math.PI * centres[a][i]))).toBeLessThan(1e-11);
      if (periodic) return;
      const [mean, square] = [pull(points[a]), pull(points[a].map((x) => x * x))];
      for (let i = 0; i < count; i++) {
        expect(Math.abs(mean[i] - centres[a][i])).toBeLessThan(1e-11);
        expect(Math.abs(square[i] - centres[a][i] ** 2 - sd * sd)).toBeLessThan(1e-11);
      }
    });
  });

  test("has slopes that are derivatives in the centres, one axis at a time", () => {
    const u = points[0].map((_x, j) => points.reduce((product, x, a) => product * Math.sin(Math.PI * x[j] + a), 1));
    const decay = Math.exp(-0.5 * (Math.PI * sd) ** 2);
    slopes(u).forEach((slope, b) => {
      for (let i = 0; i < count; i++) {
        const exact = centres.reduce(
          (product, x, a) => product * decay * (a === b ? Math.PI * Math.cos(Math.PI * x[i] + a) : Math.sin(Math.PI * x[i] + a)),
          1,
        );
        // What is cut off beyond 7.5 deviations, 1e-12, has slopes of 7.5 / sd.
        expect(Math.abs(slope[i] - exact)).toBeLessThan(1e-9);
      }
    });
  });
});

test("a node without mass does not widen the lattice, and its row is that of the nearest end", () => {
  const masses = Float64Array.of(1, 0);
  const centres = [Float64Array.of(0, 1e9)];
  const { lattice, pull, points } = createTransition(latticeFor(domain("no-flux"), centres, masses, sd), centres, sd);
  expect(lattice.size).toBeLessThan(200);
  expect(pull(points[0])[1]).toBeGreaterThan(1);
  expect(pull(points[0].map(() => 1))[1]).toBeCloseTo(1, 12);
});

test("noise too small for a lattice in the plane is refused with what to do", () => {
  const centres = [Float64Array.of(0, 1), Float64Array.of(0, 1)];
  expect(() => latticeFor(domain("no-flux", "no-flux"), centres, Float64Array.of(1, 1), 1e-4)).toThrow("a larger --dt");
});
