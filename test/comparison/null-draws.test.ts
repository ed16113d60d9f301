import { beforeAll, describe, expect, test } from "vitest";
import { jointTest } from "../../src/comparison/mean-tests.ts";
import {
  createNullDraws,
  equivalentDraws,
  type NullDraws,
  roundedDraws,
  skewnessMatters,
} from "../../src/comparison/null-draws.ts";
import { projectionsOf } from "../../src/measures/distance-profile.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { createStream } from "../../src/numerics/random.ts";
import { studentTail } from "../../src/numerics/tails.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";

/** Observables of a standard normal variable. */
const PHI: Record<string, (x: number) => number> = {
  linear: (x) => x,
  square: (x) => x * x,
  lognormal: (x) => Math.exp(x),
  step: (x) => 1 / (1 + Math.exp(-200 * (x - 1))),
};

let problem: Problem;
let draws: NullDraws;
beforeAll(async () => {
  problem = await createProblem({
    name: "still",
    variables: { x: { min: -8, max: 8, cells: 512 } },
    potential: { F: "0" },
    dynamics: "gradient-descent",
    alpha: 0,
    initial: { x: { type: "normal", mean: 0, sd: 1 } },
    time: { end: 1, snapshots: [1] },
    observables: { linear: "x", square: "x^2", lognormal: "exp(x)", step: "1/(1 + exp(-200*(x - 1)))" },
  });
  draws = createNullDraws(
    problem,
    problem.initial.cellAverages(problem.grid).density,
    { projections: projectionsOf(problem.grid), nodes: null },
    createStream(1),
  );
});

/** Student's t of replicas of n independent normal particles. */
function statisticOf(phi: (x: number) => number, exact: number, n: number, replicas: number, seed: number): number {
  const stream = createStream(seed);
  const means = Float64Array.from({ length: replicas }, () => {
    let total = 0;
    for (let i = 0; i < n; i++) total += phi(stream.normal()) / n;
    return total;
  });
  const { mean, standardError } = sampleMoments(means);
  return (mean - exact) / standardError;
}

describe("p-values from draws of the reference", () => {
  test("hold at few skewed values, where Student's do not", () => {
    const exact = { square: 1, lognormal: Math.exp(0.5) };
    const [n, replicas, significance, trials] = [2, 8, 0.02, 3000];
    for (const [name, mean] of Object.entries(exact)) {
      const k = problem.observables.findIndex((observable) => observable.name === name);
      const statistics = Array.from({ length: trials }, (_, seed) => statisticOf(PHI[name], mean, n, replicas, seed));
      const plain = statistics.filter((t) => studentTail(t, replicas - 1) < significance).length;
      const found = statistics.filter((t) => draws.studentTail(k, n, replicas, t, significance) < significance).length;
      // Binomial of mean 60: four deviations, and 16% for the 40 ensembles beyond the bound, 20 on either side, from which it is known.
      expect(found, name).toBeLessThan(60 * 1.16 + 4 * Math.sqrt(60));
      expect(found, name).toBeGreaterThan(60 / 1.16 - 4 * Math.sqrt(60));
      expect(plain, name).toBeGreaterThan(2.5 * 60);
    }
  });

  test("are Student's where nothing is skewed", () => {
    for (const [replicas, t] of [
      [16, -4],
      [16, -2.5],
      [16, 2],
      [16, 3],
      [3, -4],
      [3, 3],
    ]) {
      const expected = studentTail(t, replicas - 1);
      const found = draws.studentTail(0, 50, replicas, t, 0.001);
      // 40 000 ensembles, half of the p-value on one side: four deviations of its count.
      expect(Math.abs(found - expected)).toBeLessThan(4 * Math.sqrt((2 * expected) / 40_000) + 1e-4);
    }
  });

  test("never fail where all replicas may agree by chance", () => {
    const step = problem.observables.findIndex(({ name }) => name === "step");
    // All 16 particles below the step, and their values there hardly differ: 2 x 0.841^16 = 0.126 less those near the step.
    expect(draws.studentTail(step, 2, 8, -1000, 1e-3)).toBeGreaterThan(0.1);
    expect(draws.studentBound(step, 2, 8, 1e-3)).toBe(Infinity);
    // Beyond the bound the p-value is below the significance, on either side.
    const bound = draws.studentBound(1, 2, 32, 1e-2);
    for (const sign of [-1, 1]) expect(draws.studentTail(1, 2, 32, 1.0001 * sign * bound, 1e-2)).toBeLessThan(1e-2);
  });

  test("of the joint test and of the distance hold as well", () => {
    const [n, replicas, significance, trials] = [2, 12, 0.05, 800];
    const stream = createStream(7);
    const reference = Float64Array.of(0, 1, Math.exp(0.5));
    let plain = 0;
    let found = 0;
    for (let trial = 0; trial < trials; trial++) {
      const rows = Array.from({ length: replicas }, () => {
        const x = [stream.normal(), stream.normal()];
        return Float64Array.from(["linear", "square", "lognormal"], (name) => (PHI[name](x[0]) + PHI[name](x[1])) / 2);
      });
      const pValue = jointTest(rows, reference, new Float64Array(3))?.pValue ?? 1;
      if (pValue < significance) plain++;
      if (pValue < significance && draws.jointTail([0, 1, 2], n, replicas, pValue, significance) < significance) found++;
    }
    // Binomial of mean 40: four deviations. Each p-value counts 20 exceedances or 80 trials: one more deviation and a half.
    expect(found).toBeLessThan(40 + 6 * Math.sqrt(40));
    expect(plain).toBeGreaterThan(3 * 40);
    // W1 of the mean of 24 draws: larger than its median in half of all ensembles, and never below 0.
    expect(draws.distanceTail(n, replicas, 0, significance)).toBe(1);
    expect(draws.distanceTail(n, replicas, 1, significance)).toBeLessThan(significance);
  });
});

test("draws as variable as a mean are as many as its variance tells, and no more than there are particles", () => {
  expect(equivalentDraws(100, 2, 0.04)).toBe(50);
  expect(equivalentDraws(100, 2, 0.001)).toBe(100);
  expect(equivalentDraws(100, 2, 5)).toBe(1);
  expect(equivalentDraws(100, 2, 0)).toBe(100);
  expect([1, 1.9, 2, 3, 5.9, 6, 7, 8, 11, 12].map(roundedDraws)).toEqual([1, 1, 2, 3, 4, 6, 6, 8, 8, 12]);
  expect([skewnessMatters(0, 399), skewnessMatters(0, 400), skewnessMatters(-2.83, 8000), skewnessMatters(2.83, 9000)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
