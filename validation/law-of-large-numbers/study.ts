import { changeProblem } from "../../src/problem/problem.ts";
import { sizesOf } from "../shared/sizes.ts";
import { defineStudy, inTurn } from "../study.ts";
import { type LlnConfig, measureLln } from "./measure.ts";
import { reportLln } from "./report.ts";

const SIZES = sizesOf([100, 316, 1000, 3162, 10000, 31623, 100000], [256, 256, 256, 192, 128, 96, 80]);
/** The 95% interval of a slope is +-0.015 at the main size: four standard errors lie between that and the ends of the range. */
const MAIN_SIZES = sizesOf([100, 464, 2154, 10000], [1500, 900, 480, 300]);
const QUICK_SIZES = sizesOf([100, 464, 2154, 10000], [400, 240, 128, 80]);

export const lawOfLargeNumbersStudy = defineStudy({
  name: "lln",
  title: "Law of large numbers",
  claim: "The empirical measure of Algorithm 1 tends to the solution of the equation like n^-1/2.",
  takesProblems: true,
  seconds: { quick: 6, main: 17, full: 23 },
  sizes: {
    quick: { cells: 1024, line: QUICK_SIZES, plane: QUICK_SIZES },
    main: { cells: 1024, line: MAIN_SIZES, plane: QUICK_SIZES.slice(0, 3) },
    full: { cells: 2048, line: SIZES, plane: SIZES.slice(0, 5) },
  },
  async run({ workers, problems, load, progress, keep, seedFrom }, { cells, line, plane }) {
    const own = problems.length > 0 ? problems : [await load("gaussian-repulsion", { end: 0.25 })];
    return inTurn(own, { progress, keep }, async (problem, onReplicas, keepPart) => {
      const { axes, dimension } = problem.grid;
      const config: LlnConfig = {
        problem: await changeProblem(problem, {}, { end: problem.end }),
        referenceCells: dimension === 1 ? cells : Object.fromEntries(axes.map((axis) => [axis.name, axis.cells])),
        sizes: dimension === 1 ? line : plane,
        seed: seedFrom(1902),
        workers,
      };
      return reportLln(config, await measureLln(config, onReplicas, keepPart));
    });
  },
});
