import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { smoothPieces } from "../../src/problem-file/rate.ts";
import { bdpde, emptyFolder } from "../cli/run.ts";
import { problemOf } from "../fixtures.ts";

const rateOf = async (alpha: ProblemInput["alpha"]) => (await problemOf({ alpha, time: { end: 2, snapshots: 1 } })).alpha;

test("the integral of a polynomial up to degree 9 is exact, and integrals add up", async () => {
  for (let degree = 0; degree <= 9; degree++) {
    const { integral } = await rateOf(`t^${degree}`);
    const exact = (from: number, to: number) => (to ** (degree + 1) - from ** (degree + 1)) / (degree + 1);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 1, max: 2, noNaN: true }), (from, to) => {
        // Up to 257 panels of five products each, in sums of the size of the whole.
        const rounding = 1e-13 * exact(0, 2);
        expect(Math.abs(integral(from, to) - exact(from, to))).toBeLessThan(rounding);
        expect(Math.abs(integral(from, 1) + integral(1, to) - integral(from, to))).toBeLessThan(rounding);
      }),
      { seed: degree + 1, numRuns: 5 },
    );
  }
});

test("a rate that is switched off jumps to 0 at its time, and is smooth on either side", async () => {
  const rate = await rateOf({ rate: "3 + t", until: 0.5 });
  expect([rate.constant, rate.jump, rate.at(0.499), rate.at(0.5)]).toEqual([null, 0.5, 3.499, 0]);
  expect([rate.on(0, 0.5)(0.5), rate.on(0.5, 1)(0.5)]).toEqual([3.5, 0]);
  expect(rate.integral(0.25, 2)).toBeCloseTo(3 * 0.25 + (0.25 - 0.0625) / 2, 14);
  expect([rate.integral(0.5, 2), rate.largest(0.5, 2), rate.largest(0, 2)]).toEqual([0, 0, 3.5]);
  expect(smoothPieces(rate, 2, 0)).toEqual([[2, 0.5], [0.5, 0]]); // biome-ignore format: one call
  const whole = await rateOf({ rate: 3, until: 2 });
  expect([whole.constant, whole.jump, whole.at(2)]).toEqual([3, null, 3]);
  const never = await rateOf({ rate: "1 + t", until: 0 });
  expect([never.constant, never.jump, never.at(0), never.integral(0, 2)]).toEqual([0, null, 0, 0]);
});

test("an expression without t is a constant", async () => {
  const { alpha } = await problemOf({ alpha: "2*k", parameters: { k: 1.5 } });
  expect(alpha.constant).toBe(3);
});

test("a pulse that steps in time would miss is refused", async () => {
  await expect(rateOf("1000*exp(-((t-0.5003)/1e-4)^2)")).rejects.toThrow(/changes too fast near t = 0\.5/);
  await expect(rateOf("1000*exp(-((t-0.5003)/0.02)^2)")).resolves.toMatchObject({ constant: null });
});

test("a temperature and an F that jump in time are refused as such a rate is, one that is smooth or has a kink is not", async () => {
  const run = { time: { end: 1, snapshots: 1 } };
  const jumps = (at: number) => `(1 + 0.5*(t - ${at})/abs(t - ${at}))`;
  await expect(problemOf({ ...run, temperature: jumps(0.4871) })).rejects.toThrow(/temperature = .*changes too fast near t = 0\.4/);
  // A jump at a round time is seen as well.
  for (const at of [0.4871, 0.5000001]) {
    const jumping = problemOf({ ...run, potential: { F: `x^2*${jumps(at)}` } });
    await expect(jumping).rejects.toThrow(/potential\.F = .*changes too fast near t = 0\.(48|50)/);
  }
  for (const F of ["x^2*(1 + t^2) + 100*t", "x^2*min(1, 4*t)", "x^2*exp(-20*t)", "x^2*(1.1 + cos(40*t))"])
    await expect(problemOf({ ...run, potential: { F } })).resolves.toMatchObject({ potential: { clock: { time: 0 } } });
});

const reinjection = (law: Record<string, unknown>) => ({ type: "reinjection", law: "net-deficit", prior: law });
const BAD: readonly [what: string, changes: Record<string, unknown>, field: string][] = [
  ["a rate that turns negative", { alpha: "1 - 1.5*t" }, "alpha"],
  ["a rate that is not a number", { alpha: "sqrt(0.5 - t)" }, "alpha"],
  ["a point as initial distribution", { initial: { x: { type: "point", value: 0 } } }, "initial.x.type"],
  ["a prior without a distribution for a variable", { dynamics: reinjection({}) }, "dynamics.prior.x"],
  ["a point outside the domain", { dynamics: reinjection({ x: { type: "point", value: 9 } }) }, "dynamics.prior.x.value"],
];

describe("is refused, also by the command line:", () => {
  test.each(BAD)("%s", async (_what, changes, field) => {
    const bad = problemOf(changes as Partial<ProblemInput>);
    await expect(bad).rejects.toMatchObject({ name: "InputError", field });
    const { definition } = await problemOf({});
    const path = join(emptyFolder(), "problem.json");
    writeFileSync(path, JSON.stringify({ ...definition, ...changes }));
    const { code, stdout, stderr } = await bdpde("solve", path);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`error: ${field}`);
  });
});

test("a negative rate is allowed where it is switched off before", async () => {
  await expect(problemOf({ alpha: { rate: "1 - 1.5*t", until: 0.5 } })).resolves.toBeDefined();
});

const SCHEDULED = {
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
  initial: { x: { type: "normal" as const, mean: 0.1, sd: 0.6 } },
  time: { end: 0.5, snapshots: [0.5] },
  observables: { mean: "x", wave: "cos(2*x)" },
};

test.each(["4*(1+sin(9*t))", { rate: 4, until: 0.3 }])(
  "with alpha = %j both solvers and Algorithm 1 follow one equation",
  async (alpha) => {
    const at = (cells: number) => problemOf({ ...SCHEDULED, alpha, variables: { x: { min: -3.5, max: 3.5, cells } } });
    const problem = await at(256);
    const exact = solveCharacteristics(problem).snapshots[0].observables;
    const [coarse, fine] = [solve(await at(128)), solve(problem)].map(({ snapshots }) => snapshots[0].observables);
    const error = Math.max(...Object.keys(exact).map((name) => Math.abs(coarse[name] - fine[name])));
    expect(error).toBeLessThan(3e-3);
    const { snapshots } = await simulate(problem, { n: 1000, dt: 0.0125, replicas: 20, seed: 7, workers: 1 });
    for (const [name, value] of Object.entries(exact)) {
      expect(Math.abs(fine[name] - value), name).toBeLessThan(error);
      // As in schemes.test.ts: a bias below 0.25 dt.
      const { mean, standardError } = snapshots[0].statistics.observables[name];
      expect(Math.abs(mean - value), name).toBeLessThan(4.5 * standardError + 0.25 * 0.0125);
      expect(standardError).toBeLessThan(0.02);
    }
  },
);
