import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { largestOutflowRate } from "../../src/finite-volume/flux.ts";
import { createLargeStep } from "../../src/finite-volume/large-step.ts";
import { RECONSTRUCTIONS, type ReconstructionName } from "../../src/finite-volume/rows/reconstruct.ts";
import { createUpwind } from "../../src/finite-volume/upwind.ts";
import { l1Distance } from "../../src/grid/density.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { evaluateAtCentres } from "../../src/grid/grid.ts";
import { sum } from "../../src/numerics/sum.ts";
import { largestDifference, observedOrders, problemOf } from "../fixtures.ts";
import { box, GRIDS, randomFields, rearranged } from "./random-fields.ts";

const NAMES = Object.keys(RECONSTRUCTIONS) as ReconstructionName[];

function step(grid: Grid, mu: Float64Array, V: Float64Array, dt: number, reconstruction: ReconstructionName): Float64Array {
  const out = new Float64Array(grid.size);
  createLargeStep(grid, { reconstruction, velocity: 6, tracing: "taylor" }).euler(out, mu, V, dt, mu, 1);
  return out;
}

test.each([["no-flux"], ["periodic"]] as const)(
  "with constant densities, differences of order 2 and Euler's tracing it is the upwind flux up to the bound of that, %s",
  (boundary) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const grid = box([17], [boundary]);
      const { mu, V } = randomFields(grid, seed);
      for (const share of [0.1, 0.5, 0.999]) {
        const dt = share / largestOutflowRate(grid, V);
        const [large, upwind] = [new Float64Array(grid.size), new Float64Array(grid.size)];
        createLargeStep(grid, { reconstruction: "constant", velocity: 2, tracing: "euler" }).euler(large, mu, V, dt, mu, 1);
        createUpwind(grid).euler(upwind, mu, V, dt, mu, 1);
        // Places are known to eps times the number of cells, and with them the masses left of them.
        expect(largestDifference(large, upwind)).toBeLessThan(2 * grid.size * Number.EPSILON * Math.max(...mu));
      }
    }
  },
);

describe.each(NAMES)("large steps with %s densities", (name) => {
  test("keep mass to rounding and densities non-negative and finite for any field, grid and step", () => {
    const boundary = fc.constantFrom("no-flux" as const, "periodic" as const);
    const axis = fc.record({ cells: fc.integer({ min: 4, max: 24 }), boundary });
    fc.assert(
      fc.property(
        fc.array(axis, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: -3, max: 2, noNaN: true }),
        fc.boolean(),
        (axes, seed, logCourant, point) => {
          const grid = box(
            axes.map(({ cells }) => cells),
            axes.map((each) => each.boundary),
          );
          const fields = randomFields(grid, seed);
          const mu = point ? fields.mu.map((m, i) => (i === seed % grid.size ? m : 0)) : fields.mu;
          const dt = 10 ** logCourant / largestOutflowRate(grid, fields.V);
          const out = step(grid, mu, fields.V, dt, name);
          expect(out.every((m) => m >= 0 && m < Infinity)).toBe(true);
          // A mass is a sum of parts of cells, split once a sweep, of which there are five at most.
          expect(Math.abs(sum(out) - sum(mu))).toBeLessThanOrEqual(8 * 5 * Number.EPSILON * sum(mu));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test.each(GRIDS)("leave mu alone, to the bit, where V is constant ($name)", ({ grid }) => {
    const { mu } = randomFields(grid, 1);
    expect(step(grid, mu, new Float64Array(grid.size).fill(0.3), 1, name)).toEqual(mu);
  });

  test.each(GRIDS)("commute with reflections of each axis ($name)", ({ grid }) => {
    const { mu, V } = randomFields(grid, 2);
    for (let axis = 0; axis < grid.dimension; axis++) {
      const mirror = (field: Float64Array) =>
        rearranged(grid, grid, field, (index) => index.map((i, a) => (a === axis ? grid.shape[a] - 1 - i : i)));
      const dt = 0.3 / largestOutflowRate(grid, V);
      // Beyond walls V is continued over three cells by sums of terms up to 20 V each: 20^3 eps at most of velocities, and of places.
      const difference = largestDifference(step(grid, mirror(mu), mirror(V), dt, name), mirror(step(grid, mu, V, dt, name)));
      expect(difference).toBeLessThan(1e-12 * Math.max(...mu));
    }
  });

  test("carry a Gaussian through a quadratic well with their order in L1, in steps of a Courant number of about 4", async () => {
    const end = 0.6;
    const shrink = Math.exp(-0.8 * end);
    const errors = [];
    for (const cells of [64, 128, 256, 512]) {
      const axis = { min: -4, max: 4, cells };
      const normal = (factor: number) => ({ x: { type: "normal" as const, mean: 0.6 * factor, sd: 0.5 * factor } });
      const before = await problemOf({ variables: { x: axis }, initial: normal(1) });
      const after = await problemOf({ variables: { x: axis }, initial: normal(shrink) });
      const V = evaluateAtCentres(before.grid, (outputs, start, [x], from, count) => {
        for (let i = 0; i < count; i++) outputs[0][start + i] = 0.4 * x[from + i] ** 2;
      });
      let mu = before.initial.cellAverages(before.grid).density;
      const steps = cells / 8;
      for (let k = 0; k < steps; k++) mu = step(before.grid, mu, V, end / steps, name);
      errors.push(l1Distance(after.grid, mu, after.initial.cellAverages(after.grid).density));
    }
    const { order } = RECONSTRUCTIONS[name];
    expect(observedOrders(errors)[2]).toBeGreaterThan(order - 0.1);
  });
});

test("a step of many Courant numbers brings all mass to where the paths end", () => {
  const grid = box([64], ["no-flux"]);
  const { min, max, width } = grid.axes[0];
  const middle = (min + max) / 2;
  const V = Float64Array.from({ length: 64 }, (_, i) => 0.5 * (min + (i + 0.5) * width - middle) ** 2);
  const out = step(grid, new Float64Array(64).fill(1), V, 20, "parabolic");
  // Of paths e^-20 apart, all end in the two cells beside the minimum.
  expect(out[31] + out[32]).toBeCloseTo(64, 10);
});
