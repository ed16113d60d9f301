import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRealFftNd, powerOfTwoAtLeast } from "../../src/numerics/fft.ts";

interface Sample {
  extent: number[];
  padded: number[];
  values: Float64Array;
}

const axis = fc.constantFrom(2, 4, 8).chain((padded) => fc.tuple(fc.integer({ min: 1, max: padded }), fc.constant(padded)));

/** Arrays of every shape in one to three dimensions, padded and not. */
const sample: fc.Arbitrary<Sample> = fc.array(axis, { minLength: 1, maxLength: 3 }).chain((axes) => {
  const extent = axes.map(([n]) => n);
  const size = extent.reduce((product, n) => product * n, 1);
  return fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: size, maxLength: size }).map((values) => ({
    extent,
    padded: axes.map(([, n]) => n),
    values: Float64Array.from(values),
  }));
});

/** The multi-index of a flat index, the last axis running fastest. */
function unravel(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((n) => {
      const i = rest % n;
      rest = Math.floor(rest / n);
      return i;
    })
    .reverse();
}

function directTransform({ extent, padded, values }: Sample): Float64Array {
  const shape = [...padded.slice(0, -1), padded[padded.length - 1] / 2 + 1];
  const size = shape.reduce((product, n) => product * n, 1);
  const spectrum = new Float64Array(2 * size);
  for (let k = 0; k < size; k++) {
    const frequency = unravel(k, shape);
    for (let i = 0; i < values.length; i++) {
      const place = unravel(i, extent);
      const phase = -2 * Math.PI * place.reduce((total, x, a) => total + (frequency[a] * x) / padded[a], 0);
      spectrum[2 * k] += values[i] * Math.cos(phase);
      spectrum[2 * k + 1] += values[i] * Math.sin(phase);
    }
  }
  return spectrum;
}

const totalOf = (values: Float64Array) => values.reduce((total, value) => total + Math.abs(value), 0);

function expectClose(found: Float64Array, expected: Float64Array, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
}

describe("createRealFftNd", () => {
  it("agrees with the defining sum in one, two and three dimensions", () => {
    fc.assert(
      fc.property(sample, (s) => {
        const { spectrumLength, forward } = createRealFftNd(s.extent, s.padded);
        const spectrum = new Float64Array(spectrumLength);
        forward(spectrum, s.values);
        // At most 512 terms, each with a phase known to 20 eps: (512 + 20) eps sum |f| bounds the sum, and the FFT is far better.
        expectClose(spectrum, directTransform(s), 600 * Number.EPSILON * totalOf(s.values));
      }),
      { seed: 21, numRuns: 120 },
    );
  });

  it("is undone by the inverse, whatever was in the arrays before", () => {
    fc.assert(
      fc.property(sample, (s) => {
        const { spectrumLength, forward, inverse } = createRealFftNd(s.extent, s.padded);
        const spectrum = new Float64Array(spectrumLength).fill(Number.NaN);
        const back = new Float64Array(s.values.length).fill(Number.NaN);
        forward(spectrum, s.values);
        inverse(back, spectrum);
        // Three axes of at most three passes each, both ways: 18 roundings of values below sum |f|.
        expectClose(back, s.values, 18 * Number.EPSILON * totalOf(s.values));
        // What an inverse left in the work arrays must not enter the next transform.
        const [first, second] = [new Float64Array(spectrumLength), new Float64Array(spectrumLength)];
        createRealFftNd(s.extent, s.padded).forward(first, s.values);
        forward(second, s.values);
        expect(second).toEqual(first);
      }),
      { seed: 22, numRuns: 300 },
    );
  });

  it("moves no energy: Parseval's identity over the full spectrum", () => {
    const extent = [12, 30];
    const padded = [16, 32];
    const values = Float64Array.from({ length: 360 }, (_, i) => Math.sin(1.7 * i * i));
    const { spectrumLength, forward } = createRealFftNd(extent, padded);
    const spectrum = new Float64Array(spectrumLength);
    forward(spectrum, values);
    let energy = 0;
    for (let k = 0; k < spectrumLength / 2; k++) {
      // The columns 0 and 16 stand for themselves, the others for their conjugates too.
      const copies = k % 17 === 0 || k % 17 === 16 ? 1 : 2;
      energy += copies * (spectrum[2 * k] ** 2 + spectrum[2 * k + 1] ** 2);
    }
    const squares = values.reduce((total, value) => total + value * value, 0);
    expect(Math.abs(energy / 512 - squares)).toBeLessThan(600 * Number.EPSILON * squares);
  });

  it("gives plans of the same length to several transforms without mixing them", () => {
    const first = createRealFftNd([8, 8], [8, 8]);
    const second = createRealFftNd([5], [8]);
    const values = Float64Array.from({ length: 64 }, (_, i) => Math.cos(i * i));
    const spectrum = new Float64Array(first.spectrumLength);
    first.forward(spectrum, values);
    second.forward(new Float64Array(second.spectrumLength), Float64Array.of(9, 8, 7, 6, 5));
    const back = new Float64Array(64);
    first.inverse(back, spectrum);
    expectClose(back, values, 12 * Number.EPSILON * totalOf(values));
  });
});

describe("powerOfTwoAtLeast", () => {
  it("is the least power of two, and never below 2", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 25 }), (n) => {
        const power = powerOfTwoAtLeast(n);
        expect(Number.isInteger(Math.log2(power))).toBe(true);
        expect(power).toBeGreaterThanOrEqual(Math.max(2, n));
        if (power > 2) expect(power / 2).toBeLessThan(n);
      }),
      { seed: 23, numRuns: 200 },
    );
  });
});
