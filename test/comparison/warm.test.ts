import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stepCorrection } from "../../src/comparison/bias-budget.ts";
import { compareParticles, createJudge } from "../../src/comparison/compare.ts";
import type { Power } from "../../src/comparison/compare-options.ts";
import { planComparison } from "../../src/comparison/plan/plan.ts";
import type { Detect } from "../../src/comparison/plan/plan-options.ts";
import { schemeMeans } from "../../src/comparison/scheme-means.ts";
import { termSensitivities } from "../../src/comparison/term-sensitivities.ts";
import { encodeNpz } from "../../src/files/npz.ts";
import type { ParticleData } from "../../src/files/particle-data.ts";
import { readParticles } from "../../src/files/read-particles.ts";
import { concatenate } from "../../src/numerics/concatenate.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { type ReferenceData, referenceDataOf } from "../../src/reference/reference-data.ts";
import type { SchemeName } from "../../src/schemes/schemes.ts";
import { emptyFolder } from "../cli/run.ts";
import { errorOf, problemOf, SKEWED_WELL } from "../fixtures.ts";
import { largeTest, sized } from "../sizes.ts";

const PYTHON = "/usr/bin/python3";
const available = spawnSync(PYTHON, ["-c", "import numpy"]).status === 0;
if (!available) process.stderr.write("python3-numpy is not installed: its Langevin particles are not compared\n");

const [TAU, ALPHA, DT] = [0.4, 2, 0.05];

/** Particles of the equation, and the scheme here that is theirs. */
const KINDS = {
  Langevin: { changes: { dynamics: "gradient-descent" }, scheme: "gradient-descent", kind: "langevin", bandwidth: null },
  "births and deaths by V": { changes: { reaction: "energy" }, scheme: "algorithm-1", kind: "birth-death", bandwidth: null },
  "weights by V": { changes: { reaction: "energy" }, scheme: "weighted", kind: "weighted", bandwidth: null },
} as const satisfies Record<string, { changes: Partial<ProblemInput>; scheme: SchemeName; kind: string; bandwidth: number | null }>;
type Kind = keyof typeof KINDS;

const references = new Map<string, Promise<ReferenceData>>();
function referenceOf(changes: Partial<ProblemInput>): Promise<ReferenceData> {
  const key = JSON.stringify(changes);
  const make = async () => {
    const problem = await problemOf({ ...SKEWED_WELL, temperature: TAU, alpha: ALPHA, ...changes });
    return referenceDataOf(await computeReference(problem, { tolerance: 3e-3 }));
  };
  const known = references.get(key) ?? make();
  references.set(key, known);
  return known;
}

interface Sizes {
  replicas: number;
  n: number;
}

/** Ensembles of replicas of langevin.py. */
async function byNumpy(kind: Kind, { replicas, n }: Sizes, ensembles: number, wrong: object = {}): Promise<ParticleData[]> {
  const { kind: name, bandwidth } = KINDS[kind];
  const path = join(emptyFolder(), "particles.npz");
  const settings = { kind: name, bandwidth, replicas: replicas * ensembles, n, dt: DT, steps: [10, 20], seed: 11, tau: TAU, alpha: ALPHA, ...wrong }; // biome-ignore format: one line
  execFileSync(PYTHON, [join(import.meta.dirname, "langevin.py"), path, JSON.stringify(settings)]);
  const all = await readParticles(path, { variables: ["x"], referenceTimes: [0.5, 1] });
  const size = replicas * 2 * n;
  return Array.from({ length: ensembles }, (_, e) => ({
    ...all,
    replicas,
    theta: all.theta.subarray(e * size, (e + 1) * size),
    weights: all.weights?.subarray(e * size, (e + 1) * size) ?? null,
  }));
}

const judgeOf = async (kind: Kind, { n }: Sizes, falseAlarm = 0.01) =>
  createJudge(await referenceOf(KINDS[kind].changes), { times: [0.5, 1], n, dt: DT, scheme: KINDS[kind].scheme, falseAlarm });

