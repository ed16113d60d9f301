import { expect, test } from "vitest";
import { replicaDistances } from "../../src/comparison/replica-distances.ts";
import type { ParticleData } from "../../src/files/particle-data.ts";
import { fitLine, fitPowerLaw } from "../../src/numerics/statistics.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { referenceDataOf } from "../../src/reference/reference-data.ts";
import { problemOf } from "../fixtures.ts";

test("distances of replicas at a point: sqrt of the mean square in standard deviations, and W1 to that point", async () => {
  // F is flat and alpha 0: mu stays N(0.5, 0.6).
  const problem = await problemOf({ potential: { F: "0" }, dynamics: "gradient-descent", observables: { mean: "x" } });
  const reference = referenceDataOf(await computeReference(problem, { tolerance: 1e-3 }));
  // All particles of a replica at one place, 0.3 and 0.9 above and below the mean.
  const theta = Float64Array.of(0.8, 0.8, -0.4, -0.4);
  const data: ParticleData = { replicas: 2, times: [1], n: 2, theta, weights: null, dt: null, scheme: null, notes: [] };
  const [{ time, rms, wasserstein1 }] = replicaDistances(reference, data);
  expect(time).toBe(1);
  // Squares (0.3 / 0.6)^2 = 0.25 and (0.9 / 0.6)^2 = 2.25: mean 1.25, standard error 1, of the root 1 / (2 sqrt 1.25). The cells of width 1/8 widen the variance by h^2 / 12 = 1.3e-3 of 0.36.
  expect(rms.mean).toBeCloseTo(Math.sqrt(1.25), 2);
  expect(rms.standardError).toBeCloseTo(1 / (2 * Math.sqrt(1.25)), 2);
  // E|X - a| of a normal distribution: sd (2 phi(z) + z (2 Phi(z) - 1)), z = 1/2 and 3/2.
  const w1 = [0.5, 1.5].map(
    (z, k) => 0.6 * ((2 * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI) + z * [0.3829249, 0.8663856][k]),
  );
  expect(wasserstein1?.mean).toBeCloseTo((w1[0] + w1[1]) / 2, 2);
  const weighted = { ...data, theta: Float64Array.of(0.8, 3, 2, -0.4), weights: Float64Array.of(1, 0, 0, 1) };
  const [again] = replicaDistances(reference, weighted);
  expect(again.rms).toEqual(rms);
  expect(again.wasserstein1?.mean).toBeCloseTo(wasserstein1?.mean ?? Number.NaN, 12);
  expect(() => replicaDistances(reference, { ...data, times: [0.3] })).toThrow("times = 0.3: not a time of the reference");
});

test("a power law is the line of the logs, whose errors are relative ones", () => {
  const x = [1, 3, 10];
  const exact = x.map((at) => 5 / at ** 2);
  const { slope, intercept } = fitPowerLaw(x, exact);
  expect(slope).toBeCloseTo(-2, 12);
  expect(intercept).toBeCloseTo(Math.log(5), 12);
  const values = [4, 0.6, 0.05];
  const fit = fitLine(x.map(Math.log), values.map(Math.log), [0.1, 0.5, 1]);
  const again = fitPowerLaw(x, values, [0.4, 0.3, 0.05]);
  expect(again.slope).toBeCloseTo(fit.slope, 12);
  expect(again.interval[0]).toBeCloseTo(fit.interval[0], 12);
});
