import { describe, expect, test } from "vitest";
import { iterateMeanFieldMap } from "../../src/mean-field-map/mean-field-map.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { createStream } from "../../src/numerics/random.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { createStepper } from "../../src/schemes/stepper.ts";
import { problemOf } from "../fixtures.ts";

const scheme = SCHEMES["algorithm-1"];

/** One step from given positions; those behind the n-th are NaN before and must stay out of the result. */
async function stepped(F: string, alpha: number, dt: number, x: readonly number[], seed = 1): Promise<Float64Array> {
  const problem = await problemOf({ potential: { F }, alpha });
  const points = [new Float64Array(2 * x.length).fill(Number.NaN)];
  points[0].set(x);
  createStepper(scheme, problem, x.length).step(points, 0, dt, createStream(seed));
  return points[0].slice(0, x.length);
}

const spread = (n: number) => Array.from({ length: n }, (_, i) => -1 + (2 * (i + 0.3)) / n);

test("the population is always n, made of the particles that were there", async () => {
  // F is flat but for one step downwards at 0, seen by V and not by its gradient at these points.
  for (const n of [1, 2, 3, 10, 257, 1000]) {
    for (const alpha of [0, 1, 30, 1e6]) {
      const x = spread(n);
      const after = await stepped("0.5*(1 - tanh(1e6*x))", alpha, 0.1, x, n);
      expect(after.every((value) => x.includes(value))).toBe(true);
      if (alpha === 0) expect(Array.from(after)).toEqual(x);
    }
  }
});

test("particles above the mean potential die and those below are duplicated, each at its own rate", async () => {
  // A quarter has V = 1, the rest V = 0: the mean is 1/4, and with alpha dt = 0.8 a particle dies with 1 - e^{-0.6} or doubles with 1 - e^{-0.2}.
  const n = 40_000;
  const x = Array.from({ length: n }, (_, i) => (i % 4 === 0 ? -0.5 : 0.5) + i * 1e-6);
  const after = await stepped("0.5*(1 - tanh(1e6*x))", 8, 0.1, x);
  const left = new Map<number, number>();
  for (const value of after) left.set(value, (left.get(value) ?? 0) + 1);
  const above = x.filter((value) => value < 0);
  const survivors = above.filter((value) => left.has(value)).length;
  const growth = (0.75 * (2 - Math.exp(-0.2)) + 0.25 * Math.exp(-0.6)) ** -1;
  // Population control then kills uniformly: of n growth^-1 particles n are left.
  const expected = above.length * Math.exp(-0.6) * growth;
  expect(growth).toBeLessThan(1);
  // Binomial, plus the smaller noise of the growth itself: 5 standard errors.
  expect(Math.abs(survivors - expected)).toBeLessThan(5 * Math.sqrt(above.length * 0.25));
  // Control only kills here, so whoever is above the mean is never there twice, and below nobody is there three times.
  expect(above.every((value) => (left.get(value) ?? 0) <= 1)).toBe(true);
  expect(Math.max(...left.values())).toBe(2);
  const twice = x.filter((value) => value > 0 && left.get(value) === 2).length;
  const doubled = 0.75 * n * (1 - Math.exp(-0.2)) * growth ** 2;
  expect(Math.abs(twice - doubled)).toBeLessThan(5 * Math.sqrt(0.75 * n * 0.25));
});

test("the particle of least V survives any rate", async () => {
  for (let seed = 0; seed < 20; seed++) {
    // V = -x moves all alike by 0.1; at this rate all above the mean die and all below double.
    const after = await stepped("-x", 1e9, 0.1, [0, 0.1, 0.2, 3], seed);
    expect(Array.from(after)).toEqual([3.1, 3.1, 3.1, 3.1]);
  }
});

