import { expect, test } from "vitest";
import { createProblem } from "../../src/problem/problem.ts";
import { measureFullSupport } from "../../validation/global-convergence/interaction.ts";
import { reportFullSupport, reportMotions, reportRestricted } from "../../validation/global-convergence/report.ts";
import { REPULSIVE_WELL, SUPPORTS } from "../../validation/global-convergence/study.ts";
import { measureRelease, measureRestricted, restrictedExcess } from "../../validation/global-convergence/support.ts";
import { octaveTimes } from "../../validation/shared/decay.ts";
import { MOTIONS } from "../../validation/shared/motions.ts";
import type { StudyResult } from "../../validation/study.ts";
import { expectNoFaults } from "./referee.ts";

const CONFIG = { tilt: 0.15, alpha: 4, tolerance: 1e-8, cells: 128, times: octaveTimes(16, 4, 1) };

function expectPass({ findings }: StudyResult) {
  for (const { text, verdict } of findings) expect(verdict, text).toBe("pass");
}

test("from full support the gap falls to 0, and with it the bound on E - E*", async () => {
  const config = { dynamics: "birth-death", end: 16, octaves: 4, tolerance: 1e-3, nodes: 64 } as const;
  const outcome = await measureFullSupport(await createProblem(REPULSIVE_WELL), config);
  const report = reportFullSupport([outcome], config);
  expectPass(report);
  expectNoFaults(report.figures);
  // Faster than a power of t: every octave takes more of it.
  for (const [k, rate] of outcome.rates.slice(1).entries()) expect(rate).toBeGreaterThan(outcome.rates[k]);
  // Descent alone ends elsewhere: not every run passes.
  const descent = await measureFullSupport(await createProblem(REPULSIVE_WELL), { ...config, dynamics: "gradient-descent" });
  expect(reportFullSupport([descent], config).verdict).toBe("fail");
});

test("without full support birth and death stop at the least F of the support", async () => {
  const outcomes = [await measureRestricted(CONFIG, SUPPORTS[0]), await measureRestricted(CONFIG, SUPPORTS[1])];
  expectPass(reportRestricted(CONFIG, outcomes));
  for (const { points, remainder } of outcomes) expect(points[points.length - 1].gap).toBeGreaterThan(remainder);
});

test("the quadrature of the closed form gives 1 / (alpha t) at an end of the support", () => {
  // With s = F - F(1.2), dx = (1 - c s) ds / F', c = F'' / F'^2, so that alpha t (E - F(1.2)) = 1 - c / (alpha t) + O(1 / t^2).
  const [slope, curvature] = [1.2 ** 3 - 1.2 + 0.15, 3 * 1.2 ** 2 - 1];
  const least = 0.25 * 0.44 ** 2 + 0.15 * 1.2;
  const scaled = restrictedExcess(CONFIG, SUPPORTS[1], least, 256) * 1024;
  expect(scaled).toBeCloseTo(1 - curvature / slope ** 2 / 1024, 3);
});

test("reinjection frees what is stuck behind a barrier where V > 0 on it, and not where V < 0", async () => {
  const short = { ...CONFIG, times: octaveTimes(16, 3, 1) };
  const outcomes = [];
  for (const motion of MOTIONS) outcomes.push(await measureRelease(short, SUPPORTS[0], motion, 0));
  for (const motion of ["reinjection net-deficit", "reinjection every-death"] as const) {
    outcomes.push(await measureRelease(short, SUPPORTS[0], motion, -1.6));
  }
  const report = reportMotions(short, outcomes);
  expectPass(report);
  expectNoFaults(report.figures);
});
