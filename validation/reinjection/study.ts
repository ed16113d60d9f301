import { definitionOf } from "../../src/problem/dynamics.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { checkProblemDefinition, type ProblemDefinition } from "../../src/problem-file/problem-file.ts";
import { NARROW, PRIOR } from "../shared/motions.ts";
import { type KeepPart, partsOf } from "../shared/parts.ts";
import { inSequence, sizesOf } from "../shared/sizes.ts";
import { defineStudy, type StudyResult } from "../study.ts";
import { measureNoise } from "./noise.ts";
import { measureRenewal, type RenewalConfig } from "./renewal.ts";
import { CLAIM, reportNoise, reportRenewal, reportSolvers } from "./report.ts";
import { compareSolvers, measureParticles, type ParticleConfig, RULES, type SolverConfig } from "./solvers.ts";

/** On a line, with V of both signs and units that repel each other. */
export const LINE: ProblemDefinition = checkProblemDefinition({
  name: "line",
  variables: { x: { min: -3.5, max: 3.5, cells: 200 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x - 0.3", K: { type: "convolution", expression: "0.4*exp(-x^2/2)" } },
  alpha: 3,
  dynamics: { type: "reinjection", law: "net-deficit", prior: { x: { type: "normal", mean: 1, sd: 0.4 } } },
  initial: { x: { type: "normal", mean: 0.3, sd: 0.6 } },
  time: { end: 1, snapshots: [1] },
  observables: { mean: "x", square: "x^2" },
});

const NOISE_SIZES = sizesOf([100, 1000, 10000], [200, 50, 40]);

/** The mixture of Gaussians from units in a narrow place, with new ones at amplitude 0, where V = 0. */
export function networkOf(definition: ProblemDefinition): ProblemDefinition {
  return checkProblemDefinition({ ...definition, dynamics: definitionOf(RULES[0], PRIOR), initial: NARROW });
}

export const RENEWAL: RenewalConfig = { floor: 0.3, alpha: 2, prior: { mean: 1, sd: 0.4 }, end: 20, cells: [200, 400] };

export const reinjectionStudy = defineStudy({
  name: "reinjection",
  title: "Reinjection from a prior",
  claim: CLAIM,
  takesProblems: false,
  seconds: { quick: 6, full: 13 },
  sizes: {
    quick: {
      particles: { n: 1000, replicas: 8 },
      line: { tolerance: 1e-3, coarse: { x: 100 }, fine: { x: 200 } },
      network: { coarse: { c: 32, y: 64 }, fine: { c: 64, y: 128 } },
      noise: NOISE_SIZES.slice(0, 2),
    },
    full: {
      particles: { n: 4000, replicas: 24 },
      line: { tolerance: 3e-4, coarse: { x: 200 }, fine: { x: 400 } },
      network: { coarse: { c: 48, y: 96 }, fine: { c: 96, y: 192 } },
      noise: NOISE_SIZES,
    },
  },
  async run({ workers, load, progress, keep, seedFrom }, sizes) {
    const particles: ParticleConfig = { ...sizes.particles, steps: [50, 100], seed: seedFrom(31), workers };
    const onLine = await runSolvers("line", LINE, false, particles, sizes.line, partsOf(keep, "line"));
    progress(0.4);
    const rows = (
      await inSequence(
        RULES,
        (rule) => measureRenewal(rule, RENEWAL),
        () => {},
        partsOf(keep, "renewal"),
      )
    ).flat();
    progress(0.5);
    const { definition } = await load("mixture-of-gaussians");
    const network = networkOf((await createProblem(definition, { end: 1 })).definition);
    const solvers = { tolerance: 1e-3, ...sizes.network };
    const onNetwork = await runSolvers("mixture of Gaussians", network, true, particles, solvers, partsOf(keep, "network"));
    progress(0.8);
    const noise = { alpha: 5, dt: 0.01, sizes: sizes.noise, seed: seedFrom(37), workers };
    return [onLine, reportRenewal(RENEWAL, rows), onNetwork, reportNoise(noise, await measureNoise(noise, partsOf(keep, "noise")))];
  },
});

async function runSolvers(
  name: string,
  definition: ProblemDefinition,
  neverRises: boolean,
  config: ParticleConfig,
  solvers: SolverConfig,
  keep: KeepPart,
): Promise<StudyResult> {
  const comparisons = await inSequence(
    RULES,
    (rule) => compareSolvers(definition, rule, solvers),
    () => {},
    keep,
  );
  const particles = await measureParticles(definition, comparisons[1], config, partsOf(keep, "particles"));
  return reportSolvers({ name, comparisons, particles, neverRises, settings: { solvers, particles: config, problem: definition } });
}
