import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { integrate } from "../../src/grid/density.ts";
import { centres } from "../../src/grid/grid.ts";
import { iterateMeanFieldMap } from "../../src/mean-field-map/mean-field-map.ts";
import { createProblem, type ProblemOverrides } from "../../src/problem/problem.ts";
import type { SchemeName } from "../../src/schemes/schemes.ts";
import { errorOf, observedOrders, problemOf } from "../fixtures.ts";

const doubleWell = (overrides: ProblemOverrides = {}) =>
  createProblem(JSON.parse(readFileSync(new URL("../../grids/double-well.json", import.meta.url), "utf8")), overrides);

test("the map of the double well reaches every printed digit of docs/golden-numbers.md", async () => {
  const { time, observables } = iterateMeanFieldMap(await doubleWell(), 0.05).at(-1)!;
  expect(time).toBe(1);
  // Eight digits are given; 512 nodes are within 3e-10 of the limit of many.
  expect(Math.abs(observables.mean - -0.35479375)).toBeLessThan(5e-9);
  expect(Math.abs(observables.second - 0.7119656)).toBeLessThan(5e-9);
  expect(Math.abs(observables.wave - -0.05373168)).toBeLessThan(5e-9);
});

test.each(["birth-death", "pure-birth-death", "gradient-descent"] as const)(
  "under %s the map comes to the equation as dt -> 0, at order 1, in means and in energy",
  async (dynamics) => {
    const problem = await doubleWell({ dynamics });
    const quantities = ({ energy, observables }: { energy: number; observables: Record<string, number> }) => [
      energy,
      ...Object.values(observables),
    ];
    const exact = quantities(solveCharacteristics(problem).snapshots.at(-1)!);
    const maps = [64, 128, 256].map((steps) => quantities(iterateMeanFieldMap(problem, 1 / steps).at(-1)!));
    exact.forEach((value, k) => {
      const errors = maps.map((means) => Math.abs(means[k] - value));
      // The next term of the error is O(dt) of the first: below 0.04 of an order here, where another order would be 1 off.
      for (const order of observedOrders(errors)) expect(Math.abs(order - 1)).toBeLessThan(0.04);
    });
  },
);

test("the map does not depend on its nodes, once they resolve a smooth start", async () => {
  const problem = await doubleWell();
  const coarse = iterateMeanFieldMap(problem, 0.05, { nodes: 128 }).at(-1)!;
  const fine = iterateMeanFieldMap(problem, 0.05).at(-1)!;
  // Jumps of a second derivative, 2 (alpha dt V')^2 rho_0 phi ~ 0.1, cost h^3 / 120 of it at each of 20 steps, with h = 0.07: below 1e-6.
  for (const name of Object.keys(fine.observables)) {
    expect(Math.abs(coarse.observables[name] - fine.observables[name])).toBeLessThan(1e-6);
  }
});

test("one step of the map is its formula, with or without motion", async () => {
  for (const [dynamics, motion] of [
    ["birth-death", 0.1],
    ["pure-birth-death", 0],
  ] as const) {
    const problem = await problemOf({
      potential: { F: "x^2/2" },
      alpha: 3,
      dynamics,
      time: { end: 0.1, snapshots: [0.1] },
      observables: { mean: "x", one: "x - x + 1" },
    });
    const [{ energy, observables }] = iterateMeanFieldMap(problem, 0.1, { nodes: 64 });
    // The trapezoidal rule on 7.5 standard deviations of 0.6 to either side of 0.5.
    const nodes = Array.from({ length: 64 }, (_, i) => 0.5 + 4.5 * (-1 + (i + 0.5) / 32));
    const start = nodes.map((x) => Math.exp(-0.5 * ((x - 0.5) / 0.6) ** 2));
    const total = start.reduce((sum, w) => sum + w);
    const moved = nodes.map((x) => (1 - motion) * x);
    const V = moved.map((x) => x ** 2 / 2);
    const mean = V.reduce((sum, v, i) => sum + (v * start[i]) / total, 0);
    const weights = start.map((w, i) => w * (V[i] > mean ? Math.exp(-0.3 * (V[i] - mean)) : 2 - Math.exp(-0.3 * (mean - V[i]))));
    const over = (values: readonly number[]) =>
      weights.reduce((sum, w, i) => sum + w * values[i], 0) / weights.reduce((sum, w) => sum + w);
    expect(observables.mean).toBeCloseTo(over(moved), 13);
    expect(observables.one).toBeCloseTo(1, 13);
    // Without K the energy is the mean of F.
    expect(energy).toBeCloseTo(over(V), 13);
  }
});

test("nodes start within the period, as particles do", async () => {
  const problem = await problemOf({
    variables: { x: { min: -Math.PI, max: Math.PI, cells: 512, boundary: "periodic" } },
    potential: { F: "cos(x)" },
    dynamics: "pure-birth-death",
    initial: { x: { type: "von-mises", mean: 2, concentration: 2 } },
    time: { end: 1, snapshots: [0] },
    observables: { place: "x" },
  });
  const { grid, initial } = problem;
  const { density } = initial.cellAverages(grid);
  const place = integrate(grid, density, centres(grid.axes[0]));
  // x jumps by 2 pi within a spacing of 2 pi / 512, where the density is 0.15; without wrapping the mean is 2, half a unit off.
  expect(Math.abs(iterateMeanFieldMap(problem, 1)[0].observables.place - place)).toBeLessThan(0.012);
  expect(place).toBeLessThan(1.6);
});

