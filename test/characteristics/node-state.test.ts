import { describe, expect, test } from "vitest";
import { createNodeFlow } from "../../src/characteristics/flow.ts";
import { measureNodes } from "../../src/characteristics/node-state.ts";
import { sum } from "../../src/numerics/sum.ts";
import { createPointPotential } from "../../src/potential/point-potential.ts";
import { createProblem } from "../../src/problem/problem.ts";

describe("rounding does not grow with the number of nodes", () => {
  // One plain loop over so many equal terms is off by 1e-12 of their sum; src/numerics/sum.ts by 64 eps.
  const count = 2 ** 18;
  const rounding = 64 * Number.EPSILON;
  const flat = () =>
    createProblem({
      name: "flat",
      variables: { x: { min: -1, max: 1, cells: 8 } },
      potential: { F: "0.1" },
      alpha: 1,
      initial: { x: { type: "uniform", min: -1, max: 1 } },
      time: { end: 1, snapshots: 1 },
      observables: { tenth: "0.1" },
    });

  test("of what is measured", async () => {
    const problem = await flat();
    const points = [new Float64Array(count)];
    const weights = new Float64Array(count).fill(1 / count);
    const state = measureNodes(problem, createPointPotential(problem.potential), {
      time: 0,
      points,
      weights,
      dissipated: 0,
      inTail: new Uint8Array(weights.length),
    });
    for (const value of [state.energy, state.meanPotential, state.observables.tenth]) {
      expect(Math.abs(value - 0.1)).toBeLessThanOrEqual(rounding * 0.1);
    }
    expect(state.potentialVariance).toBeLessThanOrEqual(rounding ** 2);
  });

  test("of a mass that reaction conserves", async () => {
    const logWeights = new Float64Array(count).fill(Math.log(0.1));
    logWeights[0] = 0;
    const weights = new Float64Array(count);
    createNodeFlow(await flat(), count, 1e-9).weigh(weights, logWeights);
    // Of the mass, and of the sum that looks at it.
    expect(Math.abs(sum(weights) - 1)).toBeLessThanOrEqual(2 * rounding);
  });
});
