import { beforeAll, describe, expect, test } from "vitest";
import { stepShift } from "../../src/comparison/bias-budget.ts";
import { settleStepBias } from "../../src/comparison/step-bias.ts";
import { hintAtStep } from "../../src/comparison/verdict.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import { errorOf } from "../fixtures.ts";

let problem: Problem;
beforeAll(async () => {
  problem = await createProblem({
    name: "well",
    variables: { x: { min: -4, max: 4, cells: 64 } },
    potential: { F: "x^2/2" },
    alpha: 1,
    initial: { x: { type: "normal", mean: 1, sd: 0.5 } },
    time: { end: 0.5, snapshots: [0, 0.5] },
    observables: { mean: "x", second: "x^2" },
  });
});

type Known = Parameters<typeof settleStepBias>[1];
const settle = (given: Partial<Known>) => {
  const spreads = problem.snapshotTimes.map(() => problem.observables.map(() => ({ deviation: 1, skewness: 0 })));
  return settleStepBias(problem, { scheme: undefined, step: null, dtBias: undefined, followed: true, ...given }, spreads);
};

describe("where nothing is given for the steps of dt", () => {
  test("the effect of a scheme from here is subtracted, and that is what map does", () => {
    const [chosen, given] = [undefined, "map" as const].map((dtBias) => settle({ scheme: "algorithm-1", step: 0.05, dtBias }));
    expect(chosen).toMatchObject({ dtBias: "map", subtracted: true, chosen: "by default" });
    expect(chosen.reason).toMatch(/algorithm-1 at dt = 0.05: the effect of its steps is subtracted/);
    expect(given.chosen).toBe("given");
    expect(chosen.shifts).toEqual(given.shifts);
    expect(chosen.known).toEqual(given.known);
    // Ten Euler steps of 0.05 take e^-0.5 = 0.607 of the mean to 0.95^10 = 0.599 by the motion alone: off by 8e-3.
    expect(Math.abs(chosen.known![1].observables[0].value)).toBeGreaterThan(1e-3);
  });

  test("what steps do to the schemes here is allowed for a scheme of someone's own", () => {
    const found = settle({ scheme: "mine", step: 0.05 });
    expect(found).toMatchObject({ dtBias: "map", subtracted: false, chosen: "by default", known: null });
    expect(found.shifts).toEqual(stepShift(problem, 0.05));
    expect(found.reason).toMatch(/mine is none of them/);
  });

  test.each([
    [{ step: 0.05 }, /the scheme of the particles is not known \(--scheme, or in the file\).*or map/],
    [{ scheme: "algorithm-1" }, /: dt of the particles is not known \(--dt, or in the file\)/],
    [{}, /dt and the scheme of the particles are not known \(--dt, --scheme, or in the file\)/],
    // It has no births and deaths, however small its steps are.
    [{ scheme: "gradient-descent", step: 0.05 }, /the effect of the steps of gradient-descent on the means is not known here/],
  ])("nothing is allowed for %j, and what it would take is said", (known, reason) => {
    const found = settle(known);
    expect(found).toMatchObject({ dtBias: "none", subtracted: false, chosen: "by default" });
    expect(found.reason).toMatch(reason);
    expect(found.shifts.flatMap(({ observables, distance }) => [...observables, distance]).every((shift) => shift === 0)).toBe(
      true,
    );
  });
});

describe("what is given wins", () => {
  test("a number is allowed for, after the start, also beside what is subtracted", () => {
    const found = settle({ scheme: "mine", step: 0.05, dtBias: 0.1 });
    expect(found).toMatchObject({ dtBias: 0.1, chosen: "given" });
    expect(found.shifts.map(({ distance }) => distance)).toEqual([0, 0.1]);
    const [plain, more] = [0, 0.1].map((dtBias) => settle({ scheme: "algorithm-1", step: 0.05, dtBias }).shifts[1].observables[0]);
    expect(more - plain).toBeCloseTo(0.1, 12);
  });

  test("0 allows for nothing, map for the schemes here, which takes dt", () => {
    expect(settle({ scheme: "mine", step: 0.05, dtBias: 0 }).shifts[1].distance).toBe(0);
    expect(settle({ step: 0.05, dtBias: "map" }).shifts).toEqual(stepShift(problem, 0.05));
    expect(String(errorOf(() => settle({ dtBias: "map" })))).toMatch(/--dt-bias.*--dt/);
  });
});

test.each([
  [0.9, true],
  [1.5, false],
])("means that are off by %f of what steps do: the steps explain them: %s", (share, explained) => {
  const means = stepShift(problem, 0.05)!.flatMap(({ observables }, s) =>
    observables.map((shift, k) => ({
      time: problem.snapshotTimes[s],
      observable: problem.observables[k].name,
      particles: 1 + share * shift,
      standardError: 0,
      reference: 1,
      dtCorrection: 0,
      referenceError: 0,
      dtBias: 0,
      finiteSizeBias: 0,
      pValue: 0,
      leftOut: false,
      detectable: 0.1,
      hidden: false,
    })),
  );
  const found = hintAtStep(problem, means, 0.05);
  expect(found).toMatchObject({ explained, reason: expect.stringMatching(explained ? / explain the means/ : / do not explain/) });
  expect(hintAtStep(problem, means, null)).toBeNull();
});
