import { createProblem } from "../../src/problem/problem.ts";
import type { Study } from "../study.ts";
import { measureNotebook, type NotebookConfig } from "./measure.ts";
import { reportNotebook } from "./report.ts";

/** Means by which the schemes differ. */
const OBSERVABLES = { charge: "c", size: "c^2", spread: "y^2" };

export const notebookStudy: Study = {
  name: "notebook",
  title: "The authors' notebook and Algorithm 1",
  takesProblems: false,
  seconds: { quick: 7, full: 23 },
  async run({ quick, workers, load, progress }) {
    const { definition } = await load("mixture-of-gaussians");
    const problem = await createProblem({ ...definition, observables: OBSERVABLES, time: { end: 1, snapshots: [1] } });
    const config: NotebookConfig = {
      problem,
      steps: quick ? [8, 16, 32, 64] : [8, 16, 32, 64, 128, 256],
      fitted: 3,
      nodes: quick ? 48 : 96,
      tolerance: quick ? 1e-6 : 1e-8,
      particles: { n: quick ? 20000 : 40000, replicas: quick ? 24 : 48, steps: 5 },
      shifts: [-4, -1, -0.25, 0, 0.25, 1],
      coarse: [10, 100],
      noise: quick
        ? { n: 200, replicas: 50, steps: 50, shifts: [0, 1] }
        : { n: 200, replicas: 200, steps: 100, shifts: [0, 0.25, 1] },
      seed: 71,
      workers,
    };
    return [reportNotebook(config, await measureNotebook(config, progress))];
  },
};
