import { describe, expect, test } from "vitest";
import { createStream } from "../../src/numerics/random.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { EnsembleSnapshot } from "../../src/particles/summary.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { SCHEME_NAMES, type SchemeName, schemesFollowing } from "../../src/schemes/schemes.ts";
import { createLogarithm } from "../../src/schemes/smoothed-logarithm.ts";
import { gaussianAt } from "../../validation/shared/gaussian-closed-form.ts";
import { problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

/** F = k (x - c)^2 / 2 and a Gaussian in it, far from Gibbs. */
const CASE = { k: 1, c: 1, temperature: 0.5, alpha: 2, mean: -0.5, sd: 0.8 };
const EPS = 0.3;
const WARM = {
  variables: { x: { min: -6, max: 6, cells: 64 } },
  potential: { F: "0.5*(x - 1)^2" },
  temperature: CASE.temperature,
  alpha: CASE.alpha,
  initial: { x: { type: "normal", mean: CASE.mean, sd: CASE.sd } },
  time: { end: 0.5, snapshots: [0.5] },
  observables: { mean: "x", second: "x^2" },
} satisfies Partial<ProblemInput>;
const SMOOTHED = { type: "free-energy", bandwidth: EPS } as const;

interface Moments {
  mean: number;
  variance: number;
}

/** Deviations of both means from those of a Gaussian, in standard errors beyond an allowance. */
function expectMoments({ statistics }: EnsembleSnapshot, { mean, variance }: Moments, errors: number, allowance = 0): void {
  const exact: Record<string, number> = { mean, second: variance + mean * mean };
  for (const [name, found] of Object.entries(statistics.observables)) {
    expect(Math.abs(found.mean - exact[name]), name).toBeLessThan(errors * found.standardError + allowance);
  }
}

describe("the motion of Euler and Maruyama", () => {
  /**
   * m <- m - k dt (m - c),  v <- (1 - k dt)^2 v + 2 int tau dt, exact at any dt. With sqrt(tau dt) in place of sqrt(2 tau dt) v is off by a third, at dt -> 0 by 3%: 200000
   * particles have 0.3%.
   */
  test("has the mean and the variance of its recursion at a coarse step, of changing F and temperature", async () => {
    const dt = 0.1;
    const problem = await problemOf({
      ...WARM,
      dynamics: "gradient-descent",
      potential: { F: "0.5*(1 + t)*(x - 1)^2" },
      temperature: "0.5 + t",
      time: { end: 1, snapshots: [1] },
    });
    const { snapshots } = await simulate(problem, { n: 5000, dt, replicas: 40, seed: 1, workers: 1 });
    let [mean, variance] = [CASE.mean, CASE.sd ** 2];
    for (let step = 0; step < 10; step++) {
      const t = step * dt;
      mean -= (1 + t) * dt * (mean - 1);
      variance = (1 - (1 + t) * dt) ** 2 * variance + 2 * dt * (0.5 + t + dt / 2);
    }
    expectMoments(snapshots[0], { mean, variance }, 4);
    expect(snapshots[0].statistics.observables.second.standardError).toBeLessThan(0.01);
    expect(snapshots[0].gap).toBeNull();
    expect(snapshots[0].residualOnSupport).toBeNaN();
    expect(snapshots[0].energy).toBeGreaterThan(0);
  });

  test("goes round a periodic axis: on a circle without F the Fourier mode m decays as e^{-m^2 tau t}", async () => {
    const problem = await problemOf({
      variables: { x: { min: 0, max: 6.283185307179586, cells: 32, boundary: "periodic" } },
      potential: { F: "0*x" },
      dynamics: "gradient-descent",
      temperature: 0.7,
      initial: { x: { type: "von-mises", mean: 0.2, concentration: 3 } },
      time: { end: 1, snapshots: [0, 1] },
      observables: { first: "cos(x)", second: "sin(2*x)" },
    });
    const { snapshots, records } = await simulate(problem, {
      n: 5000,
      dt: 0.25,
      replicas: 20,
      seed: 2,
      workers: 1,
      keepPositions: true,
    });
    const [start, end] = snapshots.map(({ statistics }) => statistics.observables);
    for (const [name, m] of [
      ["first", 1],
      ["second", 2],
    ] as const) {
      const factor = Math.exp(-m * m * 0.7);
      const error = Math.hypot(factor * start[name].standardError, end[name].standardError);
      expect(Math.abs(end[name].mean - factor * start[name].mean), name).toBeLessThan(4 * error);
    }
    for (const x of records[0].positions as Float64Array) expect(x >= 0 && x <= 2 * Math.PI).toBe(true);
  });

  test.each(SCHEME_NAMES.filter((name) => schemesFollowing("birth-death").includes(name)))(
    "draws nothing at temperature 0, whatever the reaction: %s",
    async (scheme) => {
      const runs = [{}, { temperature: 0, reaction: "energy" }, { temperature: "0*t", reaction: SMOOTHED }] as const;
      const bytes = await Promise.all(
        runs.map(async (changes) => {
          const { temperature: _, ...cold } = WARM;
          const problem = await problemOf({ ...cold, ...(changes as Partial<ProblemInput>) });
          const { records } = await simulate(problem, { scheme, n: 50, dt: 0.1, replicas: 2, workers: 1, keepPositions: true });
          return records.map(({ table, positions }) => [...table, ...(positions as Float64Array)]);
        }),
      );
      // A temperature that is an expression has no gap: only what has a temperature of 0 for certain has one.
      expect(bytes[1]).toEqual(bytes[0]);
      expect(bytes[2].map((row) => row.slice(-100))).toEqual(bytes[0].map((row) => row.slice(-100)));
    },
  );
});

/**
 * The smoothed reaction keeps a Gaussian: k_eps * mu has the variance s^2 + eps^2, so R is quadratic with R'' = k - tau / (s^2 + eps^2), and the logarithm does not act on the mean:
 *
 *   m' = -k (m - c) (1 + alpha s^2),   (s^2)' = -2 k s^2 + 2 tau - alpha s^4 (k - tau / (s^2 + eps^2)),
 *
 * by 20000 steps of the midpoint rule: 1e-8.
 */
function smoothedGaussianAt(time: number, { k, c, temperature: tau, alpha, mean, sd }: typeof CASE, moves = true): Moments {
  const speed = moves ? 1 : 0;
  const rhs = (m: number, v: number) => [
    -k * (m - c) * (speed + alpha * v),
    speed * (-2 * k * v + 2 * tau) - alpha * v * v * (k - tau / (v + EPS * EPS)),
  ];
  let [m, v] = [mean, sd * sd];
  const h = time / 20000;
  for (let n = 0; n < 20000; n++) {
    const [a, b] = rhs(m, v);
    const [p, q] = rhs(m + (h / 2) * a, v + (h / 2) * b);
    m += h * p;
    v += h * q;
  }
  return { mean: m, variance: v };
}

describe.each(schemesFollowing("birth-death"))("births and deaths at a temperature: %s", (scheme) => {
  const run = async (changes: Partial<ProblemInput>, seed: number) => {
    const problem = await problemOf({ ...WARM, ...changes });
    // Multinomial resampling loses 1/n of every variance at each step, in 50 of them 1% and less.
    const [n, replicas] = scheme === "resampling-multinomial" ? sized([5000, 4], [8000, 4]) : [sized(500, 2000), 16];
    const { snapshots } = await simulate(problem, { scheme, n, dt: 0.01, replicas, seed, workers: 1 });
    return snapshots[0];
  };
  /** dt times the rates of order 1 (alpha s^2, k), halved by Euler's error; 1/n of the kernel estimate is below 4e-3 (k(0) / (n mu) at the centre, n = 500). */
  const ALLOWANCE = 0.01;

  test("by the energy follow their equation", async () => {
    expectMoments(await run({ reaction: "energy" }, 3), gaussianAt(0.5, { ...CASE, reaction: "energy" }), 4, ALLOWANCE);
  });

  test("by the smoothed free energy follow theirs, with motion and without", async () => {
    const changes = { reaction: SMOOTHED };
    const moving = smoothedGaussianAt(0.5, CASE);
    expectMoments(await run(changes, 4), moving, 4, ALLOWANCE);
    const still = smoothedGaussianAt(0.5, CASE, false);
    expectMoments(await run({ ...changes, dynamics: "pure-birth-death" }, 5), still, 4, ALLOWANCE);
    // Without the logarithm the variance would be off by far more.
    const energy = gaussianAt(0.5, { ...CASE, reaction: "energy" });
    expect(moving.variance - energy.variance).toBeGreaterThan(0.1);
  });

  test("follow an F that changes in time, without motion: P = P_0 + alpha int k dt", async () => {
    const snapshot = await run({ temperature: 0, potential: { F: "0.5*(1 + 4*t)*(x - 1)^2" }, dynamics: "pure-birth-death" }, 6);
    const gained = 2 * (0.5 + 2 * 0.25);
    const P = 1 / CASE.sd ** 2 + gained;
    expectMoments(snapshot, { mean: (CASE.mean / CASE.sd ** 2 + gained) / P, variance: 1 / P }, 4, 0.015);
  });
});

/** With growth e^{-x} a Gaussian stays one at any dt: after the motion P' = P + alpha dt R''. */
test("resampling by the smoothed free energy has the moments of its recursion at a coarse step", async () => {
  const dt = 0.1;
  const { k, c, temperature: tau, alpha } = CASE;
  let [m, v] = [CASE.mean, CASE.sd ** 2];
  for (let step = 0; step < 5; step++) {
    m -= dt * k * (m - c);
    v = (1 - k * dt) ** 2 * v + 2 * tau * dt;
    const P = 1 / v + alpha * dt * (k - tau / (v + EPS * EPS));
    m = (m / v + alpha * dt * (k * c - (tau * m) / (v + EPS * EPS))) / P;
    v = 1 / P;
  }
  const problem = await problemOf({ ...WARM, reaction: SMOOTHED });
  const { snapshots } = await simulate(problem, { scheme: "resampling", n: 5000, dt, replicas: 40, seed: 7, workers: 1 });
  // 1/n of the kernel estimate.
  expectMoments(snapshots[0], { mean: m, variance: v }, 4, 5e-4);
  // dt -> 0 is another number.
  expect(Math.abs(m - smoothedGaussianAt(0.5, CASE).mean)).toBeGreaterThan(0.02);
});

test("the logarithm of the kernel estimate is that of a direct sum to 1e-4, of a particle far from all others as well", async () => {
  const n = 3000;
  const problem = await problemOf({ ...WARM, reaction: SMOOTHED });
  const x = new Float64Array(n);
  const stream = createStream(8);
  for (let i = 0; i < n; i++) x[i] = stream.normal();
  x[17] = 5.5;
  const weights = x.map((value) => 1 + 0.5 * Math.sin(5 * value));
  const total = weights.reduce((sum, w) => sum + w, 0);
  for (let i = 0; i < n; i++) weights[i] /= total;
  const add = createLogarithm(problem, n);
  for (const w of [null, weights]) {
    const values = new Float64Array(n).fill(1);
    add?.(values, [x], w, 0, 0.1);
    for (const i of [0, 1, 17, 500]) {
      let sum = 0;
      for (let j = 0; j < n; j++) {
        const scaled = (x[i] - x[j]) / EPS;
        sum += (w === null ? 1 / n : w[j]) * (Math.exp((-scaled * scaled) / 2) / (EPS * Math.sqrt(2 * Math.PI)));
      }
      expect(Math.abs(values[i] - 1 - 0.5 * Math.log(sum))).toBeLessThan(1e-4);
    }
  }
});

describe("is refused:", () => {
  const run = async (changes: Partial<ProblemInput>, n = 1000, scheme: SchemeName = "algorithm-1") =>
    simulate(await problemOf({ ...WARM, ...changes }), { scheme, n, dt: 0.1 });

  test("a reaction by the logarithm of a density, which particles do not have, save where nobody is born or dies", async () => {
    await expect(run({})).rejects.toThrow('reaction = "free-energy": particles have no density');
    await expect(run({ reaction: { type: "free-energy", bandwidth: 0 } })).rejects.toThrow("give it a bandwidth");
    await expect(run({}, 1000, "gradient-descent")).resolves.toBeDefined();
    await expect(run({ alpha: 0 })).resolves.toBeDefined();
  });

  test("a bandwidth below the spacing s / n of particles at the start, with the n that would do", async () => {
    const reaction = { type: "free-energy", bandwidth: 0.02 } as const;
    // s = 0.8 in cells of 0.19 is 0.802.
    await expect(run({ reaction }, 30)).rejects.toThrow("reaction.bandwidth = 0.02: below the spacing 0.0267");
    await expect(run({ reaction }, 30)).rejects.toThrow("use --n 41 or more");
    await expect(run({ reaction }, 41)).resolves.toBeDefined();
  });
});
