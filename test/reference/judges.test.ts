import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { l1Distance, mass } from "../../src/grid/density.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { affordableDoublings, costAfter, JUDGE_KINDS, KIND_NAMES } from "../../src/reference/judge-kinds.ts";
import type { Judgement } from "../../src/reference/judges.ts";
import { largest } from "../../src/reference/result.ts";
import { createStatements } from "../../src/reference/statements.ts";
import { createTrials } from "../../src/reference/trials.ts";
import { problemOf } from "../fixtures.ts";

const TOLERANCE = 1e-3;
const silent = () => {};

/** What two judges of a problem, the second on twice the cells, make of another problem's characteristics at the last snapshot. */
function statementOn(problem: Problem, [coarser, judge]: readonly Judgement[]) {
  const solution = solveCharacteristics(problem, { tolerance: 1e-8 });
  const [traced, before] = [solution.tracedDensity(1e-8, 2), solution.tracedBefore(1e-6)];
  const snapshots = solution.snapshots.map((snapshot) => {
    const density = traced.cellAverages(problem.grid, snapshot.time);
    const missingMass = Math.abs(snapshot.mass - mass(problem.grid, density));
    const densityBefore = before?.cellAverages(problem.grid, snapshot.time) ?? null;
    const errorOfDensity =
      densityBefore === null ? null : (to: (mu: Float64Array, nu: Float64Array) => number) => to(density, densityBefore);
    return { ...snapshot, density, missingMass, errorOfDensity };
  });
  const s = snapshots.length - 1;
  const state = createStatements(solution, snapshots, problem, 1e-8, TOLERANCE);
  return { ...state(s, "moving", judge.verdicts[s], coarser.verdicts[s], null), density: snapshots[s].density };
}

const moving = (problem: Problem, factor: number) =>
  JUDGE_KINDS.moving.judge(problem, factor, problem.end, TOLERANCE, silent) as Judgement;

describe("a judge on moving cells", () => {
  test("agrees with characteristics better the more cells and steps it has: by more than half of order 2", async () => {
    const problem = await problemOf({ time: { end: 2, snapshots: 1 } });
    const traced = solveCharacteristics(problem).tracedDensity(1e-9).cellAverages(problem.grid, 2);
    const errors = [0.5, 1, 2].map((factor) => l1Distance(problem.grid, moving(problem, factor).verdicts[1].density as Float64Array, traced)); // biome-ignore format: one line
    expect(errors[1]).toBeLessThan(errors[0] / 2);
    expect(errors[2]).toBeLessThan(errors[1] / 2);
    expect(errors[2]).toBeLessThan(1e-3);
  });

  test("confirms what is right; one of the wrong sign, drift or rate is in the stated errors in full", async () => {
    const problem = await problemOf({ observables: { mean: "x" } });
    const right = statementOn(problem, [0.5, 1].map((factor) => moving(problem, factor))); // biome-ignore format: one line
    expect(largest(right.errors)).toBeLessThan(1e-6);
    // Births where V is high; uphill; a rate that is off by a tenth.
    for (const wrong of [{ alpha: 1, potential: { F: "-0.5*x^2" } }, { potential: { F: "0.4*x^2" } }, { alpha: 1.1 }]) {
      const other = await problemOf({ ...wrong, observables: { mean: "x" } });
      const judges = [0.5, 1].map((factor) => moving(other, factor));
      const { errors, density } = statementOn(problem, judges);
      const l1 = l1Distance(problem.grid, density, judges[1].verdicts[1].density as Float64Array);
      expect(l1).toBeGreaterThan(0.01);
      expect(errors.l1).toBeGreaterThanOrEqual(l1);
      expect(errors.observables.mean).toBeGreaterThan(2e-3);
    }
  });
});

describe("trials of judges", () => {
  test("go on with the kind that is cheapest, by a smaller step where that does, and end at the tolerance", async () => {
    const problem = await problemOf({});
    const tried: string[] = [];
    // The errors of moving cells fall as h^2, and nearly meet the tolerance at once.
    const errors = [1.9e-3, 1.9e-3, 0.9e-3, 0.9e-3];
    const state = (_: number, kind: string) => {
      tried.push(kind);
      return errors[tried.length - 1];
    };
    const trials = createTrials(problem, TOLERANCE, state, {});
    trials.run();
    expect(tried).toEqual(["moving", "moving", "moving", "moving"]);
    expect(trials.judges().map(({ grid, cells }) => [grid, ...cells])).toEqual([["moving", 64], ["moving", 96]]); // biome-ignore format: pairs
  });

  test("turn to fixed cells where moving ones do not come nearer, or do not apply", async () => {
    const problem = await problemOf({});
    const tried: string[] = [];
    const state = (_: number, kind: string) => {
      tried.push(kind);
      return kind === "fixed" ? 0 : 0.5;
    };
    createTrials(problem, TOLERANCE, state, {}).run();
    expect([tried[0], tried.at(-1)]).toEqual(["moving", "fixed"]);
    const still = await problemOf({ dynamics: "pure-birth-death" });
    expect(KIND_NAMES.filter((kind) => JUDGE_KINDS[kind].applies(still))).toEqual(["fixed"]);
  });

  test("cost less than eight times as much in two dimensions for twice the cells, as steps shorten by their fourth root, and end where that is too much", async () => {
    const axis = { min: -2, max: 2, cells: 16 };
    const normal = { type: "normal" as const, mean: 0, sd: 0.4 };
    const problem = await problemOf({
      variables: { x: axis, y: axis },
      potential: { F: "x^2 + y^2" },
      initial: { x: normal, y: normal },
    });
    const judge = {
      grid: "moving" as const,
      flux: "large-step" as const,
      splitting: "strang" as const,
      cells: [64, 64],
      steps: 50,
      end: 1,
    };
    expect(costAfter(problem, judge, 1) / costAfter(problem, judge, 0)).toBeCloseTo(2 ** 2.25, 9);
    // 0.16 s: 0.8, 3.7, 18 and then 84, above 60.
    expect(affordableDoublings(problem, judge)).toBe(3);
  });
});
