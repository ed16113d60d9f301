import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { solveMoving } from "../../src/finite-volume/moving/solve-moving.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { densitiesOf } from "../../src/grid/moving-grid.ts";
import { sum } from "../../src/numerics/sum.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { observedOrders, problemOf } from "../fixtures.ts";
import { largeTest, sized } from "../sizes.ts";

const normal = (mean: number, sd: number) => ({ type: "normal" as const, mean, sd });

/** The tilted double well: without diffusion its density sharpens for ever. */
const doubleWell = (cells: number, times: number[]) =>
  problemOf({
    variables: { x: { min: -3.5, max: 3.5, cells } },
    potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
    alpha: 4,
    initial: { x: normal(0.1, 0.6) },
    time: { end: times[times.length - 1], snapshots: times },
    observables: { mean: "x", second: "x^2", wave: "cos(2*x)" },
  });

const coupled = (cells: number, end: number) =>
  problemOf({
    variables: { x: { min: -3, max: 3, cells }, y: { min: -3, max: 3, cells } },
    potential: {
      F: "0.25*(x^2-1)^2 + 0.5*y^2 + 0.4*x*y",
      K: { type: "convolution", expression: "0.8*exp(-(x^2 + x*y + y^2)/0.8)" },
    },
    alpha: 2,
    initial: { x: normal(0.2, 0.5), y: normal(0.1, 0.5) },
    time: { end, snapshots: [end] },
    observables: { x: "x", y: "y", product: "x*y" },
  });

const errorsOf = (found: Record<string, number>, exact: Record<string, number>) =>
  Object.keys(exact).map((name) => Math.abs(found[name] - exact[name]));

largeTest(
  "a density that sharpens for ever is known to 1e-5 on 256 cells, and still resolved when its peak is 1e-9 wide",
  async () => {
    const problem = await doubleWell(256, [1, 4, 8]);
    const exact = solveCharacteristics(problem, { tolerance: 1e-7 });
    const { snapshots, unresolvedSince } = solveMoving(problem, { stepNumber: 0.02 });
    snapshots.forEach(({ observables, resolved }, s) => {
      expect(Math.max(...errorsOf(observables, exact.snapshots[s].observables))).toBeLessThan(1e-5);
      expect(resolved).toBe(true);
    });
    expect(unresolvedSince).toBeNull();
    const [edges] = snapshots[2].edges;
    expect(Math.min(...edges.slice(1).map((x, i) => x - edges[i]))).toBeLessThan(1e-9);
  },
);

test("densities in their own cells agree with those traced along characteristics to 1e-3 in L1", async () => {
  const problem = await doubleWell(256, [1, 4]);
  const traced = solveCharacteristics(problem, { tolerance: 1e-7 }).tracedDensity(1e-8);
  for (const { time, edges, masses } of solveMoving(problem).snapshots) {
    // The midpoint rule in each cell: of order 2, as what lies within the cell.
    const centres = masses.map((_, i) => 0.5 * (edges[0][i] + edges[0][i + 1]));
    const exact = new Float64Array(masses.length);
    traced.atPoints(exact, [centres], masses.length, time);
    const densities = densitiesOf({ domain: problem.grid, edges }, masses);
    const l1 = sum(exact.map((rho, i) => Math.abs(rho - densities[i]) * (edges[0][i + 1] - edges[0][i])));
    expect(l1).toBeLessThan(time === 1 ? 5e-4 : 1e-3);
  }
});

largeTest(
  "in two dimensions moving cells know correlations better than four times as many along an axis that stay, while the density is smooth",
  async () => {
    const cells = sized(24, 32);
    const [few, many] = [await coupled(cells, 0.25), await coupled(4 * cells, 0.25)];
    const exact = solveCharacteristics(few, { tolerance: 1e-5 }).snapshots[0].observables;
    const errorOf = (found: Record<string, number>) => Math.max(...errorsOf(found, exact));
    expect(errorOf(solveMoving(few).snapshots[0].observables)).toBeLessThan(errorOf(solve(many).snapshots[0].observables));
  },
);

