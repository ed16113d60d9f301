import { expect, test } from "vitest";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { describeUnreached, unreachedVariance } from "../../src/fluctuations/reach.ts";
import { createProblem } from "../../src/problem/problem.ts";

/** F = x moves all particles alike, and their weights at t = 1 are e^(-a x - a^2 / 2), a = alpha: n Var of x is e^(a^2) (1 + a^2), of which particles that start near -2 a give most. */
async function found(alpha: number, n: number) {
  const problem = await createProblem({
    name: "slope",
    variables: { x: { min: -8, max: 8, cells: 64 } },
    potential: { F: "x" },
    alpha,
    initial: { x: { type: "normal", mean: 0, sd: 1 } },
    time: { end: 1, snapshots: [0.5, 1] },
    observables: { mean: "x" },
  });
  const options = { scheme: "weighted" as const, n, dt: 0.01 };
  const predicted = predictFluctuations(problem, options);
  return { last: predicted.snapshots[1].observables.mean.nVariance, unreached: unreachedVariance(problem, options, predicted) };
}

test("n Var that n particles reach is left alone", async () => {
  const { last, unreached } = await found(0.5, 1000);
  expect(last).toBeCloseTo(1.25 * Math.exp(0.25), 2);
  expect(unreached).toBeNull();
});

test("n Var is said to rest on places where no particle starts, and what it is without them", async () => {
  const [few, many] = [await found(2, 100), await found(2, 1e6)];
  // -2 a = -4 is where 3e-5 of the particles start.
  expect(few.last).toBeGreaterThan(200);
  expect(few.unreached).toMatchObject({ observable: "mean", time: 1, nVariance: few.last });
  expect(few.unreached!.within).toBeLessThan(0.3 * few.last);
  // A million reach -4.8.
  expect(many.unreached?.within ?? many.last).toBeGreaterThan(0.6 * few.last);
  expect(describeUnreached(few.unreached!, 100)).toMatch(/n Var of mean at t = 1 .* n = 100 .*--resample-below/);
});
