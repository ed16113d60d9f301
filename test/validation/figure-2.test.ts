import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TrainRecord } from "../../src/networks/train.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { type Curve, compare, measureCurves, over, pairedRatio } from "../../validation/figure-2/curves.ts";
import { measurePlane, type PlaneConfig, type PlaneRow, reportPlane } from "../../validation/figure-2/plane.ts";
import { inWords, reportCurves, reportSweep } from "../../validation/figure-2/report.ts";
import type { Setting } from "../../validation/figure-2/runs.ts";
import { baseOf, measureSweep } from "../../validation/figure-2/sweep.ts";
import { reportWide } from "../../validation/figure-2/wide.ts";
import { quantile } from "../../validation/shared/quantile.ts";
import { expectNoFaults } from "./referee.ts";

const sizes = { d: 15, teacherUnits: 10, studentUnits: 50, batch: 10, learningRate: 0.02, steps: 1600, recordsPerDecade: 2 };
const DESCENT: Setting = { name: "gradient descent" };
const BIRTH_DEATH: Setting = { name: "birth-death", rule: "authors-birth-death", alpha: 1 };
const config = (settings: Setting[], seeds: number[], workers = 1) => ({ settings, sizes, seeds, workers });

describe("the curves, small", () => {
  test("the authors' birth and death lose most units, end above descent, and do so in the verdicts", async () => {
    const settings = [DESCENT, BIRTH_DEATH, { name: "prior", rule: "authors-prior", alpha: 0.01 } as const];
    const seeds = [1, 2, 3, 4];
    const curves = await measureCurves(config(settings, seeds), () => {});
    expect(Math.max(...over(curves[1], "distinctUnits"))).toBeLessThan(25);
    expect(over(curves[0], "distinctUnits")).toEqual([50, 50, 50, 50]);
    const { findings, figures } = reportCurves(config(settings, seeds), curves);
    expect(findings.map(({ verdict }) => verdict)).toEqual(["pass", "pass", "pass"]);
    // A band and a median for each, and an entry of the legend for the bands.
    expect(figures[0].traces).toHaveLength(7);
    expectNoFaults(figures);
    // Where birth and death stand for descent, the first two claims are wrong.
    const swapped = reportCurves(config(settings, seeds), [curves[1], curves[0], curves[2]]);
    expect(swapped.findings.map(({ verdict }) => verdict).slice(0, 2)).toEqual(["fail", "fail"]);
  }, 20000);

  test("a rule is told apart from descent only where the interval of their ratio leaves out 1, and is a help below two thirds", async () => {
    expect(inWords([1.1, 2])).toBe("above it beyond what seeds make");
    expect(inWords([0.5, 0.9])).toBe("below it beyond what seeds make");
    expect(inWords([0.9, 1.9])).toBe("not told apart from it by these seeds");
    const curve = (name: string, losses: number[]): Curve => ({ setting: { name }, runs: losses.map((heldOut) => [{ heldOut, step: 1 } as TrainRecord]) }); // biome-ignore format: one row
    const verdictOf = (prior: number[]) => {
      const seeds = prior.map((_, k) => k);
      const curves = [curve("descent", prior.map(() => 1)), curve("birth-death", prior.map(() => 3)), curve("prior", prior)]; // biome-ignore format: one row
      return reportCurves(config([], seeds), curves).findings[2];
    };
    expect(verdictOf([0.9, 1.1, 1.2, 1])).toMatchObject({ verdict: "pass", text: expect.stringContaining("not told apart") });
    expect(verdictOf([0.5, 0.51, 0.52]).verdict).toBe("fail");
    expect(verdictOf([0.5, 0.8, 1.1]).verdict).toBe("inconclusive");
  });

  test("threads and one thread give the same records", async () => {
    const short = { ...config([DESCENT, BIRTH_DEATH], [1]), sizes: { ...sizes, steps: 100 } };
    const seen: number[] = [];
    const alone = await measureCurves(short, (share) => seen.push(share));
    expect(await measureCurves({ ...short, workers: 2 }, () => {})).toEqual(alone);
    expect(seen).toEqual([0.5, 1]);
  }, 20000);

  test("an error in a thread comes back as it was", async () => {
    const wrong = { ...config([DESCENT, DESCENT], [1]), sizes: { ...sizes, batch: 0.5 }, workers: 2 };
    await expect(measureCurves(wrong, () => {})).rejects.toThrow(/batch = 0.5: not a positive integer/);
  }, 20000);

  test("a sweep judges its best setting on other seeds", async () => {
    const settings = [DESCENT, { ...BIRTH_DEATH, until: 0, name: "none" }, { ...BIRTH_DEATH, alpha: 10 }];
    const sweep = { ...config(settings, [1, 2]), sizes: { ...sizes, steps: 400 }, freshSeeds: [3, 4] };
    const outcome = await measureSweep(sweep, () => {});
    expect(outcome.best.setting.name).toBe("none");
    expect(outcome.bestBase.setting).toBe(DESCENT);
    expect(pairedRatio(outcome.best, outcome.bestBase).mean).toBe(1);
    expect(outcome.best.runs).not.toEqual(outcome.curves[1].runs);
    const { findings, tables } = reportSweep(sweep, outcome);
    expect(findings.map(({ verdict }) => verdict)).toEqual(["pass", "pass"]);
    expect(tables[0].rows).toHaveLength(3);
  });
});