test("the error of the steps is of order 2, with K and without", async () => {
  const potentials = [
    { F: "0.25*(x^2-1)^2 + 0.15*x" },
    { F: "0.1*x^2", K: { type: "convolution" as const, expression: "exp(-x^2/0.72)" } },
  ];
  for (const potential of potentials) {
    const problem = await problemOf({
      variables: { x: { min: -4, max: 4, cells: 512 } },
      potential,
      alpha: 2,
      initial: { x: normal(0.4, 0.5) },
      time: { end: 0.5, snapshots: [0.5] },
      observables: { mean: "x", second: "x^2" },
    });
    const found = sized([0.05, 0.025, 0.0125], [0.05, 0.025, 0.0125, 0.00625]).map(
      (maxStep) => solveMoving(problem, { stepNumber: Infinity, maxStep }).snapshots[0].observables,
    );
    const changes = found.slice(1).map((later, k) => Math.hypot(...errorsOf(later, found[k])));
    // The first step predicts V by half a step of order 1: its share of the error is of order 3.
    expect(Math.abs(observedOrders(changes).at(-1)! - 2)).toBeLessThan(0.3);
  }
});

describe("for any problem, cells and steps", () => {
  const axis = fc.record({
    cells: fc.integer({ min: 8, max: 24 }),
    boundary: fc.constantFrom("no-flux" as const, "periodic" as const),
    wells: fc.integer({ min: 1, max: 3 }),
    depth: fc.double({ min: -3, max: 3, noNaN: true }),
    sd: fc.double({ min: 0.05, max: 2, noNaN: true }),
  });
  const dynamics = fc.constantFrom("birth-death" as const, "gradient-descent" as const, "pure-birth-death" as const);

  test("mass is kept to 1e-12, no density is negative, and edges increase from end to end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(axis, { minLength: 1, maxLength: 2 }),
        dynamics,
        fc.boolean(),
        fc.double({ min: 0.002, max: 3, noNaN: true }),
        async (axes, name, interacts, dt) => {
          const names = ["x", "y"].slice(0, axes.length);
          const entries = <T>(make: (index: number) => T): Record<string, T> =>
            Object.fromEntries(names.map((variable, a) => [variable, make(a)]));
          const problem: Problem = await problemOf({
            variables: entries((a) => ({ min: -Math.PI, max: Math.PI, cells: axes[a].cells, boundary: axes[a].boundary })),
            potential: {
              F: axes.map(({ wells, depth }, a) => `${depth}*cos(${wells}*${names[a]} + 0.3)`).join(" + "),
              ...(interacts ? { K: { type: "convolution", expression: names.map((v) => `cos(${v})`).join("+") } } : {}),
            },
            dynamics: name,
            alpha: 2,
            initial: entries((a) =>
              axes[a].boundary === "periodic"
                ? { type: "von-mises" as const, mean: 0.2, concentration: axes[a].sd ** -2 }
                : { type: "truncated-normal" as const, mean: 0.2, sd: axes[a].sd, min: -Math.PI, max: Math.PI },
            ),
            time: { end: 8 * dt, snapshots: [8 * dt] },
          });
          const solution = solveMoving(problem, { stepNumber: Infinity, maxStep: dt });
          const [{ masses, edges, density }] = solution.snapshots;
          expect(Math.abs(sum(masses) - 1)).toBeLessThan(1e-12);
          expect(Math.abs(sum(density) * problem.grid.cellVolume - 1)).toBeLessThan(1e-12);
          expect(masses.every((m) => m >= 0) && density.every((m) => m >= 0)).toBe(true);
          for (const each of edges) {
            expect([each[0], each[each.length - 1]]).toEqual([-Math.PI, Math.PI]);
            expect(each.every((x, i) => i === 0 || x > each[i - 1])).toBe(true);
          }
        },
      ),
      { seed: 1, numRuns: sized(15, 40) },
    );
  });
});

