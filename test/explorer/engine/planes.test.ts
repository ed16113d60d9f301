import { expect, test } from "vitest";
import { createPlane, planesOf, projectDensity, projectPotential } from "../../../src/explorer/engine/planes.ts";
import { createGrid, fillCentres } from "../../../src/grid/grid.ts";

const grid = createGrid([4, 5, 6].map((cells, a) => ({ name: "xyz"[a], min: 0, max: a + 1, cells, boundary: "no-flux" as const })));
const coordinates = grid.axes.map(() => new Float64Array(grid.size));
fillCentres(grid, 0, grid.size, coordinates);
const [x, y, z] = coordinates;

test("each pair of three variables is a plane, and the density in it is the integral over the third", () => {
  expect(planesOf(grid)).toEqual([[0, 1], [0, 2], [1, 2]]); // biome-ignore format: one line
  // With mu = f(x) g(y) h(z) the plane (x, z) holds f h int g.
  const mu = Float64Array.from(x, (_, i) => x[i] * (1 + y[i]) * z[i] ** 2);
  const plane = createPlane(grid, [0, 2]);
  const density = projectDensity(plane, mu);
  // The midpoint rule is exact for int_0^2 (1 + y) dy = 4; single precision leaves 6e-8.
  for (let i = 0; i < grid.size; i++) {
    const cell = plane.cellOf![i];
    expect(Math.abs(density[cell] - 4 * x[i] * z[i] ** 2)).toBeLessThan(1e-6 * 4 * 9);
  }
  expect(density).toHaveLength(24);
});

test("the potential in a plane is the mean over the hidden variable, by mass where there is some", () => {
  const V = Float64Array.from(y);
  const plane = createPlane(grid, [0, 2]);
  const mu = Float64Array.from(y, (value, i) => (z[i] < 1.5 ? 0 : value < 1 ? 1 : 3));
  const shown = projectPotential(plane, V, mu);
  const means = new Set([...shown].map((value) => Math.round(1e5 * value) / 1e5));
  // Cell centres 0.2, 0.6, 1, 1.4, 1.8: even mean 1; weights 1, 1, 3, 3, 3 give (0.8 + 12.6) / 11.
  expect([...means].sort()).toEqual([1, Math.round(1e5 * (13.4 / 11)) / 1e5]);
});

test("two variables are drawn as they are", () => {
  const flat = createGrid([4, 5].map((cells, a) => ({ name: "xy"[a], min: 0, max: 1, cells, boundary: "no-flux" as const })));
  const mu = Float64Array.from({ length: 20 }, (_, i) => i);
  expect([...projectDensity(createPlane(flat, planesOf(flat)[0]), mu)]).toEqual([...mu]);
});
