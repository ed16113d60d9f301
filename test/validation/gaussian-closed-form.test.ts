import { expect, test } from "vitest";
import { gaussianAt } from "../../validation/shared/gaussian-closed-form.ts";

const at = { k: 1.3, c: 0.2, temperature: 0.5, alpha: 0.8, mean: 0.9, sd: 0.7 };

test("a Gaussian at a temperature without births is that of Ornstein and Uhlenbeck", () => {
  const found = gaussianAt(0.7, { ...at, alpha: 0, reaction: "free-energy" });
  const decay = Math.exp(-1.3 * 0.7);
  expect(found.mean).toBeCloseTo(0.2 + 0.7 * decay, 12);
  expect(found.variance).toBeCloseTo(0.49 * decay ** 2 + (0.5 / 1.3) * (1 - decay ** 2), 12);
});

test("as the temperature falls it is that of descent with births and deaths, and late it is Gibbs where the reaction is by the free energy", () => {
  for (const reaction of ["free-energy", "energy"] as const) {
    // P = (P0 + alpha / 2) e^{2kt} - alpha / 2 for tau = 0.
    const found = gaussianAt(0.7, { ...at, temperature: 0, reaction });
    expect(1 / found.variance).toBeCloseTo((1 / 0.49 + 0.4) * Math.exp(2 * 1.3 * 0.7) - 0.4, 11);
  }
  const late = gaussianAt(30, { ...at, reaction: "free-energy" });
  expect(late.mean).toBeCloseTo(0.2, 12);
  expect(late.variance).toBeCloseTo(0.5 / 1.3, 12);
  expect(gaussianAt(30, { ...at, reaction: "energy" }).variance).toBeLessThan(0.9 * (0.5 / 1.3));
});
