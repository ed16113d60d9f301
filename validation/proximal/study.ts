import { changeProblem } from "../../src/problem/problem.ts";
import { defineStudy, inTurn } from "../study.ts";
import { type DecayRow, KINDS, measureDecay, measureOrder, measureThreshold, type Threshold } from "./measure.ts";
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
  async run({ problems, load, progress }, cells) {
    const own = problems.length > 0 ? problems : [await load("gaussian-repulsion"), await load("circle")];
    return inTurn(own, progress, async (given, onPart) => {
      const { dimension } = given.grid;
      const problem = await changeProblem(given, {}, { cells: cells[dimension - 1] });
      const decays: DecayRow[] = [];
      for (const dynamics of DYNAMICS) {
        for (const tau of TAUS[dynamics]) {
          for (const kind of KINDS) decays.push(await measureDecay(problem, dynamics, kind, tau, FEWEST_STEPS));
        }
      }
      onPart(1 / 3);
      const thresholds: Threshold[] = [];
      const interacting = problem.potential.kernel !== null;
      for (const dynamics of interacting ? (dimension === 1 ? DYNAMICS : PURE) : []) {
        thresholds.push(await measureThreshold(problem, dynamics, THRESHOLD_STEPS));
      }
      onPart(2 / 3);
      return reportProximal(problem, decays, thresholds, await measureOrder(problem, [16, 32, 64, 128, 256]));
    });
  },
});
