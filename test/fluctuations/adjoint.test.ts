import { describe, expect, test } from "vitest";
import { covarianceAlong } from "../../src/fluctuations/adjoint.ts";
import { followMean, measureAlong, type Schedule, startNodes } from "../../src/fluctuations/mean-path.ts";
import { scheduleOf } from "../../src/fluctuations/schedule.ts";
import { createStepMap, type StepMap } from "../../src/mean-field-map/step-map.ts";
import type { WeightedNodes } from "../../src/mean-field-map/weighted-nodes.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import type { StepNoise } from "../../src/schemes/noise-model.ts";
import { ruleOf, SCHEMES, type SchemeName } from "../../src/schemes/schemes.ts";
import { problemOf } from "../fixtures.ts";

const DT = 0.1;
const KERNEL_TOLERANCE = 1e-12;

const well: Partial<ProblemInput> = {
  variables: { x: { min: -4, max: 4, cells: 512 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
  alpha: 3,
  initial: { x: { type: "normal", mean: 0.3, sd: 0.5 } },
  time: { end: 0.6, snapshots: [0, 0.2, 0.6] },
  observables: { mean: "x", wave: "cos(2*x)" },
};
const repulsive: Partial<ProblemInput> = {
  ...well,
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution", expression: "exp(-x^2)" } },
};
const circle: Partial<ProblemInput> = {
  ...well,
  variables: { x: { min: 0, max: 2, cells: 256, boundary: "periodic" } },
  potential: { F: "cos(pi*x)", K: { type: "convolution", expression: "1.5*cos(pi*x)" } },
  initial: { x: { type: "von-mises", mean: 1.8, concentration: 2 } },
  observables: { wave: "sin(pi*x)", second: "cos(2*pi*x)" },
};
const plane = {
  ...well,
  variables: { x: { min: -3, max: 3, cells: 512 }, y: { min: -3, max: 3, cells: 512 } },
  initial: { x: { type: "normal", mean: 0.3, sd: 0.5 }, y: { type: "normal", mean: -0.2, sd: 0.4 } },
  observables: { product: "x*y", wave: "sin(x + 2*y)" },
} satisfies Partial<ProblemInput>;
const units: Partial<ProblemInput> = {
  ...plane,
  potential: {
    F: "0.5*x^2 + 0.3*y^2 + 0.2*x*y^2",
    K: { type: "features", expression: "x*tanh(y + z)", inputs: { z: { min: -1, max: 1, points: 5 } } },
  },
};
const coupled: Partial<ProblemInput> = {
  ...plane,
  potential: { F: "0.5*x^2 + 0.3*y^2", K: { type: "convolution", expression: "0.8*exp(-(x^2 + x*y + y^2))" } },
};
const pairs: Partial<ProblemInput> = {
  ...well,
  potential: { F: "0.5*x^2", K: { type: "pairwise", expression: "(1 + x)*(1 + x_prime)*exp(-(x - x_prime)^2)" } },
};

const flat = (rows: readonly number[][]) => rows.flat();

/** d/de of all means along the path begun at w + e (e_j - w), for each node j: column j of the influence of the start. */
function influencesOfStart(problem: Problem, map: StepMap, start: WeightedNodes, schedule: Schedule): number[][] {
  const e = 1e-4;
  const meansAt = (j: number, scale: number) => {
    const weights = start.weights.map((w, i) => w + scale * ((i === j ? 1 : 0) - w));
    return flat(measureAlong(problem, map, followMean(map, { points: start.points, weights }, schedule)).means);
  };
  return Array.from(start.weights, (_, j) => {
    const [forth, back] = [meansAt(j, e), meansAt(j, -e)];
    return forth.map((mean, k) => (mean - back[k]) / (2 * e));
  });
}

function noiseOf(scheme: SchemeName, n: number): StepNoise {
  const { noise } = SCHEMES[scheme];
  if (noise === null) throw new Error(`${scheme} has no noise model`);
  return noise.stepped({ n, dt: DT });
}

const WITH_EVENTS: SchemeName[] = ["algorithm-1", "event-process", "resampling", "authors-notebook"];

describe("what independent draws add to the covariance is that of the derivatives of the means in the first distribution", () => {
  test.each<[string, number, ProblemInput["dynamics"], Partial<ProblemInput>, SchemeName[]]>([
    ["without K", 16, "birth-death", well, WITH_EVENTS],
    ["without K", 16, "pure-birth-death", well, WITH_EVENTS],
    ["with a convolution", 16, "birth-death", repulsive, WITH_EVENTS],
    ["with a convolution", 16, "pure-birth-death", repulsive, WITH_EVENTS],
    ["with a convolution", 16, "gradient-descent", repulsive, ["gradient-descent"]],
    ["on a circle", 16, "birth-death", circle, WITH_EVENTS],
    ["with a kernel of pairs", 16, "birth-death", pairs, WITH_EVENTS],
    ["with features in the plane", 5, "birth-death", units, WITH_EVENTS],
    ["with a convolution in the plane", 5, "birth-death", coupled, WITH_EVENTS],
    ["with a convolution in the plane", 5, "gradient-descent", coupled, ["gradient-descent"]],
  ])("%s, at %d nodes along an axis, under %s", async (_, nodes, dynamics, input, schemes) => {
    const problem = await problemOf({ ...input, dynamics });
    // Few nodes must not be far apart, where explicit steps are unstable.
    const start = startNodes(problem, problem.grid.axes.map(() => nodes), 4); // biome-ignore format: one call
    const schedule = scheduleOf(problem, DT);
    for (const scheme of schemes) {
      const map = createStepMap(problem, ruleOf(scheme), { tolerance: KERNEL_TOLERANCE });
      const [{ initial }] = covarianceAlong(
        problem,
        [noiseOf(scheme, 1000)],
        map,
        followMean(map, start, schedule),
        KERNEL_TOLERANCE,
      );
      const columns = influencesOfStart(problem, map, start, schedule);
      const size = columns[0].length;
      expect(initial).toHaveLength(size * size);
      for (let k = 0; k < size; k++) {
        for (let l = 0; l < size; l++) {
          const expected = columns.reduce((sum, column, j) => sum + start.weights[j] * column[k] * column[l], 0);
          const scale = Math.sqrt(initial[k * (size + 1)] * initial[l * (size + 1)]);
          // Differences of the means leave e^2 / 6 of a third derivative, 1e-8 of it with 1e-4; derivatives of K are differences too, over
          // a quarter of a cell of 1/64 on a scale of 1/2, whose fourth power is far less.
          expect(Math.abs(initial[k * size + l] - expected), `${scheme} ${k} ${l}`).toBeLessThan(1e-6 * scale);
        }
      }
    }
  });
});

test("schemes that move the distribution alike are given by one sweep what each is given by its own", async () => {
  const problem = await problemOf(repulsive);
  const start = startNodes(problem, [20]);
  const noises = (["resampling", "resampling-multinomial"] as const).map((scheme) => noiseOf(scheme, 100));
  const map = createStepMap(problem, ruleOf("resampling"), { tolerance: KERNEL_TOLERANCE });
  const path = followMean(map, start, scheduleOf(problem, DT));
  const together = covarianceAlong(problem, noises, map, path, KERNEL_TOLERANCE);
  const apart = noises.flatMap((noise) => covarianceAlong(problem, [noise], map, path, KERNEL_TOLERANCE));
  expect(together).toEqual(apart);
  // Independent draws are noisier than systematic ones.
  const last = together[0].events.length - 1;
  expect(together[1].events[last]).toBeGreaterThan(1.5 * together[0].events[last]);
});
