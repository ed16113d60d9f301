import { beforeAll, describe, expect, test } from "vitest";
import { planComparison } from "../../src/comparison/plan/plan.ts";
import { isPowerOfAll, type PlannedTests, powerOfAll, powersAlone } from "../../src/comparison/plan/predicted-power.ts";
import { standardErrorsFound } from "../../src/comparison/power.ts";
import { schemeMeans } from "../../src/comparison/scheme-means.ts";
import { InputError } from "../../src/errors.ts";
import { sensitivities } from "../../src/fluctuations/sensitivity.ts";
import { studentQuantile } from "../../src/numerics/tails.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { referenceDataOf } from "../../src/reference/reference-data.ts";
import { errorOf, problemOf } from "../fixtures.ts";
import { largeTest } from "../sizes.ts";

let problem: Problem;
beforeAll(async () => {
  problem = await problemOf({ alpha: "2*exp(-t)", observables: { mean: "x", second: "x^2" } });
});

const one = (gap: number, allowance = 0): PlannedTests => ({
  snapshots: 1,
  observables: 1,
  gaps: Float64Array.of(gap),
  allowances: Float64Array.of(allowance),
  covariance: Float64Array.of(2),
  significance: 1e-3,
});

describe("predicted power", () => {
  test.each([12, 32, 200])("of one mean over %i replicas is 0.9 at the gap that is found with that probability", (replicas) => {
    const n = 50;
    const unit = Math.sqrt(2 / (n * replicas));
    const gap = 0.01 + unit * standardErrorsFound(-studentQuantile(5e-4, replicas - 1), replicas - 1);
    const tests = one(gap, 0.01);
    const [alone] = powersAlone(tests, n, replicas, 4000, 1);
    const all = powerOfAll(tests, n, replicas, 4000, 2);
    // Two simulations of the same, one by its distribution and one replica by replica: three standard errors of 0.0047, and 0.01 for the first-order formula of the gap.
    expect(Math.abs(alone.power - 0.9)).toBeLessThan(0.025);
    expect(Math.abs(all.power - alone.power)).toBeLessThan(3 * Math.hypot(all.error, alone.error));
  });

  test("without a gap is the rate of false alarms, at most, and with an allowance below it", () => {
    const tests = { ...one(0), significance: 0.05 };
    const { power, error } = powerOfAll(tests, 10, 16, 8000, 3);
    expect(Math.abs(power - 0.05)).toBeLessThan(3 * error);
    expect(powerOfAll({ ...tests, allowances: Float64Array.of(0.2) }, 10, 16, 4000, 3).power).toBeLessThan(0.03);
  });

  test("that is enough is told without all trials, as with all of them", () => {
    for (const gap of [0.02, 0.04, 0.05, 0.06, 0.1]) {
      const { power } = powerOfAll(one(gap), 50, 32, 200, 4);
      for (const required of [0.01, power - 1e-3, power, power + 1e-3, 0.99]) {
        expect(isPowerOfAll(required, one(gap), 50, 32, 200, 4), `${required} at ${gap}`).toBe(power >= required);
      }
    }
  });

  test("of more replicas than are simulated one by one goes on as before", () => {
    // The same noise of the mean: 256 replicas of n = 60 and 512 of n = 30.
    const few = powerOfAll(one(0.045), 60, 256, 4000, 5);
    const many = powerOfAll(one(0.045), 30, 512, 4000, 6);
    expect(few.power).toBeGreaterThan(0.3);
    expect(few.power).toBeLessThan(0.97);
    expect(Math.abs(few.power - many.power)).toBeLessThan(3 * Math.hypot(few.error, many.error));
  });
});

test.each(["alpha", "drift"] as const)("a small error of %s moves the means by its derivative", (of) => {
  // Central differences of the map at two steps, extrapolated to dt = 0 (order 1), against the tangent of characteristics.
  const slopes = [1 / 64, 1 / 128].map((dt) => {
    const [up, down] = [1e-3, -1e-3].map((size) => schemeMeans(problem, "algorithm-1", dt, { of, size }).means);
    return up.map((value, i) => (value - down[i]) / 2e-3);
  });
  const [, last] = sensitivities(problem);
  ["mean", "second"].forEach((name, k) => {
    const extrapolated = 2 * slopes[1][2 + k] - slopes[0][2 + k];
    const derivative = last.observables[name][of].value;
    // The rest is of order dt^2 = 6e-5, times a constant of order 10.
    expect(Math.abs(extrapolated - derivative)).toBeLessThan(1e-3 * Math.max(0.3, Math.abs(derivative)));
  });
});

