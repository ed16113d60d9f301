import { expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { InputError } from "../../src/errors.ts";
import { createGrid } from "../../src/grid/grid.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { createCellAverages } from "../../src/spectral/cell-averages.ts";
import { runSpectral } from "../../src/spectral/run.ts";
import { solveSpectral } from "../../src/spectral/solve.ts";
import { derivativeInTime } from "../../src/spectral/time-derivative.ts";
import { largestDifference, problemOf } from "../fixtures.ts";

const DOUBLE_WELL = {
  variables: { x: { min: -4, max: 4, cells: 128 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
  alpha: 4,
  initial: { x: { type: "normal", mean: 0.1, sd: 0.4 } },
  observables: { mean: "x", wave: "cos(2*x)" },
} satisfies Partial<ProblemInput>;

const CIRCLE = {
  variables: { x: { min: 0, max: 2 * Math.PI, cells: 64, boundary: "periodic" } },
  potential: { F: "cos(x)+0.3*sin(2*x)", K: { type: "convolution", expression: "0.8*cos(x)" } },
  alpha: 1.5,
  initial: { x: { type: "von-mises", mean: 1, concentration: 3 } },
  time: { end: 0.5, snapshots: [0.25, 0.5] },
  observables: { cosine: "cos(x)", sine: "sin(x)" },
} satisfies Partial<ProblemInput>;

test("the double well comes to its Gibbs distribution", async () => {
  const time = { end: 4, snapshots: [4] };
  const variables = { x: { min: -3.5, max: 3.5, cells: 64 } };
  const problem = await problemOf({ ...structuredClone(DOUBLE_WELL), variables, alpha: 12, temperature: 0.5, time });
  const { snapshots, converged } = solveSpectral(problem);
  // By the trapezoidal rule on 4000 points: exact to rounding, as everything vanishes at the ends.
  const x = Array.from({ length: 4000 }, (_, i) => -3.5 + (7 * (i + 0.5)) / 4000);
  const weights = x.map((v) => Math.exp(-(0.25 * (v * v - 1) ** 2 + 0.15 * v) / 0.5));
  const Z = weights.reduce((a, b) => a + b);
  expect(converged).toBe(true);
  // log mu relaxes at the rate alpha tau = 6 at least: e^{-24} = 4e-11 of a difference of a few is left.
  expect(Math.abs(snapshots[0].observables.mean - x.reduce((total, v, i) => total + v * weights[i], 0) / Z)).toBeLessThan(1e-8);
  expect(snapshots[0].gibbsResidual).toBeLessThan(1e-8);
  expect(Math.abs(snapshots[0].gap!)).toBeLessThan(1e-8);
});

// On [-5, 5] W jumps by 3 at the ends, where Gibbs is 1e-11 of its largest: modes of mu W, in place of the gradient of K, made noise there grow without bound.
test.each([5, 6])(
  "with a quadratic K the mean field comes to the Gibbs distribution of its own potential: ends at %i",
  async (end) => {
    // K = s x x', s = sum_p w_p p^2 = 2 / 3: V = x^2 / 2 - 0.4 x + s m x, so m = 0.4 / (1 + s), and the variance is tau.
    const problem = await problemOf({
      variables: { x: { min: -end, max: end, cells: 64 } },
      potential: {
        F: "0.5*x^2 - 0.4*x",
        K: { type: "features", expression: "p*x", inputs: { p: { min: -1, max: 1, points: 4 } } },
      },
      temperature: 0.5,
      initial: { x: { type: "normal", mean: 1, sd: 0.5 } },
      time: { end: 20, snapshots: [20] },
      observables: { mean: "x", second: "x^2" },
    });
    const { snapshots, converged, levels } = solveSpectral(problem);
    const { mean, second } = snapshots[0].observables;
    expect(converged).toBe(true);
    expect(Math.abs(mean - 0.24)).toBeLessThan(1e-8);
    expect(Math.abs(second - mean * mean - 0.5)).toBeLessThan(1e-8);
    expect(snapshots[0].gibbsResidual).toBeLessThan(1e-8);
    // About 110 on 64 nodes; steps held to 1 / L of the modes that matter would be 390.
    expect(levels[0].steps).toBeLessThan(200);
  },
);

test("at temperature 0 modes and characteristics agree, on a circle with K and in a double well", async () => {
  for (const problem of [
    await problemOf(structuredClone(CIRCLE)),
    await problemOf({ ...structuredClone(DOUBLE_WELL), time: { end: 0.1, snapshots: [0.1] } }),
  ]) {
    const spectral = solveSpectral(problem);
    expect(spectral.converged).toBe(true);
    solveCharacteristics(problem, { tolerance: 1e-10 }).snapshots.forEach((nodes, s) => {
      const modes = spectral.snapshots[s];
      // Twice the tolerance of the refinements, of quantities of size 1.
      for (const [name, value] of Object.entries(nodes.observables)) {
        expect(Math.abs(modes.observables[name] - value), name).toBeLessThan(2e-8);
      }
      for (const key of ["energy", "meanPotential", "minPotential", "dissipated", "defect"] as const) {
        expect(Math.abs(modes[key] - nodes[key]), key).toBeLessThan(2e-8);
      }
    });
  }
});

test("a temperature of 1e-6 differs from characteristics at 0 by its order", async () => {
  const warm = solveSpectral(await problemOf({ ...structuredClone(CIRCLE), temperature: 1e-6 }));
  const cold = solveCharacteristics(await problemOf(structuredClone(CIRCLE)), { tolerance: 1e-10 });
  expect(warm.converged).toBe(true);
  // To first order the mean of f changes by tau int_0^t (int lap u dmu - alpha Cov(log mu, u)) ds: some tau t (1 + alpha) of functions of size 1.
  for (const name of ["cosine", "sine"]) {
    const change = Math.abs(cold.snapshots[1].observables[name] - warm.snapshots[1].observables[name]);
    expect(change).toBeGreaterThan(1e-8);
    expect(change).toBeLessThan(3e-6);
  }
});

test.each(["free-energy", "energy", { type: "free-energy", bandwidth: 0.3 }] as const)(
  "the energy falls by what is dissipated, and mass stays: %o",
  async (reaction) => {
    const problem = await problemOf({ ...structuredClone(CIRCLE), temperature: 0.2, reaction });
    const { snapshots, converged } = solveSpectral(problem);
    expect(converged).toBe(true);
    for (const { defect, dissipated, mass, gibbsResidual } of snapshots) {
      expect(dissipated).toBeGreaterThan(0.01);
      expect(Math.abs(defect)).toBeLessThan(1e-8);
      expect(Math.abs(mass - 1)).toBeLessThan(1e-12);
      expect(gibbsResidual === undefined).toBe(reaction !== "free-energy");
    }
  },
);

test("errors fall faster than any power of the modes", async () => {
  const problem = await problemOf({ ...structuredClone(CIRCLE), temperature: 0.05 });
  const at = (nodes: number) => runSpectral(problem, { nodes: [nodes], integration: 1e-12, floor: 1e-14 }, () => {}).states[1];
  const exact = at(256);
  const errors = [8, 16, 32, 64].map((nodes) => largestDifference(at(nodes).density, exact.density));
  const orders = errors.slice(1).map((error, k) => Math.log2(errors[k] / error));
  expect(errors[3]).toBeLessThan(1e-6);
  expect(orders[2]).toBeGreaterThan(orders[1]);
  expect(orders[1]).toBeGreaterThan(orders[0]);
});

test("a density that does not vanish at an end is not taken as converged", async () => {
  const variables = { x: { min: -2, max: 2, cells: 64 } };
  const time = { end: 0.1, snapshots: [0.1] };
  const solution = solveSpectral(await problemOf({ ...structuredClone(DOUBLE_WELL), variables, temperature: 0.5, time }));
  expect(solution.converged).toBe(false);
  expect(solution.edge).toBeGreaterThan(1e-4);
  // Refinements may agree all the same: e^{-4^2 / (2 0.8^2)} = 4e-6 at the ends.
  const quadratic = await problemOf({
    alpha: 0,
    temperature: 0.5,
    initial: { x: { type: "normal", mean: 0, sd: 0.8 } },
    time: { end: 0.2, snapshots: [0.2] },
  });
  const agreed = solveSpectral(quadratic, { tolerance: 1e-6 });
  expect(agreed.levels.at(-1)!.difference).toBeLessThan(1e-6);
  expect(agreed.converged).toBe(false);
});

test("births from below rounding are noticed", async () => {
  // alpha = 40 at a precision of 100: the tails rise before diffusion fills them.
  const problem = await problemOf({
    variables: { x: { min: -6, max: 6, cells: 64 } },
    temperature: 0.5,
    alpha: 40,
    initial: { x: { type: "normal", mean: -1, sd: 0.15 } },
    time: { end: 0.05, snapshots: [0.05] },
    observables: { mean: "x" },
  });
  const solution = solveSpectral(problem);
  expect(solution.levels.at(-1)!.difference).toBeLessThan(1e-8);
  expect(solution.floorDifference).toBeGreaterThan(1e-8);
  expect(solution.converged).toBe(false);
});

test("cell averages of the interpolant are exact, on cells that do not divide the nodes", () => {
  const axis = (cells: number) => createGrid([{ name: "x", min: 1, max: 3, cells, boundary: "periodic" }, { name: "y", min: 0, max: 1, cells: cells + 2, boundary: "periodic" }]); // biome-ignore format: one line
  const [lattice, cells] = [createGrid([{ name: "x", min: 1, max: 3, cells: 16, boundary: "periodic" }, { name: "y", min: 0, max: 1, cells: 8, boundary: "periodic" }]), axis(5)]; // biome-ignore format: one line
  const f = Float64Array.from({ length: 128 }, (_, i) => {
    const [x, y] = [1 + (Math.floor(i / 8) + 0.5) / 8, ((i % 8) + 0.5) / 8];
    return 2 + Math.sin(3 * Math.PI * x + 0.4) * Math.cos(2 * Math.PI * y);
  });
  // int sin(3 pi x + 0.4) dx = -cos(3 pi x + 0.4) / (3 pi), int cos(2 pi y) dy = sin(2 pi y) / (2 pi).
  const exact = Float64Array.from({ length: 35 }, (_, i) => {
    const [x, y] = [1 + 0.4 * Math.floor(i / 7), (i % 7) / 7];
    const inX = (Math.cos(3 * Math.PI * x + 0.4) - Math.cos(3 * Math.PI * (x + 0.4) + 0.4)) / (3 * Math.PI) / 0.4;
    const inY = ((Math.sin(2 * Math.PI * (y + 1 / 7)) - Math.sin(2 * Math.PI * y)) / (2 * Math.PI)) * 7;
    return 2 + inX * inY;
  });
  expect(largestDifference(createCellAverages(lattice, cells)(f), exact)).toBeLessThan(1e-14);
});

test("derivatives in time are of order 6, at the ends of the interval as well", () => {
  for (const t of [0, 0.3, 1]) expect(Math.abs(derivativeInTime(Math.exp, t, 0, 1) - Math.exp(t))).toBeLessThan(1e-11);
});

test("what has no spectral solver is refused with another method, and unusable counts and tolerances with the remedy", async () => {
  const problem = await problemOf({ dynamics: "unbalanced" });
  expect(() => solveSpectral(problem)).toThrow(InputError);
  expect(() => solveSpectral(problem)).toThrow(/--method finite-volume/);
  const usual = await problemOf({ temperature: 1 });
  expect(() => solveSpectral(usual, { nodes: 100 })).toThrow(/power of two/);
  expect(() => solveSpectral(usual, { nodes: { z: 64 } })).toThrow(/not a variable/);
  expect(() => solveSpectral(usual, { tolerance: 1e-15 })).toThrow(/tolerance/);
});
