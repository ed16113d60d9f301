import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStream } from "../../src/numerics/random.ts";
import { fitLine, normalityTest } from "../../src/numerics/statistics.ts";

const number = fc.double({ min: -100, max: 100, noNaN: true });

describe("fitLine", () => {
  it("recovers a line from points on it", () => {
    fc.assert(
      fc.property(
        number,
        number,
        fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 20 }),
        (slope, intercept, x) => {
          const fit = fitLine(
            x,
            x.map((value) => intercept + slope * value),
          );
          // y is known to eps 5000; the slope divides by a spread of at least 1, the intercept extrapolates over at most 50.
          expect(Math.abs(fit.slope - slope)).toBeLessThan(20 * Number.EPSILON * 5100);
          expect(Math.abs(fit.intercept - intercept)).toBeLessThan(50 * 20 * Number.EPSILON * 5100);
          expect(fit.interval[0]).toBeLessThanOrEqual(fit.slope);
          expect(fit.interval[1] - fit.interval[0]).toBeLessThan(1e-8);
        },
      ),
      { seed: 52, numRuns: 200 },
    );
  });

  const x = [0, 1, 2, 3, 4, 5];
  const trials = 1000;
  // Binomial: 4 sqrt(0.95 0.05 / 1000).
  const scatter = 4 * Math.sqrt((0.95 * 0.05) / trials);

  it("has an interval that covers the slope in 95% of fits of four noisy points", () => {
    const stream = createStream(7);
    // Two degrees of freedom: a normal quantile would cover 81%, that of four degrees 89%.
    const few = [0, 1, 2, 4];
    let covered = 0;
    for (let k = 0; k < trials; k++) {
      const { interval } = fitLine(
        few,
        few.map((value) => 2 - 3 * value + 0.5 * stream.normal()),
      );
      if (interval[0] <= -3 && -3 <= interval[1]) covered++;
    }
    expect(Math.abs(covered / trials - 0.95)).toBeLessThan(scatter);
  });

  it("covers at least as often when told the errors, and as a normal interval of Student's ratio when told far too small ones", () => {
    const stream = createStream(8);
    const sizes = [0.1, 0.2, 0.4, 0.8, 0.4, 0.2];
    const coverage = (told: number) => {
      let covered = 0;
      for (let k = 0; k < trials; k++) {
        const y = x.map((value, i) => 1 + value + sizes[i] * stream.normal());
        const { interval } = fitLine(
          x,
          y,
          sizes.map((size) => told * size),
        );
        if (interval[0] <= 1 && 1 <= interval[1]) covered++;
      }
      return covered / trials;
    };
    expect(coverage(1)).toBeGreaterThan(0.95 - scatter);
    // At a twentieth of the true errors the Birge ratio takes over always: P(|t_4| < 1.96) = 0.8784, where trust would cover 8%.
    expect(Math.abs(coverage(0.05) - 0.8784)).toBeLessThan(4 * Math.sqrt((0.8784 * 0.1216) / trials));
  });

  it("never trusts a lucky fit beyond the known errors", () => {
    const { slope, interval } = fitLine(
      x,
      x,
      x.map(() => 0.5),
    );
    // sd of the slope: 0.5 / sqrt(sum (x - mean)^2) = 0.5 / sqrt(17.5).
    expect(interval[1] - slope).toBeCloseTo((1.959963984540054 * 0.5) / Math.sqrt(17.5), 12);
    expect(slope - interval[0]).toBeCloseTo(interval[1] - slope, 12);
  });

  it("weighs points by the inverse square of their errors, and gives two points no interval", () => {
    const weighted = fitLine([0, 1, 2, 2], [0, 1, 2, 50], [1, 1, 1, 1e9]);
    expect(weighted.slope).toBeCloseTo(1, 12);
    // A point with half the error counts as four points.
    const once = fitLine([0, 1, 3], [0, 2, 1], [1, 0.5, 1]);
    const copies = fitLine([0, 1, 1, 1, 1, 3], [0, 2, 2, 2, 2, 1]);
    expect(once.slope).toBeCloseTo(copies.slope, 13);
    expect(once.intercept).toBeCloseTo(copies.intercept, 13);
    expect(fitLine([0, 1], [0, 1]).interval).toEqual([-Infinity, Infinity]);
  });
});

describe("normalityTest", () => {
  const valuesOf = (size: number, draw: () => number) => Float64Array.from({ length: size }, draw);

  it("has p-values that are uniform for normal samples of any size", () => {
    const stream = createStream(11);
    const trials = 3000;
    for (const size of [12, 32, 128]) {
      const found = Array.from({ length: trials }, () => normalityTest(valuesOf(size, () => 5 - 3 * stream.normal())));
      for (const level of [0.01, 0.05, 0.2, 0.5, 0.8]) {
        const share = found.filter((p) => p < level).length / trials;
        // Binomial, 4 standard deviations; the formulas are fits that are off by up to 4% of the level, or 0.03 at 12 values.
        const room = 4 * Math.sqrt((level * (1 - level)) / trials) + Math.min(0.1 * level, 0.03);
        expect(Math.abs(share - level), `${size} values at ${level}`).toBeLessThan(room);
      }
    }
  });

  it("refuses an exponential and a uniform distribution once there are enough values, and a lone outlier", () => {
    const stream = createStream(12);
    const refusals = (size: number, draw: () => number) =>
      Array.from({ length: 200 }, () => normalityTest(valuesOf(size, draw))).filter((p) => p < 0.01).length;
    // Power at 1%, published for these sizes: above 0.99 and 0.95.
    expect(refusals(60, () => -Math.log(1 - stream.uniform()))).toBeGreaterThan(190);
    expect(refusals(200, stream.uniform)).toBeGreaterThan(180);
    expect(normalityTest(Float64Array.from({ length: 40 }, (_, i) => (i === 7 ? 15 : stream.normal())))).toBeLessThan(1e-4);
  });

  it("does not depend on units or order, and says nothing of few values or of equal ones", () => {
    const stream = createStream(13);
    const values = valuesOf(30, stream.normal);
    const p = normalityTest(values);
    expect(normalityTest(values.map((x) => 4 - 250 * x))).toBeCloseTo(p, 9);
    expect(normalityTest(values.toReversed())).toBeCloseTo(p, 12);
    expect(normalityTest(values.subarray(0, 7))).toBeNaN();
    expect(normalityTest(new Float64Array(20).fill(0.3))).toBeNaN();
  });
});
