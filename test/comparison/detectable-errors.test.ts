import { beforeAll, describe, expect, test } from "vitest";
import { stepCorrection } from "../../src/comparison/bias-budget.ts";
import { compareParticles, createJudge } from "../../src/comparison/compare.ts";
import { detectableErrors } from "../../src/comparison/detectable-errors.ts";
import { InputError } from "../../src/errors.ts";
import type { ParticleData } from "../../src/files/particle-data.ts";
import { iterateMeanFieldMap } from "../../src/mean-field-map/mean-field-map.ts";
import { createStream } from "../../src/numerics/random.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { type ReferenceData, referenceDataOf } from "../../src/reference/reference-data.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { ensembleOf } from "../../validation/shared/ensemble.ts";
import { errorOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

const TIME = 0.7;

/**
 * F = x^2 / 2, mu_0 = N(1, 1/4): x = x_0 e^-t with weight exp(-alpha x_0^2 (1 - e^-2t) / 4), so that mu_t is normal, of x_0 with precision
 * 4 + alpha (1 - e^-2t) / 2 and mean 4 over it.
 */
function exact(alpha: number): { mean: number; sd: number } {
  const precision = 4 + (alpha * (1 - Math.exp(-2 * TIME))) / 2;
  return { mean: (4 / precision) * Math.exp(-TIME), sd: Math.exp(-TIME) / Math.sqrt(precision) };
}

function drawn(alpha: number, { replicas, n, seed }: { replicas: number; n: number; seed: number }): ParticleData {
  const stream = createStream(seed);
  const { mean, sd } = exact(alpha);
  const theta = Float64Array.from({ length: replicas * n }, () => mean + sd * stream.normal());
  return { replicas, times: [TIME], n, theta, weights: null, dt: null, scheme: null, notes: [] };
}

let problem: Problem;
let reference: ReferenceData;
beforeAll(async () => {
  problem = await createProblem({
    name: "well",
    variables: { x: { min: -4, max: 4, cells: 256 } },
    potential: { F: "x^2/2" },
    alpha: 1,
    initial: { x: { type: "normal", mean: 1, sd: 0.5 } },
    time: { end: TIME, snapshots: [TIME] },
    observables: { mean: "x", second: "x^2" },
  });
  reference = referenceDataOf(await computeReference(problem, { tolerance: 1e-3 }));
});

describe("the error of alpha that would have been found", () => {
  const sizes = { replicas: 24, n: 800 };

  test("is the deviation that is found over the derivative of the mean, and is found nine times in ten", () => {
    const found = compareParticles(reference, drawn(1, { ...sizes, seed: 1 }));
    const [alpha, drift] = found.detectableErrors ?? [];
    expect([alpha.of, drift.of, alpha.time]).toEqual(["alpha", "drift", TIME]);
    // d mean / d alpha = -4 c e^-t / P^2, c = (1 - e^-2t) / 2, and d x^2 / d alpha = -c e^-2t / P^2 (1 + 32 / P).
    const c = (1 - Math.exp(-2 * TIME)) / 2;
    const P = 4 + c;
    const slopes: Record<string, number> = {
      mean: (4 * c * Math.exp(-TIME)) / P ** 2,
      second: ((c * Math.exp(-2 * TIME)) / P ** 2) * (1 + 32 / P),
    };
    const deviations: Record<string, number> = {
      mean: exact(1).sd,
      second: Math.sqrt(2 * exact(1).sd ** 4 + 4 * exact(1).sd ** 2 * exact(1).mean ** 2),
    };
    const errors = found.means.map((m) => (m.detectable * deviations[m.observable]) / slopes[m.observable]);
    // Deviations on the grid are those of cell averages: 3e-4 of them.
    const own = found.means.findIndex(({ observable }) => observable === alpha.observable);
    expect(alpha.size / errors[own]).toBeCloseTo(1, 2);
    // The mean is the better one by its predicted n Var, to which that of so many replicas is near.
    expect(errors[own]).toBeLessThan(1.2 * Math.min(...errors));
    expect(found.reasons.at(-1)).toMatch(
      /^an alpha wrong by \d+% \(by .*\) and a drift wrong by .* would have been found, with probability 0\.9$/,
    );

    const judge = createJudge(reference, { times: [TIME], n: sizes.n });
    const trials = sized(20, 80);
    let seen = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { means, tests } = judge(drawn(1 + alpha.size, { ...sizes, seed: 10 + trial }));
      const own = means.find((m) => m.observable === alpha.observable);
      if ((own?.pValue ?? 1) < 0.01 / tests) seen++;
    }
    // Its size was found from the variance of 24 replicas, known to 15% of the deviation, 0.15 (3.2 + 1.3) standard errors: 0.9 may be 0.72 or 0.975.
    // Binomial: three deviations at 0.72.
    expect(seen / trials).toBeGreaterThan(0.72 - 3 * Math.sqrt((0.72 * 0.28) / trials));
  });

  test("may be what is required: with too few particles the comparison is inconclusive, and says how many would do", () => {
    const required = { power: { of: "alpha", size: 0.1 } } as const;
    const few = compareParticles(reference, drawn(1, { ...sizes, seed: 2 }), required);
    expect(few.verdict).toBe("inconclusive");
    expect(few.reasons[0]).toMatch(
      /^an alpha wrong by 10% could go unseen: only \d+(\.\d+)?% or more is found with probability 0\.9\. It takes n x replicas = \d+/,
    );
    const n = Math.ceil((1.3 * (few.needed ?? 0)) / 24);
    const more = compareParticles(reference, drawn(1, { replicas: 24, n, seed: 3 }), required);
    expect(more.verdict, more.reasons[0]).toBe("consistent");
    expect(more.detectableErrors?.[0].size).toBeLessThan(0.1);
  });
});