test("on moving cells the energy falls, the identity (16) holds to 4 thousandths, the gap bounds the energy above its minimum", async () => {
  const problem = await coupled(48, 1);
  const { snapshots, largestEnergyRise, defectSince, edgeMassSince } = solveMoving(problem);
  const [{ defect, dissipated, energy, gap }] = snapshots;
  expect(largestEnergyRise).toBe(0);
  expect(defectSince).toBeNull();
  expect(edgeMassSince).toBeNull();
  expect(Math.abs(defect)).toBeLessThan(4e-3 * dissipated);
  // Half the cells an axis are enough to see how far it falls: they change it by thousandths, and the gap is of order 1.
  const later = solveMoving(await coupled(24, 4)).snapshots[0].energy;
  expect(energy - (gap as number)).toBeLessThan(later);
});

test("dynamics that bring mass back from a prior, and too few cells, are refused", async () => {
  const reinjection = await problemOf({
    dynamics: { type: "reinjection", law: "net-deficit", prior: { x: normal(0, 1) } },
  });
  expect(() => solveMoving(reinjection)).toThrow(/--grid fixed/);
  const few = await problemOf({ variables: { x: { min: -4, max: 4, cells: 5 } } });
  expect(() => solveMoving(few)).toThrow(/variables.x.cells = 5: too few for cells that move; use at least 6/);
});

test("a gradation by which no widths could be graded is refused", async () => {
  const problem = await doubleWell(16, [0.1]);
  for (const [gradation, named] of [
    [{ growth: 4 }, "gradation.growth"],
    [{ growth: 0 }, "gradation.growth"],
    [{ uniform: 0 }, "gradation.uniform"],
    [{ uniform: 1.1 }, "gradation.uniform"],
    [{ passes: 1.5 }, "gradation.passes"],
    [{ passes: Number.NaN }, "gradation.passes"],
  ] as const) {
    expect(() => solveMoving(problem, { gradation })).toThrow(named);
  }
});

test("the energy changes with the step, however short the first one is: a snapshot 1e-10 after the start is no defect of the identity", async () => {
  for (const problem of [await doubleWell(64, [1e-10, 0.02]), await coupled(32, 1e-10)]) {
    const { defectSince, snapshots } = solveMoving(problem);
    expect(defectSince).toBeNull();
    // Of what is dissipated in 1e-10, and the rounding of energies below 1.
    expect(Math.abs(snapshots[0].defect)).toBeLessThan(0.1 * snapshots[0].dissipated + 1e-14);
  }
});

test("mass pressed against a wall is told as by cells that stay", async () => {
  const problem = await problemOf({
    variables: { x: { min: -4, max: 4, cells: 128 } },
    potential: { F: "x" },
    time: { end: 4, snapshots: [4] },
  });
  const [moving, fixed] = [solveMoving(problem), solve(problem)].map(({ wallMass }) => wallMass);
  expect(moving.map(({ end }) => end)).toEqual(["min"]);
  // Both are of order 1 in the width of the cells beside the wall, 1/16, over the standard deviation of what arrives, 0.6.
  expect(Math.abs(moving[0].mass - fixed[0].mass)).toBeLessThan(0.1 * fixed[0].mass);
});

describe("tails that are too thin for moving cells", () => {
  test("are told where births have made all of the mass of them, and a fixed grid is right", async () => {
    const problem = await problemOf({
      variables: { x: { min: -6, max: 10, cells: 256 } },
      potential: { F: "0.5*(x-5)^2" },
      dynamics: "pure-birth-death",
      initial: { x: { type: "normal", mean: 0, sd: 0.5 } },
      time: { end: 4, snapshots: 1 },
      observables: { mean: "x" },
    });
    // 1 / variance = 4 + t, and mean / variance = 5 t: 2.5 at the end.
    const moving = solveMoving(problem);
    expect(Math.abs(moving.snapshots[1].observables.mean - 2.5)).toBeGreaterThan(0.1);
    expect(moving.heldBack).toBe(1);
    expect(Math.abs(solve(problem).snapshots[1].observables.mean - 2.5)).toBeLessThan(5e-3);
  });

  test("are a small share where little grows", async () => {
    expect(solveMoving(await doubleWell(128, [1])).heldBack).toBeLessThan(0.01);
    expect(
      solveMoving(await problemOf({ potential: { F: "0.1*x^2" }, variables: { x: { min: -4, max: 4, cells: 128 } } })).heldBack,
    ).toBeLessThan(0.01);
  });
});
