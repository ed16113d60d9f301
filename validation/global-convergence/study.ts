import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { octaveTimes } from "../shared/decay.ts";
import { MOTIONS, reinjects } from "../shared/motions.ts";
import { inSequence } from "../shared/sizes.ts";
import { defineStudy } from "../study.ts";
import { type FullSupportConfig, measureFullSupport } from "./interaction.ts";
import { CLAIM, reportFullSupport, reportMotions, reportRestricted } from "./report.ts";
import { measureRelease, measureRestricted, type Support, type SupportConfig } from "./support.ts";

/** The double well with units that repel each other. */
export const REPULSIVE_WELL: ProblemInput = {
  name: "repulsive-double-well",
  variables: { x: { min: -3.5, max: 3.5, cells: 512 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution", expression: "0.1*exp(-2*x^2)" } },
  alpha: 2,
  initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
  time: { end: 1, snapshots: 1 },
};

/** Right of the top: with the shallower well inside, and beyond it. */
export const SUPPORTS: readonly Support[] = [
  [0.2, 1.8],
  [1.2, 1.8],
];

/** Both wells below 0 with all of the support, one above and one below, both above. */
const SHIFTS = [-1.6, 0, 0.3];

export const globalConvergenceStudy = defineStudy({
  name: "global-convergence",
  title: "Global convergence",
  claim: CLAIM,
  takesProblems: false,
  seconds: { quick: 3, full: 8 },
  sizes: {
    quick: { pure: { end: 64, octaves: 5, tolerance: 1e-4 }, tolerance: 1e-3, still: 64, moving: 16 },
    full: { pure: { end: 256, octaves: 7, tolerance: 1e-5 }, tolerance: 1e-4, still: 256, moving: 32 },
  },
  async run({ progress }, sizes) {
    const problem = await createProblem(REPULSIVE_WELL);
    const full: FullSupportConfig[] = [
      { dynamics: "pure-birth-death", ...sizes.pure, nodes: 128 },
      { dynamics: "birth-death", end: 16, octaves: 5, tolerance: sizes.tolerance, nodes: 128 },
    ];
    const runs = await inSequence(full, (config) => measureFullSupport(problem, config));
    progress(0.3);

    const still: SupportConfig = { tilt: 0.15, alpha: 4, tolerance: 1e-8, cells: 256, times: octaveTimes(sizes.still, 7, 1) };
    const restricted = await inSequence(SUPPORTS, (support) => measureRestricted(still, support));

    const moving: SupportConfig = { ...still, times: octaveTimes(sizes.moving, 5, 1) };
    const cases = MOTIONS.flatMap((motion) => (reinjects(motion) ? SHIFTS : [0]).map((shift) => ({ motion, shift })));
    const motions = await inSequence(cases, ({ motion, shift }, k) => {
      progress(0.4 + (0.6 * k) / cases.length);
      return measureRelease(moving, SUPPORTS[0], motion, shift);
    });
    return [
      reportFullSupport(runs, { problem: REPULSIVE_WELL, runs: full }),
      reportRestricted(still, restricted),
      reportMotions(moving, motions),
    ];
  },
});
