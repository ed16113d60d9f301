import fc from "fast-check";
import { expect, test } from "vitest";
import {
  alphaAt,
  countAt,
  LARGEST_ALPHA,
  LARGEST_TEMPERATURE,
  positionOfAlpha,
  positionOfCount,
  positionOfStep,
  positionOfTemperature,
  stepAt,
  temperatureAt,
} from "../../../src/explorer/page/slider-scales.ts";

const position = fc.double({ min: 0, max: 1, noNaN: true });

test.each([
  ["alpha", alphaAt, positionOfAlpha],
  ["the temperature", temperatureAt, positionOfTemperature],
  ["n", countAt, positionOfCount],
  ["dt", (p: number) => stepAt(p, 3), (dt: number) => positionOfStep(dt, 3)],
] as const)("a slider of %s goes back to the place of its value, and never down when it is moved up", (_, valueAt, positionOf) => {
  fc.assert(
    fc.property(position, position, (a, b) => {
      // Two digits are 5% at most, a hundredth of a scale of two decades; below its first place alpha and the temperature are 0.
      if (valueAt(a) > 0) expect(Math.abs(positionOf(valueAt(a)) - a)).toBeLessThan(0.011);
      expect(valueAt(Math.max(a, b))).toBeGreaterThanOrEqual(valueAt(Math.min(a, b)));
    }),
  );
});

test("the ends are those that the page names", () => {
  expect([alphaAt(0), alphaAt(1)]).toEqual([0, LARGEST_ALPHA]);
  expect([temperatureAt(0), temperatureAt(1)]).toEqual([0, LARGEST_TEMPERATURE]);
  expect([countAt(0), countAt(1)]).toEqual([10, 1e5]);
});