/** Curves of invented losses: losses[k] are those of seed k at the records. */
function invented(setting: Setting, losses: number[][]): Curve {
  const record = (heldOut: number, k: number): TrainRecord => ({
    step: 10 ** (k + 1), heldOut, batchLoss: heldOut, distinctUnits: 50, directions: 50, kills: 0, copies: 0, fresh: 0,
  }); // biome-ignore format: one record
  return { setting, runs: losses.map((run) => run.map(record)) };
}

test("exact settings are compared with exact descent, and one without its descent is refused", () => {
  const curves = [DESCENT, { name: "exact", exact: true }, { ...BIRTH_DEATH, exact: true }].map((setting) =>
    invented(setting, [[1]]),
  );
  expect(baseOf(curves[2], curves)).toBe(curves[1]);
  expect(() => baseOf(curves[2], curves.slice(0, 1))).toThrow(/no gradient descent beside birth-death/);
});

test("quantiles and paired ratios of a few values", () => {
  expect([0, 0.25, 0.5, 1].map((p) => quantile([4, 1, 2], p))).toEqual([1, 1.5, 2, 4]);
  const { mean, intervalAt, below } = compare([Math.E, 1, 1], [1, 1, Math.E]);
  expect(mean).toBeCloseTo(1, 12);
  // t(0.975, 2) = 4.302653, standard error 1 / sqrt(3).
  expect(Math.log(intervalAt(0.95)[1])).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
  expect(below).toBe(1);
});

test("many units: a lead that shrinks passes, one that grows or is none fails", () => {
  const descent = invented(DESCENT, [[1, 1], [1.1, 0.9], [1, 0.8]]); // biome-ignore format: one line
  const verdicts = (losses: number[][]) =>
    reportWide(config([DESCENT, BIRTH_DEATH], [1, 2, 3]), [descent, invented(BIRTH_DEATH, losses)], 10).findings.map(
      ({ verdict }) => verdict,
    );
  expect(verdicts([[0.7, 1], [0.75, 0.91], [0.7, 0.82]])).toEqual(["pass", "pass"]); // biome-ignore format: one line
  expect(verdicts([[1.7, 1], [1.75, 0.91], [1.7, 0.82]])).toEqual(["fail", "fail"]); // biome-ignore format: one line
});

describe("student and teacher in the plane, small", () => {
  const load = async (): Promise<PlaneConfig> => ({
    problem: await createProblem(
      JSON.parse(readFileSync(join(import.meta.dirname, "../../grids/student-teacher-plane.json"), "utf8")),
    ),
    coarse: [10, 10, 10],
    fine: [15, 15, 15],
    n: [20, 60],
    replicas: [5, 3],
    dt: 0.2,
    seed: 1,
    workers: 1,
  });

  test("the grid and the particles agree within their errors", async () => {
    const config = await load();
    const outcome = await measurePlane(config, () => {});
    expect(outcome.rows).toHaveLength(10);
    const { findings, figures } = reportPlane(config, outcome);
    expect(findings[0].verdict).toBe("pass");
    expectNoFaults(figures);
    const energies = outcome.rows.filter(({ quantity }) => quantity === "energy");
    expect(energies[1].grid).toBeLessThan(energies[0].grid);
    for (const row of outcome.rows) expect(row.gridError).toBeLessThan(0.2 * Math.abs(row.grid));
    const wrong = (row: PlaneRow) => ({ ...row, deviation: 4 });
    expect(reportPlane(config, { ...outcome, rows: outcome.rows.map(wrong), edgeMass: 1e-5 }).verdict).toBe("fail");
  }, 20000);
});
