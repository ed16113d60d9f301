import { expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { solveMoving } from "../../src/finite-volume/moving/solve-moving.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { orderInTime } from "../../src/finite-volume/splittings.ts";
import { refineSteps } from "../../src/finite-volume/step-tolerance.ts";
import { errorOf, problemOf } from "../fixtures.ts";

const interacting = (cells: number) =>
  problemOf({
    variables: { x: { min: -4, max: 4, cells } },
    potential: { F: "0.1*x^2", K: { type: "convolution", expression: "exp(-x^2/0.72)" } },
    alpha: 2,
    initial: { x: { type: "normal", mean: 0.4, sd: 0.5 } },
    time: { end: 1, snapshots: [0.5, 1] },
    observables: { mean: "x", wave: "cos(x)" },
  });

test.each(["muscl", "large-step"] as const)(
  "steps of %s are shortened until their error, told by much shorter ones, meets the tolerance",
  async (flux) => {
    const problem = await interacting(128);
    const { run, stepError } = refineSteps(problem, 1e-5, 2, (stepShare) => solve(problem, { flux, stepShare }));
    expect(stepError.reached).toBe(true);
    expect(stepError.error).toBeLessThanOrEqual(1e-5);
    const shares = stepError.runs.map(({ share }) => share);
    const fine = solve(problem, { flux, stepShare: shares[shares.length - 1] / 8 });
    fine.snapshots.forEach(({ observables }, s) => {
      for (const name of ["mean", "wave"]) {
        // int |x| dmu and int |cos x| dmu are below 1; the flux itself may change by as much as its own error does with dt.
        expect(Math.abs(observables[name] - run.snapshots[s].observables[name])).toBeLessThan(1e-5);
      }
    });
  },
);

test("on moving cells the error told is that of the whole, where the cells are fine enough", async () => {
  const problem = await interacting(256);
  const exact = solveCharacteristics(problem, { tolerance: 1e-8 }).snapshots;
  const { run, stepError } = refineSteps(problem, 1e-5, 2, (stepShare) => solveMoving(problem, { stepShare }));
  expect(stepError.reached).toBe(true);
  run.snapshots.forEach(({ observables }, s) => {
    for (const name of ["mean", "wave"]) {
      expect(Math.abs(observables[name] - exact[s].observables[name])).toBeLessThan(1e-5);
    }
  });
});

test("a tolerance that cannot be reached says what was, and one that is none is refused", async () => {
  const problem = await interacting(32);
  const run = (stepShare: number) => solve(problem, { stepShare });
  const { stepError } = refineSteps(problem, 1e-15, 2, run);
  expect(stepError.reached).toBe(false);
  expect(stepError.error).toBeGreaterThan(1e-15);
  expect(stepError.error).toBeLessThan(1e-5);
  expect(String(errorOf(() => refineSteps(problem, 0, 2, run)))).toMatch(/tolerance = 0: not a positive number/);
});

test("a run that ends early ends the search, and its error is unknown", async () => {
  const problem = await interacting(64);
  const whole = solve(problem);
  const runs = [whole, { ...whole, failure: "edges cross", snapshots: whole.snapshots.slice(0, 1) }];
  let tried = 0;
  const { run, stepError } = refineSteps<(typeof runs)[number]>(problem, 1e-9, 2, () => runs[Math.min(tried++, 1)]);
  expect(run).toBe(runs[1]);
  expect(tried).toBe(2);
  expect(stepError).toMatchObject({ reached: false, error: Infinity });
});

test("steps of upwind fluxes have an error of order 1, which is told as such", async () => {
  const problem = await interacting(64);
  const scheme = { flux: "upwind", splitting: "strang" } as const;
  const order = orderInTime(scheme, { transport: true, reaction: { kind: "centred" } });
  expect(order).toBe(1);
  const { run, stepError } = refineSteps(problem, 2e-4, order, (stepShare) => solve(problem, { ...scheme, stepShare }));
  expect(stepError.reached).toBe(true);
  const fine = solve(problem, { ...scheme, stepShare: stepError.runs[stepError.runs.length - 1].share / 16 });
  fine.snapshots.forEach(({ observables }, s) => {
    for (const name of ["mean", "wave"])
      expect(Math.abs(observables[name] - run.snapshots[s].observables[name])).toBeLessThan(2e-4);
  });
});
