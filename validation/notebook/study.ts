import { createProblem } from "../../src/problem/problem.ts";
import { defineStudy } from "../study.ts";
import { measureNotebook, type NotebookConfig } from "./measure.ts";
import { CLAIM, reportNotebook } from "./report.ts";

/** Means by which the schemes differ. */
const OBSERVABLES = { charge: "c", size: "c^2", spread: "y^2" };

export const notebookStudy = defineStudy({
  name: "notebook",
  title: "The authors' notebook and Algorithm 1",
  claim: CLAIM,
  takesProblems: false,
  seconds: { quick: 7, full: 23 },
  sizes: {
    quick: {
      steps: [8, 16, 32, 64],
      nodes: 48,
      tolerance: 1e-6,
      particles: { n: 20000, replicas: 24, steps: 5 },
      noise: { n: 200, replicas: 50, steps: 50, shifts: [0, 1] },
    },
    full: {
      steps: [8, 16, 32, 64, 128, 256],
      nodes: 96,
      tolerance: 1e-8,
      particles: { n: 40000, replicas: 48, steps: 5 },
      noise: { n: 200, replicas: 200, steps: 100, shifts: [0, 0.25, 1] },
    },
  },
  async run({ workers, load, progress, keep, seedFrom }, sizes) {
    const { definition } = await load("mixture-of-gaussians");
    const problem = await createProblem({ ...definition, observables: OBSERVABLES, time: { end: 1, snapshots: [1] } });
    const shifts = [-4, -1, -0.25, 0, 0.25, 1];
    const config: NotebookConfig = { problem, ...sizes, fitted: 3, shifts, coarse: [10, 100], seed: seedFrom(71), workers };
    return [reportNotebook(config, await measureNotebook(config, progress, keep))];
  },
});
