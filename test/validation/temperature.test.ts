import { expect, test } from "vitest";
import { measureChaos } from "../../validation/chaos/measure.ts";
import { measureBandwidths, measureBias } from "../../validation/smoothing/measure.ts";
import { measureWarm, WARM_CASES } from "../../validation/temperature-fluctuations/measure.ts";

test("n Var at a temperature is predicted within 4 standard errors, with events, with weights and without", async () => {
  const rows = await measureWarm({ cases: WARM_CASES, n: 300, replicas: 120, dt: 0.05, seed: 5, workers: 1 });
  expect(rows).toHaveLength(45);
  // 45 tests: 4 standard errors are passed by chance in 1 of 350 runs; n Var of finite n is off by a fifth of one.
  for (const { predicted, simulated, error } of rows) expect(Math.abs(predicted - simulated)).toBeLessThan(4 * error);
  // n Var of 120 replicas is known to 13%; without the noise of the motion it would be a hundredth.
  const [still] = rows.filter(({ leftOut, observable, time }) => leftOut === "motion" && observable === "second" && time === 1);
  expect(still.control).toBeLessThan(still.simulated - 4 * still.error);
});

test("n Var and n times the bias of Langevin stay bounded in time", async () => {
  const { rows } = await measureChaos({ sizes: [{ n: 50, replicas: 300 }], end: 4, snapshots: 4, dt: 0.1, seed: 8, workers: 1 });
  const largest = Math.max(...rows.map(({ predicted }) => predicted));
  for (const { predicted, nVariance, nBias } of rows) {
    expect(Math.abs(nVariance.value - predicted)).toBeLessThan(4 * nVariance.error);
    expect(nVariance.value - 4 * nVariance.error).toBeLessThan(largest);
    expect(Math.abs(nBias.value)).toBeLessThan(1 + 4 * nBias.error);
  }
});

test("particles at a fixed bandwidth are biased by 1/n", async () => {
  const sizes = [25, 100].map((n) => ({ n, replicas: 1000 }));
  const { rows } = await measureBias({ bandwidth: 0.3, sizes, dt: 0.1, seed: 3, workers: 1 });
  // n times the bias is the same at both n, where n^-1/2 would double it: it is 0.9, its error 0.1 and 0.2.
  const [few, many] = rows.map(({ n, bias }) => ({ value: n * bias.value, error: n * bias.error }));
  expect(few.value).toBeLessThan(-4 * few.error);
  expect(Math.abs(many.value - few.value)).toBeLessThan(4 * Math.hypot(few.error, many.error));
});

test("the equation with a smoothed logarithm tends to the free energy's with the square of the bandwidth", async () => {
  const [coarse, fine] = await measureBandwidths([0.06, 0.03]);
  // The next order takes some 12 eps^2 of it, 3% at 0.06: 0.04 of the order.
  expect(Math.abs(Math.log2(coarse / fine) - 2)).toBeLessThan(0.1);
});
