import fc from "fast-check";
import { expect, test } from "vitest";
import { extent, logRange, logTicks, nearestIndex, padded, stepAbove } from "../../../src/explorer/panels/ranges.ts";

const sizes = fc.double({ min: 1e-12, max: 1e12, noNaN: true });

test("a step is not below the size, less than 1.7 times it, and stays where it is", () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const step = stepAbove(size);
      expect(step).toBeGreaterThanOrEqual(size);
      // The widest gap of 1, 1.5, 2, 3, 5, 7.5, 10 is from 3 to 5.
      expect(step / size).toBeLessThan(1.67);
      expect(stepAbove(step)).toBe(step);
    }),
  );
  expect([0, NaN, Infinity, -1].map(stepAbove)).toEqual([1, 1, 1, 1]);
});

test("a linear range holds the data with room on both sides, whatever is not a number", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.integer({ min: -1e9, max: 1e9 }).map((whole) => whole / 1000),
        { minLength: 1 },
      ),
      (values) => {
        const [min, max] = padded(extent([[NaN, Infinity, null], values]));
        expect(min).toBeLessThan(Math.min(...values));
        expect(max).toBeGreaterThan(Math.max(...values));
      },
    ),
  );
  expect(padded(extent([[NaN, null]]))).toEqual([0, 1]);
});

test("a logarithmic range holds the positive data and is wider than a factor of 2", () => {
  fc.assert(
    fc.property(fc.array(sizes, { minLength: 1 }), (values) => {
      const [min, max] = logRange([[0, -1, null, NaN], values]);
      expect(min).toBeLessThanOrEqual(Math.min(...values));
      expect(max).toBeGreaterThanOrEqual(Math.max(...values));
      expect(max / min).toBeGreaterThan(1.99);
      // Not more than a step of 1, 2, 5 away on either side.
      expect(Math.min(...values) / min).toBeLessThan(2.51);
      expect(max / Math.max(...values)).toBeLessThan(2.51);
    }),
  );
  expect(logRange([[0, null]])).toEqual([0.1, 1]);
});

test("there are three to eleven ticks on any logarithmic range, ascending and inside of it", () => {
  fc.assert(
    fc.property(fc.array(sizes, { minLength: 1, maxLength: 5 }), (values) => {
      const [min, max] = logRange([values]);
      const ticks = logTicks(min, max);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(11);
      expect(ticks.every((tick, i) => i === 0 || tick > ticks[i - 1])).toBe(true);
      expect(ticks[0]).toBeGreaterThan(min * 0.999);
      expect(ticks.at(-1)!).toBeLessThan(max * 1.001);
    }),
  );
});

test("the nearest frame is one that there is", () => {
  expect(nearestIndex([0, 1, 2, 3], 4, 2.4)).toBe(2);
  expect(nearestIndex([0, 1, 2, 3], 2, 2.4)).toBe(1);
  expect(nearestIndex([0, 1, 2, 3], 4, -7)).toBe(0);
});
