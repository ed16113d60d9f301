import { expect, test } from "vitest";
import { measurePlan } from "../../validation/planned-power/measure.ts";
import { problemOf } from "../fixtures.ts";

test("an error of alpha is found as often as planned, and right ensembles hardly alarm", async () => {
  const problem = await problemOf({ observables: { mean: "x", second: "x^2" } });
  const config = { problem, detect: { of: "alpha", size: 0.3 }, comparisons: 40, seed: 5, tolerance: 1e-3 } as const;
  const { plan, rows } = await measurePlan(config);
  const [more, less, right] = rows;
  const harder = Math.min(more.found, less.found) / 40;
  // Three standard errors of 40 ensembles at 0.9, and of the predicted power.
  expect(Math.abs(harder - plan.power)).toBeLessThan(3 * Math.hypot(Math.sqrt(0.09 / 40), plan.powerError));
  expect(right.inconsistent).toBeLessThan(4);
});
