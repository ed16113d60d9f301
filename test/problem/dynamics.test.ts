import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import {
  DYNAMICS,
  DYNAMICS_NAMES,
  type DynamicsName,
  definitionOf,
  dynamicsNamed,
  nameOfDynamics,
  type PlainName,
  predictedFamily,
  refuseUnless,
  termsOf,
  USUAL_DYNAMICS,
} from "../../src/problem/dynamics.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { Feature } from "../../src/problem/refusals.ts";
import { largestDifference, problemOf } from "../fixtures.ts";

const prior = { x: { type: "normal" as const, mean: 0, sd: 1 } };

const written = (name: DynamicsName) => definitionOf(name, prior);

test("the terms are those of the equations of problem.ts, and so is what follows from them", () => {
  const rows = DYNAMICS_NAMES.map((name) => {
    const { transport, reaction, baseline, conservesMass, normalises } = termsOf({
      dynamics: written(name),
      alpha: { constant: null },
    });
    return [name, transport, reaction, baseline.of(-7), conservesMass, normalises];
  });
  expect(rows).toEqual([
    ["gradient-descent", true, null, -7, true, false],
    ["unbalanced", true, { kind: "free" }, 0, false, false],
    ["birth-death", true, { kind: "centred" }, -7, true, true],
    ["pure-birth-death", false, { kind: "centred" }, -7, true, true],
    ["reinjection net-deficit", true, { kind: "prior", floor: -Infinity }, -7, true, false],
    ["reinjection every-death", true, { kind: "prior", floor: 0 }, -7, true, false],
  ]);
});

test("a reaction at rate 0 is none: what moves is gradient descent, what does not stays", () => {
  const descent = termsOf({ dynamics: "gradient-descent", alpha: { constant: null } });
  for (const name of DYNAMICS_NAMES) {
    const { transport } = DYNAMICS[name];
    expect(termsOf({ dynamics: written(name), alpha: { constant: 0 } })).toEqual({ ...descent, transport });
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

/** At temperature 0, with an F that does not change. */
const cold = (dynamics: Problem["dynamics"], alpha: number) => ({
  dynamics,
  alpha: { constant: alpha },
  temperature: { constant: 0 },
  definition: {},
  potential: {},
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
      const check = (constant: number) => () => refuseUnless(cold(written(name), constant), feature as Feature);
      if (refusal === null) expect(check(1)).not.toThrow();
      else expect(check(1)).toThrow(`dynamics = "${name}": ${refusal.reason}; ${refusal.remedy ?? "use "}`);
      if (refusal?.always) expect(check(0)).toThrow(refusal.reason);
      else expect(check(0)).not.toThrow();
    }
  }
});

test("the remedy for what only some have names those that have it", () => {
  const refused = (feature: Feature) => () => refuseUnless(cold("unbalanced", 1), feature);
  expect(refused("proximal")).toThrow('has no proximal step here; use "birth-death" or "pure-birth-death"');
  expect(refused("particles")).toThrow('; use "gradient-descent", "birth-death" or "pure-birth-death"');
});

test("what conserves no mass is refused by all that divides masses by their sum, and what comes back from a prior by all that traces paths", () => {
  for (const name of DYNAMICS_NAMES) {
    const { reaction, conservesMass } = termsOf({ dynamics: written(name), alpha: { constant: 1 } });
    const { refusals } = DYNAMICS[name];
    for (const feature of ["proximal", "particles", "mean-field-map", "fluctuations", "comparison"] as const) {
      if (!conservesMass) expect(refusals[feature], `${name}: ${feature}`).not.toBeNull();
    }
    for (const feature of ["traced-density", "sensitivity", "reference"] as const) {
      if (reaction?.kind === "prior") expect(refusals[feature], `${name}: ${feature}`).not.toBeNull();
    }
  }
});

test("fluctuations are those of the particles that follow a dynamics, of descent where alpha = 0, and refused elsewhere", () => {
  for (const name of DYNAMICS_NAMES) {
    const { family, refusals } = DYNAMICS[name];
    const predicted = (constant: number) => () => predictedFamily(cold(written(name), constant));
    if (refusals.fluctuations === null) expect(predicted(1)(), name).toBe(family);
    else expect(predicted(1), name).toThrow(refusals.fluctuations.reason);
    expect(predicted(0)(), name).toBe("gradient-descent");
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
