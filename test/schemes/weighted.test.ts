import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeNpz } from "../../src/files/npz.ts";
import { readParticles } from "../../src/files/read-particles.ts";
import { iterateMeanFieldMap } from "../../src/mean-field-map/mean-field-map.ts";
import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import { createStream } from "../../src/numerics/random.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { createStepper } from "../../src/schemes/stepper.ts";
import { effectiveSize } from "../../src/schemes/weighted.ts";
import { gaussianAt } from "../../validation/shared/gaussian-closed-form.ts";
import { problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

const CASE = { k: 1, c: 1, temperature: 0.5, alpha: 2, mean: -0.5, sd: 0.8 };
const WELL = {
  variables: { x: { min: -6, max: 6, cells: 64 } },
  potential: { F: "0.5*(x - 1)^2" },
  alpha: CASE.alpha,
  initial: { x: { type: "normal", mean: CASE.mean, sd: CASE.sd } },
  time: { end: 0.5, snapshots: [0.5] },
  observables: { mean: "x", second: "x^2" },
} satisfies Partial<ProblemInput>;
const run = async (changes: Partial<ProblemInput>, options: Partial<Parameters<typeof simulate>[1]>) =>
  simulate(await problemOf({ ...WELL, ...changes }), {
    scheme: "weighted",
    n: 1000,
    dt: 0.01,
    replicas: 40,
    workers: 1,
    ...options,
  });

describe("at temperature 0", () => {
  /**
   * In steps of dt, for F = k (x - c)^2 / 2: x_K - c = q^K (x - c) and l_K = -alpha dt k (x - c)^2 / 2 sum_j q^2j, q = 1 - k dt; so the mean of phi at n -> infinity is int phi(x_K) e^{l_K} dmu_0 / Z,
   * and n Var is Var_mu0(u_0), u_0 = e^{l_K} (phi(x_K) - mean) / Z: nothing but the start is random. By quadrature to 1e-12.
   */
  function exactly(dt: number, steps: number, phi: (x: number) => number): { mean: number; nVariance: number } {
    const { k, c, alpha, mean, sd } = CASE;
    const { nodes, weights } = gaussLegendre(200, mean - 8 * sd, mean + 8 * sd);
    const q = 1 - k * dt;
    let squares = 0;
    for (let j = 0; j < steps; j++) squares += q ** (2 * j);
    const start = nodes.map((x, i) => weights[i] * Math.exp(-(((x - mean) / sd) ** 2) / 2));
    const total = start.reduce((sum, w) => sum + w, 0);
    const growth = nodes.map((x) => Math.exp((-alpha * dt * k * squares * (x - c) ** 2) / 2));
    const moved = nodes.map((x) => phi(c + q ** steps * (x - c)));
    const over = (f: (i: number) => number) => start.reduce((sum, w, i) => sum + (w / total) * f(i), 0);
    const Z = over((i) => growth[i]);
    const mean_ = over((i) => growth[i] * moved[i]) / Z;
    return { mean: mean_, nVariance: over((i) => ((growth[i] * (moved[i] - mean_)) / Z) ** 2) };
  }

  test("means and n Var are those of the start alone, at a coarse step", async () => {
    const { snapshots } = await run({}, { dt: 0.1, replicas: sized(600, 1500), n: 400, seed: 11 });
    const map = iterateMeanFieldMap(await problemOf(WELL), 0.1, { scheme: "weighted" })[0].observables;
    for (const [name, phi] of [
      ["mean", (x: number) => x],
      ["second", (x: number) => x * x],
    ] as const) {
      const found = snapshots[0].statistics.observables[name];
      const exact = exactly(0.1, 5, phi);
      expect(Math.abs(map[name] - exact.mean), name).toBeLessThan(1e-9);
      // Self-normalised weights have a bias of order 1/n times numbers below 1.
      expect(Math.abs(found.mean - exact.mean), name).toBeLessThan(4 * found.standardError + 1 / 400);
      expect(Math.abs(found.nVariance - exact.nVariance), name).toBeLessThan(3 * found.nVarianceError);
      // Without weights the means would be off by tenths; with events n Var would be larger.
      expect(found.nVarianceError).toBeLessThan(0.06 * exact.nVariance);
    }
  });

  test("the means follow the equation as dt -> 0", async () => {
    const { snapshots } = await run({}, { replicas: 100, seed: 12 });
    const exact = gaussianAt(0.5, { ...CASE, temperature: 0, reaction: "energy" });
    const { mean, second } = snapshots[0].statistics.observables;
    // The bias of dt: by the formulas above, which come to those of the equation at order 1.
    const bias = (phi: (x: number) => number) => Math.abs(exactly(0.01, 50, phi).mean - exactly(0.001, 500, phi).mean) * 1.2;
    expect(Math.abs(mean.mean - exact.mean)).toBeLessThan(4 * mean.standardError + bias((x) => x) + 1e-3);
    expect(Math.abs(second.mean - exact.variance - exact.mean ** 2)).toBeLessThan(
      4 * second.standardError + bias((x) => x * x) + 1e-3,
    );
  });

  test("a step takes the weighted population into K, and not the one without weights", async () => {
    const n = 50;
    const problem = await problemOf({
      ...WELL,
      potential: { F: "0.5*x^2", K: { type: "convolution", expression: "2*exp(-x^2)" } },
    });
    const stepper = createStepper(SCHEMES.weighted, problem, n);
    const points = [new Float64Array(n)];
    problem.initial.sample(points, n, createStream(13));
    const stream = { uniform: () => Number.NaN, normal: () => Number.NaN, below: () => Number.NaN };
    let [x, w] = [[...points[0]], Array.from({ length: n }, () => 1 / n)];
    for (let step = 0; step < 5; step++) {
      stepper.step(points, step * 0.1, 0.1, stream);
      const V = x.map((y) => 0.5 * y * y + x.reduce((sum, z, j) => sum + w[j] * 2 * Math.exp(-((y - z) ** 2)), 0));
      const slope = x.map((y) => y + x.reduce((sum, z, j) => sum - w[j] * 4 * (y - z) * Math.exp(-((y - z) ** 2)), 0));
      x = x.map((y, i) => y - 0.1 * slope[i]);
      w = w.map((weight, i) => weight * Math.exp(-CASE.alpha * 0.1 * V[i]));
      const total = w.reduce((sum, weight) => sum + weight, 0);
      w = w.map((weight) => weight / total);
    }
    // Sums of 50 in another order, five times.
    points[0].forEach((y, i) => {
      expect(Math.abs(y - x[i])).toBeLessThan(1e-13);
    });
    stepper.weights?.forEach((weight, i) => {
      expect(Math.abs(weight - w[i])).toBeLessThan(1e-14);
    });
  });
});

/**
 * In steps, at a temperature, mu_t stays Gaussian for R quadratic: first the reaction, P <- P + alpha dt R'', eta <- eta + alpha dt (R'' m* ), of R at the start, then the motion,
 * m <- m - k dt (m - c), v <- (1 - k dt)^2 v + 2 tau dt. Exact as n -> infinity.
 */
function recursion(dt: number, steps: number, eps: number | null) {
  const { k, c, temperature: tau, alpha } = CASE;
  let [m, v] = [CASE.mean, CASE.sd ** 2];
  for (let step = 0; step < steps; step++) {
    const log = eps === null ? 0 : tau / (v + eps * eps);
    const P = 1 / v + alpha * dt * (k - log);
    m = (m / v + alpha * dt * (k * c - log * m)) / P;
    v = 1 / P;
    m -= k * dt * (m - c);
    v = (1 - k * dt) ** 2 * v + 2 * tau * dt;
  }
  return { mean: m, variance: v };
}

describe("at a temperature", () => {
  const WARM = { temperature: CASE.temperature };
  const cases = [
    { reaction: "energy" as const, eps: null },
    { reaction: { type: "free-energy" as const, bandwidth: 0.3 }, eps: 0.3 },
  ];

  test.each(cases)("has the moments of its recursion at a coarse step: $reaction, resampled or not", async ({ reaction, eps }) => {
    const exact = recursion(0.1, 5, eps);
    for (const resampling of [{}, { resampleBelow: 0.9 }]) {
      const { snapshots } = await run({ ...WARM, reaction }, { dt: 0.1, n: 4000, seed: 14, ...resampling });
      const { mean, second } = snapshots[0].statistics.observables;
      // 1/n of weights and kernel estimate, as above.
      expect(Math.abs(mean.mean - exact.mean)).toBeLessThan(4 * mean.standardError + 1e-3);
      expect(Math.abs(second.mean - exact.variance - exact.mean ** 2)).toBeLessThan(4 * second.standardError + 1e-3);
      expect(mean.standardError).toBeLessThan(0.005);
    }
  });

  test("follows the equation of R = V as dt -> 0", async () => {
    const exact = gaussianAt(0.5, { ...CASE, reaction: "energy" });
    const { snapshots } = await run({ ...WARM, reaction: "energy" }, { n: 4000, seed: 15 });
    const steps = recursion(0.01, 50, null);
    const { mean, second } = snapshots[0].statistics.observables;
    expect(Math.abs(mean.mean - exact.mean)).toBeLessThan(4 * mean.standardError + 1.2 * Math.abs(steps.mean - exact.mean) + 1e-3);
    const [found, wanted] = [steps, exact].map(({ mean: m, variance: v }) => v + m * m);
    expect(Math.abs(second.mean - wanted)).toBeLessThan(4 * second.standardError + 1.2 * Math.abs(found - wanted) + 1e-3);
  });

  test("the effective sample size falls, and resampling restores it", async () => {
    const changes = { ...WARM, reaction: "energy" as const, time: { end: 2, snapshots: [0, 0.5, 1, 2] } };
    const sizes = async (resampling: object) =>
      (await run(changes, { seed: 16, replicas: 4, ...resampling })).snapshots.map(({ effectiveSize: size }) => size ?? 0);
    const [start, ...falling] = await sizes({});
    expect(start).toBeCloseTo(1000, 9);
    expect(falling[0]).toBeLessThan(950);
    expect(falling[1]).toBeLessThan(falling[0]);
    expect(falling[2]).toBeLessThan(0.6 * 1000);
    for (const size of await sizes({ resampleBelow: 0.7 })) expect(size).toBeGreaterThanOrEqual(700 * (1 - 1e-12));
    // Resampled at every step, all weights are equal again.
    for (const size of await sizes({ resampleBelow: 1 })) expect(size).toBeCloseTo(1000, 9);
  });
});

test("the same seed gives the same bytes for any number of workers, weights among them, which stand in files and are read back", async () => {
  const changes = { temperature: 0.5, reaction: "energy" as const, time: { end: 0.2, snapshots: [0, 0.1, 0.2] } };
  const options = { n: 30, dt: 0.05, replicas: 5, seed: 17, resampleBelow: 0.99, keepPositions: true };
  const problem = await problemOf({ ...WELL, ...changes });
  const ensemble = await run(changes, { ...options, workers: 1 });
  expect(await run(changes, { ...options, workers: 2 })).toEqual(ensemble);
  const path = join(mkdtempSync(join(tmpdir(), "weighted-")), "run.npz");
  writeFileSync(path, encodeNpz(problem, ensemble));
  const read = await readParticles(path, { variables: ["x"], referenceTimes: problem.snapshotTimes });
  expect(read.scheme).toBe("weighted");
  const kept = ensemble.records.flatMap(({ weights }) => [...(weights as Float64Array)]);
  expect(read.weights?.length).toBe(5 * 3 * 30);
  // They are divided by their sum once more.
  read.weights?.forEach((weight, i) => {
    expect(Math.abs(weight - kept[i])).toBeLessThan(1e-15);
  });
  const last = ensemble.records[0].weights?.slice(-30) as Float64Array;
  expect(ensemble.records[0].table.at(-1)).toBe(effectiveSize(last));
});

test.each([
  [{ scheme: "algorithm-1" as const, resampleBelow: 0.5 }, "--resample-below = 0.5: particles of algorithm-1 have no weights"],
  [{ resampleBelow: 1.5 }, "--resample-below = 1.5: not a share of n"],
  [{ resampleBelow: 0 }, "--resample-below = 0: not a share of n"],
])("refuses %j", async (options, message) => {
  await expect(run({}, options)).rejects.toThrow(message);
});

test("weights of potentials without a bound below end with the time and the remedy", async () => {
  const unstable = run({ potential: { F: "-x^4" } }, { dt: 0.05, n: 100, replicas: 1 });
  await expect(unstable).rejects.toThrow("escape to infinity");
});
