import { describe, expect, test } from "vitest";
import { SIZE_SAFETY, stepCorrection } from "../../src/comparison/bias-budget.ts";
import { compareParticles } from "../../src/comparison/compare.ts";
import { DEFAULT_POWER } from "../../src/comparison/compare-options.ts";
import { skewnessMatters } from "../../src/comparison/null-draws.ts";
import { resolutionOf, standardErrorsFound } from "../../src/comparison/power.ts";
import { createStream } from "../../src/numerics/random.ts";
import { studentQuantile } from "../../src/numerics/tails.ts";
import { instantiateProblem } from "../../src/problem/problem.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { referenceDataOf } from "../../src/reference/reference-data.ts";
import { consistent, DOUBT, FALSE_ALARM, settle } from "../../validation/claims.ts";
import { problemOf } from "../fixtures.ts";
import { PAGES } from "./pages.ts";

describe("judge.md", () => {
  test("the number of tests is S (P + [P > 1] + 1), at the printed defaults", async () => {
    const problem = await problemOf({
      dynamics: "gradient-descent",
      time: { end: 0.2, snapshots: [0.1, 0.2] },
      observables: { mean: "x", second: "x^2" },
    });
    const reference = referenceDataOf(await computeReference(problem, { tolerance: 1e-2 }));
    const stream = createStream(3);
    for (const [times, P] of [
      [[0.1, 0.2], 2],
      [[0.2], 1],
    ] as const) {
      // biome-ignore format: a table
      const S = times.length;
      const theta = Float64Array.from({ length: 12 * S * 50 }, () => 0.5 + 0.6 * stream.normal());
      const data = { replicas: 12, times: [...times], n: 50, theta, weights: null, dt: 0.1, scheme: "gradient-descent", notes: [] };
      const { compiled } = problem;
      const observed = instantiateProblem({ ...compiled, observables: compiled.observables.slice(0, P) });
      const { tests, falseAlarm } = compareParticles({ ...reference, problem: observed }, data);
      expect(tests).toBe(S * (P + (P > 1 ? 1 : 0) + 1));
      expect(PAGES.judge).toContain(`(\`--false-alarm\`, default ${falseAlarm})`);
    }
    expect(PAGES.judge).toContain(`default ${DEFAULT_POWER} standard deviations`);
    const [line, plane, space] = SIZE_SAFETY;
    expect(plane).toBe(space);
    expect(PAGES.judge).toContain(`times ${line} on a line and ${plane} in more variables`);
  });

  test("the effect of steps is that of the map, and 5% of it are allowed for", async () => {
    const well = await problemOf({
      dynamics: "pure-birth-death",
      initial: { x: { type: "normal", mean: 0.5, sd: 1 } },
      observables: { mean: "x" },
      time: { end: 1, snapshots: [1] },
    });
    const { value, error } = stepCorrection(well, "algorithm-1", 0.05)![0].observables[0];
    // The slope of map.md, and the next order in dt.
    expect(Math.abs(value / 0.05 - 0.01652)).toBeLessThan(0.001);
    // Beside it stands the error of the extrapolated equation.
    expect(Math.abs(error / Math.abs(value) - 0.05)).toBeLessThan(2e-3);
  });

  test("p-values are doubted from the printed skewness and draws on", () => {
    const [, skewness, fewest] = /> ([\d.]+) \\sqrt\{\\text\{draws\}\}\$, or there are fewer than (\d+) draws/.exec(PAGES.judge)!.map(Number); // biome-ignore format: one line
    expect([0.99, 1.01].map((share) => skewnessMatters(share * skewness * 100, 1e4))).toEqual([false, true]);
    expect([fewest - 1, fewest].map((draws) => skewnessMatters(0, draws))).toEqual([true, false]);
  });

  test("a deviation of d standard errors is found with probability 0.9, and d is as printed", () => {
    const stream = createStream(7);
    for (const [replicas, significance] of [
      [12, 0.01],
      [40, 0.001],
    ] as const) {
      // biome-ignore format: a table
      const [q, f] = [-studentQuantile(significance / 2, replicas - 1), replicas - 1];
      const d = q * (1 - 1 / (4 * f)) + 1.2816 * Math.sqrt(1 + q ** 2 / (2 * f));
      expect(standardErrorsFound(q, f)).toBeCloseTo(d, 3);
      const draws = 10_000;
      let found = 0;
      for (let k = 0; k < draws; k++) {
        let square = 0;
        for (let r = 0; r < f; r++) square += stream.normal() ** 2;
        if (Math.abs(stream.normal() + d) > q * Math.sqrt(square / f)) found++;
      }
      // The ratio of standard errors is not quite normal; four standard errors of the share are 0.012.
      expect(Math.abs(found / draws - 0.9)).toBeLessThan(0.02);
      const { detectable } = resolutionOf(3, 100, replicas, significance, 2, 0.05, 1);
      expect(detectable).toBeCloseTo((d * Math.sqrt(3 / (100 * replicas)) + 0.05) / 2, 3);
    }
  });

  test("claims pass, fail and stay open at the printed p-values", () => {
    expect([FALSE_ALARM, DOUBT]).toEqual([0.01, 0.1]);
    expect(PAGES.judge).toContain(`$p < ${FALSE_ALARM} / N$, passes if $p \\ge ${DOUBT} / N'$`);
    const verdictsOf = (p: number) => settle([consistent("a", { p }), consistent("b", { p: 1 })]).findings[0].verdict;
    expect([0.004, 0.006, 0.049, 0.051].map(verdictsOf)).toEqual(["fail", "inconclusive", "inconclusive", "pass"]);
  });
});
