import { PLAIN_NAMES, termsOf } from "../../src/problem/dynamics.ts";
import { isWarm } from "../../src/problem/thermal.ts";
import { fineEnough } from "../shared/orders.ts";
import { defineStudy, inTurn, leftOut, THREE_VARIABLES } from "../study.ts";
import { type AgreementConfig, measureAgreement } from "./measure.ts";
import { reportAgreement } from "./report.ts";
import { measureThermalAgreement, reportThermalAgreement } from "./thermal.ts";

const CLAIM =
  "Finite volumes and characteristics, which share neither a grid nor a splitting, tend to the same density at the order of the finite volumes; the characteristics converge by themselves and obey the energy identity.";

/** Cells of every axis: most divide one of the largest, whose density serves for them as well. */
const LINE = [128, 192, 256, 384, 512, 768, 1024, 1536, 2048];
const PLANE = [30, 36, 40, 60, 72, 120];

/** At a temperature, of every axis: all divide the last. */
const THERMAL = [
  [64, 96, 128, 192, 256, 384, 768],
  [16, 24, 32, 48, 96],
];
const NOTHING_MOVES = "not studied: nothing moves, and what cells make of a density is no question of an order";

const COARSE = { line: LINE.slice(0, -2), plane: false };

export const agreementStudy = defineStudy({
  name: "agreement",
  title: "Two solvers agree",
  claim: CLAIM,
  takesProblems: true,
  seconds: { quick: 4, main: 4, full: 19 },
  sizes: { quick: COARSE, main: COARSE, full: { line: LINE, plane: true } },
  async run({ problems, load, progress, keep }, { line, plane }) {
    const own = async () => [
      await load("double-well"),
      await load("gaussian-repulsion"),
      await load("circle"),
      ...(plane ? [await load("coupled-well", { end: 0.125 })] : []),
    ];
    return inTurn(problems.length > 0 ? problems : await own(), { progress, keep }, async (problem, onPart) => {
      const head = { name: `agreement: ${problem.name}`, claim: CLAIM };
      const { dimension } = problem.grid;
      if (dimension === 3) return leftOut(head, problem, THREE_VARIABLES);
      if (!termsOf(problem).transport) return leftOut(head, problem, NOTHING_MOVES);
      if (isWarm(problem)) {
        const thermal = { problem, cells: fineEnough(problem, THERMAL[dimension - 1]), ratio: 0.4, tolerance: 1e-8 };
        return reportThermalAgreement(thermal, await measureThermalAgreement(thermal, onPart));
      }
      const config: AgreementConfig = {
        problem,
        ratio: 0.4,
        ...(dimension === 1
          ? { cells: line, tolerance: 1e-8, tracing: 1e-9, dynamics: PLAIN_NAMES }
          : { cells: PLANE, tolerance: 1e-6, tracing: 1e-5, dynamics: [problem.dynamics] }),
      };
      return reportAgreement(head, config, await measureAgreement(config, onPart));
    });
  },
});
