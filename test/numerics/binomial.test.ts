import { expect, test } from "vitest";
import { drawBinomial } from "../../src/numerics/binomial.ts";
import { createStream } from "../../src/numerics/random.ts";

test("draws have the mean and the variance of the binomial distribution, on either side of where the normal one stands in", () => {
  const stream = createStream(3);
  const draws = 20_000;
  for (const [n, p] of [
    [1, 0.3],
    [10, 0.5],
    [1000, 0.002],
    [1000, 0.05],
    [1000, 0.07],
    [1000, 0.4],
    [1000, 0.95],
    [100_000, 1e-5],
  ]) {
    const found = Float64Array.from({ length: draws }, () => drawBinomial(stream, n, p));
    expect(found.every((k) => Number.isInteger(k) && k >= 0 && k <= n)).toBe(true);
    const mean = found.reduce((sum, k) => sum + k / draws, 0);
    const variance = found.reduce((sum, k) => sum + (k - mean) ** 2 / draws, 0);
    const exact = n * p * (1 - p);
    // Four deviations; the fourth moment of a count is 3 v^2 + v at most.
    expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt(exact / draws));
    expect(Math.abs(variance - exact)).toBeLessThan(4 * Math.sqrt((2 * exact ** 2 + exact) / draws) + (n * p > 50 ? 1 / 12 : 0));
  }
});

test("few expected successes have the exact distribution", () => {
  const stream = createStream(4);
  const counts = new Float64Array(5);
  const draws = 50_000;
  for (let k = 0; k < draws; k++) counts[drawBinomial(stream, 4, 0.3)]++;
  [0.2401, 0.4116, 0.2646, 0.0756, 0.0081].forEach((p, k) => {
    expect(Math.abs(counts[k] / draws - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws));
  });
});

test("certain and impossible successes take no random number", () => {
  const stream = createStream(5);
  expect([drawBinomial(stream, 7, 0), drawBinomial(stream, 7, 1), drawBinomial(stream, 0, 0.5)]).toEqual([0, 7, 0]);
  expect(stream.uniform()).toBe(createStream(5).uniform());
});
