import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStream } from "../../src/numerics/random.ts";
import { createTrigonometricSums, type TrigonometricAxis } from "../../src/numerics/trigonometric-sums.ts";

const axis: fc.Arbitrary<TrigonometricAxis> = fc
  .record({ points: fc.integer({ min: 1, max: 11 }), extra: fc.nat(9), modes: fc.nat(9) })
  .map(({ points, extra, modes }) => ({ points, period: points + extra, modes }));
const lattice = fc.tuple(fc.array(axis, { minLength: 1, maxLength: 3 }), fc.nat(1000));

/** phi_k(j) on one axis, cosines before sines. */
function functionsOf({ points, period, modes }: TrigonometricAxis): number[][] {
  const t = (j: number) => (2 * Math.PI * (j - (points - 1) / 2)) / period;
  const places = Array.from({ length: points }, (_, j) => j);
  return [
    ...Array.from({ length: modes + 1 }, (_, k) => places.map((j) => Math.cos(k * t(j)))),
    ...Array.from({ length: modes }, (_, k) => places.map((j) => Math.sin((k + 1) * t(j)))),
  ];
}

/** Every product of one function an axis, as a field. */
const productsOf = (axes: readonly TrigonometricAxis[]): number[][] =>
  axes
    .map(functionsOf)
    .reduce((fields, functions) => fields.flatMap((f) => functions.map((g) => f.flatMap((x) => g.map((y) => x * y)))), [[1]]);

function random(length: number, seed: number): Float64Array {
  const stream = createStream(seed);
  return Float64Array.from({ length }, () => 2 * stream.uniform() - 1);
}

const largest = (values: Iterable<number>) => Math.max(0, ...Array.from(values, Math.abs));

describe("trigonometric sums", () => {
  it("agree with their definition in one, two and three dimensions", () => {
    fc.assert(
      fc.property(lattice, ([axes, seed]) => {
        const products = productsOf(axes);
        const sums = createTrigonometricSums(axes);
        expect(sums.size).toBe(products.length);
        const f = random(products[0].length, seed);
        const a = random(sums.size, seed + 1);
        const [analysed, synthesised] = [new Float64Array(sums.size).fill(Number.NaN), f.map(() => Number.NaN)];
        sums.analyse(analysed, f);
        sums.synthesise(synthesised, a);
        // Angles below 10 * 2 pi carry 64 eps; a sum of N terms N eps more for each of the three axes.
        const bound = (terms: number) => (3 * 64 + 3 * 20) * Number.EPSILON * terms;
        expect(largest(analysed.map((x, k) => x - products[k].reduce((total, phi, j) => total + phi * f[j], 0)))).toBeLessThan(
          bound(f.length),
        );
        expect(largest(synthesised.map((x, j) => x - products.reduce((total, phi, k) => total + phi[j] * a[k], 0)))).toBeLessThan(
          bound(a.length),
        );
      }),
      { seed: 31, numRuns: 60 },
    );
  });

  it("keep their tables apart when several take turns", () => {
    const many = [3, 9, 4].map((points) =>
      createTrigonometricSums([
        { points, period: 12, modes: 3 },
        { points: 5, period: 8, modes: 2 },
      ]),
    );
    const fields = [15, 45, 20].map((length) => random(length, length));
    const found = () =>
      many.map((sums, i) => {
        const a = new Float64Array(sums.size);
        sums.analyse(a, fields[i]);
        return a;
      });
    expect(found()).toEqual(found());
  });
});