const normal = { type: "normal" as const, mean: 0.1, sd: 0.6 };
const CASES: { name: string; changes: Partial<ProblemInput> }[] = [
  { name: "no K", changes: { potential: { F: "0.25*(x^2-1)^2 + 0.15*x" } } },
  {
    name: "a convolution",
    changes: { potential: { F: "0.1*x^2 + 0.2*x", K: { type: "convolution", expression: "exp(-x^2/0.72)" } } },
  },
  {
    name: "features",
    changes: {
      potential: { F: "0.3*x", K: { type: "features", expression: "sin(z*x)", inputs: { z: { min: 0, max: 2, points: 6 } } } },
    },
  },
  {
    name: "two variables",
    changes: {
      variables: { x: { min: -4, max: 4, cells: 64 }, y: { min: -4, max: 4, cells: 64 } },
      potential: { F: "0.2*(x^2-1)^2 + 0.5*x*y + 0.3*y^2" },
      initial: { x: normal, y: { type: "normal", mean: -0.3, sd: 0.7 } },
    },
  },
];

describe.each(CASES)("with $name", ({ changes }) => {
  test("Algorithm 1 follows the mean-field map at the same dt, within its standard errors", async () => {
    const problem = await problemOf({
      alpha: 4,
      initial: { x: normal },
      time: { end: 0.6, snapshots: 2 },
      observables: { mean: "x", square: "x^2", wave: "cos(2*x)" },
      ...changes,
    });
    const dt = 0.05;
    const map = iterateMeanFieldMap(problem, dt);
    const n = 4000;
    const { snapshots } = await simulate(problem, { n, dt, replicas: 40, seed: 5, workers: 1 });
    map.forEach(({ observables }, s) => {
      for (const [name, value] of Object.entries(observables)) {
        const { mean, standardError } = snapshots[s].statistics.observables[name];
        // 9 numbers: 4 standard errors of 40 replicas; the bias of finite n is of order 1/n, a few per cent of one at most.
        expect(Math.abs(mean - value)).toBeLessThan(4 * standardError + 3 / n);
        // The bound is a sharp one: a flipped sign of V - Vbar moves these means by tenths.
        expect(standardError).toBeLessThan(0.01);
      }
    });
  });
});

test("its n Var is that of docs/golden-numbers.md, and not that of the event process", async () => {
  const problem = await problemOf({
    variables: { x: { min: -3.5, max: 3.5, cells: 512 } },
    potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
    alpha: 4,
    initial: { x: normal },
    time: { end: 1, snapshots: [1] },
    observables: { mean: "x", square: "x^2" },
  });
  const { snapshots } = await simulate(problem, { n: 1000, dt: 0.01, replicas: 400, seed: 3, workers: 1 });
  // Predicted 1.1473 and 0.2660; 400 replicas know a variance to 7 per cent.
  for (const [name, predicted] of [
    ["mean", 1.1473],
    ["square", 0.266],
  ] as const) {
    const { nVariance, nVarianceError } = snapshots[0].statistics.observables[name];
    expect(Math.abs(nVariance - predicted)).toBeLessThan(4 * nVarianceError);
    expect(nVarianceError).toBeLessThan(0.1 * predicted);
  }
});

test("copies that population control makes may be copied again: a grown population is one of Polya's urn", async () => {
  const n = 50;
  const runs = 400;
  const problem = await problemOf({
    variables: { x: { min: -8, max: 8, cells: 64 } },
    potential: { F: "x^2" },
    alpha: 1e6,
    dynamics: "pure-birth-death",
    observables: {},
  });
  const stepper = createStepper(scheme, problem, n);
  const stream = createStream(11);
  const counts = Array.from({ length: runs }, () => {
    // Two of least V, which are duplicated for certain; the others are killed for certain. From 2 and 2 it grows to 50.
    const points = [new Float64Array(n).fill(5)];
    points[0].set([0.5, -0.5]);
    stepper.step(points, 0, 1, stream);
    return points[0].subarray(0, n).filter((x) => x === 0.5).length;
  });
  const moments = sampleMoments(counts);
  // 46 draws with a beta-binomial distribution of parameters 2 and 2: 46 (1/4) (4 + 46) / 5. With copies of the first four alone it would be 46 / 4.
  const variance = (46 * 50) / (4 * 5);
  expect(moments.variance).toBeGreaterThan(90);
  expect(Math.abs(moments.mean - n / 2)).toBeLessThan(4.5 * Math.sqrt(variance / runs));
  expect(Math.abs(moments.variance - variance)).toBeLessThan(4.5 * moments.varianceError);
});
