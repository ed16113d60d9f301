import { stableStep } from "../shared/choose-step.ts";
import { sizesOf } from "../shared/sizes.ts";
import { defineStudy, inTurn, leftOut } from "../study.ts";
import { measureFluctuations } from "./measure.ts";
import { CLAIM, reportFluctuations } from "./report.ts";

export const fluctuationStudy = defineStudy({
  name: "fluctuations",
  title: "Fluctuation scaling",
  claim: CLAIM,
  takesProblems: true,
  seconds: { quick: 4, main: 13, full: 30 },
  sizes: {
    quick: { line: sizesOf([100, 316, 1000], [240, 240, 240]), plane: sizesOf([100, 316], [240, 240]) },
    main: { line: sizesOf([100, 316, 1000], [4000, 4000, 3000]), plane: sizesOf([100, 316], [2000, 1000]) },
    full: { line: sizesOf([100, 316, 1000, 3162], [6000, 6000, 3000, 1000]), plane: sizesOf([100, 316, 1000], [4000, 4000, 2000]) },
  },
  async run({ workers, problems, load, progress, keep, seedFrom }, { line, plane }) {
    const own = problems.length > 0 ? problems : [await load("gaussian-repulsion")];
    return inTurn(own, { progress, keep }, async (problem, onReplica, keepPart) => {
      const head = { name: "fluctuation scaling", claim: CLAIM };
      if (problem.observables.length === 0) return leftOut(head, problem, "no observables: there is nothing to fluctuate");
      const first = problem.snapshotTimes.find((time) => time > 0) ?? problem.end;
      const config = {
        problem,
        sizes: problem.grid.dimension === 1 ? line : plane,
        dt: stableStep(problem, first / 4),
        seed: seedFrom(1843),
        workers,
        settles: problems.length === 0,
      };
      return reportFluctuations(config, await measureFluctuations(config, onReplica, keepPart));
    });
  },
});
