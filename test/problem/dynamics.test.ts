import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import {
  DYNAMICS,
  DYNAMICS_NAMES,
  type DynamicsName,
  definitionOf,
  dynamicsNamed,
  type Feature,
  nameOfDynamics,
  type PlainName,
  refuseUnless,
  termsOf,
  USUAL_DYNAMICS,
} from "../../src/problem/dynamics.ts";
import { largestDifference, problemOf } from "../fixtures.ts";

const prior = { x: { type: "normal" as const, mean: 0, sd: 1 } };

const written = (name: DynamicsName) => definitionOf(name, prior);

test("the terms are those of the equations of problem.ts, and so is what follows from them", () => {
  const rows = DYNAMICS_NAMES.map((name) => {
    const { transport, reaction, baseline, conservesMass, gapIsBound } = termsOf({
      dynamics: written(name),
      alpha: { constant: null },
    });
    return [name, transport, reaction, baseline.of(-7), conservesMass, gapIsBound];
  });
  expect(rows).toEqual([
    ["gradient-descent", true, null, -7, true, true],
    ["unbalanced", true, { kind: "local" }, 0, false, false],
    ["birth-death", true, { kind: "local" }, -7, true, true],
    ["pure-birth-death", false, { kind: "local" }, -7, true, true],
    ["reinjection net-deficit", true, { kind: "prior", floor: -Infinity }, -7, true, true],
    ["reinjection every-death", true, { kind: "prior", floor: 0 }, -7, true, true],
  ]);
});

test("a reaction at rate 0 is none: what moves is gradient descent, what does not stays", () => {
  const { reaction, baseline, conservesMass, gapIsBound } = DYNAMICS["gradient-descent"];
  for (const name of DYNAMICS_NAMES) {
    const { transport } = DYNAMICS[name];
    expect(termsOf({ dynamics: written(name), alpha: { constant: 0 } })).toEqual({
      transport,
      reaction,
      baseline,
      conservesMass,
      gapIsBound,
    });
  }
});

test("every dynamics is named as a file writes it, and nothing else is", async () => {
  for (const name of DYNAMICS_NAMES) {
    expect(nameOfDynamics(written(name))).toBe(name);
    expect(dynamicsNamed(written(name))).toBe(name);
  }
  for (const other of [
    "reinjection",
    "reinjection every-death",
    "toString",
    "",
    { type: "reinjection" },
    ["birth-death"],
    null,
    3,
  ]) {
    expect(dynamicsNamed(other)).toBeNull();
  }
  expect((await problemOf({})).dynamics).toBe(USUAL_DYNAMICS);
});

test("a dynamics without particles refuses them, and one with a family does not", () => {
  for (const name of DYNAMICS_NAMES) {
    const { family, refusals } = DYNAMICS[name];
    expect(family === null, name).toBe(refusals.particles !== null);
  }
});

test("a refusal names the dynamics, and holds without a reaction only if it says so", () => {
  for (const name of DYNAMICS_NAMES) {
    for (const [feature, refusal] of Object.entries(DYNAMICS[name].refusals)) {
      const check = (constant: number) => () => refuseUnless({ dynamics: written(name), alpha: { constant } }, feature as Feature);
      if (refusal === null) expect(check(1)).not.toThrow();
      else expect(check(1)).toThrow(`dynamics = "${name}": ${refusal.reason}; ${refusal.remedy}`);
      if (refusal?.always) expect(check(0)).toThrow(refusal.reason);
      else expect(check(0)).not.toThrow();
    }
  }
});

describe("both methods solve the same terms", () => {
  const density = async (dynamics: PlainName, alpha: number) => {
    const problem = await problemOf({ dynamics, alpha, potential: { F: "0.5*x^2 + 0.3*x" } });
    const traced = solveCharacteristics(problem).tracedDensity(1e-9).cellAverages(problem.grid, 1);
    return { traced, cells: solve(problem).snapshots[1].density };
  };

  test("without alpha all that move are gradient descent, and what does not move stays", async () => {
    const descent = await density("gradient-descent", 5);
    for (const dynamics of ["birth-death", "unbalanced"] as const) {
      const still = await density(dynamics, 0);
      expect(still.cells).toEqual(descent.cells);
      // Log-weights that stay 0 change the norm of the errors and so the steps.
      expect(largestDifference(still.traced, descent.traced)).toBeLessThan(1e-7);
    }
    const { initial, grid } = await problemOf({});
    const rest = await density("pure-birth-death", 0);
    const start = initial.cellAverages(grid).density;
    expect(rest.cells).toEqual(start);
    // Cell averages are normalised on the grid, which holds all but 3e-9.
    expect(largestDifference(rest.traced, start)).toBeLessThan(1e-8);
  });

  test("unbalanced differs from birth-death in its mass alone, where K is not there to feel it", async () => {
    const [free, kept] = [await density("unbalanced", 2), await density("birth-death", 2)];
    for (const [a, b] of [[free.traced, kept.traced], [free.cells, kept.cells]]) {
      const mass = a.reduce((sum, value) => sum + value, 0) / b.reduce((sum, value) => sum + value, 0);
      expect(mass).toBeLessThan(0.99);
      expect(largestDifference(a, b.map((value) => mass * value))).toBeLessThan(1e-7);
    } // biome-ignore format: two methods
  });
});