describe("a plan", () => {
  test("reaches its power, with four times the particles for half the error", () => {
    const [coarse, fine] = [0.1, 0.05].map((size) => planComparison(problem, { detect: { of: "drift", size }, dt: 0.05 }));
    for (const { power, powerError, n, replicas, means } of [coarse, fine]) {
      expect(power).toBeGreaterThan(0.9 - 3 * powerError);
      // n is rounded up to two digits, and found to 2%.
      expect(power).toBeLessThan(0.97);
      expect(n * replicas).toBeGreaterThan(0);
      expect(Math.max(...means.map((mean) => mean.power))).toBeLessThanOrEqual(power + 3 * powerError);
    }
    const ratio = (fine.n * fine.replicas) / (coarse.n * coarse.replicas);
    // Not exactly 4: the bias of finite n and the error of the effect of dt weigh more on the smaller gap, digits are rounded, and n dt changes the noise.
    expect(ratio).toBeGreaterThan(3);
    expect(ratio).toBeLessThan(6);
  });

  test("takes the sizes that are given, and finds the others", () => {
    const detect = { of: "sd", size: 0.1 } as const;
    const free = planComparison(problem, { detect });
    const given = planComparison(problem, { detect, dt: free.dt, n: free.n });
    expect([given.n, given.dt]).toEqual([free.n, free.dt]);
    expect(given.replicas).toBeLessThanOrEqual(2 * free.replicas);
    const both = planComparison(problem, { detect, dt: free.dt, n: 100, replicas: 12 });
    expect([both.n, both.replicas]).toEqual([100, 12]);
    expect(both.power).toBeLessThan(0.5);
  });

  largeTest("allows for the stated errors of a reference", async () => {
    const reference = referenceDataOf(await computeReference(problem, { tolerance: 1e-3 }));
    const detect = { of: "sd", size: 0.1 } as const;
    const gap = Math.min(...planComparison(problem, { detect, dt: 0.05 }).means.map((mean) => mean.gap));
    const worse = Object.fromEntries(
      Object.entries(reference.observables).map(([name, { value, error }]) => [name, { value, error: error.map(() => 0.4 * gap) }]),
    );
    const sizes = (given: typeof reference | null) => {
      const { n, replicas } = planComparison(problem, { detect, dt: 0.05, reference: given });
      return n * replicas;
    };
    // 0.4 of the smallest gap is left to the reference, and the tests of that mean are the weakest or nearly: up to (1 / 0.6)^2 = 2.8 as many.
    expect(sizes({ ...reference, observables: worse })).toBeGreaterThan(1.5 * sizes(reference));
    expect(sizes(reference)).toBeLessThan(1.3 * sizes(null));
  });

  test.each([
    [{ detect: { of: "alpha", size: 0.9 } }, /--detect/],
    [{ detect: { of: "alpha", size: 0.1 }, power: 1 }, /--power/],
    [{ detect: { of: "alpha", size: 0.1 }, power: 0.005 }, /--power/],
    [{ detect: { of: "alpha", size: 0.1 }, replicas: 3 }, /--replicas/],
    [{ detect: { of: "alpha", size: 0.1 }, dt: 0.3 }, /--dt/],
    [{ detect: { of: "sd", size: 1e-4 }, n: 20, dt: 0.05 }, /no number of replicas is enough/],
  ] as const)("refuses %j", (options, message) => {
    const error = errorOf(() => planComparison(problem, options));
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
  });

  test("refuses an error of what the problem does not have", async () => {
    const still = await problemOf({ dynamics: "pure-birth-death", observables: { mean: "x" } });
    expect(() => planComparison(still, { detect: { of: "drift", size: 0.1 } })).toThrow(/nothing moves/);
    const dead = await problemOf({ dynamics: "gradient-descent", observables: { mean: "x" } });
    expect(() => planComparison(dead, { detect: { of: "alpha", size: 0.1 } })).toThrow(/no births and deaths/);
    const constant = await problemOf({ observables: { one: "1" } });
    expect(() => planComparison(constant, { detect: { of: "sd", size: 0.1 } })).toThrow(/constant/);
  });
});
