import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { refineMeans } from "../../src/fluctuations/bias.ts";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { SCHEMES, type SchemeName } from "../../src/schemes/schemes.ts";
import { problemOf } from "../fixtures.ts";

const doubleWell: ProblemInput = JSON.parse(readFileSync(new URL("../../grids/double-well.json", import.meta.url), "utf8"));
const doubleWellWith = (changes: Partial<ProblemInput>) => createProblem({ ...doubleWell, ...changes });
const repulsion = { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution", expression: "0.8*exp(-x^2)" } } as const;

describe("n Var carried forward is that of the adjoint", () => {
  test.each<[string, Partial<ProblemInput>, SchemeName[]]>([
    ["without K", {}, ["algorithm-1", "event-process", "resampling", "resampling-multinomial"]],
    ["where nothing moves, with K", { dynamics: "pure-birth-death", potential: repulsion }, ["algorithm-1", "resampling"]],
    ["where particles move under K", { potential: repulsion }, ["algorithm-1", "resampling"]],
    ["without births and deaths, with K", { dynamics: "gradient-descent", potential: repulsion }, ["gradient-descent"]],
  ])("%s", async (_, changes, schemes) => {
    const problem = await doubleWellWith({ time: { end: 0.4, snapshots: [0, 0.2, 0.4] }, ...changes });
    for (const scheme of schemes) {
      const options = { scheme, n: 200, dt: 0.1, nodes: 24 };
      const { snapshots } = predictFluctuations(problem, options);
      const refined = refineMeans(problem, options);
      expect(refined.map(({ time }) => time)).toEqual([0, 0.2, 0.4]);
      refined.forEach(({ observables }, s) => {
        for (const [name, { mean, nVariance }] of Object.entries(observables)) {
          const expected = snapshots[s].observables[name];
          // Differences over 1e-3 of the step map leave its square of a third derivative.
          expect(Math.abs(nVariance / expected.nVariance - 1), `${scheme} ${name}`).toBeLessThan(2e-6);
          expect(Math.abs(mean - expected.mean), `${scheme} ${name}`).toBeLessThan(1e-9);
        }
      });
    }
  });

  test("on few nodes is that on many", async () => {
    const problem = await doubleWellWith({ time: { end: 0.4, snapshots: [0.4] }, potential: repulsion });
    const options = { scheme: "algorithm-1", n: 200, dt: 0.1 } as const;
    const { observables } = predictFluctuations(problem, { ...options, nodes: 200 }).snapshots[0];
    for (const [name, { nVariance }] of Object.entries(refineMeans(problem, { ...options, nodes: 32 })[0].observables)) {
      // The kinks of |Vt| cost h^2 / 8 of their slope, with h = 0.23.
      expect(Math.abs(nVariance / observables[name].nVariance - 1), name).toBeLessThan(3e-3);
    }
  });

  test("of the event process under K comes to it as dt -> 0", async () => {
    const problem = await doubleWellWith({ time: { end: 0.2, snapshots: [0.2] }, potential: repulsion });
    const gaps = [0.05, 0.025].map((dt) => {
      const options = { scheme: "event-process", n: 200, dt, nodes: 32 } as const;
      const { mean } = predictFluctuations(problem, options).snapshots[0].observables;
      return Math.abs(refineMeans(problem, options)[0].observables.mean.nVariance / mean.nVariance - 1);
    });
    // Half the noise of a step may enter before its motion or after it: O(dt).
    expect(gaps[0]).toBeLessThan(0.02);
    expect(gaps[1]).toBeLessThan(0.01);
  });
});

/** The binomial distribution of n draws, from its mode outward so that nothing underflows. */
function binomial(n: number, p: number): Float64Array {
  const masses = new Float64Array(n + 1);
  const mode = Math.floor((n + 1) * p);
  masses[mode] = 1;
  for (let k = mode; k < n; k++) masses[k + 1] = (masses[k] * (n - k) * p) / ((k + 1) * (1 - p));
  for (let k = mode; k > 0; k--) masses[k - 1] = (masses[k] * k * (1 - p)) / ((n - k + 1) * p);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / total);
}

