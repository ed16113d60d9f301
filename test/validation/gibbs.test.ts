import { expect, test } from "vitest";
import { measureRelaxation, ratesAt } from "../../validation/gibbs/relaxation.ts";
import { relaxationRates } from "../../validation/gibbs/spectrum.ts";
import { measureStationary } from "../../validation/gibbs/stationary.ts";
import { relaxations } from "../../validation/gibbs/study.ts";

test("Witten's operator of a quadratic well has the rates 0, k, 2k, ... of Ornstein and Uhlenbeck", () => {
  const k = 1.7;
  const rates = relaxationRates(0.4, { slope: (x) => k * x, curvature: () => k, reach: 6, points: 120 });
  // Sinc functions err like e^{-pi^2 / h^2 ...}: rounding of tau / h^2 = 160 is left.
  for (const n of [0, 1, 2, 3]) expect(Math.abs(rates[n] - n * k)).toBeLessThan(1e-10);
});

test("mu tends to Gibbs at the spectral gap, at that plus alpha tau, and at alpha tau", async () => {
  for (const setting of relaxations([0.1])) {
    const { fit, predicted, points } = await measureRelaxation(setting, 256);
    expect(points).toBeGreaterThan(20);
    // Cells of h = 0.025: h^2 = 6e-4 of a rate, and steps 2e-4.
    expect(Math.abs(fit.slope / predicted - 1)).toBeLessThan(1e-3);
    expect(fit.interval[1] - fit.interval[0]).toBeLessThan(1e-3 * predicted);
  }
  // The gap at half the temperature is less than a third: the barrier's; alpha tau halves.
  expect(ratesAt(0.05)[1]).toBeLessThan(ratesAt(0.1)[1] / 3);
});

test("finite volumes come to rest at Gibbs, and modes stay there", async () => {
  const rows = await measureStationary(64);
  expect(rows).toHaveLength(4);
  for (const { error, gibbsResidual } of rows) {
    expect(error).toBeLessThan(1e-8);
    expect(gibbsResidual).toBeLessThan(1e-8);
  }
});
