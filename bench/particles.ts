import { readFileSync } from "node:fs";
import { createStream } from "../src/numerics/random.ts";
import { createProblem } from "../src/problem/problem.ts";
import type { ProblemInput } from "../src/problem-file/problem-file.ts";
import { SCHEMES } from "../src/schemes/schemes.ts";
import { createStepper } from "../src/schemes/stepper.ts";
import { measure, printTable, type Row } from "./measure.ts";

/** A problem of the package; the benchmark runs in its root. */
export function readGrid(name: string): ProblemInput {
  return JSON.parse(readFileSync(`grids/${name}.json`, "utf8"));
}

const POINTS = 8;

const features: ProblemInput = {
  ...readGrid("double-well"),
  potential: {
    F: "0.25*(x^2-1)^2 + 0.15*x",
    K: { type: "features", expression: "cos(z*x)", inputs: { z: { min: 0, max: 3, points: POINTS } } },
  },
};

export async function benchParticles(quick: boolean): Promise<void> {
  const rows: Row[] = [];
  for (const { name, definition, aims } of [
    { name: "no K", definition: readGrid("double-well"), aims: [40, 40] },
    { name: `features, P = ${POINTS}`, definition: features, aims: [] },
    { name: "network, P = 80", definition: readGrid("mixture-of-gaussians"), aims: [100, 120] },
    { name: "Gaussian convolution", definition: readGrid("gaussian-repulsion"), aims: [undefined, 120] },
  ]) {
    const problem = await createProblem(definition);
    for (const [k, n] of [1e4, 1e6].entries()) {
      const scheme = SCHEMES["algorithm-1"];
      const stream = createStream(1);
      const points = problem.grid.axes.map(() => new Float64Array(n));
      problem.initial.sample(points, n, stream);
      const stepper = createStepper(scheme, problem, n);
      const [cost] = measure(n, [() => stepper.step(points, 0, 0.01, stream)], quick);
      const aim = aims[k];
      rows.push({ name: `${name}, n = ${n}`, cost, ...(aim === undefined ? {} : { aim }) });
    }
  }
  printTable("Algorithm 1: one step of dt = 0.01", "particle", rows);
}
