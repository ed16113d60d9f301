import { termsOf } from "../../src/problem/dynamics.ts";
import { defineStudy, inTurn, leftOut, THREE_VARIABLES } from "../study.ts";
import { type MapConfig, measureMeanFieldMap } from "./measure.ts";
import { reportMap } from "./report.ts";

const CLAIM =
  "The mean-field map tends to the equation at order 1 in dt. At fixed dt the particles tend to the map like n^-1/2, and so no closer to the equation than the map is.";

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

export const meanFieldMapStudy = defineStudy({
  name: "mean-field-map",
  title: "The mean-field map",
  claim: CLAIM,
  takesProblems: true,
  seconds: { quick: 5, full: 25 },
  sizes: { quick: { sizes: QUICK_SIZES, interacting: false }, full: { sizes: SIZES, interacting: true } },
  async run({ workers, problems, load, progress }, { sizes, interacting }) {
    const well = problems.length > 0 ? [] : [await load("double-well")];
    const others = problems.length > 0 || !interacting ? problems : [await load("gaussian-repulsion")];
    return inTurn([...well, ...others], progress, async (problem, onReplicas) => {
      const head = { name: `mean-field map: ${problem.name}`, claim: CLAIM };
      if (problem.grid.dimension === 3) return leftOut(head, problem, THREE_VARIABLES);
      const isExample = well.includes(problem);
      const config: MapConfig = {
        problem,
        steps: [8, 16, 32, 64, 128, 256],
        fitted: 4,
        coarseSteps: 20,
        sizes: !termsOf(problem).transport ? [] : isExample ? sizes : INTERACTING_SIZES,
        seed: 2019,
        workers,
      };
      return reportMap(head, config, await measureMeanFieldMap(config, onReplicas), isExample);
    });
  },
});
