import { describe, expect, test } from "vitest";
import { createCellSmoothing } from "../../../src/finite-volume/moving/cell-smoothing.ts";
import { solveMoving } from "../../../src/finite-volume/moving/solve-moving.ts";
import { solve } from "../../../src/finite-volume/solve.ts";
import { createDiffusionStep } from "../../../src/finite-volume/thermal/diffusion-step.ts";
import { createThermalReaction } from "../../../src/finite-volume/thermal/free-reaction.ts";
import { createGrid, type Grid } from "../../../src/grid/grid.ts";
import { createStream } from "../../../src/numerics/random.ts";
import { sum } from "../../../src/numerics/sum.ts";
import type { ProblemInput } from "../../../src/problem-file/problem-file.ts";
import { gaussianAt } from "../../../validation/shared/gaussian-closed-form.ts";
import { observedOrders, problemOf } from "../../fixtures.ts";
import { largeTest } from "../../sizes.ts";
import { GRIDS, randomFields } from "../random-fields.ts";

/** Edges of cells whose widths differ by up to a factor of 4, and the logarithms of the volumes. */
function unequalCells(grid: Grid, seed: number) {
  const stream = createStream(seed);
  const edges = grid.axes.map(({ min, max, cells }) => {
    const widths = Float64Array.from({ length: cells }, () => 1 + 3 * stream.uniform());
    const scale = (max - min) / sum(widths);
    let x = min;
    return Float64Array.from({ length: cells + 1 }, (_, i) => {
      if (i > 0) x += scale * widths[i - 1];
      return i === cells ? max : x;
    });
  });
  const logVolumes = Float64Array.from({ length: grid.size }, (_, k) =>
    edges.reduce((total, of, a) => {
      const i = Math.floor(k / grid.strides[a]) % grid.shape[a];
      return total + Math.log(of[i + 1] - of[i]);
    }, 0),
  );
  return { edges, logVolumes };
}

/** sum m (V + tau log(m / |C|)). */
const energyOf = (masses: Float64Array, V: Float64Array, logVolumes: Float64Array, tau: number) =>
  sum(masses.map((m, i) => (m > 0 ? m * (V[i] + tau * (Math.log(m) - logVolumes[i])) : 0)));

describe.each(GRIDS)("on cells of unequal widths, $name,", ({ grid }) => {
  const { edges, logVolumes } = unequalCells(grid, 21);
  const tau = 0.4;
  const placed = (V: Float64Array) => {
    const step = createDiffusionStep({ ...grid, cellVolume: 1 });
    edges.forEach((of, a) => {
      step.place(a, of);
    });
    step.measure(V, tau);
    return step;
  };

  test("transport, diffusion and reaction keep the masses of Gibbs to rounding, with any step", async () => {
    const { V } = randomFields(grid, 6);
    const { alpha, temperature } = await problemOf({ alpha: 2, temperature: tau });
    const react = createThermalReaction("density", grid, { alpha, temperature }, 0, { logVolumes, smoothedLog: null });
    const gibbs = V.map((v, i) => Math.exp(logVolumes[i] - v / tau));
    const step = placed(V);
    for (const dt of [1e-3, 1, 1e3]) {
      const masses = gibbs.slice();
      step.sweep(masses, dt, true);
      react(masses, V, 0, dt);
      step.sweep(masses, dt, false);
      // V / tau is at most 10, so that exponentials and ratios of rates are right to 1e-14.
      masses.forEach((m, i) => {
        expect(Math.abs(m / gibbs[i] - 1)).toBeLessThan(1e-12);
      });
    }
    const free = gibbs.map((m, i) => V[i] + tau * (Math.log(m) - logVolumes[i]));
    expect(step.dissipation(gibbs, free)).toBeLessThan(1e-12);
  });

  test("mass is kept, nothing is negative and the free energy does not rise, with any step", async () => {
    const { mu, V } = randomFields(grid, 5);
    const step = placed(V);
    const { alpha, temperature } = await problemOf({ alpha: 2, temperature: tau });
    const react = createThermalReaction("density", grid, { alpha, temperature }, 0, { logVolumes, smoothedLog: null });
    for (const dt of [1e-4, 1e-2, 1, 100]) {
      const masses = mu.map((m, i) => m * Math.exp(logVolumes[i]));
      const before = sum(masses);
      let energy = Infinity;
      for (let k = 0; k < 20; k++) {
        step.sweep(masses, dt / 2, true);
        react(masses, V, 0, dt);
        step.sweep(masses, dt / 2, false);
        expect(masses.every((m) => m >= 0 && m < Infinity)).toBe(true);
        expect(Math.abs(sum(masses) / before - 1)).toBeLessThan(1e-12);
        const next = energyOf(masses, V, logVolumes, tau);
        expect(next).toBeLessThanOrEqual(energy + 1e-12 * before * (1 + Math.abs(next)));
        energy = next;
      }
    }
  });
});

