import { termsOf } from "../../src/problem/terms.ts";
import { leaveOut } from "../shared/reference-solution.ts";
import type { Study, StudyResult } from "../study.ts";
import { type MapConfig, measureMeanFieldMap } from "./measure.ts";
import { CLAIM, nameOf, reportMap } from "./report.ts";

const STEPS = [8, 16, 32, 64, 128, 256];
const FITTED = 4;
const COARSE_STEPS = 20;

export const meanFieldMapStudy: Study = {
  name: "mean-field-map",
  title: "The mean-field map",
  takesProblems: true,
  async run({ quick, workers, problems, load, progress }) {
    const well = problems.length > 0 ? [] : [await load("double-well")];
    const interacting = problems.length > 0 || quick ? problems : [await load("gaussian-repulsion")];
    const studied = [...well, ...interacting];
    const results: StudyResult[] = [];
    for (const [k, problem] of studied.entries()) {
      if (problem.grid.dimension === 3) {
        results.push(leaveOut(nameOf(problem), CLAIM, problem));
        continue;
      }
      const isExample = well.includes(problem);
      const sizes = isExample ? (quick ? QUICK_SIZES : SIZES) : INTERACTING_SIZES;
      const config: MapConfig = {
        problem,
        steps: STEPS,
        fitted: FITTED,
        coarseSteps: COARSE_STEPS,
        sizes: termsOf(problem).transport ? sizes : [],
        seed: 2019,
        workers,
      };
      const outcome = await measureMeanFieldMap(config, (share) => progress((k + share) / studied.length));
      results.push(reportMap(config, outcome, isExample));
    }
    return results;
  },
};

/** n dt is 50 at least: the noise of population control, which falls with it, is nearly gone. */
const SIZES = [
  { n: 1000, replicas: 256 },
  { n: 3162, replicas: 192 },
  { n: 10000, replicas: 128 },
  { n: 31623, replicas: 96 },
  { n: 100000, replicas: 64 },
  { n: 316228, replicas: 40 },
  { n: 1000000, replicas: 24 },
];

const QUICK_SIZES = [
  { n: 1000, replicas: 256 },
  { n: 10000, replicas: 96 },
  { n: 50000, replicas: 48 },
  { n: 250000, replicas: 24 },
];

/** With K a particle costs several times as much. */
const INTERACTING_SIZES = [
  { n: 1000, replicas: 512 },
  { n: 3162, replicas: 160 },
  { n: 10000, replicas: 80 },
  { n: 31623, replicas: 40 },
];
