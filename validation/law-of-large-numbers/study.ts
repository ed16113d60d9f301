import { changeProblem } from "../../src/problem/problem.ts";
import { defineStudy, inTurn } from "../study.ts";
import { type LlnConfig, measureLln } from "./measure.ts";
import { CLAIM, reportLln } from "./report.ts";

const SIZES = [
  { n: 100, replicas: 256 },
  { n: 316, replicas: 256 },
  { n: 1000, replicas: 256 },
  { n: 3162, replicas: 192 },
  { n: 10000, replicas: 128 },
  { n: 31623, replicas: 96 },
  { n: 100000, replicas: 80 },
];

const QUICK_SIZES = [
  { n: 100, replicas: 400 },
  { n: 464, replicas: 240 },
  { n: 2154, replicas: 128 },
  { n: 10000, replicas: 80 },
];

export const lawOfLargeNumbersStudy = defineStudy({
  name: "lln",
  title: "Law of large numbers",
  claim: CLAIM,
  takesProblems: true,
  seconds: { quick: 8, full: 23 },
  sizes: {
    quick: { cells: 1024, line: QUICK_SIZES, plane: QUICK_SIZES },
    full: { cells: 2048, line: SIZES, plane: SIZES.slice(0, 5) },
  },
  async run({ workers, problems, load, progress }, { cells, line, plane }) {
    const own = problems.length > 0 ? problems : [await load("gaussian-repulsion", { end: 0.25 })];
    return inTurn(own, progress, async (problem, onReplicas) => {
      const { axes, dimension } = problem.grid;
      const config: LlnConfig = {
        problem: await changeProblem(problem, {}, { end: problem.end }),
        referenceCells: dimension === 1 ? cells : Object.fromEntries(axes.map((axis) => [axis.name, axis.cells])),
        sizes: dimension === 1 ? line : plane,
        seed: 1902,
        workers,
      };
      return reportLln(config, await measureLln(config, onReplicas));
    });
  },
});