const END = 0.6;

/** Mean and variance of each variable at the end. */
async function momentsOf(changes: Partial<ProblemInput>, names: readonly string[], share: number) {
  const phis = Object.fromEntries(names.flatMap((x) => [[`mean${x}`, x], [`square${x}`, `${x}^2`]])); // biome-ignore format: pairs
  const problem = await problemOf({ time: { end: END, snapshots: 1 }, ...changes, observables: phis });
  const of = (solution: ReturnType<typeof solve>) => {
    const { observables } = solution.snapshots[1];
    return names.flatMap((x) => [observables[`mean${x}`], observables[`square${x}`] - observables[`mean${x}`] ** 2]);
  };
  return { moving: of(solveMoving(problem, { stepShare: share })), fixed: of(solve(problem, { stepShare: share })) };
}

const distance = (found: readonly number[], exact: readonly number[]) =>
  found.reduce((total, value, k) => total + Math.abs(value - exact[k]), 0);

/** As on fixed cells 2 + O(h), h the width where there is mass; and the projections are of order 3. */
const WITHIN = 0.15;

describe.each([
  { alpha: 0, reaction: "free-energy" },
  { alpha: 2, reaction: "free-energy" },
  { alpha: 2, reaction: "energy" },
] as const)("a Gaussian on moving cells at a temperature, alpha = $alpha, R by $reaction", ({ alpha, reaction }) => {
  test.each([0.3, 0.05])(
    "has the mean and variance of the closed form to order 2, and better than fixed cells, tau = %d",
    async (temperature) => {
      const well = { k: 0.9, c: 0.3, temperature, alpha, reaction, mean: -0.5, sd: 0.4 };
      const exact = gaussianAt(END, well);
      const errors: number[] = [];
      for (const cells of [64, 128, 256]) {
        const changes = {
          variables: { x: { min: -4, max: 4, cells } },
          potential: { F: "0.45*(x-0.3)^2" },
          temperature,
          alpha,
          reaction,
          initial: { x: { type: "normal" as const, mean: well.mean, sd: well.sd } },
        };
        const { moving, fixed } = await momentsOf(changes, ["x"], 32 / cells);
        errors.push(distance(moving, [exact.mean, exact.variance]));
        expect(errors[errors.length - 1]).toBeLessThan(distance(fixed, [exact.mean, exact.variance]));
      }
      expect(Math.abs(observedOrders(errors)[1] - 2)).toBeLessThan(WITHIN);
    },
  );

  largeTest("and the same in the plane, with a well that is steeper along one axis", async () => {
    const well = { k: 0.9, c: 0.3, temperature: 0.3, alpha, reaction, mean: -0.5, sd: 0.4 };
    const [x, y] = [gaussianAt(END, well), gaussianAt(END, { ...well, k: 2.2, c: -0.2, mean: 0.3, sd: 0.5 })];
    const exact = [x.mean, x.variance, y.mean, y.variance];
    const errors: number[] = [];
    for (const cells of [40, 80]) {
      const changes = {
        variables: { x: { min: -3.2, max: 3.2, cells }, y: { min: -3, max: 3, cells } },
        potential: { F: "0.45*(x-0.3)^2 + 1.1*(y+0.2)^2" },
        temperature: 0.3,
        alpha,
        reaction,
        initial: { x: { type: "normal" as const, mean: -0.5, sd: 0.4 }, y: { type: "normal" as const, mean: 0.3, sd: 0.5 } },
      };
      const { moving, fixed } = await momentsOf(changes, ["x", "y"], 20 / cells);
      errors.push(distance(moving, exact));
      expect(errors[errors.length - 1]).toBeLessThan(distance(fixed, exact));
    }
    // On coarser cells than above, O(h) is larger.
    expect(Math.abs(observedOrders(errors)[0] - 2)).toBeLessThan(0.4);
  });
});

