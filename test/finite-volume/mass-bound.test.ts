import * as fc from "fast-check";
import { expect, test } from "vitest";
import { boundWithMass } from "../../src/finite-volume/mass-bound.ts";
import { NEGLIGIBLE } from "../../src/finite-volume/neglected.ts";

const cell = fc.record({
  value: fc.double({ min: -7, max: 6, noNaN: true }).map((power) => 10 ** power),
  // Half of the cells hold less than the share that is left out.
  mass: fc.oneof(fc.double({ min: 1e-9, max: 1, noNaN: true }), fc.double({ min: 0, max: 3e-15, noNaN: true })),
});

test("at most the negligible share of the mass is above the bound, and more than that is above a bound lower by an eighth of its height", () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (cells, shift) => {
      const low = Math.min(...cells.map(({ value }) => value)) - shift;
      const values = Float64Array.from(cells, ({ value }) => value);
      const mu = Float64Array.from(cells, ({ mass }) => mass);
      const total = mu.reduce((sum, m) => sum + m, 0);
      const above = (level: number) => mu.reduce((sum, m, i) => sum + (values[i] > level ? m : 0), 0);
      const bound = boundWithMass(values, low, mu, NEGLIGIBLE);
      // One rounding of the place of a bin, and sums in another order.
      expect(above(bound * (1 + 1e-12))).toBeLessThanOrEqual(NEGLIGIBLE * total * (1 + 1e-12));
      // A bin is a 64th of the range that is left, and the bound is above an eighth of that; after 12 passes the range is 8^-12 of the first.
      const lower = bound - (bound - low) / 7.5 - 8 ** -12 * (Math.max(...values) - low) - 1e-12 * bound;
      if (total > 0 && lower > low) expect(above(lower)).toBeGreaterThan(NEGLIGIBLE * total * (1 - 1e-12));
    }),
    { numRuns: 500, seed: 15 },
  );
});

test("where all mass has the least value, that is the bound", () => {
  expect(boundWithMass(Float64Array.of(2, 2, 5), 2, Float64Array.of(1, 3, 0), NEGLIGIBLE)).toBeLessThan(2 + 1e-9);
  expect(boundWithMass(Float64Array.of(2, 2), 2, Float64Array.of(1, 3), NEGLIGIBLE)).toBe(2);
});
