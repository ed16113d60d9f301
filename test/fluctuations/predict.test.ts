import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { type FluctuationOptions, type PredictedQuantity, predictFluctuations } from "../../src/fluctuations/predict.ts";
import { iterateMeanFieldMap } from "../../src/mean-field-map/mean-field-map.ts";
import { symmetricEigenvalues } from "../../src/numerics/eigenvalues.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { observedOrders, problemOf } from "../fixtures.ts";

const doubleWell: ProblemInput = JSON.parse(readFileSync(new URL("../../grids/double-well.json", import.meta.url), "utf8"));
const problemWith = (changes: Partial<ProblemInput> = {}) => createProblem({ ...doubleWell, ...changes });
const toTheEnd = { time: { end: 1, snapshots: [1] } };

function last(problem: Problem, options: FluctuationOptions): Record<string, PredictedQuantity> {
  return predictFluctuations(problem, options).snapshots.at(-1)!.observables;
}

describe("the predictions of docs/golden-numbers.md as dt -> 0", () => {
  const interacting: Partial<ProblemInput> = {
    ...toTheEnd,
    alpha: 2,
    potential: { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution", expression: "1.5*cos(x)" } },
  };
  test.each<[string, Partial<ProblemInput>, FluctuationOptions, Record<string, number>]>([
    ["the event process", toTheEnd, { scheme: "event-process", n: 1000, dt: 0.01 }, { mean: 1.3401, wave: 0.4766 }],
    ["Algorithm 1", toTheEnd, { n: 1000, dt: 0.01 }, { mean: 1.1473, second: 0.266 }],
    ["Algorithm 1 at small n dt", toTheEnd, { n: 200, dt: 0.002 }, { mean: 1.313 }],
    ["Algorithm 1 as n dt -> infinity", toTheEnd, { n: 1e9, dt: 0.01 }, { mean: 1.0441 }],
    ["Algorithm 1 with K", interacting, { n: 1000, dt: 0.005 }, { mean: 0.0931, second: 0.0679 }],
    ["the event process with K", interacting, { scheme: "event-process", n: 1000, dt: 0.005 }, { mean: 0.1165, second: 0.0757 }],
  ])("are those of %s", async (_, changes, options, expected) => {
    const found = last(await problemWith(changes), { ...options, time: "continuous", nodes: 80 });
    for (const [name, nVariance] of Object.entries(expected)) {
      expect(Math.abs(found[name].nVariance / nVariance - 1), name).toBeLessThan(5e-3);
      if (options.n === 1e9) expect(Math.abs(found[name].initial / 0.6977 - 1)).toBeLessThan(1e-3);
    }
  });
});

test("the means at a fixed dt are those of the mean-field map, to the digits of docs/golden-numbers.md", async () => {
  const problem = await problemWith();
  const { snapshots } = predictFluctuations(problem, { n: 1000, dt: 0.05 });
  const map = iterateMeanFieldMap(problem, 0.05);
  snapshots.forEach(({ time, energy, observables }, s) => {
    expect(time).toBe(map[s].time);
    // Nodes 7 standard deviations wide on one side and 6 on the other, and fewer: below 1e-7.
    expect(Math.abs(energy - map[s].energy)).toBeLessThan(1e-6);
    for (const [name, mean] of Object.entries(map[s].observables)) {
      expect(Math.abs(observables[name].mean - mean), `${name} at ${time}`).toBeLessThan(1e-6);
    }
  });
  const { mean, second, wave } = snapshots.at(-1)!.observables;
  expect(Math.abs(mean.mean - -0.35479375)).toBeLessThan(1e-6);
  expect(Math.abs(second.mean - 0.7119656)).toBeLessThan(1e-6);
  expect(Math.abs(wave.mean - -0.05373168)).toBeLessThan(1e-6);
});

test.each([
  ["algorithm-1", 1],
  ["event-process", 1],
  ["resampling", 1],
] as const)(
  "what is predicted of %s at a step comes to the continuous limit as dt -> 0 at equal n dt, at order %d",
  async (scheme, order) => {
    const problem = await problemWith(toTheEnd);
    const at = (time: "step" | "continuous", dt: number) => last(problem, { scheme, time, dt, n: Math.round(10 / dt), nodes: 100 });
    const limit = at("continuous", 1 / 64);
    const runs = [64, 128, 256].map((steps) => at("step", 1 / steps));
    for (const name of ["mean", "wave"]) {
      for (const quantity of ["mean", "nVariance"] as const) {
        const errors = runs.map((run) => Math.abs(run[name][quantity] - limit[name][quantity]));
        // The next term is O(dt) of the first, with alpha dt = 1 / 16 at most.
        for (const found of observedOrders(errors)) expect(Math.abs(found - order), `${name} ${quantity}`).toBeLessThan(0.15);
      }
    }
  },
);

describe("what is predicted", () => {
  test("is a symmetric positive semi-definite covariance, the sum of its parts, of quantities that agree with it", async () => {
    const problem = await problemWith();
    for (const scheme of ["algorithm-1", "event-process", "resampling", "resampling-multinomial"] as const) {
      const { parts, snapshots } = predictFluctuations(problem, { scheme, n: 500, dt: 0.05, nodes: 80 });
      const size = 12;
      const total = parts.initial.map((x, i) => x + parts.events[i] + parts.control[i]);
      for (const matrix of [parts.initial, parts.events, parts.control, total]) {
        expect(matrix).toHaveLength(size * size);
        const scale = Math.max(...matrix);
        matrix.forEach((x, i) => {
          expect(Math.abs(x - matrix[(i % size) * size + Math.floor(i / size)])).toBeLessThanOrEqual(1e-13 * scale);
        });
        expect(symmetricEigenvalues(matrix, size)[0]).toBeGreaterThanOrEqual(-1e-13 * scale);
      }
      expect(symmetricEigenvalues(total, size).at(-1)).toBeGreaterThan(1);
      snapshots.forEach(({ observables, covariance }, s) => {
        Object.values(observables).forEach(({ nVariance, initial, events, control }, k) => {
          const at = s * 3 + k;
          expect(nVariance).toBeCloseTo(initial + events + control, 13);
          expect([initial, events, control]).toEqual(
            [parts.initial, parts.events, parts.control].map((part) => part[at * (size + 1)]),
          );
          for (const [l, value] of covariance[k].entries()) expect(value).toBeCloseTo(total[at * size + s * 3 + l], 13);
        });
      });
    }
  });

  test("at t = 0 is the variance under mu_0, to which births and deaths are about to add their source", async () => {
    const { mean, second } = predictFluctuations(await problemWith(), { n: 1000, dt: 0.05 }).snapshots[0].observables;
    // Of N(0.1, 0.6^2), but for the 2e-9 of the mass that is cut off, where x^4 is 200.
    expect(mean.nVariance).toBeCloseTo(0.36, 6);
    expect(second.nVariance).toBeCloseTo(2 * 0.36 ** 2 + 4 * 0.01 * 0.36, 5);
    for (const { events, control } of [mean, second]) expect([events, control]).toEqual([0, 0]);
    const [{ eventRate, observables, energy }] = predictFluctuations(await problemWith(), { n: 1, dt: 0.05 }).snapshots;
    const well = (x: number) => 0.25 * (x * x - 1) ** 2 + 0.15 * x;
    const density = (x: number) => Math.exp(-0.5 * ((x - 0.1) / 0.6) ** 2) / (0.6 * Math.sqrt(2 * Math.PI));
    const vbar = integrate((x) => density(x) * well(x));
    expect(energy).toBeCloseTo(vbar, 6);
    // The kinks of |V - Vbar| cost the rule of 400 nodes some h^2 / 4.
    expect(eventRate / integrate((x) => 4 * density(x) * Math.abs(well(x) - vbar))).toBeCloseTo(1, 3);
    expect(observables.mean.source / integrate((x) => 4 * density(x) * Math.abs(well(x) - vbar) * (x - 0.1) ** 2)).toBeCloseTo(
      1,
      3,
    );
  });

  test("of a snapshot does not change with what is recorded later", async () => {
    const short = await problemWith({ time: { end: 1, snapshots: [0.25, 0.5] } });
    const long = await problemWith({ time: { end: 1, snapshots: [0.25, 0.5, 1] } });
    for (const scheme of ["algorithm-1", "event-process", "resampling"] as const) {
      const [a, b] = [short, long].map(
        (problem) => predictFluctuations(problem, { scheme, n: 500, dt: 0.05, nodes: 80 }).snapshots,
      );
      expect(b.slice(0, 2)).toEqual(a);
      expect(b).toHaveLength(3);
    }
  });

  test("of gradient descent without K is the variance of the observables over the moved particles", async () => {
    const dt = 0.125;
    const problem = await problemOf({ dynamics: "gradient-descent", observables: { mean: "x", second: "x^2" } });
    const { mean, second } = last(problem, { n: 10, dt });
    // x -> (1 - dt) x in the well x^2 / 2, from N(0.5, 0.6^2).
    const factor = (1 - dt) ** 8;
    expect(mean.mean).toBeCloseTo(0.5 * factor, 7);
    expect(mean.nVariance).toBeCloseTo(0.36 * factor ** 2, 7);
    expect(second.nVariance).toBeCloseTo((2 * 0.36 ** 2 + 4 * 0.25 * 0.36) * factor ** 4, 6);
    expect([mean.events, mean.control]).toEqual([0, 0]);
  });
});

/** By the trapezoidal rule over the line. */
function integrate(f: (x: number) => number): number {
  let total = 0;
  for (let i = -2000; i <= 2000; i++) total += f(i / 400) / 400;
  return total;
}

describe("of births and deaths alone in the well x^2 / 2, where a Gaussian stays one", () => {
  const alpha = 2;
  const T = 0.5;
  /** mu_t = N(m, s^2): precisions add. */
  const gaussian = (t: number) => {
    const variance = 1 / (1 / 0.36 + alpha * t);
    return { variance, mean: (variance * 0.5) / 0.36 };
  };
  const final = gaussian(T).mean;
  const law = (t: number, x: number) => {
    const { mean, variance } = gaussian(t);
    return Math.exp((-0.5 * (x - mean) ** 2) / variance) / Math.sqrt(2 * Math.PI * variance);
  };
  /** int e^{-r x^2 / 2} dmu_t. */
  const partition = (t: number, r: number) => {
    const { mean, variance } = gaussian(t);
    return Math.exp((-0.5 * r * mean * mean) / (1 + r * variance)) / Math.sqrt(1 + r * variance);
  };
  /**
   * The influence of a particle at t on the mean of x at T is u = e^{-r x^2 / 2} (x - mean_T) / Z with r = alpha (T - t), and
   * Var u = int u^2 dmu_t, where e^{-r x^2} mu_t is a multiple of a Gaussian.
   */
  const varianceAt = (t: number): number => {
    const { mean, variance } = gaussian(t);
    const r = alpha * (T - t);
    const spread = 1 / (1 / variance + 2 * r);
    const centre = (spread * mean) / variance;
    return (partition(t, 2 * r) / partition(t, r) ** 2) * (spread + (centre - final) ** 2);
  };
  const problem = problemOf({
    alpha,
    dynamics: "pure-birth-death",
    time: { end: T, snapshots: [T] },
    observables: { mean: "x" },
  });

  test("multinomial resampling adds Var u at each step, which is exact at any dt", async () => {
    for (const steps of [1, 4, 10]) {
      const found = last(await problem, { scheme: "resampling-multinomial", n: 100, dt: T / steps }).mean;
      let events = 0;
      for (let k = 1; k <= steps; k++) events += varianceAt((k * T) / steps);
      expect(found.mean).toBeCloseTo(final, 7);
      expect(found.initial).toBeCloseTo(varianceAt(0), 7);
      expect(found.events / events).toBeCloseTo(1, 6);
      expect(found.control).toBe(0);
    }
  });

  /** q_s of the formulas of the theory by quadrature over the line, and by Simpson's rule over time. */
  const overTime = (f: (t: number) => number): number => {
    let total = 0;
    for (let k = 0; k <= 32; k++) total += ((k === 0 || k === 32 ? 1 : k % 2 === 1 ? 4 : 2) * f((k * T) / 32) * T) / 96;
    return total;
  };
  const rate = (t: number, x: number) => {
    const { mean, variance } = gaussian(t);
    return alpha * Math.abs(x * x - mean * mean - variance) * 0.5;
  };
  const eventsAt = (t: number) => {
    const r = alpha * (T - t);
    const Z = partition(t, r);
    return integrate((x) => law(t, x) * rate(t, x) * ((Math.exp(-0.5 * r * x * x) * (x - final)) / Z) ** 2);
  };
  const rateAt = (t: number) => integrate((x) => law(t, x) * rate(t, x));

  test("the event process adds alpha int |Vt| (u^2 + Var u) dmu", async () => {
    const found = last(await problem, { scheme: "event-process", n: 100, dt: T }).mean;
    expect(found.mean).toBeCloseTo(final, 5);
    expect(found.initial / varianceAt(0)).toBeCloseTo(1, 4);
    // Two extrapolations agree to 1e-4, and the kinks cost some 1e-5.
    expect(Math.abs(found.events / overTime(eventsAt) - 1)).toBeLessThan(3e-4);
    expect(Math.abs(found.control / overTime((t) => rateAt(t) * varianceAt(t)) - 1)).toBeLessThan(3e-4);
  });

  test("Algorithm 1 adds E|D| / (n dt) Var u in place of the last, with D the difference of two Poisson numbers", async () => {
    const perStep = 4;
    const found = last(await problem, { scheme: "algorithm-1", n: 100, dt: perStep / 100, time: "continuous" }).mean;
    /** E|D| over the Skellam distribution, as a sum over both Poisson numbers. */
    const change = (lambda: number) => {
      const poisson = [Math.exp(-lambda / 2)];
      for (let k = 1; k < 30; k++) poisson.push((poisson[k - 1] * lambda) / 2 / k);
      return poisson.reduce((sum, p, a) => sum + poisson.reduce((inner, q, b) => inner + p * q * Math.abs(a - b), 0), 0);
    };
    const control = overTime((t) => (change(perStep * rateAt(t)) / perStep) * varianceAt(t));
    expect(Math.abs(found.events / overTime(eventsAt) - 1)).toBeLessThan(3e-4);
    expect(Math.abs(found.control / control - 1)).toBeLessThan(3e-4);
  });
});

test("the limit dt -> 0 is extrapolated twice: its means are those of characteristics to the third power of the step", async () => {
  const problem = await problemWith(toTheEnd);
  const exact = solveCharacteristics(problem, { tolerance: 1e-10 }).snapshots[0];
  const { snapshots } = predictFluctuations(problem, { scheme: "event-process", n: 1000, dt: 0.01, time: "continuous", nodes: 80 });
  // 128, 256 and 512 steps leave (1/128)^3 / 8 = 6e-8 times a coefficient of order 1, and nodes that end at 6 standard deviations 1e-8. Extrapolated once, it
  // would be 1/512^2 = 4e-6 times one.
  expect(Math.abs(snapshots[0].energy - exact.energy)).toBeLessThan(1e-7);
  for (const [name, value] of Object.entries(exact.observables)) {
    expect(Math.abs(snapshots[0].observables[name].mean - value), name).toBeLessThan(1e-7);
  }
});
