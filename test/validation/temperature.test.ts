import { expect, test } from "vitest";
import { measureChaos } from "../../validation/chaos/measure.ts";
import { measureBandwidths, measureBias } from "../../validation/smoothing/measure.ts";
import { measureWarm, WARM_CASES } from "../../validation/temperature-fluctuations/measure.ts";

test("n Var at a temperature is predicted within 4 standard errors, with events, with weights and without", async () => {
  const rows = await measureWarm({ cases: WARM_CASES, n: 300, replicas: 120, dt: 0.05, seed: 5, workers: 1 });
  expect(rows).toHaveLength(63);
  // 63 tests: 4 standard errors are passed by chance in 1 of 250 runs; n Var of finite n is off by a fifth of one.
  for (const { predicted, simulated, error } of rows) expect(Math.abs(predicted - simulated)).toBeLessThan(4 * error);
  // n Var of 120 replicas is known to 13%; without the noise of the motion it would be a hundredth.
  const [still] = rows.filter(({ leftOut, observable, time }) => leftOut === "motion" && observable === "second" && time === 1);
  expect(still.control).toBeLessThan(still.simulated - 4 * still.error);
});

test("n Var and n times the bias of Langevin stay bounded in time", async () => {
  const sizes = [{ n: 10, replicas: 1500 }];
  const { rows, changes } = await measureChaos({ sizes, end: 8, snapshots: 8, dt: 0.2, seed: 8, workers: 1 });
  // n Var of 10 particles is some 3% below its limit, a standard error of 1500 replicas.
  for (const { predicted, nVariance } of rows) expect(Math.abs(nVariance.value - predicted)).toBeLessThan(5 * nVariance.error);
  for (const { variance, bias } of changes) {
    // Growth with t would be 0.5, of which it is 8 and 2.5 standard errors.
    expect(Math.abs(variance.value)).toBeLessThan(4 * variance.error);
    expect(variance.value + 4 * variance.error).toBeLessThan(0.5);
    expect(Math.abs(bias.value)).toBeLessThan(4 * bias.error);
  }
});

test("particles at a fixed bandwidth are biased by 1/n", async () => {
  const sizes = [50, 200].map((n) => ({ n, replicas: 500 }));
  const { fit } = await measureBias({ bandwidth: 0.2, sizes, dt: 0.25, seed: 3, workers: 1 });
  // The next order takes less than 0.1 of the slope; biases that are known to 4% and 8% give it to 0.06. A bias of n^-1/2 would be 4 times that outside.
  expect(Math.abs(fit.slope + 1)).toBeLessThan(0.25);
});

test("the equation with a smoothed logarithm tends to the free energy's with the square of the bandwidth", async () => {
  const [coarse, fine] = await measureBandwidths([0.2, 0.1]);
  // The next order takes 1% of the difference at 0.2: 0.015 of the order.
  expect(Math.abs(Math.log2(coarse / fine) - 2)).toBeLessThan(0.02);
});
