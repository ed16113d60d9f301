import { leaveOut } from "../shared/reference-solution.ts";
import type { Study, StudyResult } from "../study.ts";
import { type AgreementConfig, measureAgreement } from "./measure.ts";
import { CLAIM, nameOf, reportAgreement } from "./report.ts";

const ALL_DYNAMICS = ["gradient-descent", "unbalanced", "birth-death", "pure-birth-death"] as const;

export const agreementStudy: Study = {
  name: "agreement",
  title: "Two solvers agree",
  takesProblems: true,
  async run({ quick, problems, load, progress }) {
    const own = async () => [
      await load("double-well"),
      await load("gaussian-repulsion"),
      await load("circle"),
      ...(quick ? [] : [await load("coupled-well", { end: 0.125 })]),
    ];
    const studied = problems.length > 0 ? problems : await own();
    const results: StudyResult[] = [];
    for (const [k, problem] of studied.entries()) {
      if (problem.grid.dimension === 3) {
        results.push(leaveOut(nameOf(problem), CLAIM, problem));
        continue;
      }
      const line = problem.grid.dimension === 1;
      const config: AgreementConfig = {
        problem,
        cells: line ? (quick ? QUICK_LINE : LINE) : PLANE,
        ratio: 0.4,
        tolerance: line ? 1e-8 : 1e-6,
        tracing: line ? 1e-9 : 1e-5,
        dynamics: line ? ALL_DYNAMICS : [problem.dynamics],
      };
      results.push(reportAgreement(config, await measureAgreement(config, (share) => progress((k + share) / studied.length))));
    }
    return results;
  },
};

/** Cells of every axis: most divide one of the largest, whose density serves for them as well. */
const LINE = [128, 192, 256, 384, 512, 768, 1024, 1536, 2048];
const QUICK_LINE = LINE.slice(0, -2);
const PLANE = [30, 36, 40, 60, 72, 120];
