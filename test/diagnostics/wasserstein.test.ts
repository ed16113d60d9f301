import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wassersteinToGrid } from "../../src/diagnostics/wasserstein.ts";
import type { Axis } from "../../src/grid/grid.ts";

const axis: Axis = { name: "x", min: -1, max: 3, cells: 8, periodic: false, width: 0.5 };

const masses = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: axis.cells, maxLength: axis.cells })
  .filter((values) => values.some((value) => value > 0.01))
  .map((values) => {
    const total = values.reduce((sum, value) => sum + value, 0);
    return Float64Array.from(values, (value) => value / total);
  });

/** Particles inside the axis and up to two beyond either end. */
const particles = fc
  .array(fc.double({ min: -3, max: 5, noNaN: true }), { minLength: 1, maxLength: 25 })
  .map((x) => Float64Array.from(x).sort());

/** F at x: linear within cells, 0 before and 1 after. */
function cumulative(weights: Float64Array, x: number): number {
  const place = (x - axis.min) / axis.width;
  return weights.reduce((sum, mass, i) => sum + mass * Math.min(1, Math.max(0, place - i)), 0);
}

/** The x at which F is u. */
function quantile(weights: Float64Array, u: number): number {
  let below = 0;
  for (let i = 0; i < axis.cells; i++) {
    if (below + weights[i] >= u) return axis.min + (i + (u - below) / weights[i]) * axis.width;
    below += weights[i];
  }
  return axis.max;
}

describe("wassersteinToGrid", () => {
  it("is the integral of |F_n - F|, by a fine midpoint rule", () => {
    fc.assert(
      fc.property(particles, masses, (x, weights) => {
        const n = 8000;
        const h = 8 / n;
        let integral = 0;
        for (let k = 0; k < n; k++) {
          const at = -3 + (k + 0.5) * h;
          integral += h * Math.abs(x.filter((value) => value <= at).length / x.length - cumulative(weights, at));
        }
        // The midpoint rule is exact but where the integrand jumps or bends: jumps of 1 in total and slopes of at most 2 / cell.
        expect(Math.abs(wassersteinToGrid(x, axis, weights) - integral)).toBeLessThan(h / 2 + (axis.cells + x.length) * 2 * h * h);
      }),
      { seed: 401, numRuns: 25 },
    );
  });

  it("is the mean distance between quantiles: another formula for the same", () => {
    fc.assert(
      fc.property(particles, masses, (x, weights) => {
        const levels = 20_000;
        let mean = 0;
        for (let k = 0; k < levels; k++) {
          const u = (k + 0.5) / levels;
          mean += Math.abs(x[Math.floor(u * x.length)] - quantile(weights, u)) / levels;
        }
        // Both quantile functions are monotone over a range of at most 8: a midpoint rule errs by half a level of that.
        expect(Math.abs(wassersteinToGrid(x, axis, weights) - mean)).toBeLessThan(8 / levels);
      }),
      { seed: 402, numRuns: 25 },
    );
  });

  it("grows by exactly the shift where all particles move away from one side", () => {
    fc.assert(
      fc.property(particles, masses, fc.double({ min: 0, max: 10, noNaN: true }), (x, weights, shift) => {
        // All particles to the right of the axis: every quantile moves by the shift.
        const right = x.map((value) => value + 6.5);
        const distance = wassersteinToGrid(right, axis, weights);
        const moved = wassersteinToGrid(
          right.map((value) => value + shift),
          axis,
          weights,
        );
        expect(Math.abs(moved - distance - shift)).toBeLessThan(1e-13 * 20);
        const mean = right.reduce((sum, value) => sum + value / x.length, 0);
        const centre = weights.reduce((sum, mass, i) => sum + mass * (axis.min + (i + 0.5) * axis.width), 0);
        // There the distance is the difference of the means.
        expect(Math.abs(distance - (mean - centre))).toBeLessThan(1e-13 * 20);
      }),
      { seed: 403, numRuns: 100 },
    );
  });

  it("does not change when particles and axis move together, or are reflected together", () => {
    fc.assert(
      fc.property(particles, masses, fc.double({ min: -5, max: 5, noNaN: true }), (x, weights, shift) => {
        const distance = wassersteinToGrid(x, axis, weights);
        const there = { ...axis, min: axis.min + shift, max: axis.max + shift };
        // Places are rounded to eps of at most 10.
        expect(
          Math.abs(
            wassersteinToGrid(
              x.map((value) => value + shift),
              there,
              weights,
            ) - distance,
          ),
        ).toBeLessThan(1e-13);
        const mirrored = { ...axis, min: -axis.max, max: -axis.min };
        const reflected = x.map((value) => -value).sort();
        expect(Math.abs(wassersteinToGrid(reflected, mirrored, weights.toReversed()) - distance)).toBeLessThan(1e-13);
      }),
      { seed: 404, numRuns: 200 },
    );
  });

  it("moves by at most the mean distance that the particles move, and takes masses in any unit", () => {
    fc.assert(
      fc.property(particles, masses, fc.double({ min: 0.1, max: 9, noNaN: true }), (x, weights, unit) => {
        const distance = wassersteinToGrid(x, axis, weights);
        const shaken = x.map((value, i) => value + 0.3 * Math.sin(7 * i));
        const path = shaken.reduce((sum, value, i) => sum + Math.abs(value - x[i]) / x.length, 0);
        expect(Math.abs(wassersteinToGrid(shaken.sort(), axis, weights) - distance)).toBeLessThanOrEqual(path + 1e-13);
        expect(
          Math.abs(
            wassersteinToGrid(
              x,
              axis,
              weights.map((mass) => unit * mass),
            ) - distance,
          ),
        ).toBeLessThan(1e-13);
      }),
      { seed: 405, numRuns: 200 },
    );
  });

  it("is a quarter of a gap for n particles in the middles of n equal parts of a uniform law", () => {
    const uniform = new Float64Array(axis.cells).fill(1 / axis.cells);
    for (const n of [1, 2, 7, 100]) {
      const middles = Float64Array.from({ length: n }, (_, i) => axis.min + (4 * (i + 0.5)) / n);
      expect(wassersteinToGrid(middles, axis, uniform)).toBeCloseTo(4 / (4 * n), 12);
    }
  });

  it("is at most width / n for particles at the quantiles of any law", () => {
    fc.assert(
      fc.property(masses, fc.integer({ min: 1, max: 200 }), (weights, n) => {
        const x = Float64Array.from({ length: n }, (_, i) => quantile(weights, (i + 0.5) / n));
        expect(wassersteinToGrid(x, axis, weights)).toBeLessThanOrEqual((axis.max - axis.min) / (2 * n) + 1e-13);
      }),
      { seed: 406, numRuns: 200 },
    );
  });

  it("handles ties and particles on the edges of cells", () => {
    const uniform = new Float64Array(axis.cells).fill(1 / axis.cells);
    expect(wassersteinToGrid(Float64Array.of(-1, -1, 3, 3), axis, uniform)).toBeCloseTo(1, 14);
    expect(wassersteinToGrid(Float64Array.of(1, 1, 1), axis, uniform)).toBeCloseTo(1, 14);
    expect(wassersteinToGrid(Float64Array.of(-1, 0, 1, 2), axis, uniform)).toBeCloseTo(0.5, 14);
  });
});
