import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createProblem, type ProblemOverrides } from "../../src/problem/problem.ts";
import { measureAgreement } from "../../validation/agreement/measure.ts";
import { problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

function load(name: string, overrides: ProblemOverrides = {}) {
  return createProblem(JSON.parse(readFileSync(join(import.meta.dirname, "../../grids", `${name}.json`), "utf8")), overrides);
}

function orderOf<Row extends { label: string }>(orders: readonly Row[], flux: string): Row {
  const found = orders.find(({ label }) => label.split(/[ ,]/)[0] === flux);
  if (found === undefined) throw new Error(`no order of ${flux} among ${orders.map(({ label }) => label)}`);
  return found;
}

const SMALL = { cells: [128, 192, 256, 384, 512], ratio: 0.4, tolerance: 1e-8, tracing: 1e-8 };
const ALL = ["gradient-descent", "unbalanced", "birth-death", "pure-birth-death"] as const;

describe.each(sized(["gaussian-repulsion"], ["double-well", "gaussian-repulsion", "circle"]))(
  "two solvers agree on %s, small",
  (name) => {
    test("finite volumes approach the traced density at their order, and the characteristics keep their mass and the energy identity", async () => {
      const { orders, converged, levels, conserved } = await measureAgreement({
        ...SMALL,
        problem: await load(name),
        dynamics: ALL,
      });
      const [muscl, upwind] = ["muscl", "upwind"].map((flux) => orderOf(orders, flux));
      // The next term is O(h) of the first, h = 1/20 to 1/70 of the domain's features: 0.1 to 0.15 of an order on the coarsest grids.
      expect(Math.abs(muscl.fit.slope - 2)).toBeLessThan(0.15);
      expect(Math.abs(upwind.fit.slope - 1)).toBeLessThan(0.12);
      // 1e-5 where the density is of order 1: no error of either solver but that of the grid is left.
      expect(muscl.errors.at(-1)!).toBeLessThan(1e-4);
      expect(converged).toBe(true);
      expect(levels.at(-1)!.difference).toBeLessThan(1e-8);
      // A converged level integrates to a hundredth of the tolerance, 1e-10 a step: some tens of steps stay below 1e-8.
      for (const { dynamics, time, defect } of conserved) expect(Math.abs(defect), `${dynamics} at ${time}`).toBeLessThan(1e-8);
      // 8.3e-9 of the double well's mu_0, 5.7 standard deviations out, lies beyond the domain; tracing adds its tolerance a step.
      for (const { dynamics, time, massError } of conserved)
        expect(Math.abs(massError), `${dynamics} at ${time}`).toBeLessThan(1e-7);
      expect(new Set(conserved.map(({ dynamics }) => dynamics)).size).toBe(4);
      // A reaction without conservation changes the mass, and the others keep it.
      for (const { dynamics, time, mass } of conserved) {
        if (dynamics === "unbalanced" && time > 0) expect(Math.abs(mass - 1)).toBeGreaterThan(0.1);
        else expect(Math.abs(mass - 1)).toBeLessThan(1e-12);
      }
    });
  },
);

test("two solvers agree in two variables, where densities are traced by points and not by the masses between them", async () => {
  const normal = { type: "normal" as const, sd: 0.6 };
  const problem = await problemOf({
    variables: { x: { min: -3.5, max: 3.5, cells: 48 }, y: { min: -3.5, max: 3.5, cells: 48 } },
    potential: { F: "0.1*(x^2-1)^2 + 0.3*x*y + 0.2*y^2" },
    alpha: 2,
    initial: { x: { ...normal, mean: 0.1 }, y: { ...normal, mean: -0.2 } },
    time: { end: 0.25, snapshots: [0.25] },
  });
  const { orders, conserved } = await measureAgreement({
    ...SMALL,
    problem,
    cells: [24, 32, 48, 64, 96],
    tracing: 1e-5,
    dynamics: [problem.dynamics],
  });
  // Grids as coarse as these see orders a fifth off; a traced density that was wrong would stop all convergence.
  const [muscl, upwind] = ["muscl", "upwind"].map((flux) => orderOf(orders, flux));
  expect(Math.abs(muscl.fit.slope - 2)).toBeLessThan(0.4);
  expect(Math.abs(upwind.fit.slope - 1)).toBeLessThan(0.3);
  expect(muscl.errors.at(-1)!).toBeLessThan(2e-3);
  // Order 4 with cells of half a standard deviation.
  for (const { massError } of conserved) expect(Math.abs(massError)).toBeLessThan(1e-4);
});

test("the order is measured where the density is smooth: earlier than the first snapshot if need be", async () => {
  const coarse = { ...SMALL, cells: [64, 128], dynamics: [] };
  // A Gaussian of standard deviation 0.6 e^-t in a quadratic well: on 64 cells of 1/8 it has 0.968 / s^2 = 0.04 e^2t.
  const problem = await problemOf({ time: { end: 1, snapshots: [1] }, dynamics: "gradient-descent" });
  const { time } = await measureAgreement({ ...coarse, problem });
  // Up to 1.15 times the roughness of mu_0 is smooth: log(1.15) / 2 = 0.07, and 1 halved until it is less is 1/16.
  expect(time).toBe(1 / 16);
});

test("where mu_0 jumps, the required orders are those of jumps", async () => {
  const problem = await problemOf({
    initial: { x: { type: "uniform", min: -1, max: 1.3 } },
    time: { end: 0.5, snapshots: [0.5] },
  });
  const { orders } = await measureAgreement({ ...SMALL, problem, dynamics: [] });
  for (const { label, fit, expected } of orders) {
    expect(fit.slope, label).toBeGreaterThan(expected[0]);
    expect(fit.slope, label).toBeLessThan(1);
  }
});