describe.skipIf(!available)("right particles at a temperature, by NumPy,", () => {
  const rights = [
    ["Langevin", sized(8, 30), { replicas: 16, n: 100 }],
    ["weights by V", sized(4, 12), { replicas: 16, n: 100 }],
    ["births and deaths by V", sized(4, 12), { replicas: 16, n: 100 }],
  ] as const;
  test.each(rights.slice(0, sized(1, 3)))(
    "are called inconsistent no more often than stated, in means and in noise: %s",
    async (kind, ensembles, sizes) => {
      const judge = await judgeOf(kind, sizes, 0.2);
      const found = (await byNumpy(kind, sizes, ensembles)).map(judge);
      // Binomial of a share of 0.2 at most: 3 standard deviations.
      const most = 0.2 * ensembles + 3 * Math.sqrt(ensembles * 0.2 * 0.8);
      expect(found.filter(({ verdict }) => verdict === "inconsistent").length).toBeLessThanOrEqual(most);
      const refused = found.filter(({ noise }) => noise?.fits.find(({ scheme }) => scheme === KINDS[kind].scheme)?.fits !== true);
      expect(refused.length).toBeLessThanOrEqual(most);
    },
  );

  largeTest("of the same n Var, whatever the scheme is called: without a name all schemes are tried", async () => {
    const [particles] = await byNumpy("births and deaths by V", { replicas: 32, n: 100 }, 1);
    const { verdict, noise } = compareParticles(await referenceOf({ reaction: "energy" }), particles, { dtBias: "map" });
    expect(verdict).not.toBe("inconsistent");
    expect(noise?.fits.some(({ fits, scheme }) => fits && scheme === "algorithm-1")).toBe(true);
    expect(noise?.fits.some(({ scheme }) => scheme === "weighted")).toBe(false);
  });
});

describe.skipIf(!available)("wrong particles are caught at the n that plan names:", () => {
  const wrongs = [
    ["Langevin", { of: "temperature", size: 0.1 }, { tau: 1.1 * TAU }],
    ["weights by V", { of: "alpha", size: 0.2 }, { keep_weights: false }],
    ["Langevin", { of: "temperature", size: 0.1 }, { noise: 1 }],
    ["births and deaths by V", { of: "alpha", size: 0.2 }, { alpha: 0.8 * ALPHA }],
  ] as const;
  test.each(wrongs.slice(0, sized(1, 4)))("%s, %o, wrong %o", async (kind, detect: Detect, wrong) => {
    const { problem } = await referenceOf(KINDS[kind].changes);
    const { n, replicas, power } = planComparison(problem, { detect, scheme: KINDS[kind].scheme, dt: DT });
    expect(power).toBeGreaterThan(0.85);
    const ensembles = await byNumpy(kind, { n, replicas }, 4, wrong);
    const judge = await judgeOf(kind, { n, replicas });
    const caught = ensembles.map(judge).filter(({ verdict }) => verdict === "inconsistent").length;
    // At a power of 0.9 fewer than 2 of 4 are caught with probability 0.004.
    expect(caught).toBeGreaterThanOrEqual(2);
  });
});

const coarse = [
  ["by V", { reaction: "energy" }],
  [
    "by V under K",
    { reaction: "energy", potential: { ...SKEWED_WELL.potential, K: { type: "convolution", expression: "1.5*cos(x)" } } },
  ],
  ["by a smoothed logarithm", { reaction: { type: "free-energy", bandwidth: 0.3 } }],
] as const;
test.each(coarse.slice(0, sized(1, 3)))(
  "the effect of coarse steps of the event process is taken off: births and deaths %s",
  async (_, changes) => {
    const { problem } = await referenceOf(changes as Partial<ProblemInput>);
    const [scheme, dt] = ["event-process", 0.1] as const;
    const corrections = stepCorrection(problem, scheme, dt);
    const { snapshots } = await simulate(problem, { scheme, dt, n: 4000, replicas: 60, seed: 8, workers: 1 });
    const fine = schemeMeans(problem, scheme, 0.0025, null).means;
    snapshots.forEach(({ statistics }, s) => {
      Object.values(statistics.observables).forEach(({ mean, standardError }, k) => {
        const { value, error } = corrections?.[s].observables[k] ?? { value: Number.NaN, error: 0 };
        // Steps of 0.0025 are off by a fortieth of this, and n = 4000 by less than 3e-4.
        const gap = mean - fine[s * 3 + k] - value;
        expect(Math.abs(gap)).toBeLessThan(3.5 * standardError + error + Math.abs(value) / 40 + 3e-4);
      });
    });
  },
);

largeTest("an error of a term that has to be found is found or not, by the size that is told", async () => {
  const reference = await referenceOf({ reaction: "energy" });
  const options = { scheme: "weighted", n: 2000, dt: DT, replicas: 48, seed: 6, workers: 1 } as const;
  const { records } = await simulate(reference.problem, { ...options, keepPositions: true });
  const [theta, weights] = (["positions", "weights"] as const).map((name) =>
    concatenate(records.map((r) => r[name] as Float64Array)),
  );
  const data = { ...options, times: [0.5, 1], theta, weights, notes: [] };
  const verdictOf = (power: Power) => compareParticles(reference, data, { power });
  for (const of of sized(["temperature"] as const, ["alpha", "temperature"] as const)) {
    const { verdict, detectableErrors } = verdictOf({ of, size: 0.12 });
    expect(verdict, of).toBe("consistent");
    const { size } = detectableErrors?.find((error) => error.of === of) ?? { size: Infinity };
    expect(size).toBeGreaterThan(0.01);
    expect(verdictOf({ of, size: 0.5 * size })).toMatchObject({ verdict: "inconclusive", needed: expect.any(Number) });
  }
});

