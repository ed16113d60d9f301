import { beforeAll, describe, expect, test } from "vitest";
import { describeComparison } from "../../src/cli/describe-comparison.ts";
import { compareParticles, createJudge } from "../../src/comparison/compare.ts";
import type { CompareOptions } from "../../src/comparison/compare-options.ts";
import { jointTest, meanTest } from "../../src/comparison/mean-tests.ts";
import { resolutionOf } from "../../src/comparison/power.ts";
import { settle } from "../../src/comparison/verdict.ts";
import { InputError } from "../../src/errors.ts";
import type { ParticleData } from "../../src/files/particle-data.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { createStream, type RandomStream } from "../../src/numerics/random.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { type ReferenceData, referenceDataOf } from "../../src/reference/reference-data.ts";
import { errorOf, meanOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

/**
 * Nothing moves where F = 0: mu_t = mu_0, and independent draws of it are particles of a right scheme. Their replicas are an exact null distribution of
 * the comparison, at the cost of a random number each.
 */
async function still(changes: Partial<ProblemInput>): Promise<ReferenceData> {
  const problem = await createProblem({
    name: "still",
    variables: { x: { min: -6, max: 6, cells: 128 } },
    potential: { F: "0" },
    alpha: 1,
    dynamics: "gradient-descent",
    initial: { x: { type: "normal", mean: 0, sd: 1 } },
    time: { end: 1, snapshots: [1] },
    observables: { mean: "x", second: "x^2" },
    ...changes,
  });
  return referenceDataOf(await computeReference(problem, { tolerance: 1e-3 }));
}

type Sizes = { replicas: number; n: number; seed?: number };

/** Particles at t = 1, each drawn by itself. */
function drawn({ replicas, n, seed = 1 }: Sizes, particle: (stream: RandomStream) => readonly number[]): ParticleData {
  const stream = createStream(seed);
  const theta = new Float64Array(replicas * n * particle(createStream(seed)).length);
  for (let i = 0; i < theta.length; ) for (const coordinate of particle(stream)) theta[i++] = coordinate;
  return { replicas, times: [1], n, theta, weights: null, dt: 0.1, scheme: null, notes: [] };
}

const normal =
  (mean = 0, sd = 1) =>
  (stream: RandomStream) => [mean + sd * stream.normal()];

/** What compareParticles says, of more than one ensemble: its predictions, which take most of the time, are made once. */
const judgeOf = (reference: ReferenceData, n: number) => createJudge(reference, { times: [1], n, dt: 0.1, describe: true });

let line: ReferenceData;
let meanOnly: ReferenceData;
beforeAll(async () => {
  line = await still({});
  meanOnly = await still({ observables: { mean: "x" } });
});

test("mass of the reference outside its domain is noted where the particles are from that time or later", () => {
  const notesOf = (outsideSince: number | null) =>
    compareParticles({ ...line, outsideSince }, drawn({ replicas: 4, n: 100 }, normal())).notes.filter((note) =>
      note.startsWith("the reference has mass at or beyond the walls of its domain from t = "),
    ).length;
  expect([null, 0.5, 1, 1.5].map(notesOf)).toEqual([0, 1, 1, 0]);
});

describe("right particles", () => {
  test("are called inconsistent no more often than stated, and not much less often", () => {
    const sizes = { replicas: 16, n: sized(40, 100) };
    const judge = createJudge(line, { times: [1], n: sizes.n, falseAlarm: 0.2, dt: 0.1 });
    const trials = sized(100, 200);
    const found = Array.from({ length: trials }, (_, seed) => judge(drawn({ ...sizes, seed }, normal())));
    const alarms = found.filter(({ verdict }) => verdict === "inconsistent").length;
    // Binomial of a share of 0.2 at most: 3 standard deviations. Four tests that overlap, each at 5%: 10% at the least.
    const most = 0.2 * trials + 3 * Math.sqrt(trials * 0.2 * 0.8);
    expect(alarms).toBeLessThan(most);
    expect(alarms).toBeGreaterThan(0.1 * trials - 3 * Math.sqrt(trials * 0.1 * 0.9));
    // Their noise is that of independent draws: refused to at most as many.
    const refused = found.filter(({ noise }) => noise?.fits[0].fits === false).length;
    expect(refused).toBeLessThan(most);
    expect(found.every(({ noise }) => noise?.fits[0].scheme === "gradient-descent")).toBe(true);
  });

  test("are called inconsistent no more often in two and three dimensions, however coarse the grid and many the particles", async () => {
    const [replicas, n] = [50, sized(2500, 10_000)];
    for (const names of sized(
      [["x", "y"]],
      [
        ["x", "y"],
        ["x", "y", "z"],
      ],
    )) {
      // 20 cells of half a standard deviation, or 14 of 0.7 for a fourth of the particles: twice the noise, and twice the square of the width.
      const cells = sized(14, 20);
      const reference = await still({
        variables: Object.fromEntries(names.map((name) => [name, { min: -4, max: 4, cells }])),
        initial: Object.fromEntries(names.map((name) => [name, { type: "normal" as const, mean: 0, sd: 0.8 }])),
        observables: { x: "x" },
      });
      const judge = createJudge(reference, { times: [1], n, falseAlarm: 0.05, dt: 0.1 });
      for (const seed of sized([2], [2, 4])) {
        const stream = createStream(seed);
        const theta = Float64Array.from({ length: replicas * n * names.length }, () => 0.8 * stream.normal());
        const { verdict, distances } = judge({ replicas, times: [1], n, theta, weights: null, dt: 0.1, scheme: null, notes: [] });
        // A density uniform in each cell is off by 0.0066 in the plane and 0.0079 in space on 20 cells, where noise is 0.0016: no trial would pass. Of right ones one
        // in twenty may be an alarm by chance; of these seeds none is.
        expect(verdict, `${names} ${seed}`).not.toBe("inconsistent");
        expect(distances?.[0].distance).toBeLessThan(sized(0.006, 0.003));
      }
    }
  });

  test("are called inconsistent no more often at small n and few replicas, whatever the skewness", async () => {
    const skewed = await still({ observables: { growth: "exp(1.5*x)", fourth: "x^4", step: "1/(1 + exp(-50*(x - 2)))" } });
    for (const [n, replicas] of [
      [1, 8],
      [2, 8],
      [10, 12],
    ]) {
      const judge = createJudge(skewed, { times: [1], n, falseAlarm: 0.1, dt: 0.1 });
      const trials = sized(25, 100);
      const found = Array.from({ length: trials }, (_, seed) => judge(drawn({ replicas, n, seed }, normal())));
      const alarms = found.filter(({ verdict }) => verdict === "inconsistent").length;
      // Binomial of a share of 0.1 at most: three deviations, 7 of 25 and 19 of 100. Student's t and Hotelling's test give some 0.7.
      expect(alarms, `${replicas} of n = ${n}`).toBeLessThan(0.1 * trials + 3 * Math.sqrt(trials * 0.1 * 0.9));
    }
  });

  test("are not tested by a mean that rests on values too rare to be met, which is named", async () => {
    const rare = await still({ observables: { mean: "x", beyond: "1/(1 + exp(-50*(x - 5)))" } });
    const found = compareParticles(rare, drawn({ replicas: 40, n: 500 }, normal()));
    expect(found.means.map(({ leftOut, pValue }) => [leftOut, pValue === 1])).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(found.verdict).toBe("inconclusive");
    expect(found.reasons[0]).toMatch(/^not tested: beyond at t = 1;/);
  });

  test("are consistent once there are enough of them", () => {
    const { verdict, needed, tests, joint, distances } = compareParticles(line, drawn({ replicas: 40, n: 500 }, normal()));
    expect({ verdict, needed, tests }).toEqual({ verdict: "consistent", needed: null, tests: 4 });
    expect([joint?.length, distances?.length]).toEqual([1, 1]);
  });

  test("have one verdict in whatever order their replicas come", () => {
    const judge = judgeOf(line, 60);
    for (const mean of [0, 0.1]) {
      const particles = drawn({ replicas: 30, n: 60 }, normal(mean));
      const theta = particles.theta.slice();
      for (let r = 0; r < 30; r++) theta.set(particles.theta.subarray(r * 60, (r + 1) * 60), ((7 * r + 3) % 30) * 60);
      const [before, after] = [particles, { ...particles, theta }].map(judge);
      expect(after.verdict).toBe(before.verdict);
      expect(Math.abs((after.needed ?? 0) - (before.needed ?? 0))).toBeLessThan(1e-6);
      before.means.forEach((row, i) => {
        expect(after.means[i].particles).toBeCloseTo(row.particles, 13);
        expect(after.means[i].pValue).toBeCloseTo(row.pValue, 10);
      });
      expect(after.joint?.[0].statistic).toBeCloseTo(before.joint?.[0].statistic ?? Number.NaN, 9);
      expect(after.distances?.[0].distance).toBeCloseTo(before.distances?.[0].distance ?? Number.NaN, 12);
    }
  });
});

describe("wrong particles", () => {
  const sizes = { replicas: 40, n: 50 };

  test("a mean that is off by 6 standard errors is named", () => {
    const judge = judgeOf(line, sizes.n);
    for (const sign of [-1, 1]) {
      const found = judge(drawn(sizes, normal((sign * 6) / Math.sqrt(2000))));
      expect(found.verdict).toBe("inconsistent");
      const named = sign > 0 ? /^mean at t = 1 is off by 0\./ : /^mean at t = 1 is off by -0\./;
      expect(found.reasons.filter((reason) => named.test(reason))).toHaveLength(1);
      expect(found.reasons.some((reason) => reason.startsWith("second"))).toBe(false);
    }
  });

  test("a standard deviation that is off by 10% is seen by the distance, the mean being right", () => {
    const { verdict, reasons, means } = compareParticles(meanOnly, drawn(sizes, normal(0, 1.1)));
    expect(verdict).toBe("inconsistent");
    expect(means[0].pValue).toBeGreaterThan(0.01);
    expect(reasons[0]).toMatch(/^the distribution at t = 1 is at distance 0\.0/);
    // W1 of N(0, 1) and N(0, 1.1^2) is 0.1 E|Z| = 0.0798; noise adds in squares and is a fourth of it.
    const { distances } = compareParticles(meanOnly, drawn({ replicas: 40, n: 5000 }, normal(0, 1.1)));
    expect(distances?.[0].distance).toBeCloseTo(0.1 * Math.sqrt(2 / Math.PI), 2);
  });

  test("coordinates that go together when they should not are seen by the distance, both marginals being right", async () => {
    const plane = await still({
      variables: { x: { min: -6, max: 6, cells: 32 }, y: { min: -6, max: 6, cells: 32 } },
      initial: { x: { type: "normal", mean: 0, sd: 1 }, y: { type: "normal", mean: 0, sd: 1 } },
      observables: { x: "x", y: "y" },
    });
    const judge = judgeOf(plane, 200);
    for (const rho of [-0.5, 0, 0.5]) {
      const particles = drawn({ replicas: 40, n: 200 }, (stream) => {
        const x = stream.normal();
        return [x, rho * x + Math.sqrt(1 - rho * rho) * stream.normal()];
      });
      const { verdict, reasons, means, distances } = judge(particles);
      expect(verdict === "inconsistent", `rho = ${rho}`).toBe(rho !== 0);
      expect(means.every(({ pValue }) => pValue > 0.01)).toBe(true);
      if (rho === 0) continue;
      expect(reasons[0]).toMatch(/^the distribution at t = 1/);
      expect(distances?.[0].pValue).toBeLessThan(0.01 / 4);
    }
  });
});

describe("what is allowed for", () => {
  /** The same reference with these stated errors. */
  const withError = (reference: ReferenceData, mean: number, distance: number): ReferenceData => ({
    ...reference,
    observables: { mean: { ...reference.observables.mean, error: Float64Array.of(mean) } },
    densityWasserstein1Error: Float64Array.of(distance),
  });

  test("a deviation below the stated error of the reference is no fault, and no clean bill either", () => {
    const particles = drawn({ replicas: 40, n: 200 }, normal(0.1));
    const plain = compareParticles(meanOnly, particles);
    expect([plain.verdict, plain.means[0].hidden]).toEqual(["inconsistent", false]);
    const coarse = compareParticles(withError(meanOnly, 0.2, 0.2), particles);
    expect(coarse.verdict).toBe("inconclusive");
    expect(coarse.reasons[0]).toMatch(/^mean at t = 1 is off by 0\.\d+ .* use a finer reference/);
    expect(coarse.means[0]).toMatchObject({ pValue: 1, referenceError: 0.2, hidden: true });
    // An error below the deviation explains it no longer.
    expect(compareParticles(withError(meanOnly, 0.04, 0.2), particles).verdict).toBe("inconsistent");
    expect(compareParticles(withError(meanOnly, 0.2, 0.02), particles).reasons[0]).toMatch(/^the distribution/);
  });

  test("a bias of steps that is given is allowed to the means and to the distance", () => {
    const particles = drawn({ replicas: 40, n: 200 }, normal(0.1));
    const { verdict, means, distances } = compareParticles(meanOnly, particles, { dtBias: 0.12 });
    expect(verdict).not.toBe("inconsistent");
    expect([means[0].dtBias, distances?.[0].allowance]).toEqual([0.12, expect.closeTo(0.12, 3)]);
  });
});

describe("too few particles", () => {
  test("are those that show no deviation of a quarter of a standard deviation; the first line says that no test fails", () => {
    const verdictOf = (n: number) => compareParticles(line, drawn({ replicas: 32, n, seed: 1 }, normal()));
    // 4 tests at 0.0025 of 32 replicas: (3.28 + 1.28) / sqrt(32 n) is 0.11 at n = 50, and 0.36 at n = 5.
    const enough = verdictOf(50);
    expect(enough.verdict).toBe("consistent");
    expect(enough.means[0].detectable).toBeGreaterThan(0.05);
    const few = verdictOf(5);
    expect(few.verdict).toBe("inconclusive");
    expect(few.reasons[0]).toMatch(
      /^a deviation of 0\.25 standard deviations of (mean|second) at t = 1 could go unseen: only 0\.\d+ or more is found with probability 0\.9/,
    );
    expect(few.reasons.some((reason) => /^no test fails \(smallest p = /.test(reason))).toBe(true);
    expect(describeComparison("line", few)).toMatch(/^inconclusive \(no test fails\): line, 32 replicas of n = 5/);
    expect(describeComparison("line", enough)).toMatch(/^consistent: line/);
  });

  test("are inconclusive, and it is settled within three rounds of the number that the reason states", () => {
    for (const replicas of sized([8], [8, 40])) {
      for (const choose of ["more replicas", "larger n"] as const) {
        let sizes = { replicas, n: 20, seed: 2 };
        let found = compareParticles(line, drawn(sizes, normal()), { power: 0.05 });
        expect(found.verdict, `${replicas} replicas`).toBe("inconclusive");
        // n Var is only known as well as the replicas tell it: over 12 of them to 40%, so that once may be too few.
        for (let round = 0; round < 3 && found.verdict === "inconclusive"; round++) {
          const said = found.reasons[0].match(/: (\d+) replicas of n = (\d+), or (\d+) of n = (\d+)$/);
          expect(said, found.reasons[0]).not.toBeNull();
          const [more, same, fewer, larger] = (said ?? []).slice(1).map(Number);
          expect(Math.min(more * same, fewer * larger)).toBeGreaterThan(sizes.replicas * sizes.n);
          const seed = sizes.seed + 1;
          sizes = choose === "larger n" ? { replicas: fewer, n: larger, seed } : { replicas: more, n: same, seed };
          found = compareParticles(line, drawn(sizes, normal()), { power: 0.05 });
        }
        expect(found.verdict, `${choose} than ${replicas} of 20: ${found.reasons[0]}`).toBe("consistent");
      }
    }
  });

  test("the number stated is enough at the same n Var, and hardly more", () => {
    for (const replicas of [2, 5, 12, 30, 200]) {
      for (const allowance of [0, 0.01]) {
        const { needed } = resolutionOf(2, 20, replicas, 0.0025, 1.4, allowance, 0.05);
        const advised = Math.max(12, replicas);
        const at = (n: number) => resolutionOf(2, n, advised, 0.0025, 1.4, allowance, 0.05).detectable;
        expect(at((needed ?? 0) / advised)).toBeCloseTo(0.05, 12);
        expect(at((1.1 * (needed ?? 0)) / advised)).toBeLessThan(0.05);
      }
    }
    // What is allowed alone exceeds the deviation: no number of particles finds it.
    expect(resolutionOf(2, 20, 30, 0.0025, 1.4, 0.08, 0.05).needed).toBeNull();
  });

  test("a deviation of the size that is called detectable is found nine times in ten", () => {
    const [replicas, significance, trials] = [20, 0.005, 4000];
    const stream = createStream(3);
    for (const allowance of [0, 0.3]) {
      const size = resolutionOf(1, 1, replicas, significance, 1, allowance, 0.05).detectable;
      let found = 0;
      for (let trial = 0; trial < trials; trial++) {
        const { mean, standardError } = sampleMoments(Float64Array.from({ length: replicas }, () => size + stream.normal()));
        if (meanTest(mean, standardError, allowance, replicas) < significance) found++;
      }
      // That the standard error is estimated is in the margin, to second order: by exact Student's t to 0.01 at 19 degrees. Binomial: 4 deviations.
      expect(found / trials).toBeGreaterThan(0.89 - 4 * Math.sqrt(0.09 / trials));
      expect(found / trials).toBeLessThan(0.9 + 4 * Math.sqrt(0.09 / trials));
    }
  });

  test("one replica has no noise of its own, and is judged by that of the scheme", () => {
    const judge = judgeOf(line, 4000);
    const alone = judge(drawn({ replicas: 1, n: 4000 }, normal()));
    expect(alone.verdict).toBe("inconclusive");
    expect(alone).toMatchObject({ joint: null, distances: null, noise: null });
    expect(alone.reasons.some((reason) => reason.startsWith("one replica only"))).toBe(true);
    const off = judge(drawn({ replicas: 1, n: 4000 }, normal(0.1)));
    expect(off.verdict).toBe("inconsistent");
    expect(off.reasons[0]).toMatch(/^mean at t = 1 is off by/);
  });
});

describe("observables that say little", () => {
  const particlesOf = (replicas: number) => drawn({ replicas, n: 500 }, normal());

  test("one that is the same on all particles changes no verdict, and is off where it is off", async () => {
    const reference = await still({ observables: { mean: "x", constant: "0.3 + 0*x", second: "x^2", nothing: "0*x" } });
    for (const replicas of [37, 1]) {
      const found = compareParticles(reference, particlesOf(replicas));
      const without = compareParticles(line, particlesOf(replicas));
      expect(found.verdict, found.reasons[0]).toBe(without.verdict);
      expect(found.means[1]).toMatchObject({ pValue: 1, detectable: 0 });
      expect(found.means[3]).toMatchObject({ pValue: 1, detectable: 0 });
      expect(found.noise?.model).toBe(without.noise?.model);
      expect(found.noise?.fits[0].logLikelihood ?? 0).toBeCloseTo(without.noise?.fits[0].logLikelihood ?? 0, 8);
      expect(found.joint?.[0].statistic ?? 0).toBeCloseTo(without.joint?.[0].statistic ?? 0, 8);
    }
    const { value, error } = reference.observables.constant;
    const observables = { ...reference.observables, constant: { value: value.map((v) => v + 1e-3), error } };
    const off = compareParticles({ ...reference, observables }, particlesOf(37));
    expect(off.reasons[0]).toMatch(/^constant at t = 1 is off by -0\.001/);
  });

  test("one that follows from the others leaves the joint test as it is", () => {
    const stream = createStream(4);
    const rows = Array.from({ length: 40 }, () => Float64Array.of(0.04 * stream.normal(), 1 + 0.06 * stream.normal()));
    const more = rows.map(([a, b]) => Float64Array.of(a, b, 2 * a - 3 * b));
    const alone = jointTest(rows, Float64Array.of(0.01, 1), new Float64Array(2));
    const found = jointTest(more, Float64Array.of(0.01, 1, -2.98), new Float64Array(3));
    expect(found?.statistic).toBeCloseTo(alone?.statistic ?? Number.NaN, 10);
    expect(found?.pValue).toBeCloseTo(alone?.pValue ?? Number.NaN, 10);
    // Hotelling's T^2 by hand: 40 d' S^-1 d of the two.
    const [a, b] = [0, 1].map((k) => sampleMoments(rows.map((row) => row[k])));
    const cross = rows.reduce((total, row) => total + ((row[0] - a.mean) * (row[1] - b.mean)) / 39, 0);
    const [d, e] = [a.mean - 0.01, b.mean - 1];
    const squares = (d * d * b.variance - 2 * d * e * cross + e * e * a.variance) / (a.variance * b.variance - cross * cross);
    expect(alone?.statistic).toBeCloseTo(40 * squares, 10);
    // The error that an allowance explains is no longer counted.
    const allowed = jointTest(rows, Float64Array.of(0.01, 1), Float64Array.of(Math.abs(d), Math.abs(e)));
    expect(allowed?.statistic).toBeLessThan(1e-12);
  });
});

describe("input that cannot be judged", () => {
  const messageOf = (reference: ReferenceData, particles: ParticleData, options: CompareOptions = {}) => {
    const error = errorOf(() => compareParticles(reference, particles, options));
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  };

  test("two replicas that are the same are refused by their numbers", () => {
    const particles = drawn({ replicas: 5, n: 30 }, normal());
    particles.theta.copyWithin(3 * 30, 30, 60);
    expect(messageOf(line, particles)).toMatch(/replicas are copies of each other: 1, 3/);
  });

  test("a particle where an observable is not finite is named", async () => {
    const root = await still({
      observables: { root: "sqrt(x + 7.7)", mean: "x" },
    });
    const particles = drawn({ replicas: 4, n: 10 }, normal());
    particles.theta[27] = -7.8;
    expect(messageOf(root, particles)).toMatch(/observables\.root.*not finite at particle 7 of replica 2 at t = 1/);
  });

  test("options are refused with what they should be", () => {
    const particles = drawn({ replicas: 4, n: 10 }, normal());
    expect(messageOf(line, particles, { falseAlarm: 0 })).toMatch(/--false-alarm.*between 0 and 0\.5/);
    expect(messageOf(line, particles, { power: -1 })).toMatch(/--power/);
    expect(messageOf(line, particles, { dtBias: Number.NaN })).toMatch(/--dt-bias/);
    expect(messageOf(line, particles, { dt: 0 })).toMatch(/--dt/);
    expect(messageOf(line, { ...particles, dt: null }, { dtBias: "map" })).toMatch(/--dt-bias.*--dt/);
  });
});

describe("numbers that are none", () => {
  test("fail, whatever test they come from", () => {
    const evidence = {
      means: [],
      errors: null,
      joint: [],
      distances: [],
      significance: 0.001,
      power: 0.05,
      replicas: 8,
      n: 10,
      notes: [],
    };
    const { verdict, reasons } = settle({ ...evidence, joint: [{ time: 1, pValue: Number.NaN }] });
    expect([verdict, reasons]).toEqual([
      "inconsistent",
      [expect.stringMatching(/^the observables together at t = 1 .*no p-value/)],
    ]);
    const distance = { time: 1, distance: Number.NaN, by: "cells" as const, expected: 1, allowance: 0, pValue: Number.NaN };
    expect(settle({ ...evidence, distances: [distance] }).verdict).toBe("inconsistent");
    const atStart = { ...distance, time: 0, pValue: 0.5 };
    expect(settle({ ...evidence, joint: [], distances: [atStart] })).toMatchObject({
      verdict: "inconclusive",
      reasons: [expect.stringContaining("only t = 0"), expect.anything()],
    });
  });

  test("are refused in a reference", () => {
    const particles = drawn({ replicas: 4, n: 10 }, normal());
    const refusal = (changes: Partial<ReferenceData>): string => {
      const attempt = () => compareParticles({ ...line, ...changes }, particles);
      expect(attempt).toThrow(InputError);
      return (errorOf(attempt) as InputError).message;
    };
    const mean = line.observables.mean;
    const withMean = (value: number, error: number) => ({
      observables: { ...line.observables, mean: { value: Float64Array.of(value), error: Float64Array.of(error) } },
    });
    expect(refusal(withMean(Number.NaN, 0))).toMatch(/reference: mean = NaN: not a finite number at t = 1/);
    expect(refusal(withMean(mean.value[0], Number.NaN))).toMatch(/stated error of mean/);
    expect(refusal(withMean(mean.value[0], -1e-9))).toMatch(/stated error of mean = -1e-9: not a number >= 0/);
    expect(refusal({ densityWasserstein1Error: Float64Array.of(Number.NaN) })).toMatch(/Wasserstein-1/);
    expect(refusal({ densities: [line.densities[0].map((value, i) => (i === 3 ? Number.NaN : value))] })).toMatch(/density/);
    // An error of which nothing is known hides everything.
    expect(compareParticles({ ...line, ...withMean(mean.value[0], Infinity) }, particles).verdict).toBe("inconclusive");
  });
});

describe("weighted particles", () => {
  /** Draws of N(m, 1) whose weights make them draws of N(0, 1): e^(-m x + m^2 / 2), divided by their sum. */
  function weighted({ replicas, n, seed = 1 }: Sizes, m: number): ParticleData {
    const particles = drawn({ replicas, n, seed }, normal(m));
    const weights = particles.theta.map((x) => Math.exp(-m * x));
    for (let r = 0; r < replicas; r++) {
      const own = weights.subarray(r * n, (r + 1) * n);
      const total = own.reduce((sum, w) => sum + w, 0);
      for (let i = 0; i < n; i++) own[i] /= total;
    }
    return { ...particles, weights };
  }

  test("are judged by their weights in every test", () => {
    const particles = weighted({ replicas: 40, n: 800 }, 0.5);
    const found = compareParticles(line, particles);
    expect(found.verdict, found.reasons[0]).toBe("consistent");
    // n / ESS tends to e^(m^2).
    expect(found.effectiveSizes?.[0].median).toBeCloseTo(800 * Math.exp(-0.25), -1.5);
    expect(found.effectiveSizes?.[0].least).toBeLessThan(found.effectiveSizes?.[0].median ?? 0);
    expect(found.noise).toBeNull();
    expect(compareParticles(line, { ...particles, weights: null }).verdict).toBe("inconsistent");
    // Right positions under weights that contradict them: each test sees it.
    const right = drawn({ replicas: 40, n: 800, seed: 1 }, normal());
    // The same stream: these positions are those of `particles` less 0.5, in the same order, so that weights fall with them.
    const wrong = compareParticles(line, { ...right, weights: particles.weights });
    expect(wrong.verdict).toBe("inconsistent");
    expect([wrong.means[0].pValue, wrong.joint?.[0].pValue, wrong.distances?.[0].pValue].every((p) => (p ?? 1) < 0.01 / 4)).toBe(
      true,
    );
  });

  test("of equal weights are as without", () => {
    const particles = drawn({ replicas: 20, n: 64 }, normal(0.05));
    const equal = { ...particles, weights: new Float64Array(20 * 64).fill(1 / 64) };
    const [without, found] = [particles, equal].map((data) => compareParticles(line, data));
    expect(found.verdict).toBe(without.verdict);
    found.means.forEach((row, k) => {
      expect(row.particles).toBeCloseTo(without.means[k].particles, 13);
      expect(row.pValue).toBeCloseTo(without.means[k].pValue, 9);
    });
    expect(found.distances?.[0].distance).toBeCloseTo(without.distances?.[0].distance ?? Number.NaN, 12);
    expect(found.effectiveSizes).toEqual([{ time: 1, least: 64, median: 64 }]);
  });

  test("that are no weights are refused", () => {
    const particles = drawn({ replicas: 4, n: 10 }, normal());
    const refusal = (weights: Float64Array) => {
      const attempt = () => compareParticles(line, { ...particles, weights });
      expect(attempt).toThrow(InputError);
      return (errorOf(attempt) as InputError).message;
    };
    const equal = new Float64Array(40).fill(0.1);
    expect(refusal(equal.map((w, i) => (i === 13 ? Number.NaN : w)))).toMatch(/weights = NaN.*particle 3 of replica 1/);
    expect(refusal(equal.map((w, i) => (i === 13 ? -0.1 : w)))).toMatch(/weights = -0\.1/);
    expect(refusal(equal.map((w) => 2 * w))).toMatch(/weights = (2|1\.9+\d*): the sum over replica 0/);
    expect(refusal(new Float64Array(39))).toMatch(/weights = 39/);
  });
});

describe("particles outside the domain", () => {
  test("are counted and named, and are in every mean", () => {
    const particles = drawn({ replicas: 10, n: 40 }, normal());
    particles.theta[3 * 40 + 5] = 7.5;
    particles.theta[8 * 40] = -6.5;
    const { outside, means } = compareParticles(line, particles);
    const first = { replica: 3, time: 1, particle: 5, variable: "x", value: 7.5 };
    expect(outside).toEqual({ particles: 2, total: 400, first, wrapped: 0 });
    expect(means[0].particles).toBeCloseTo(meanOf(particles.theta), 13);
    expect(means[1].particles).toBeCloseTo(
      meanOf(particles.theta, (x) => x * x),
      13,
    );
  });

  test("are wrapped on a periodic axis, which changes nothing but their count", async () => {
    const circle = await still({
      variables: { x: { min: 0, max: 2 * Math.PI, cells: 128, boundary: "periodic" } },
      initial: { x: { type: "uniform", min: 0, max: 2 * Math.PI } },
      observables: { cosine: "cos(x)", sine: "sin(x)" },
    });
    const particles = drawn({ replicas: 20, n: 50 }, (stream) => [2 * Math.PI * stream.uniform()]);
    const turned = { ...particles, theta: particles.theta.map((x, i) => (i % 4 === 0 ? x + 2 * Math.PI * ((i % 3) - 1) : x)) };
    const [before, after] = [particles, turned].map((data) => compareParticles(circle, data));
    const moved = turned.theta.filter((x, i) => x !== particles.theta[i]).length;
    expect(moved).toBeGreaterThan(100);
    expect(before.outside).toEqual({ particles: 0, total: 1000, first: null, wrapped: 0 });
    expect(after.outside).toEqual({ particles: 0, total: 1000, first: null, wrapped: moved });
    expect(after.verdict).toBe(before.verdict);
    after.means.forEach((row, k) => {
      expect(row.particles).toBeCloseTo(before.means[k].particles, 12);
    });
    expect(after.distances?.[0].distance).toBeCloseTo(before.distances?.[0].distance ?? Number.NaN, 10);
  });
});
