import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { createStream } from "../../src/numerics/random.ts";

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
  const kurtoses = { uniform: 1.8, normal: 3, exponential: 9 };
  for (const [distribution, kurtosis] of Object.entries(kurtoses)) {
    it(`predicts the scatter of s^2 over ${distribution} samples`, () => {
      const stream = createStream(5);
      const value =
        distribution === "uniform"
          ? stream.uniform
          : distribution === "normal"
            ? stream.normal
            : () => -Math.log(1 - stream.uniform());
      const sigma4 = distribution === "uniform" ? 1 / 144 : 1;
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
