import fc from "fast-check";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { createStream, type RandomStream } from "../../src/numerics/random.ts";
import { chiSquareTail } from "../../src/numerics/tails.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const indices = fc.nat(20);

const draw = (stream: RandomStream, count: number) =>
  Array.from({ length: count }, (_, i) => [stream.uniform, stream.normal, () => stream.below(1 + i)][i % 3]());

/** P-value of equal expected counts. */
function uniformity(counts: ArrayLike<number>): number {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const expected = total / counts.length;
  const statistic = Array.from(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return chiSquareTail(statistic, counts.length - 1);
}

/** Too poor a fit and too good a fit are both failures; the seeds are fixed, so a test that passes always passes. */
function expectUniform(counts: ArrayLike<number>): void {
  expect(uniformity(counts)).toBeGreaterThan(1e-4);
  expect(uniformity(counts)).toBeLessThan(1 - 1e-4);
}

function histogram(bins: number, count: number, next: () => number): Float64Array {
  const counts = new Float64Array(bins);
  for (let i = 0; i < count; i++) counts[next()]++;
  return counts;
}

describe("createStream", () => {
  it("repeats itself for the same seed and index", () => {
    fc.assert(
      fc.property(seeds, indices, (seed, index) => {
        expect(draw(createStream(seed, index), 60)).toEqual(draw(createStream(seed, index), 60));
      }),
      { seed: 41, numRuns: 50 },
    );
  });

  it("gives the same stream in whatever order streams are requested", () => {
    // xoroshiro128+ jumped index + 1 times, from the seed each time.
    const fresh = (seed: number, index: number) => {
      const generator = xoroshiro128plus(seed);
      for (let k = 0; k <= index; k++) generator.jump();
      return Array.from({ length: 20 }, () => (generator.next() >>> 0) & 0xffff);
    };
    const found = (seed: number, index: number) => {
      const stream = createStream(seed, index);
      return Array.from({ length: 20 }, () => stream.below(2 ** 32) & 0xffff);
    };
    const order: [number, number][] = [
      [5, 0],
      [5, 1],
      [5, 4],
      [5, 4],
      [5, 2],
      [6, 3],
      [5, 3],
      [6, 3],
      [6, 9],
      [6, 0],
    ];
    for (const [seed, index] of order) expect(found(seed, index)).toEqual(fresh(seed, index));
  });

  it("reaches the streams of many replicas one after the other, a jump each", () => {
    // From the seed each time these would be 2e8 jumps, of 128 steps each.
    for (let index = 0; index < 20_000; index++) createStream(9, index);
    expect(createStream(9, 20_000).uniform()).not.toBe(createStream(9, 20_001).uniform());
  });

  it("gives another sequence for another seed or another index", () => {
    fc.assert(
      fc.property(seeds, seeds, indices, indices, (s, t, i, j) => {
        fc.pre(s !== t || i !== j);
        expect(draw(createStream(s, i), 30)).not.toEqual(draw(createStream(t, j), 30));
      }),
      { seed: 42, numRuns: 100 },
    );
  });

  it("keeps a stream apart from what is drawn from another", () => {
    const alone = draw(createStream(5, 3), 30);
    const [one, other] = [createStream(5, 3), createStream(5, 4)];
    const interleaved = Array.from({ length: 10 }, () => {
      other.normal();
      return null;
    });
    expect(interleaved.length).toBe(10);
    expect(draw(one, 30)).toEqual(alone);
  });

  it("makes streams of one seed uncorrelated, and seeds next to each other too", () => {
    const n = 20_000;
    const sequence = (stream: RandomStream) => Float64Array.from({ length: n }, () => stream.uniform() - 0.5);
    const sequences = [...[0, 1, 2, 3, 7].map((index) => createStream(17, index)), createStream(18, 0), createStream(18, 1)].map(
      sequence,
    );
    for (let a = 0; a < sequences.length; a++) {
      for (let b = 0; b < a; b++) {
        for (const lag of [0, 1]) {
          let product = 0;
          for (let i = lag; i < n; i++) product += sequences[a][i] * sequences[b][i - lag];
          // Var(u u') = (1/12)^2; 42 correlations, so 4.5 standard errors.
          expect(Math.abs(product)).toBeLessThan((4.5 * Math.sqrt(n)) / 12);
        }
      }
    }
  });
});

describe("uniform", () => {
  it("lies in [0, 1) and is a whole number of 2^-53", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const stream = createStream(seed);
        for (let i = 0; i < 100; i++) {
          const u = stream.uniform();
          expect(u).toBeGreaterThanOrEqual(0);
          expect(u).toBeLessThan(1);
          expect(Number.isInteger(u * 2 ** 53)).toBe(true);
        }
      }),
      { seed: 43, numRuns: 50 },
    );
  });

  it("fills [0, 1) evenly, in its highest bits, in its lowest, and in pairs", () => {
    const stream = createStream(1);
    expectUniform(histogram(100, 100_000, () => Math.floor(100 * stream.uniform())));
    expectUniform(histogram(64, 100_000, () => (stream.uniform() * 2 ** 53) % 64));
    expectUniform(histogram(400, 100_000, () => 20 * Math.floor(20 * stream.uniform()) + Math.floor(20 * stream.uniform())));
  });
});

describe("below", () => {
  it("is uniform on {0, ..., bound - 1}", () => {
    const stream = createStream(2);
    for (const bound of [2, 3, 7, 64, 1000]) expectUniform(histogram(bound, 50_000, () => stream.below(bound)));
  });

  it("is not biased where 2^32 is far from a multiple of the bound", () => {
    const stream = createStream(3);
    // Without rejection a remainder would land in the first third twice as often.
    const bound = 3 * 2 ** 30;
    expectUniform(histogram(3, 30_000, () => Math.floor(stream.below(bound) / 2 ** 30)));
  });

  it("reaches every bound from 1 to 2^32 and never the bound itself", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
        const value = createStream(seed).below(bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }),
      { seed: 44, numRuns: 300 },
    );
    expect(createStream(4).below(1)).toBe(0);
  });
});

describe("normal", () => {
  const n = 200_000;
  const stream = createStream(6);
  const z = Float64Array.from({ length: n }, () => stream.normal());
  const moment = (power: number) => z.reduce((total, value) => total + value ** power, 0) / n;

  it("has the first four moments of the standard normal distribution", () => {
    // Var(z^k) = E z^2k - (E z^k)^2 = 1, 2, 15, 96.
    for (const [power, expected, variance] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ]) {
      expect(Math.abs(moment(power) - expected)).toBeLessThan(4 * Math.sqrt(variance / n));
    }
  });

  it("has the distribution of the standard normal distribution: P(|Z| > |z|) is uniform", () => {
    const bins = 50;
    let i = 0;
    expectUniform(histogram(bins, 20_000, () => Math.min(bins - 1, Math.floor(bins * chiSquareTail(z[i++] ** 2, 1)))));
  });

  it("does not correlate the two values of a pair, in value or in size", () => {
    for (const lag of [1, 2]) {
      let product = 0;
      let ofSquares = 0;
      for (let i = lag; i < n; i++) {
        product += z[i] * z[i - lag];
        ofSquares += (z[i] ** 2 - 1) * (z[i - lag] ** 2 - 1);
      }
      expect(Math.abs(product)).toBeLessThan(4 * Math.sqrt(n));
      expect(Math.abs(ofSquares)).toBeLessThan(4 * 2 * Math.sqrt(n));
    }
  });
});
