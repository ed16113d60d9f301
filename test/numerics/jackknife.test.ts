import { describe, expect, test } from "vitest";
import { jackknife } from "../../src/numerics/jackknife.ts";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
/** Divided by their number: its expectation is (1 - 1/J) of the variance. */
const biased = (values: readonly number[]) => mean(values.map((value) => (value - mean(values)) ** 2));
const VALUES = [0.3, -1.2, 2.5, 0.9, -0.4];

describe("jackknife", () => {
  test("takes the bias of order 1/J off exactly: of the variance that is divided by J", () => {
    expect(jackknife(VALUES, biased).corrected).toBeCloseTo((biased(VALUES) * 5) / 4, 13);
  });

  test("leaves a mean alone, whose error is the standard error", () => {
    const { corrected, standardError } = jackknife(VALUES, mean);
    expect(corrected).toBeCloseTo(mean(VALUES), 13);
    expect(standardError).toBeCloseTo(Math.sqrt(biased(VALUES) / 4), 13);
  });

  test("knows nothing of two groups", () => {
    expect(jackknife([1, 2], mean)).toEqual({ corrected: Number.NaN, standardError: Number.NaN });
  });
});