largeTest("weighted particles that are resampled are judged by the noise of their resampling, which their file tells", async () => {
  const reference = await referenceOf({ reaction: "energy" });
  const options = { scheme: "weighted", n: 60, dt: DT, replicas: 400, seed: 5, resampleBelow: 0.98, workers: 1 } as const;
  const ensemble = await simulate(reference.problem, { ...options, keepPositions: true });
  const path = join(emptyFolder(), "particles.npz");
  writeFileSync(path, encodeNpz(reference.problem, ensemble));
  const particles = await readParticles(path, { variables: ["x"], referenceTimes: [0.5, 1] });
  expect(particles.resampleBelow).toBe(0.98);
  const { verdict, noise, notes } = compareParticles(reference, particles);
  expect(verdict).not.toBe("inconsistent");
  expect(notes.join()).toContain("systematic resampling, in the order of the mean partition");
  expect(noise).toMatchObject({ model: "weighted", fits: [{ simulated: null }] });
  const { resampleBelow: _, ...withoutShare } = particles;
  const without = compareParticles(reference, withoutShare);
  expect(without.notes.join()).toContain("never resampled");
  expect(without.noise?.fits).toMatchObject([{ simulated: null }]);
  expect(() => compareParticles(reference, particles, { scheme: "algorithm-1" })).toThrow("--resample-below");
});

test("particles are compared with a reaction by the density itself in their means alone, and told of the bandwidth", async () => {
  const reference = await referenceOf({});
  const { scheme } = KINDS["births and deaths by V"];
  const theta = new Float64Array(2 * 16 * 50).map((_, i) => Math.sin(i));
  const data = { replicas: 16, times: [0.5, 1], n: 50, theta, weights: null, dt: DT, scheme, notes: [] };
  const { noise, notes, verdict } = compareParticles(reference, data);
  expect(noise).toBeNull();
  expect(verdict).toBe("inconsistent");
  expect(notes.join()).toContain('"bandwidth"');
  expect(() => planComparison(reference.problem, { detect: { of: "sd", size: 0.1 } })).toThrow("bandwidth");
});

test("a wrong drift, rate and temperature move the means as their equations do", async () => {
  // m' = -k (m - c), v' = -2 k v + 2 tau, by Euler's steps; without births and deaths.
  const [k, c, dt, steps] = [1.3, 0.2, 0.05, 20];
  const problem = await problemOf({
    potential: { F: `${k / 2}*(x - ${c})^2` },
    dynamics: "gradient-descent",
    temperature: TAU,
    observables: { mean: "x", second: "x^2" },
  });
  const exact = (drift: number, tau: number) => {
    let [m, v] = [0.5, 0.36];
    for (let s = 0; s < steps; s++) [m, v] = [m - dt * drift * k * (m - c), (1 - dt * drift * k) ** 2 * v + 2 * tau * dt];
    return [m, m * m + v];
  };
  for (const [wrong, values] of [
    [{ of: "drift", size: 0.1 }, exact(1.1, TAU)],
    [{ of: "temperature", size: -0.1 }, exact(1, 0.9 * TAU)],
  ] as const) {
    const { means } = schemeMeans(problem, "gradient-descent", dt, wrong);
    [...means.slice(2)].forEach((mean, i) => {
      // The nodes leave out 2e-9 of mu_0.
      expect(Math.abs(mean - values[i])).toBeLessThan(1e-8);
    });
  }
  const found = termSensitivities(problem, { scheme: "gradient-descent", dt }, []);
  for (const [of, derivative] of [
    ["drift", exact(1.001, TAU).map((value, i) => (value - exact(0.999, TAU)[i]) / 0.002)],
    ["temperature", exact(1, 1.001 * TAU).map((value, i) => (value - exact(1, 0.999 * TAU)[i]) / 0.002)],
  ] as const) {
    derivative.forEach((expected, i) => {
      const { value, error } = found?.[1][["mean", "second"][i]][of] ?? { value: Number.NaN, error: 0 };
      // Of third order: 0.02^2 (k t)^3, below its second-order bound; 1e-7 by the nodes.
      expect(Math.abs(value - expected)).toBeLessThan(0.5 * error + 1e-7);
      expect(error).toBeLessThan(0.03);
    });
  }
  const inTime = await problemOf({ temperature: "0.4 + t", observables: { mean: "x" }, reaction: "energy" });
  const refusal = errorOf(() => planComparison(inTime, { detect: { of: "drift", size: 0.1 } }));
  expect(String(refusal)).toContain("changes in time");
  const cold = await problemOf({ observables: { mean: "x" } });
  expect(() => planComparison(cold, { detect: { of: "temperature", size: 0.1 } })).toThrow("--detect");
});
