import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createProblem, type ProblemOverrides } from "../../src/problem/problem.ts";
import { type MapConfig, measureMeanFieldMap } from "../../validation/mean-field-map/measure.ts";
import { problemOf } from "../fixtures.ts";

function load(name: string, overrides: ProblemOverrides = {}) {
  return createProblem(JSON.parse(readFileSync(join(import.meta.dirname, "../../grids", `${name}.json`), "utf8")), overrides);
}

const SMALL: Omit<MapConfig, "problem"> = {
  steps: [32, 64, 128, 256],
  fitted: 3,
  coarseSteps: 20,
  sizes: [],
  seed: 7,
  workers: 1,
};

describe("the mean-field map, small", () => {
  test("the map tends to the equation at order 1, with and without K", async () => {
    for (const name of ["double-well", "gaussian-repulsion"]) {
      const { orders } = await measureMeanFieldMap({ ...SMALL, problem: await load(name) });
      expect(orders.map(({ label }) => label)).toEqual(["mean", "second", "wave", "energy"]);
      // The next term is O(dt) of the first: local orders are 1 +- 0.03 at T / 64 and half that at T / 128.
      for (const { label, fit } of orders) expect(Math.abs(fit.slope - 1), `${name}, ${label}`).toBeLessThan(0.03);
    }
  });

  test("particles tend to the map like n^-1/2 without bias, and no closer to the equation than the map is", async () => {
    const { map, pde, bias, particles } = await measureMeanFieldMap({
      ...SMALL,
      problem: await load("double-well"),
      sizes: [
        { n: 1000, replicas: 240 },
        { n: 10000, replicas: 80 },
        { n: 80000, replicas: 32 },
      ],
    });
    // The eight digits published for this problem at dt = 0.05.
    [-0.35479375, 0.7119656, -0.05373168].forEach((value, o) => {
      expect(Math.abs(map[o] - value)).toBeLessThan(5e-9);
    });
    [-0.36071075, 0.71380974, -0.05665245].forEach((value, o) => {
      expect(Math.abs(pde.means[o] - value)).toBeLessThan(5e-9);
    });
    const { fit, pValue, ownBias, ratio, ratioInterval, saturation, rows } = particles!;
    // A 99.9% interval of 0.1 to either side, where a discrepancy that does not fall is 0.5 off.
    const halfWidth = (fit.interval[1] - fit.slope) * 1.68;
    expect(halfWidth).toBeLessThan(0.12);
    expect(Math.abs(fit.slope + 0.5)).toBeLessThan(halfWidth);
    // A false alarm in a thousand seeds. The bias of dt is 7 standard errors at the largest n: sd / sqrt(80000 * 32) = 0.0006 sd.
    expect(pValue).toBeGreaterThan(1e-3);
    expect(ownBias).toBeLessThan(0.25);
    const last = rows.at(-1)!;
    expect(bias).toBeGreaterThan((7 * last.fromMap.value) / Math.sqrt(32));
    // At n = 80000 noise, 1.4 / sqrt(n) = 0.005, is below the bias 0.0066: the ratio is about sqrt(1 + 1.3^2) = 1.65.
    expect(ratioInterval[0]).toBeGreaterThan(1.2);
    expect(ratio).toBeLessThan(2.2);
    expect(Math.abs(saturation)).toBeLessThan(3.29);
  });

  test("an observable that others determine adds nothing to chi-square", async () => {
    const particles = async (observables: Record<string, string>) => {
      const problem = await problemOf({ alpha: 2, observables });
      return (await measureMeanFieldMap({ ...SMALL, problem, sizes: [{ n: 400, replicas: 60 }] })).particles!;
    };
    const two = await particles({ mean: "x", second: "x^2" });
    const three = await particles({ mean: "x", second: "x^2", both: "3*x - x^2 + 1" });
    const turned = await particles({ sum: "x + x^2", mean: "x" });
    expect(three.rows[0].scores).toHaveLength(3);
    // Chi-square of means does not depend on the basis of the observables; rounding of a 3 x 3 elimination.
    expect(three.pValue).toBeCloseTo(two.pValue, 8);
    expect(turned.pValue).toBeCloseTo(two.pValue, 8);
  });

  test("steps at which the map has no mean are left out of it, and spoil no finer ones", async () => {
    // Gradient descent down a quartic well: nodes far out escape at dt = 1/8 and not at 1/16.
    const problem = await load("double-well", { dynamics: "gradient-descent" });
    const { orders } = await measureMeanFieldMap({ ...SMALL, steps: [8, 32, 64, 128], problem });
    for (const { errors, fit } of orders) {
      expect(errors[0]).toBeNaN();
      expect(Math.abs(fit.slope - 1)).toBeLessThan(0.05);
    }
  });
});
