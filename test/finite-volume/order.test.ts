import { describe, expect, test } from "vitest";
import { FLUXES, type FluxName } from "../../src/finite-volume/fluxes.ts";
import { type SolveOptions, solve } from "../../src/finite-volume/solve.ts";
import { orderInTime, SPLITTINGS, type SplittingName } from "../../src/finite-volume/splittings.ts";
import { l1Distance } from "../../src/grid/density.ts";
import { sum } from "../../src/numerics/sum.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { observedOrders, problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

const NAMES = Object.keys(FLUXES) as FluxName[];
const normal = (mean: number, sd: number) => ({ type: "normal" as const, mean, sd });

/**
 * An error C h^p (1 + c h) is seen with an order that is off by about c h / 2, halved by each refinement. On the finest pairs below
 * it is off by half of this at most, and a scheme of another order would be off by 1.
 */
const WINDOW = 0.1;

const finalDensity = (problem: Problem, options: SolveOptions) => solve(problem, options).snapshots[1].density;

test.each(NAMES)("%s transports a Gaussian in a quadratic well with its stated order in L1", async (flux) => {
  // x' = -k x carries N(m, s) to N(m e^{-kt}, s e^{-kt}); the domain ends 6 standard deviations away.
  const k = 0.8;
  const end = 0.6;
  const shrink = Math.exp(-k * end);
  const errors = [];
  for (const cells of [256, 512, 1024]) {
    const variables = { x: { min: -4, max: 4, cells } };
    const common = { variables, potential: { F: `${k / 2}*x^2` }, dynamics: "gradient-descent" as const };
    const problem = await problemOf({ ...common, initial: { x: normal(0.6, 0.5) }, time: { end, snapshots: 1 } });
    const exact = await problemOf({ ...common, initial: { x: normal(0.6 * shrink, 0.5 * shrink) } });
    // Fluxes without a bound diffuse by each step: their order is that of steps in proportion to h, here of a Courant number of about 3.
    const options = FLUXES[flux].courant < Infinity ? { flux } : { flux, maxStep: 1.2 * problem.grid.axes[0].width };
    errors.push(l1Distance(problem.grid, finalDensity(problem, options), exact.initial.cellAverages(problem.grid).density));
  }
  expect(Math.abs(observedOrders(errors)[1] - FLUXES[flux].order)).toBeLessThan(WINDOW);
});

test.each(NAMES)("the steps in time of %s are of its order at least, and of weights in [0, 1] that begin with 1", (flux) => {
  const { order, rungeKutta } = FLUXES[flux];
  expect(rungeKutta.order).toBeGreaterThanOrEqual(order);
  expect(rungeKutta.weights[0]).toBe(1);
  expect(Math.min(...rungeKutta.weights)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...rungeKutta.weights)).toBeLessThanOrEqual(1);
});

test.each(NAMES.filter((name) => FLUXES[name].courant < Infinity))(
  "the weights of %s step y' = -y^2 with their stated order",
  (flux) => {
    const { order, weights } = FLUXES[flux].rungeKutta;
    const errors = [8, 16, 32, 64].map((steps) => {
      let y = 1;
      for (let n = 0; n < steps; n++) {
        let stage = y;
        for (const w of weights) stage = (1 - w) * y + w * (stage - stage ** 2 / steps);
        y = stage;
      }
      return Math.abs(y - 1 / 2);
    });
    expect(Math.abs(observedOrders(errors)[2] - order)).toBeLessThan(WINDOW);
  },
);