test("a density that starts a thousandth wide spreads with an error a hundredth of that of fixed cells", async () => {
  const [temperature, sd, end] = [0.05, 1e-3, 0.1];
  // Ornstein and Uhlenbeck: m' = -(m - c), s' = -2 s + 2 tau.
  const exact = [0.3 - 0.8 * Math.exp(-end), temperature + (sd * sd - temperature) * Math.exp(-2 * end)];
  const changes: Partial<ProblemInput> = {
    variables: { x: { min: -3, max: 3, cells: 128 } },
    potential: { F: "0.5*(x-0.3)^2" },
    temperature,
    alpha: 0,
    initial: { x: { type: "normal", mean: -0.5, sd } },
    time: { end, snapshots: 1 },
  };
  const { moving, fixed } = await momentsOf(changes, ["x"], 1);
  expect(distance(moving, exact)).toBeLessThan(1e-2 * distance(fixed, exact));
  expect(distance(moving, exact)).toBeLessThan(1e-5);
});

const WELL: Partial<ProblemInput> = {
  variables: { x: { min: -3.5, max: 3.5, cells: 64 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.3*x" },
  alpha: 2,
  temperature: 0.3,
  initial: { x: { type: "normal", mean: 0.5, sd: 0.1 } },
  observables: { mean: "x", square: "x^2" },
  time: { end: 0.5, snapshots: 1 },
};

/** Means under e^{-V / tau} by the trapezoidal rule, exact to rounding. */
function gibbsMeans(temperature: number): Record<string, number> {
  let [total, mean, square] = [0, 0, 0];
  for (let x = -3.5; x <= 3.5; x += 1e-3) {
    const weight = Math.exp(-(0.25 * (x * x - 1) ** 2 + 0.3 * x) / temperature);
    total += weight;
    mean += weight * x;
    square += weight * x * x;
  }
  return { mean: mean / total, square: square / total };
}

test.each(["birth-death", "pure-birth-death"] as const)(
  "under %s Gibbs is reached: the energy never rises, and means are of order 4 in the cells",
  async (dynamics) => {
    const exact = gibbsMeans(0.3);
    const errors: number[] = [];
    for (const cells of [48, 96]) {
      const problem = await problemOf({
        ...WELL,
        dynamics,
        variables: { x: { min: -3.5, max: 3.5, cells } },
        initial: { x: { type: "normal", mean: 0.5, sd: 0.4 } },
        time: { end: 40, snapshots: 1 },
      });
      const { snapshots, largestEnergyRise, largestMassDrift, failure } = solveMoving(problem);
      const last = snapshots[1];
      expect(failure).toBeNull();
      // log mu relaxes at the rate alpha tau = 0.6, to e^{-24}; without diffusion the tilts within cells follow a step later, and the last step is as long as the whole time before.
      expect(last.gibbsResidual).toBeLessThan(1e-7);
      expect(last.residualOnSupport).toBeLessThan(1e-6);
      // tau times the difference of log Z on the cells and on the lattice, of order 4 in cells of 0.15.
      expect(last.gap).toBeGreaterThanOrEqual(-1e-15);
      expect(last.gap).toBeLessThan(1e-4);
      // What a late projection may add, of a loss of 0.2.
      expect(largestEnergyRise).toBeLessThan(1e-7);
      expect(largestMassDrift).toBeLessThan(1e-12);
      expect(last.minDensity).toBeGreaterThanOrEqual(0);
      errors.push(distance(Object.values(last.observables), Object.values(exact)));
    }
    // The density at edges, from which the mean within a cell follows, is of order 4; 3 tells it from order 2.
    expect(observedOrders(errors)[0]).toBeGreaterThan(3);
  },
);

test("births and deaths alone are of order 3 at least in the cells", async () => {
  const of = async (cells: number) => {
    const problem = await problemOf({
      ...WELL,
      dynamics: "pure-birth-death",
      temperature: 1e-3,
      variables: { x: { min: -3.5, max: 3.5, cells } },
      initial: { x: { type: "normal", mean: 0.5, sd: 0.4 } },
      time: { end: 2, snapshots: 1 },
    });
    return { problem, means: Object.values(solveMoving(problem).snapshots[1].observables) };
  };
  // Cell by cell exact on fixed cells, by the midpoint rule on so many of them that smooth sums are exact.
  const { problem } = await of(64);
  const { temperature, alpha } = problem;
  const fine = Float64Array.from({ length: 7000 }, (_, i) => -3.5 + (i + 0.5) * 1e-3);
  const kept = Math.exp(-(alpha.constant ?? 0) * (temperature.constant ?? 0) * 2);
  const weights = fine.map((x) => {
    const V = 0.25 * (x * x - 1) ** 2 + 0.3 * x;
    return Math.exp((kept * -((x - 0.5) ** 2)) / (2 * 0.16) - ((1 - kept) / 1e-3) * V);
  });
  const total = sum(weights);
  const exact = [sum(fine.map((x, i) => x * weights[i])) / total, sum(fine.map((x, i) => x * x * weights[i])) / total];
  const errors = [distance((await of(64)).means, exact), distance((await of(128)).means, exact)];
  expect(observedOrders(errors)[0]).toBeGreaterThan(2.5);
  expect(errors[1]).toBeLessThan(5e-5);
});

test("at a temperature of 1e-4 a double well is resolved where fixed cells have lost it", async () => {
  const changes: Partial<ProblemInput> = { ...WELL, temperature: 1e-4, alpha: 0, time: { end: 3, snapshots: 1 } };
  const at = async (cells: number) => problemOf({ ...changes, variables: { x: { min: -3.5, max: 3.5, cells } } });
  const exact = Object.values(solve(await at(4096)).snapshots[1].observables);
  const problem = await at(128);
  const [moving, fixed] = [solveMoving(problem).snapshots[1], solve(problem).snapshots[1]];
  expect(moving.resolved).toBe(true);
  expect(fixed.resolved).toBe(false);
  expect(distance(Object.values(moving.observables), exact)).toBeLessThan(0.25 * distance(Object.values(fixed.observables), exact));
});

test.each([
  { reaction: "free-energy" },
  { reaction: "energy" },
  { reaction: { type: "free-energy", bandwidth: 0.2 } },
  { temperature: "0.3*exp(-2*t)" },
  { potential: { F: "0.25*(x^2-1)^2 + 0.3*x", K: { type: "convolution", expression: "exp(-2*x^2)" } } },
] as const satisfies Partial<ProblemInput>[])("the energy balances, and means agree with fine fixed cells: %j", async (changes) => {
  const of = (cells: number) => problemOf({ ...WELL, ...changes, variables: { x: { min: -3.5, max: 3.5, cells } } } as never);
  const exact = Object.values(solve(await of(1024), { stepShare: 0.5 }).snapshots[1].observables);
  const problem = await of(128);
  const [moving, fixed] = [solveMoving(problem, { stepShare: 0.5 }), solve(problem, { stepShare: 0.5 })];
  const last = moving.snapshots[1];
  expect(moving.scheme).toEqual({ flux: "scharfetter-gummel", splitting: "strang" });
  // What projections add, and K on the lattice: O(h^2) of the loss, which a tenth of it would be as a forgotten term.
  expect(Math.abs(last.defect)).toBeLessThan(1e-3 * Math.abs(last.dissipated));
  expect(moving.defectSince).toBeNull();
  expect(moving.largestMassDrift).toBeLessThan(1e-12);
  expect(distance(Object.values(last.observables), exact)).toBeLessThan(
    0.4 * distance(Object.values(fixed.snapshots[1].observables), exact),
  );
});

test("in space mass is kept to rounding, nothing is negative, and the energy never rises", async () => {
  const problem = await problemOf({
    variables: {
      x: { min: -2, max: 2, cells: 12 },
      y: { min: 0, max: 6, cells: 10, boundary: "periodic" },
      z: { min: -2, max: 2, cells: 8 },
    },
    potential: { F: "0.25*(x^2-1)^2 + cos(y*pi/3) + 0.5*z^2 + 0.2*x*z" },
    temperature: 0.3,
    alpha: 1,
    initial: {
      x: { type: "normal", mean: 0.1, sd: 0.3 },
      y: { type: "von-mises", mean: 3, concentration: 4 },
      z: { type: "normal", mean: 0.3, sd: 0.4 },
    },
    observables: { x: "x" },
    time: { end: 1, snapshots: 1 },
  });
  const { snapshots, largestEnergyRise, largestMassDrift } = solveMoving(problem);
  expect(largestEnergyRise).toBe(0);
  expect(largestMassDrift).toBeLessThan(1e-12);
  expect(snapshots[1].masses.every((m) => m >= 0)).toBe(true);
});

test.each([false, true])("a Gaussian smoothed on graded cells is a wider one, to order 2: periodic %s", (periodic) => {
  const [sd, bandwidth, L] = [0.3, 0.25, 4];
  const errors = [40, 80].map((cells) => {
    const grid = createGrid([{ name: "x", min: -L, max: L, cells, boundary: periodic ? "periodic" : "no-flux" }]);
    const edges = Float64Array.from({ length: cells + 1 }, (_, i) => {
      const s = (2 * i) / cells - 1;
      return L * (0.6 * s + 0.4 * s * s * s);
    });
    const density = (x: number, width: number) =>
      [-2, -1, 0, 1, 2].reduce(
        // The images of a periodic axis; on a line one.
        (total, turn) =>
          turn !== 0 && !periodic
            ? total
            : total + Math.exp(-0.5 * ((x - 3 + 2 * L * turn) / width) ** 2) / (width * Math.sqrt(2 * Math.PI)),
        0,
      );
    const centre = (i: number) => 0.5 * (edges[i] + edges[i + 1]);
    const masses = Float64Array.from({ length: cells }, (_, i) => (edges[i + 1] - edges[i]) * density(centre(i), sd));
    const smoothing = createCellSmoothing(grid, bandwidth);
    smoothing.place(0, edges);
    const out = new Float64Array(cells);
    smoothing.apply(out, masses);
    let worst = 0;
    for (let i = 0; i < cells; i++) {
      const exact = density(centre(i), Math.hypot(sd, bandwidth));
      // On a line the mass beyond the wall, 1e-3 of it, is missing near the wall.
      if (periodic || centre(i) < 2.5) worst = Math.max(worst, Math.abs(out[i] - exact));
      if (Math.abs(centre(i) - 3) < 1) expect(out[i]).toBeGreaterThan(0);
    }
    return worst;
  });
  expect(Math.abs(observedOrders(errors)[0] - 2)).toBeLessThan(0.3);
});

test("a bandwidth below the width of the cells of the file is refused with a remedy", async () => {
  const narrow = await problemOf({ ...WELL, reaction: { type: "free-energy", bandwidth: 0.05 } });
  expect(() => solveMoving(narrow)).toThrow(/reaction\.bandwidth = 0\.05: below the width .* use --cells x=140 at least/);
});
