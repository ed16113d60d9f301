import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStream } from "../../src/numerics/random.ts";
import {
  chiSquareTail,
  fisherTail,
  fitLine,
  normalityTest,
  normalQuantile,
  normalTail,
  sampleMoments,
  studentQuantile,
  studentTail,
} from "../../src/numerics/statistics.ts";

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

describe("studentTail", () => {
  // The continued fraction of the incomplete beta function stops at 3e-7.
  const close = (value: number, expected: number) => expect(Math.abs(value / expected - 1)).toBeLessThan(1e-6);

  it("has the closed forms for one and two degrees of freedom, however far out, and both tails", () => {
    for (const x of [0.1, 0.7, 2, 15, 1e3, 1e5]) {
      close(studentTail(x, 1), (2 / Math.PI) * Math.atan(1 / x));
      const root = Math.sqrt(2 + x * x);
      close(studentTail(x, 2), 2 / (root * (root + x)));
      expect(studentTail(-x, 2)).toBe(studentTail(x, 2));
    }
    for (const dof of [1, 4, 60]) close(studentTail(0, dof), 1);
  });

  it("undoes the quantile", () => {
    for (const dof of [3, 11, 80]) {
      for (const p of [1e-6, 1e-3, 0.05, 0.4]) close(studentTail(studentQuantile(1 - p / 2, dof), dof), p);
    }
  });
});

describe("fisherTail", () => {
  it("has the closed form for two degrees of freedom above, to relative precision in the far tail", () => {
    for (const q of [2, 9, 63, 500]) {
      for (const x of [0.05, 1, 8, 90, 1000]) {
        expect(Math.abs(fisherTail(x, 2, q) / (1 + (2 * x) / q) ** (-q / 2) - 1)).toBeLessThan(1e-6);
      }
    }
  });

  it("is Student's for the square of one value, and is turned over by exchanging its degrees of freedom", () => {
    for (const x of [0.3, 1.5, 4, 30]) {
      expect(Math.abs(fisherTail(x * x, 1, 7) / studentTail(x, 7) - 1)).toBeLessThan(1e-6);
      expect(fisherTail(x, 5, 12) + fisherTail(1 / x, 12, 5)).toBeCloseTo(1, 8);
    }
    expect([fisherTail(0, 3, 4), fisherTail(Infinity, 3, 4)]).toEqual([1, 0]);
  });
});

describe("normalTail and normalQuantile", () => {
  it("agree with tables and undo each other", () => {
    for (const [x, p] of [
      [0, 1],
      [1, 0.31731050786291415],
      [1.959963984540054, 0.05],
      [3, 0.002699796063260189],
      [5, 5.733031437583878e-7],
    ]) {
      // 1 - erf, good to a few eps of 1.
      expect(Math.abs(normalTail(x) - p)).toBeLessThan(1e-15);
      expect(normalTail(-x)).toBe(normalTail(x));
    }
    for (const p of [1e-9, 1e-4, 0.025, 0.3, 0.5, 0.9, 0.9995]) {
      expect(Math.abs(normalTail(normalQuantile(p)) - 2 * Math.min(p, 1 - p))).toBeLessThan(1e-14);
      expect(normalQuantile(p)).toBeCloseTo(-normalQuantile(1 - p), 6);
      if (p !== 0.5) expect(Math.sign(normalQuantile(p))).toBe(Math.sign(p - 0.5));
    }
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

  it("refuses an exponential and a uniform law once there are enough values, and a lone outlier", () => {
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