describe("order in time on one grid, by Richardson, with interaction", () => {
  // Straight lines diffuse by an amount that depends on dt in order 1, times h^2: beside it the error in time is not seen.
  const cases = NAMES.filter((flux) => flux !== "large-step-linear").flatMap((flux) =>
    (Object.keys(SPLITTINGS) as SplittingName[]).flatMap((splitting) =>
      [false, true].map((freezePotential) => {
        const order = freezePotential ? 1 : orderInTime({ flux, splitting }, { transport: true, reaction: { kind: "centred" } });
        return { flux, splitting, freezePotential, order };
      }),
    ),
  );
  // On 1024 cells the long steps take most of the time.
  const short = cases.filter(({ flux, splitting }) => flux !== "large-step" || splitting === "strang");

  test.each(sized(short, cases))(
    "$flux with $splitting, V frozen: $freezePotential, has order $order",
    async ({ order, ...scheme }) => {
      // Without a bound the error of the flux depends on dt as well: on more cells, in longer steps, it is small beside that in time.
      const bounded = FLUXES[scheme.flux].courant < Infinity;
      const problem = await problemOf({
        variables: { x: { min: -4, max: 4, cells: bounded ? 48 : 1024 } },
        potential: { F: "0.06*(x^2-1)^2 + 0.15*x", K: { type: "convolution", expression: "2*exp(-x^2/0.98)" } },
        alpha: 3,
        initial: { x: normal(0.4, 0.6) },
        time: { end: 0.4, snapshots: 1 },
      });
      // The bound of forward Euler holds for 160 steps at half a Courant number.
      const coarsest = bounded ? Math.ceil(80 / Math.min(0.5, FLUXES[scheme.flux].courant)) : 64;
      const solutions = [1, 2, 4, 8, 16].map((factor) => {
        const steps = factor * coarsest;
        const solution = solve(problem, {
          ...scheme,
          maxStep: 0.4 / steps,
          safety: 1,
          reactionNumber: Infinity,
          stepNumber: Infinity,
        });
        expect(solution.steps).toBe(steps);
        return solution.snapshots[1].density;
      });
      const changes = solutions.slice(1).map((density, k) => l1Distance(problem.grid, density, solutions[k]));
      // Limiters switch in single cells, so that one order by itself is off by up to 0.25: the mean of three is not.
      const orders = observedOrders(changes);
      expect(Math.abs(sum(Float64Array.from(orders)) / orders.length - order)).toBeLessThan(WINDOW);
    },
  );
});

describe("the energy identity (16)", () => {
  test.each([
    { name: "without K", potential: { F: "0.125*(x^2-1)^2 + 0.15*x" } },
    {
      name: "with K",
      potential: { F: "0.125*(x^2-1)^2 + 0.15*x", K: { type: "convolution" as const, expression: "exp(-x^2/0.98)" } },
    },
  ])("is met with a defect of order 2 by muscl and strang, $name", async ({ potential }) => {
    const defects = [];
    for (const cells of [128, 256, 512]) {
      const variables = { x: { min: -4, max: 4, cells } };
      const initial = { x: normal(0.4, 0.6) };
      const problem = await problemOf({ variables, potential, alpha: 3, initial, time: { end: 0.5, snapshots: 1 } });
      const { defect, dissipated } = solve(problem, { maxStep: 1.28 / cells }).snapshots[1];
      // A wrong sign or factor in either would leave a defect as large as the dissipation.
      expect(Math.abs(defect)).toBeLessThan(0.02 * dissipated);
      defects.push(Math.abs(defect));
    }
    expect(Math.abs(observedOrders(defects)[1] - 2)).toBeLessThan(WINDOW);
  });
});

test.each([
  { flux: "upwind", splitting: "lie" },
  { flux: "muscl", splitting: "strang" },
] as const)("without K a 2D solution is the product of two in 1D to the accuracy of $flux with $splitting", async (scheme) => {
  const f = "0.25*(x^2-1)^2 + 0.2*x";
  const g = "0.4*cos(2*y) + 0.3*sin(y)";
  const initial = { x: normal(0.2, 0.4), y: { type: "von-mises" as const, mean: 0.5, concentration: 2 } };
  const differences = [];
  for (const cells of [32, 64, 128]) {
    const x = { min: -2.5, max: 2.5, cells };
    const y = { min: -Math.PI, max: Math.PI, cells, boundary: "periodic" as const };
    const common = { alpha: 3, time: { end: 0.2, snapshots: 1 } };
    const both = await problemOf({ ...common, variables: { x, y }, potential: { F: `${f} + ${g}` }, initial });
    const alongX = await problemOf({ ...common, variables: { x }, potential: { F: f }, initial: { x: initial.x } });
    const alongY = await problemOf({ ...common, variables: { y }, potential: { F: g }, initial: { y: initial.y } });
    const [plane, a, b] = [both, alongX, alongY].map((problem) => finalDensity(problem, { ...scheme, maxStep: 1.6 / cells }));
    const product = plane.map((_, i) => a[Math.floor(i / cells)] * b[i % cells]);
    differences.push(l1Distance(both.grid, plane, product));
  }
  // The two differ only in how they split; what is left is the error of that and of the flux, of the order of the scheme.
  expect(Math.abs(observedOrders(differences)[1] - FLUXES[scheme.flux].order)).toBeLessThan(WINDOW);
  expect(differences[2]).toBeLessThan(0.01);
});
