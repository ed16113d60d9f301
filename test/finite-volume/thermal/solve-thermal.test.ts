import { describe, expect, test } from "vitest";
import { solve } from "../../../src/finite-volume/solve.ts";
import { orderInTime } from "../../../src/finite-volume/splittings.ts";
import { refineSteps } from "../../../src/finite-volume/step-tolerance.ts";
import { createThermalReaction } from "../../../src/finite-volume/thermal/free-reaction.ts";
import { createThermalStepper } from "../../../src/finite-volume/thermal/thermal-stepper.ts";
import { l1Distance, mass } from "../../../src/grid/density.ts";
import { createGridPotential } from "../../../src/potential/potential.ts";
import { termsOf } from "../../../src/problem/dynamics.ts";
import type { Problem } from "../../../src/problem/problem.ts";
import type { ProblemInput } from "../../../src/problem-file/problem-file.ts";
import { describeSolution, describeSpectral } from "../../../src/reference/datasets.ts";
import { solveSpectral } from "../../../src/spectral/solve.ts";
import { gaussianAt } from "../../../validation/shared/gaussian-closed-form.ts";
import { largestDifference, observedOrders, problemOf } from "../../fixtures.ts";

const WELL: Partial<ProblemInput> = {
  variables: { x: { min: -3.5, max: 3.5, cells: 128 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
  alpha: 2,
  temperature: 0.4,
  initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
  observables: { mean: "x" },
};
const SCHEME = { splitting: "strang", freezePotential: false } as const;

function gibbsOf({ grid, potential }: Problem, tau: number): Float64Array {
  const weights = createGridPotential(potential, grid).external.map((v) => Math.exp(-v / tau));
  const total = mass(grid, weights);
  return weights.map((w) => w / total);
}

describe.each(["gradient-descent", "birth-death", "pure-birth-death"] as const)("%s in a double well", (dynamics) => {
  test("keeps the Gibbs distribution to 1e-12, and reaches it", async () => {
    const problem = await problemOf({ ...WELL, dynamics, time: { end: 120, snapshots: 1 } });
    const gibbs = gibbsOf(problem, 0.4);
    const stepper = createThermalStepper(problem, problem.grid, SCHEME);
    stepper.start(gibbs);
    for (const dt of [1e-3, 0.1, 10]) stepper.step(0, dt);
    // e^{-V / tau} of e^{-80} at the ends is right to 80 eps; the rest is rounding of a few sweeps.
    expect(largestDifference(stepper.mu, gibbs)).toBeLessThan(1e-12);
    const last = solve(problem, {}).snapshots[1];
    // Barrier 0.25, tau 0.4: the slowest mode has a rate of 0.3, and e^{-36} is left; births and deaths alone have alpha tau = 0.8.
    expect(l1Distance(problem.grid, last.density, gibbs)).toBeLessThan(1e-10);
    expect(last.gibbsResidual).toBeLessThan(1e-10);
    expect(Math.abs(last.gap ?? 1)).toBeLessThan(1e-12);
    expect(last.residualOnSupport).toBeLessThan(1e-9);
  });
});

test("births and deaths by V alone do not reach it, and say nothing of a distance to it", async () => {
  const problem = await problemOf({ ...WELL, reaction: "energy", time: { end: 20, snapshots: 1 } });
  const { gap, gibbsResidual } = solve(problem).snapshots[1];
  expect(gap).toBeGreaterThan(0.01);
  expect(gibbsResidual).toBeUndefined();
});

test("births and deaths alone are exact, with rates that change in time", async () => {
  const END = 0.7;
  for (const [alpha, temperature] of [
    [2, 0.4],
    [3, 1e-9],
    ["2+sin(5*t)", "0.4+0.3*cos(4*t)"],
  ] as const) {
    const problem = await problemOf({
      ...WELL,
      dynamics: "pure-birth-death",
      alpha,
      temperature,
      time: { end: END, snapshots: 1 },
    });
    const { grid } = problem;
    const rate = (t: number) => (typeof alpha === "number" ? alpha : 2 + Math.sin(5 * t));
    const tau = (t: number) => (typeof temperature === "number" ? temperature : 0.4 + 0.3 * Math.cos(4 * t));
    // G' = alpha - alpha tau G, A' = alpha tau, by 4000 steps of Heun's method: some 1e-8.
    let [A, G] = [0, 0];
    const h = END / 4000;
    for (let n = 0; n < 4000; n++) {
      const t = n * h;
      const first = rate(t) * (1 - tau(t) * G);
      const second = rate(t + h) * (1 - tau(t + h) * (G + h * first));
      G += (h / 2) * (first + second);
      A += (h / 2) * (rate(t) * tau(t) + rate(t + h) * tau(t + h));
    }
    const V = createGridPotential(problem.potential, grid).external;
    const exact = problem.initial.cellAverages(grid).density.map((m, i) => Math.exp(Math.exp(-A) * Math.log(m) - G * V[i]));
    const total = mass(grid, exact);
    const { density } = solve(problem).snapshots[1];
    expect(
      largestDifference(
        density,
        exact.map((m) => m / total),
      ),
    ).toBeLessThan(1e-7);
  }
});

test("a reaction of any strength overflows nowhere, keeps the mass, and leaves empty cells empty", async () => {
  for (const F of ["2000*x^2 - 3000", "2000*x^2 + 3000"]) {
    const problem = await problemOf({ ...WELL, potential: { F }, initial: { x: { type: "uniform", min: -1, max: 1 } } });
    const { grid } = problem;
    const V = createGridPotential(problem.potential, grid).external;
    for (const logTerm of ["none", "density", "smoothed"] as const) {
      const mu = problem.initial.cellAverages(grid).density;
      mu[64] = 1e-310;
      const before = mass(grid, mu);
      const empty = mu.map((m) => (m === 0 ? 1 : 0));
      createThermalReaction(logTerm, grid, problem, 0.3)(mu, V, 0, 1);
      expect(Math.abs(mass(grid, mu) / before - 1)).toBeLessThan(1e-13);
      expect(mu.every((m, i) => m >= 0 && (empty[i] === 0 || m === 0))).toBe(true);
    }
  }
});

test("a reaction by a smoothed density is of order 2 in dt with diffusion, on given cells", async () => {
  const problem = await problemOf({ ...WELL, reaction: { type: "free-energy", bandwidth: 0.3 }, temperature: 1 });
  const after = (steps: number) => {
    const stepper = createThermalStepper(problem, problem.grid, SCHEME);
    stepper.start(problem.initial.cellAverages(problem.grid).density);
    for (let k = 0; k < steps; k++) stepper.step((k * 0.4) / steps, 0.4 / steps);
    return stepper.mu;
  };
  const finest = after(2560);
  const errors = [80, 160, 320].map((steps) => l1Distance(problem.grid, after(steps), finest));
  // 2 + O(dt), and (320 / 2560)^2 of the finest are its own error.
  expect(Math.abs(observedOrders(errors)[1] - 2)).toBeLessThan(0.1);
  expect(errors[2]).toBeGreaterThan(1e-9);
});

test("with K the Gibbs distribution of its own potential is reached", async () => {
  const problem = await problemOf({
    variables: { x: { min: -4, max: 4, cells: 128 } },
    potential: { F: "0.1*x^2", K: { type: "convolution", expression: "exp(-x^2/(2*0.6^2))" } },
    alpha: 2,
    temperature: 0.3,
    initial: { x: { type: "normal", mean: 0.4, sd: 0.5 } },
    time: { end: 40, snapshots: 1 },
  });
  const last = solve(problem).snapshots[1];
  // Extrapolation of V leaves nothing of it where nothing changes any more; rates are those of the quadratic, 0.2 and more, with births and deaths.
  expect(last.gibbsResidual).toBeLessThan(1e-8);
  expect(last.defect).toBeLessThan(1e-3);
});

test("as the temperature tends to 0 the solution is that of upwinding", async () => {
  const cells = 400;
  const changes = { ...WELL, variables: { x: { min: -3.5, max: 3.5, cells } }, time: { end: 0.5, snapshots: 1 } };
  const cold = solve(await problemOf({ ...changes, temperature: 0 }), { flux: "upwind", maxStep: 5e-4 }).snapshots[1];
  const warm = solve(await problemOf({ ...changes, temperature: 1e-6 }), { maxStep: 5e-4 }).snapshots[1];
  const muscl = solve(await problemOf({ ...changes, temperature: 0 })).snapshots[1];
  // Upwinding adds diffusion of h |V'| / 2, which no dt changes: both have it, and differ by the order 1 of the explicit steps, dt / h of it.
  const { grid } = await problemOf(changes);
  const apart = l1Distance(grid, cold.density, warm.density);
  expect(apart).toBeLessThan(0.1 * l1Distance(grid, warm.density, muscl.density));
});

test("an F that changes in time at temperature 0: order 2, and its work is in the balance", async () => {
  const [alpha, END] = [2, 0.6];
  const k = (t: number) => 1 + Math.sin(3 * t);
  const exact = gaussianAt(END, { k, c: 0.3, temperature: 0, alpha, reaction: "energy", mean: -0.5, sd: 0.4 });
  const errors: number[] = [];
  const defects: number[] = [];
  for (const cells of [128, 256, 512]) {
    const problem = await problemOf({
      variables: { x: { min: -4, max: 4, cells } },
      potential: { F: "(1+sin(3*t))*(x-0.3)^2/2" },
      alpha,
      initial: { x: { type: "normal", mean: -0.5, sd: 0.4 } },
      observables: { mean: "x", square: "x^2" },
      time: { end: END, snapshots: 1 },
    });
    const { observables, defect } = solve(problem, { maxStep: END / cells }).snapshots[1];
    const variance = observables.square - observables.mean ** 2;
    errors.push(Math.abs(observables.mean - exact.mean) + Math.abs(variance - exact.variance));
    defects.push(Math.abs(defect));
  }
  expect(Math.abs(observedOrders(errors)[1] - 2)).toBeLessThan(0.2);
  // Of a loss of some tenths.
  expect(observedOrders(defects)[1]).toBeGreaterThan(1.7);
  expect(defects[2]).toBeLessThan(1e-3);
});

test("steps are shortened until their error is within a tolerance", async () => {
  const problem = await problemOf({ ...WELL, time: { end: 0.5, snapshots: 1 } });
  const order = orderInTime({ flux: "scharfetter-gummel", splitting: "strang" }, termsOf(problem));
  expect(order).toBe(2);
  const { run, stepError } = refineSteps(problem, 1e-6, order, (share) => solve(problem, { stepShare: share }));
  expect(stepError.reached).toBe(true);
  const finest = solve(problem, { stepShare: 0.002 });
  const scale = run.snapshots[1].residualOnSupport;
  const apart = Math.abs(run.snapshots[1].energy - finest.snapshots[1].energy) / scale;
  // The estimate is right to its own next order.
  expect(apart).toBeLessThan(1.5e-6);
});

test("a wall reflects what diffuses to it: no mass is said to be held, and mass at the edge still is", async () => {
  const problem = await problemOf({ ...WELL, potential: { F: "-x" }, time: { end: 2, snapshots: 1 } });
  const { wallMass, edgeMassSince } = solve(problem);
  expect(wallMass).toEqual([]);
  expect(edgeMassSince).not.toBeNull();
});

test("a file says what its numbers are at a temperature", async () => {
  const problem = await problemOf({ ...WELL, time: { end: 0.1, snapshots: 2 } });
  const solution = solve(problem);
  const { series, attributes } = describeSolution(problem, solution);
  const found = new Map(series.map(({ name, description, values }) => [name, { description, values: [...values] }]));
  expect(found.get("gibbs_residual")?.values).toEqual(solution.snapshots.map(({ gibbsResidual }) => gibbsResidual));
  expect(found.get("energy")?.description).toMatch(/tau int mu log mu/);
  expect(attributes?.flux).toBe("scharfetter-gummel");
  const cold = await problemOf({ ...WELL, temperature: 0, time: { end: 0.1, snapshots: 2 } });
  expect(describeSolution(cold, solve(cold)).series.map(({ name }) => name)).not.toContain("gibbs_residual");
  const byModes = describeSpectral(problem, solveSpectral(problem, { tolerance: 1e-4 })).series;
  expect(byModes.map(({ name }) => name)).toEqual(series.map(({ name }) => name));
  expect(byModes[0].description).toMatch(/tau int mu log mu/);
  const inTime = await problemOf({ ...WELL, temperature: 0, potential: { F: "(1+t)*x^2" }, time: { end: 0.1, snapshots: 1 } });
  const lost = describeSolution(inTime, solve(inTime)).series.find(({ name }) => name === "dissipated");
  expect(lost?.description).toMatch(/int d_t F dmu/);
});

test("what has no meaning is refused with a remedy", async () => {
  const problem = await problemOf(WELL);
  expect(() => solve(problem, { flux: "muscl" })).toThrow(/use scharfetter-gummel/);
  const cold = await problemOf({ ...WELL, temperature: 0 });
  expect(() => solve(cold, { flux: "scharfetter-gummel" })).toThrow(/temperature above 0/);
  const narrow = await problemOf({ ...WELL, reaction: { type: "free-energy", bandwidth: 0.05 } });
  expect(() => solve(narrow)).toThrow(/reaction\.bandwidth = 0\.05: below the width .* use --cells x=140 at least/);
});
