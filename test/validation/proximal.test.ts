import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createProblem, type ProblemOverrides } from "../../src/problem/problem.ts";
import { largestEigenvalue, measureDecay, measureOrder, measureThreshold } from "../../validation/proximal/measure.ts";
import { problemOf } from "../fixtures.ts";

function load(name: string, overrides: ProblemOverrides) {
  return createProblem(JSON.parse(readFileSync(join(import.meta.dirname, "../../grids", `${name}.json`), "utf8")), overrides);
}

test.each(["gaussian-repulsion", "circle"])(
  "the implicit step lowers the energy of %s whatever tau, the explicit one does not",
  async (name) => {
    const problem = await load(name, { cells: 64 });
    for (const dynamics of ["birth-death", "pure-birth-death"] as const) {
      for (const tau of [0.1, 5]) {
        const implicit = await measureDecay(problem, dynamics, "implicit", tau, 2);
        expect(Math.max(implicit.largestRise, implicit.largestReactionRise, implicit.largestExcess)).toBeLessThan(1e-13);
        expect(implicit.massDrift).toBeLessThan(1e-13);
        const explicit = await measureDecay(problem, dynamics, "explicit", tau, 2);
        if (tau < 1) expect(explicit.largestReactionRise).toBeLessThan(1e-13);
        else expect(explicit.largestReactionRise).toBeGreaterThan(1e-3);
      }
    }
  },
);

test("without transport the explicit step fails where alpha tau lambda = 2", async () => {
  for (const name of ["gaussian-repulsion", "circle"]) {
    const { predicted, found } = await measureThreshold(await load(name, { cells: 64 }), "pure-birth-death", 50);
    expect(Math.abs(found[0] / predicted - 1)).toBeLessThan(0.1);
  }
});

test("the eigenvalue of K = cos(x - x') at the uniform law on the circle is 1/2", async () => {
  const problem = await problemOf({
    variables: { x: { min: -Math.PI, max: Math.PI, cells: 32, boundary: "periodic" } },
    potential: { F: "cos(x)", K: { type: "convolution", expression: "cos(x)" } },
    initial: { x: { type: "von-mises", mean: 0, concentration: 1 } },
  });
  // Trapezoidal sums of cosines are exact; the constants, of eigenvalue 0, do not count.
  const uniform = new Float64Array(32).fill(1 / (2 * Math.PI));
  expect(largestEigenvalue(problem, uniform)).toBeCloseTo(0.5, 10);
});

test("both are of order 1 in tau", async () => {
  const problem = await load("gaussian-repulsion", { cells: 64, end: 0.5 });
  for (const { label, fit } of await measureOrder(problem, [8, 16, 32, 64]))
    expect(Math.abs(fit.slope - 1), label).toBeLessThan(0.1);
});
