import { termsOf } from "../../src/problem/dynamics.ts";
import { sizesOf } from "../shared/sizes.ts";
import { defineStudy, inTurn, leftOut, THREE_VARIABLES } from "../study.ts";
import { type MapConfig, measureMeanFieldMap } from "./measure.ts";
import { reportMap } from "./report.ts";

/** n dt is 50 at least: the noise of population control, which falls with it, is nearly gone. */
const SIZES = sizesOf([1000, 3162, 10000, 31623, 100000, 316228, 1000000], [256, 192, 128, 96, 64, 40, 24]);
const QUICK_SIZES = sizesOf([1000, 10000, 50000, 250000], [256, 96, 48, 24]);
/** With K a particle costs several times as much. */
const INTERACTING_SIZES = sizesOf([1000, 3162, 10000, 31623], [512, 160, 80, 40]);

export const meanFieldMapStudy = defineStudy({
  name: "mean-field-map",
  title: "The mean-field map",
  claim:
    "The mean-field map tends to the equation at order 1 in dt. At fixed dt the particles tend to the map like n^-1/2, and so no closer to the equation than the map is.",
  takesProblems: true,
  seconds: { quick: 5, full: 25 },
  sizes: { quick: { sizes: QUICK_SIZES, interacting: false }, full: { sizes: SIZES, interacting: true } },
  async run({ workers, problems, load, progress, keep, seedFrom }, { sizes, interacting }) {
    const well = problems.length > 0 ? [] : [await load("double-well")];
    const others = problems.length > 0 || !interacting ? problems : [await load("gaussian-repulsion")];
    return inTurn([...well, ...others], { progress, keep }, async (problem, onReplicas, keepPart) => {
      const name = `mean-field map: ${problem.name}`;
      if (problem.grid.dimension === 3) return leftOut({ name }, problem, THREE_VARIABLES);
      const isExample = well.includes(problem);
      const config: MapConfig = {
        problem,
        steps: [8, 16, 32, 64, 128, 256],
        fitted: 4,
        coarseSteps: 20,
        sizes: !termsOf(problem).transport ? [] : isExample ? sizes : INTERACTING_SIZES,
        seed: seedFrom(2019),
        workers,
      };
      return reportMap(name, config, await measureMeanFieldMap(config, onReplicas, keepPart), isExample);
    });
  },
});
