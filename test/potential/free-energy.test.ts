import { expect, test } from "vitest";
import { createGrid } from "../../src/grid/grid.ts";
import { measureFreeEnergy } from "../../src/potential/free-energy.ts";

const [cells, width] = [600, 0.04];
const grid = createGrid([{ name: "x", min: -12, max: 12, cells, boundary: "no-flux" }]);
const xs = Float64Array.from({ length: cells }, (_, i) => -12 + (i + 0.5) * width);
const normal = (mean: number, sd: number) => xs.map((x) => Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI)));

test("a normal density in a quadratic well has the free energy, the gap and the spread of V_tau in closed form", () => {
  const [k, tau, mean, sd] = [1.5, 0.7, 0.4, 0.9];
  const V = xs.map((x) => 3 + (k * x * x) / 2);
  const found = measureFreeEnergy(grid, normal(mean, sd), V, tau);
  const entropy = 0.5 * Math.log(2 * Math.PI * Math.E * sd * sd);
  expect(found.negativeEntropy).toBeCloseTo(-entropy, 12);
  expect(found.meanFreePotential).toBeCloseTo(3 + (k / 2) * (mean * mean + sd * sd) - tau * entropy, 12);
  // KL between normals: the Gibbs one has mean 0 and variance tau / k.
  const s2 = tau / k;
  const kl = 0.5 * ((sd * sd + mean * mean) / s2 - 1 - Math.log((sd * sd) / s2));
  expect(found.gap).toBeCloseTo(tau * kl, 12);
  // V_tau = (k/2) x^2 - tau (x - m)^2 / (2 s^2) + constant, x = m + s z: variance of a z + b z^2.
  const [a, b] = [k * mean * sd, (k * sd * sd - tau) / 2];
  expect(found.freePotentialVariance).toBeCloseTo(a * a + 2 * b * b, 12);
});

test("Gibbs has no gap, no residual and one V_tau, whatever the constant in V", () => {
  const V = xs.map((x) => 1e3 + 0.25 * (x * x - 1) ** 2);
  const gibbs = xs.map((x) => Math.exp(-(0.25 * (x * x - 1) ** 2) / 0.3));
  const total = width * gibbs.reduce((sum, value) => sum + value, 0);
  const found = measureFreeEnergy(grid, gibbs.map((value) => value / total), V, 0.3); // biome-ignore format: one call
  expect(Math.abs(found.gap)).toBeLessThan(1e-11);
  expect(found.gibbsResidual).toBeLessThan(1e-13);
  expect(found.freePotentialVariance).toBeLessThan(1e-20);
});
