import { describe, expect, test } from "vitest";
import { createReaction } from "../../src/finite-volume/reaction.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { sum } from "../../src/numerics/sum.ts";
import { largestDifference, problemOf } from "../fixtures.ts";
import { GRIDS, randomFields } from "./random-fields.ts";

/** Exponentials within 1 ulp, a quotient of sums and a few products: relative, where exponents are of order 10. */
const ROUNDING = 32 * Number.EPSILON;

const relativeDifference = (a: Float64Array, b: Float64Array) =>
  largestDifference(
    a.map((x, i) => (x === b[i] ? 1 : x / b[i])),
    new Float64Array(a.length).fill(1),
  );

describe.each(GRIDS)("reaction on a grid ($name)", ({ grid }) => {
  const { mu, V } = randomFields(grid, 21);
  const rate = 1.3;

  function reacted(normalised: boolean, start: Float64Array, steps: number, sameV: boolean): Float64Array {
    const reaction = createReaction(grid, normalised);
    const out = start.slice();
    for (let k = 0; k < steps; k++) reaction.apply(out, out, V, rate / steps, sameV);
    return out;
  }

  test("is mu e^{-alpha t V} / Z at every cell, in one step or many", () => {
    const weighted = mu.map((m, i) => m * Math.exp(-rate * V[i]));
    const expected = weighted.map((w) => (w * sum(mu)) / sum(weighted));
    expect(relativeDifference(reacted(true, mu, 1, false), expected)).toBeLessThan(ROUNDING);
    // Each of 16 steps rounds once.
    expect(relativeDifference(reacted(true, mu, 16, false), expected)).toBeLessThan(16 * ROUNDING);
  });

  test("is mu e^{-alpha t V} where it is not normalised, and says by how much the mass changed", () => {
    const expected = mu.map((m, i) => m * Math.exp(-rate * V[i]));
    expect(relativeDifference(reacted(false, mu, 1, false), expected)).toBeLessThan(ROUNDING);
    const out = new Float64Array(grid.size);
    const change = createReaction(grid, false).apply(out, mu, V, rate, false);
    const law = grid.cellVolume * (sum(expected) - sum(mu));
    expect(Math.abs(change - law)).toBeLessThan(ROUNDING * grid.cellVolume * (sum(expected) + sum(mu)));
  });

  test("makes of two half steps one whole step", () => {
    for (const normalised of [true, false]) {
      expect(relativeDifference(reacted(normalised, mu, 2, false), reacted(normalised, mu, 1, false))).toBeLessThan(2 * ROUNDING);
    }
  });

  test("keeps a factor for a V that stays, and makes a new one for another time step", () => {
    for (const normalised of [true, false]) {
      const reaction = createReaction(grid, normalised);
      const kept = new Float64Array(grid.size);
      for (const share of [1, 1, 0.5, 2, 2]) {
        reaction.apply(kept, mu, V, share * rate, true);
        const fresh = new Float64Array(grid.size);
        createReaction(grid, normalised).apply(fresh, mu, V, share * rate, false);
        expect(relativeDifference(kept, fresh)).toBeLessThan(ROUNDING);
      }
    }
  });

  test("conserves mass and does not depend on the zero of V", () => {
    const shifted = new Float64Array(grid.size);
    // Adding 1000 to V costs three of its sixteen digits.
    createReaction(grid, true).apply(
      shifted,
      mu,
      V.map((v) => v + 1000),
      rate,
      false,
    );
    const out = reacted(true, mu, 1, false);
    expect(relativeDifference(shifted, out)).toBeLessThan(1e4 * Number.EPSILON);
    expect(Math.abs(sum(out) - sum(mu))).toBeLessThan(ROUNDING * sum(mu));
  });

  test("starts as d_t mu = -(V - Vbar) mu", () => {
    const dt = 1e-6;
    const out = new Float64Array(grid.size);
    createReaction(grid, true).apply(out, mu, V, dt, false);
    const mean = sum(mu.map((m, i) => m * V[i])) / sum(mu);
    const slope = out.map((m, i) => (m - mu[i]) / dt);
    const expected = mu.map((m, i) => -(V[i] - mean) * m);
    // Second derivatives are below (2 max |V - Vbar|)^2 mu < 100 mu; half of that times dt, and rounding over dt.
    expect(largestDifference(slope, expected)).toBeLessThan((50 * dt + 1e-15 / dt) * Math.max(...mu));
  });

  test("neither overflows nor dies out where alpha dt V spans thousands", () => {
    const out = new Float64Array(grid.size);
    const steep = V.map((v) => 5000 * v);
    createReaction(grid, true).apply(out, mu, steep, 1, false);
    const winner = V.reduce((best, v, i) => (mu[i] > 0 && (mu[best] === 0 || v < V[best]) ? i : best), 0);
    expect(out[winner]).toBeCloseTo(sum(mu), 9);
    expect(Math.abs(sum(out) - sum(mu))).toBeLessThan(ROUNDING * sum(mu));
  });
});

test.each([0.7, -0.7])("an unbalanced mass follows e^{-alpha V t} where V = %d everywhere", async (V) => {
  const alpha = 1.5;
  const problem = await problemOf({ potential: { F: `${V}` }, alpha, dynamics: "unbalanced", time: { end: 1, snapshots: 4 } });
  for (const { time, mass, meanPotential, minPotential } of solve(problem, { maxStep: 0.01 }).snapshots) {
    // 100 steps, each of which rounds the mass once or twice.
    expect(Math.abs(mass / Math.exp(-alpha * V * time) - 1)).toBeLessThan(200 * Number.EPSILON);
    expect([meanPotential, minPotential]).toEqual([V, V]);
  }
});