describe("the correction of the mean", () => {
  test("is that of an ensemble of 50 particles, where it is seen", async () => {
    const problem = await doubleWellWith({ time: { end: 1, snapshots: [0.5, 1] } });
    const [n, dt] = [50, 0.05];
    const refined = refineMeans(problem, { scheme: "algorithm-1", n, dt });
    const { snapshots } = await simulate(problem, { n, dt, replicas: 4000, seed: 3, workers: 1 });
    const seen: number[] = [];
    refined.forEach(({ observables }, s) => {
      for (const [name, { mean, bias }] of Object.entries(observables)) {
        const sample = snapshots[s].statistics.observables[name];
        const [gap, error] = [n * (sample.mean - mean), n * sample.standardError];
        expect(Math.abs(gap - bias), `${name} ${s}`).toBeLessThan(4 * error);
        seen.push(Math.abs(gap) / error);
      }
    });
    expect(Math.max(...seen)).toBeGreaterThan(4);
  });

  test("is that of an ensemble where particles move under K", async () => {
    // A particle repels itself: in gradient descent under a K of its own size the variance falls behind by O(1/n).
    const problem = await problemOf({
      dynamics: "gradient-descent",
      potential: { F: "0.5*x^2", K: { type: "pairwise", expression: "4*exp(-(x - x_prime)^2/2)" } },
      initial: { x: { type: "normal", mean: 0, sd: 0.5 } },
      observables: { second: "x^2", wave: "cos(x)" },
    });
    const [n, dt] = [20, 0.125];
    const [, { observables }] = refineMeans(problem, { scheme: "gradient-descent", n, dt, nodes: 40 });
    const { snapshots } = await simulate(problem, { n, dt, replicas: 2000, seed: 5, workers: 1 });
    for (const [name, { mean, bias }] of Object.entries(observables)) {
      const sample = snapshots[1].statistics.observables[name];
      const [gap, error] = [n * (sample.mean - mean), n * sample.standardError];
      expect(Math.abs(gap), name).toBeGreaterThan(4 * error);
      expect(Math.abs(gap - bias), name).toBeLessThan(4 * error);
    }
  });

  test("has from the kills and copies of a step what the exact distribution of a population of two kinds has", () => {
    // n / 4 particles are killed with probability 0.4 each, the others copied with probability 0.1 each.
    const [p, q] = [0.4, 0.1];
    const total = 0.25 * (1 - p) + 0.75 * (1 + q);
    const reaction = {
      before: Float64Array.of(0.25, 0.75),
      after: Float64Array.of((0.25 * (1 - p)) / total, (0.75 * (1 + q)) / total),
      excess: Float64Array.of(-Math.log(1 - p), Math.log(1 - q)),
      total,
      step: 0.1,
      rate: 0.2,
      time: 0,
      temperature: 0,
    };
    const masses = new Float64Array(2);
    SCHEMES["algorithm-1"].noise?.stepped({ n: 1000, dt: 0.1 }).addBias?.(masses, reaction);
    const errors = [400, 800].map((n) => {
      const [left, copies] = [binomial(n / 4, 1 - p), binomial((3 * n) / 4, q)];
      let mean = 0;
      left.forEach((a, i) => {
        copies.forEach((b, k) => {
          mean += (a * b * i) / (i + (3 * n) / 4 + k);
        });
      });
      return Math.abs((n * (mean - reaction.after[0])) / masses[0] - 1);
    });
    expect(Math.abs(masses[0])).toBeGreaterThan(0.01);
    expect(masses[1]).toBeCloseTo(-masses[0], 14);
    // The next term is O(1/n).
    expect(errors[0]).toBeLessThan(4 / 400);
    expect(errors[1]).toBeLessThan(0.6 * errors[0]);
  });

  test("is none in a linear problem: particles that do not know of each other", async () => {
    const problem = await problemOf({ dynamics: "gradient-descent", observables: { mean: "x", wave: "cos(2*x)" } });
    for (const { observables } of refineMeans(problem, { scheme: "gradient-descent", n: 10, dt: 0.25 })) {
      for (const { bias, nVariance } of Object.values(observables)) {
        // Second differences over 1e-3 lose 6 digits of 16, for each of 64 columns.
        expect(Math.abs(bias)).toBeLessThan(1e-7);
        expect(nVariance).toBeGreaterThan(0.01);
      }
    }
  });

  test("is none at the start, whatever comes later", async () => {
    const problem = await doubleWellWith({ time: { end: 0.1, snapshots: [0, 0.1] } });
    const [start, later] = refineMeans(problem, { scheme: "algorithm-1", n: 10, dt: 0.1 });
    for (const { bias } of Object.values(start.observables)) expect(Math.abs(bias)).toBeLessThan(1e-7);
    expect(Math.abs(later.observables.mean.bias)).toBeGreaterThan(1e-3);
  });
});
