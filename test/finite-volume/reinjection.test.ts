import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createReaction } from "../../src/finite-volume/reaction.ts";
import { createReinjection } from "../../src/finite-volume/reinjection.ts";
import { integrate, mass } from "../../src/grid/density.ts";
import { integrate as integrateOde } from "../../src/numerics/dormand-prince.ts";
import { largestDifference, observedOrders } from "../fixtures.ts";
import { box } from "./random-fields.ts";

const LAWS = ["net-deficit", "every-death"] as const;
const FLOORS = { "net-deficit": -Infinity, "every-death": 0 } as const;
const grid = box([9], ["no-flux"]);
const field = (least: number, most: number) =>
  fc.array(fc.double({ min: least, max: most, noNaN: true }), { minLength: grid.size, maxLength: grid.size }).map((values) => Float64Array.from(values)); // biome-ignore format: one call
const density = field(0, 1).map((values) => values.map((value, i) => value + (i === 4 ? 0.1 : 0)));

function unit(values: Float64Array): Float64Array {
  const total = mass(grid, values);
  return values.map((value) => value / total);
}

test.each(LAWS)("%s keeps the mass to rounding and densities >= 0 for any V, rate and prior", (law) => {
  fc.assert(
    fc.property(density, density, field(-5, 5), fc.double({ min: 0, max: 4, noNaN: true }), (mu, prior, V, rate) => {
      const out = new Float64Array(grid.size);
      createReinjection(grid, FLOORS[law], unit(prior)).apply(out, unit(mu), V, rate, false);
      // Factors up to e^20 may come and go where mass below 0 grows.
      expect(Math.abs(mass(grid, out) - 1)).toBeLessThan(1e-13);
      expect(out.every((value) => value >= 0)).toBe(true);
    }),
    { seed: 3, numRuns: 200 },
  );
});

const MU = unit(Float64Array.from([1, 3, 2, 0, 1, 4, 1, 2, 1]));
const PRIOR = unit(Float64Array.from([0, 1, 0, 2, 5, 1, 0, 0, 3]));
/** Means 0.2333 and -1.2667 under MU: mass is missing all the time, or never. */
const MISSING = Float64Array.from([1, 0.4, -0.7, 2, 0.5, 0.3, 1.1, -0.2, 0.3]);
const SURPLUS = MISSING.map((v) => v - 1.5);

function steps(law: (typeof LAWS)[number], V: Float64Array, count: number): Float64Array {
  const reaction = createReinjection(grid, FLOORS[law], PRIOR);
  const mu = MU.slice();
  for (let k = 0; k < count; k++) reaction.apply(mu, mu, V, 1 / count, false);
  return mu;
}

function exact(law: (typeof LAWS)[number], V: Float64Array): Float64Array {
  const killing = V.map((v) => (law === "every-death" ? Math.max(0, v) : v));
  const equation = (out: Float64Array, _t: number, mu: Float64Array) => {
    const back = integrate(grid, mu, killing);
    for (let i = 0; i < mu.length; i++) out[i] = -killing[i] * mu[i] + Math.max(0, back) * PRIOR[i] - Math.max(0, -back) * mu[i];
  };
  return integrateOde(equation, 0, MU, 1, { relativeTolerance: 1e-12, absoluteTolerance: 1e-13 }).y;
}

test.each(LAWS)("the reaction of %s is of order 2 in its step", (law) => {
  const solution = exact(law, MISSING);
  const errors = [8, 16, 32].map((count) => largestDifference(steps(law, MISSING, count), solution));
  // The next term is smaller by the step, 1/8 at most.
  for (const order of observedOrders(errors)) expect(Math.abs(order - 2)).toBeLessThan(0.15);
  expect(errors[2]).toBeLessThan(1e-3);
});

test("where nothing is missing net-deficit is birth and death itself, exactly", () => {
  const out = new Float64Array(grid.size);
  createReaction(grid, true).apply(out, MU, SURPLUS, 1, false);
  expect(largestDifference(steps("net-deficit", SURPLUS, 1), out)).toBe(0);
  expect(largestDifference(out, exact("net-deficit", SURPLUS))).toBeLessThan(1e-10);
});

test("where V >= 0 both rules are the same, and where V <= 0 no mass dies of every-death", () => {
  const positive = MISSING.map(Math.abs);
  expect(steps("every-death", positive, 4)).toEqual(steps("net-deficit", positive, 4));
  expect(steps("every-death", positive.map((v) => -v), 4)).toEqual(MU); // biome-ignore format: one call
});

test.each(LAWS)("with alpha = 0 %s does nothing", (law) => {
  const out = new Float64Array(grid.size);
  createReinjection(grid, FLOORS[law], PRIOR).apply(out, MU, MISSING, 0, false);
  expect(out).toEqual(MU);
});
