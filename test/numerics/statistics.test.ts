import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStream } from "../../src/numerics/random.ts";
import { chiSquareTail, fitLine, sampleMoments, studentQuantile } from "../../src/numerics/statistics.ts";

const number = fc.double({ min: -100, max: 100, noNaN: true });

describe("sampleMoments", () => {
  it("follows a change of units: mean by the shift and scale, errors by the scale, variance by its square", () => {
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 4, maxLength: 50 }),
        number,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (x, shift, scale) => {
          const original = sampleMoments(x);
          const changed = sampleMoments(x.map((value) => shift + scale * value));
          // Deviations are known to eps (|shift| + scale 100); what is left of a variance is that times the largest deviation.
          const rounding = 50 * Number.EPSILON * (100 + 1000);
          expect(Math.abs(changed.mean - (shift + scale * original.mean))).toBeLessThan(rounding);
          expect(Math.abs(changed.variance - scale ** 2 * original.variance)).toBeLessThan(rounding * 2000);
          expect(Math.abs(changed.standardError ** 2 - (scale * original.standardError) ** 2)).toBeLessThan(rounding * 2000);
        },
      ),
      { seed: 51, numRuns: 200 },
    );
  });

  it("gives the textbook values for 1, 2, 3, 4", () => {
    const { count, mean, variance, standardError, varianceError } = sampleMoments([1, 2, 3, 4]);
    expect([count, mean]).toEqual([4, 2.5]);
    expect(variance).toBeCloseTo(5 / 3, 14);
    expect(standardError).toBeCloseTo(Math.sqrt(5 / 12), 14);
    // m4 = (1.5^4 + 0.5^4) / 2 = 2.5625; (m4 - (5/3)^2 / 3) / 4.
    expect(varianceError).toBeCloseTo(Math.sqrt((2.5625 - 25 / 27) / 4), 14);
  });

  it("is NaN where there are too few values to tell", () => {
    expect(sampleMoments([2])).toMatchObject({ mean: 2, variance: Number.NaN, standardError: Number.NaN });
    expect(sampleMoments([1, 2, 4]).varianceError).toBeNaN();
  });

  // Kurtosis 1.8, 3 and 9: a formula that assumes normal values is off by 2.5 and by 4 in Var(s^2) for the outer two.
  const laws = { uniform: 1.8, normal: 3, exponential: 9 };
  for (const [law, kurtosis] of Object.entries(laws)) {
    it(`predicts the scatter of s^2 over ${law} samples`, () => {
      const stream = createStream(5);
      const value = law === "uniform" ? stream.uniform : law === "normal" ? stream.normal : () => -Math.log(1 - stream.uniform());
      const sigma4 = law === "uniform" ? 1 / 144 : 1;
      const size = 400;
      const samples = Array.from({ length: 3000 }, () => sampleMoments(Float64Array.from({ length: size }, value)));
      const expected = ((kurtosis - (size - 3) / (size - 1)) * sigma4) / size;
      const scatter = sampleMoments(samples.map((sample) => sample.variance));
      expect(Math.abs(scatter.variance - expected)).toBeLessThan(4 * scatter.varianceError);
      // The estimate of the fourth moment is biased by a relative O(10 kurtosis / size) at most.
      const predicted = sampleMoments(samples.map((sample) => sample.varianceError ** 2));
      expect(Math.abs(predicted.mean - expected)).toBeLessThan(4 * predicted.standardError + ((10 * kurtosis) / size) * expected);
    });
  }
});

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

describe("studentQuantile", () => {
  it("agrees with tables and with the closed forms for one and two degrees of freedom", () => {
    // The inverse iterates to 1e-8 or so: an interval needs no more.
    for (const [p, dof, expected] of [
      [0.975, 4, 2.7764451052],
      [0.975, 10, 2.228138852],
      [0.995, 5, 4.0321429836],
      [0.95, 30, 1.6972608866],
    ]) {
      expect(Math.abs(studentQuantile(p, dof) / expected - 1)).toBeLessThan(1e-7);
    }
    for (const p of [0.01, 0.3, 0.6, 0.9, 0.975, 0.999]) {
      expect(Math.abs(studentQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5)) - 1)).toBeLessThan(1e-7);
      expect(Math.abs((studentQuantile(p, 2) * Math.sqrt(2 * p * (1 - p))) / (2 * p - 1) - 1)).toBeLessThan(1e-7);
    }
  });
});

describe("chiSquareTail", () => {
  it("agrees with tables and with the closed forms for an even number of degrees of freedom", () => {
    // 1 - cdf is good to a few eps of 1, whatever the tail.
    for (const x of [0.1, 1, 5, 20]) {
      expect(Math.abs(chiSquareTail(x, 2) - Math.exp(-x / 2))).toBeLessThan(1e-13);
      expect(Math.abs(chiSquareTail(x, 4) - Math.exp(-x / 2) * (1 + x / 2))).toBeLessThan(1e-13);
    }
    for (const [x, dof, p] of [
      [3.841458820694124, 1, 0.05],
      [18.30703805327515, 10, 0.05],
      [135.80672317102676, 100, 0.01],
    ]) {
      expect(Math.abs(chiSquareTail(x, dof) - p)).toBeLessThan(1e-10);
    }
  });
});