test("a node that has been killed is gone, even if its place would be infinite", async () => {
  // Nodes 7.5 sd out overshoot: from 4.6 by steps of 1/8 down a quartic well to -7, 36 and beyond, killed as they go.
  const { observables } = iterateMeanFieldMap(await doubleWell(), 1 / 8).at(-1)!;
  expect(Math.abs(observables.mean - -0.36071075)).toBeLessThan(0.02);
});

test("nodes that escape to infinity are an error that says what to do", async () => {
  const problem = await doubleWell({ dynamics: "gradient-descent" });
  const error = errorOf(() => iterateMeanFieldMap(problem, 1 / 8));
  expect(error).toMatchObject({ name: "InvariantError", message: expect.stringContaining("reduce dt = 0.125") });
});

const everyDeath = { type: "reinjection", law: "every-death", prior: { x: { type: "normal", mean: 0, sd: 1 } } } as const;

test.each([
  ["birth-death", "reinjection"],
  ["birth-death", "gradient-descent"],
  ["gradient-descent", "algorithm-1"],
  [everyDeath, "algorithm-1"],
  [everyDeath, "authors-notebook"],
] as const)("under %j the map of %s is refused, and one that follows is named", async (dynamics, scheme) => {
  const problem = await problemOf({ dynamics });
  const error = errorOf(() => iterateMeanFieldMap(problem, 0.1, { scheme, nodes: 8 }));
  expect(error).toMatchObject({ name: "InputError", field: "scheme", value: scheme });
  const [, named] = /use one of ([a-z0-9-]+)/.exec((error as Error).message)!;
  const usual = iterateMeanFieldMap(problem, 0.1, { nodes: 8 });
  expect(iterateMeanFieldMap(problem, 0.1, { scheme: named as SchemeName, nodes: 8 })).toEqual(usual);
});

test("unbalanced dynamics and unusable counts of nodes are refused", async () => {
  const unbalanced = await problemOf({ dynamics: "unbalanced" });
  expect(() => iterateMeanFieldMap(unbalanced, 0.1)).toThrow(/^dynamics = "unbalanced"/);
  const plane = await problemOf({
    variables: { x: { min: -4, max: 4, cells: 8 }, y: { min: -4, max: 4, cells: 8 } },
    initial: { x: { type: "normal", mean: 0, sd: 1 }, y: { type: "normal", mean: 0, sd: 1 } },
  });
  for (const nodes of [0, 2.5, 2049]) expect(() => iterateMeanFieldMap(plane, 0.1, { nodes })).toThrow(/^nodes = /);
});

test.each([
  { bandwidth: 0.6, dynamics: "birth-death" },
  { bandwidth: 0.1, dynamics: "birth-death" },
  { bandwidth: 0.04, dynamics: "pure-birth-death" },
] as const)(
  "a Gaussian goes through a step whose reaction smooths it by $bandwidth as in closed form, under $dynamics",
  async ({ bandwidth, dynamics }) => {
    const [k, tau, alpha, dt, mean, sd] = [1, 0.5, 2, 0.25, 0.3, 0.7];
    const problem = await problemOf({
      potential: { F: `${k / 2}*x^2` },
      temperature: tau,
      alpha,
      dynamics,
      reaction: { type: "free-energy", bandwidth },
      initial: { x: { type: "normal", mean, sd } },
      observables: { mean: "x", second: "x^2" },
      time: { end: dt, snapshots: 1 },
    });
    // Moved, N(m, v); smoothed, N(m, v + eps^2); then times e^{-alpha dt (k x^2 / 2 - tau (x - m)^2 / (2 (v + eps^2)))}.
    const still = dynamics === "pure-birth-death";
    const [m, v] = still ? [mean, sd * sd] : [(1 - k * dt) * mean, ((1 - k * dt) * sd) ** 2 + 2 * tau * dt];
    const pull = tau / (v + bandwidth ** 2);
    const precision = 1 / v + alpha * dt * (k - pull);
    const moved = (m / v - alpha * dt * pull * m) / precision;
    const { observables } = iterateMeanFieldMap(problem, dt, { scheme: "resampling", nodes: 64 })[1];
    // What the lattice cuts off is below 1e-12. Of nodes as far apart as the noise alone allows, 0.4, the mean at the narrow bandwidth would be 3e-4 off. Those that stay are raised to a spacing of
    // 0.04, at which sums of k_eps are right to 5e-9 of alpha dt tau; at the one of 64, 0.17, they would be off by 1e-4.
    const within = still ? 1e-9 : 1e-10;
    expect(Math.abs(observables.mean - moved)).toBeLessThan(within);
    expect(Math.abs(observables.second - moved ** 2 - 1 / precision)).toBeLessThan(within);
  },
);

test("a bandwidth that no affordable count of nodes resolves is refused, where births and deaths smooth mu at them", async () => {
  const axes = { min: -4, max: 4, cells: 8 };
  const start = { type: "normal", mean: 0, sd: 1 } as const;
  const narrow = {
    variables: { x: axes, y: axes },
    potential: { F: "x^2 + y^2" },
    temperature: 0.5,
    reaction: { type: "free-energy", bandwidth: 0.05 },
    initial: { x: start, y: start },
    time: { end: 0.1, snapshots: 1 },
  } as const;
  const still = await problemOf({ ...narrow, dynamics: "pure-birth-death" });
  expect(() => iterateMeanFieldMap(still, 0.1)).toThrow(
    /^reaction\.bandwidth = 0\.05: below the spacing 0\.234375 along x of 4096 nodes in all; use a larger one/,
  );
  // Moved by the noise, they are those of a lattice as fine as the bandwidth asks for.
  const moving = await problemOf({ ...narrow, reaction: { type: "free-energy", bandwidth: 0.2 } });
  expect(() => iterateMeanFieldMap(moving, 0.1, { nodes: 16 })).not.toThrow();
});
