import { changeProblem } from "../../src/problem/problem.ts";
import { inSequence } from "../shared/sizes.ts";
import { defineStudy, inTurn } from "../study.ts";
import { KINDS, measureDecay, measureOrder, measureThreshold } from "./measure.ts";
import { CLAIM, DYNAMICS, FEWEST_STEPS, reportProximal, TAUS, THRESHOLD_STEPS } from "./report.ts";

/** The threshold with transport takes long runs: on a line only. */
const PURE = ["pure-birth-death"] as const;

export const proximalStudy = defineStudy({
  name: "proximal",
  title: "Proximal steps",
  claim: CLAIM,
  takesProblems: true,
  seconds: { quick: 3, full: 9 },
  // Cells of every axis, by dimension.
  sizes: { quick: [128, 16, 8], full: [256, 32, 12] },
  async run({ problems, load, progress, keep }, cells) {
    const own = problems.length > 0 ? problems : [await load("gaussian-repulsion"), await load("circle")];
    return inTurn(own, { progress, keep }, async (given, onPart) => {
      const { dimension } = given.grid;
      const problem = await changeProblem(given, {}, { cells: cells[dimension - 1] });
      const runs = DYNAMICS.flatMap((dynamics) => TAUS[dynamics].flatMap((tau) => KINDS.map((kind) => ({ dynamics, kind, tau }))));
      const decays = await inSequence(runs, ({ dynamics, kind, tau }) => measureDecay(problem, dynamics, kind, tau, FEWEST_STEPS));
      onPart(1 / 3);
      const judged = problem.potential.kernel === null ? [] : dimension === 1 ? DYNAMICS : PURE;
      const thresholds = await inSequence(judged, (dynamics) => measureThreshold(problem, dynamics, THRESHOLD_STEPS));
      onPart(2 / 3);
      return reportProximal(problem, decays, thresholds, await measureOrder(problem, [16, 32, 64, 128, 256]));
    });
  },
});
