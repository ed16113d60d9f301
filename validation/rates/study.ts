import { IntegrationError } from "../../src/numerics/dormand-prince.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { DecayDynamics } from "../shared/decay.ts";
import { type KeepPart, partsOf } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";
import { defineStudy, inTurn, leftOut, type StudyContext, type StudyResult } from "../study.ts";
import { type InteractionConfig, measureInteraction } from "./interaction.ts";
import { CLAIM, type KnownLimit, nameOf, reportInteraction } from "./interaction-report.ts";
import { measureSpurious, type SpuriousConfig } from "./spurious.ts";
import { reportSpurious } from "./spurious-report.ts";
import { type AlphaConfig, measureAlphas, measureWell, type WellConfig } from "./well.ts";
import { reportAlphas, reportWells } from "./well-report.ts";

const LINE: WellConfig = {
  axes: [{ mean: 0.5, sd: 1 }],
  alpha: 1,
  end: 1024,
  octaves: 12,
  perOctave: 4,
  tolerance: 1e-9,
  // A trapezoid rule is exact to rounding once it steps over less than half the width of mu_t, (alpha t)^-1/2; before, refinements agree on little.
  nodes: 256,
};
/** In the plane nodes come squared, so alpha t ends earlier. */
const PLANE: WellConfig = {
  axes: [
    { mean: 0.4, sd: 0.8 },
    { mean: -0.3, sd: 0.6 },
  ],
  alpha: 1,
  end: 128,
  octaves: 8,
  perOctave: 2,
  tolerance: 1e-8,
  nodes: 128,
};
const { alpha: _, ...ON_LINE } = LINE;
const ALPHAS: AlphaConfig = { ...ON_LINE, alphas: [0.5, 1, 2, 4], end: 256, perOctave: 2 };

const SPURIOUS: SpuriousConfig = {
  tilt: 0.15,
  mean: 0.9,
  sd: 0.15,
  alphas: [2, 4, 8],
  end: 1.6,
  snapshots: 32,
  drawn: 128,
  tolerance: 1e-5,
};

const runs = (...rows: [dynamics: DecayDynamics, end: number, tolerance: number][]) =>
  rows.map(([dynamics, end, tolerance]) => ({ dynamics, end, tolerance }));

const FULL = {
  wells: [LINE, PLANE],
  spurious: SPURIOUS,
  perOctave: 4,
  wellRuns: runs(["gradient-descent", 32, 1e-5], ["birth-death", 48, 1e-6], ["pure-birth-death", 512, 1e-6]),
  gaussianRuns: runs(["gradient-descent", 1024, 1e-4], ["birth-death", 2048, 1e-4], ["pure-birth-death", 4096, 1e-5]),
};
const QUICK: typeof FULL = {
  wells: [LINE, { ...PLANE, end: 32, octaves: 6, tolerance: 1e-6, nodes: 64 }],
  spurious: { ...SPURIOUS, alphas: [4, 8] },
  perOctave: 2,
  wellRuns: runs(["birth-death", 32, 1e-6], ["pure-birth-death", 256, 1e-6]),
  gaussianRuns: runs(["birth-death", 512, 1e-4], ["pure-birth-death", 512, 1e-5]),
};

async function studyOwn({ load, progress, keep }: StudyContext, sizes: typeof FULL): Promise<StudyResult[]> {
  const { wells, spurious, perOctave, wellRuns, gaussianRuns } = sizes;
  // The double well with repulsion: point masses in both wells, far apart and steep, so that the limit is reached.
  const repulsiveWells = await createProblem({
    ...(await load("double-well")).definition,
    name: "repulsive-wells",
    potential: { F: "0.25*(x^2-1)^2 + a*x", K: { type: "convolution", expression: "0.5*exp(-x^2/0.72)" } },
    alpha: 2,
  });
  // Transport is slow between repelling Gaussians, and a bracket needs a long run but not a fine one.
  const gaussianRepulsion = await load("gaussian-repulsion");
  const parts = wells.length + ALPHAS.alphas.length + 1 + spurious.alphas.length + wellRuns.length + gaussianRuns.length;
  let done = 0;
  const onRun = () => progress(++done / parts);
  const interaction = async (config: InteractionConfig, known: KnownLimit) => {
    const own = partsOf(keep, config.problem.name);
    return reportInteraction(config, await measureInteraction(config, onRun, own), known);
  };
  return [
    reportWells(await inSequence(wells, measureWell, onRun, partsOf(keep, "well"))),
    reportAlphas(ALPHAS, await measureAlphas(ALPHAS, onRun, partsOf(keep, "alpha"))),
    reportSpurious(spurious, await measureSpurious(spurious, onRun, partsOf(keep, "spurious"))),
    await interaction({ problem: repulsiveWells, runs: wellRuns, octaves: 8, perOctave, nodes: 128, drawn: true }, "reached"),
    await interaction(
      { problem: gaussianRepulsion, runs: gaussianRuns, octaves: 10, perOctave, nodes: 128, drawn: true },
      "approached",
    ),
  ];
}

const DYNAMICS = ["gradient-descent", "birth-death", "pure-birth-death"] as const;

/**
 * Sizes for problems that are given, by dimension: nodes come to the power of it, and each snapshot costs traces back to t = 0. The end of
 * the longer run is in units of theirs.
 */
const GIVEN = [
  { tolerance: 1e-6, octaves: 7, perOctave: 3, further: { end: 32, tolerance: 1e-5 } },
  { tolerance: 1e-3, octaves: 5, perOctave: 1, further: { end: 8, tolerance: 1e-3 } },
] as const;

/** What cannot be studied makes a result that says so. */
async function studyProblem(problem: Problem, progress: (share: number) => void, keep: KeepPart): Promise<StudyResult> {
  const head = { name: nameOf(problem), claim: CLAIM };
  if (problem.alpha.constant === null) return leftOut(head, problem, "alpha changes in time: give a number");
  if (problem.alpha.constant === 0) return leftOut(head, problem, "alpha = 0: there is no birth and death; give alpha > 0");
  const sizes = GIVEN.at(problem.grid.dimension - 1);
  if (sizes === undefined)
    return leftOut(head, problem, "three variables: nodes and gap would take minutes a snapshot, so no rate was measured");
  const { tolerance, octaves, perOctave, further } = sizes;
  const config: InteractionConfig = {
    problem,
    runs: DYNAMICS.map((dynamics) => ({ dynamics, end: problem.end, tolerance })),
    // Without interaction E* is known.
    ...(problem.potential.kernel === null ? {} : { further: { ...further, end: further.end * problem.end } }),
    octaves,
    perOctave,
  };
  const parts = config.runs.length + (config.further === undefined ? 0 : 1);
  let done = 0;
  try {
    return reportInteraction(config, await measureInteraction(config, () => progress(++done / parts), keep), null);
  } catch (error) {
    // Characteristics that run away to infinity: F is not confining.
    if (!(error instanceof IntegrationError)) throw error;
    return leftOut(head, problem, error.message);
  }
}

export const ratesStudy = defineStudy({
  name: "rates",
  title: "Rates of convergence",
  claim: CLAIM,
  takesProblems: true,
  seconds: { quick: 5, full: 19 },
  sizes: { quick: QUICK, full: FULL },
  run: (context, sizes) =>
    context.problems.length > 0 ? inTurn(context.problems, context, studyProblem) : studyOwn(context, sizes),
});