test("a detectable error is the best over all means, each by its derivative less that one's own error", () => {
  const at = (alpha: number, error: number) =>
    Object.fromEntries(
      ["mean", "second"].map((name, k) => [name, { alpha: { value: (k + 1) * alpha, error }, drift: { value: 0, error: 0 } }]),
    );
  const resolve = (unit: number, size: number) => ({ detectable: 0.1 / unit, needed: 100 * size * unit });
  const means = [0, 1].flatMap((time) =>
    ["mean", "second"].map(
      (observable) =>
        ({ time, observable, resolve, foresee: resolve }) as Parameters<typeof detectableErrors>[2][number],
    ),
  ); // biome-ignore format: a row of means
  const found = detectableErrors(problem, [at(-1, 0.5), at(2, 0.4)], means, 0.05);
  // The units are 0.5, 1.5, 1.6 and 3.6.
  const [alpha, drift] = found;
  expect(alpha).toEqual({ of: "alpha", observable: "second", time: 1, size: 0.1 / 3.6, needed: 2.5 });
  expect(drift).toMatchObject({ of: "drift", size: Infinity, needed: null });
});

test("an error that cannot be required is refused", async () => {
  const particles = drawn(1, { replicas: 8, n: 20, seed: 1 });
  const refusal = (of: "alpha" | "drift", size: number, from = reference) => {
    const attempt = () => compareParticles(from, particles, { power: { of, size } });
    expect(attempt).toThrow(InputError);
    return (errorOf(attempt) as InputError).message;
  };
  expect(refusal("alpha", 0.6)).toMatch(/--power = "?alpha=0\.6.*at most 0\.5/);
  expect(refusal("drift", Number.NaN)).toMatch(/--power/);
  const still = await createProblem({ ...problem.definition, dynamics: "gradient-descent" });
  expect(refusal("alpha", 0.1, { ...reference, problem: still })).toMatch(/no births and deaths/);
});

describe("steps of a known scheme", () => {
  test("their effect on the means is that of the mean-field map", () => {
    const dt = 0.1;
    const [{ observables }] = iterateMeanFieldMap(problem, dt);
    const [found] = stepCorrection(problem, "algorithm-1", dt) ?? [];
    const { mean, sd } = exact(1);
    [mean, mean ** 2 + sd ** 2].forEach((value, k) => {
      const expected = observables[["mean", "second"][k]] - value;
      expect(Math.abs(expected)).toBeGreaterThan(1e-3);
      // 2e-9 of the mass is cut off; the extrapolation states the rest.
      expect(Math.abs(found.observables[k].value - expected)).toBeLessThan(
        found.observables[k].error - 0.05 * Math.abs(expected) + 1e-7,
      );
      expect(found.observables[k].error).toBeLessThan(0.06 * Math.abs(expected));
    });
    expect(stepCorrection(problem, "mine", dt)).toBeNull();
    expect(stepCorrection(problem, "toString", dt)).toBeNull();
    // Systematic resampling moves the mean alike in whatever order.
    const ordered = stepCorrection(problem, "resampling", dt);
    expect(ordered).not.toEqual([found]);
    for (const order of ["systematic", "shuffled"]) expect(stepCorrection(problem, `resampling-${order}`, dt)).toEqual(ordered);
    // What gradient descent lacks here is births and deaths, which no small step brings back.
    expect(stepCorrection(problem, "gradient-descent", dt)).toBeNull();
  });

  test("are taken off: particles of Algorithm 1 at a large dt are consistent as such, and inconsistent as they stand", () => {
    const particles = ensembleOf(problem, SCHEMES["algorithm-1"], { n: 2000, dt: 0.1, replicas: 24, seed: 5, first: 0 });
    const asTheyAre = compareParticles(reference, particles);
    expect(asTheyAre.verdict).toBe("inconsistent");
    const known = compareParticles(reference, { ...particles, scheme: "algorithm-1" });
    expect(known.verdict, known.reasons[0]).toBe("consistent");
    known.means.forEach((row, k) => {
      expect(row.reference).toBe(asTheyAre.means[k].reference);
      expect(Math.abs(row.dtCorrection)).toBeGreaterThan(10 * row.dtBias);
      expect(Math.abs(row.particles - row.reference - row.dtCorrection)).toBeLessThan(
        4 * row.standardError + row.finiteSizeBias + row.dtBias,
      );
    });
    // The allowance of the map hides what the correction lets one see.
    const allowed = compareParticles(reference, particles, { dtBias: "map" });
    expect(allowed.means[0].detectable).toBeGreaterThan(known.means[0].detectable);
    expect(compareParticles(reference, particles, { scheme: "algorithm-1" }).means).toEqual(known.means);
  });
});
