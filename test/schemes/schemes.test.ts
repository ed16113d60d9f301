import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { createStream } from "../../src/numerics/random.ts";
import { runReplica, runReplicaOf } from "../../src/particles/replica.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { ruleOf, SCHEME_NAMES, SCHEMES, type SchemeName, schemesFollowing, WEIGHTED_SCHEMES } from "../../src/schemes/schemes.ts";
import { createStepper } from "../../src/schemes/stepper.ts";
import { dynamicsFor, problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

/** All but descent. */
const withEvents = SCHEME_NAMES.filter((name) => ruleOf(name).growth.reacts);
const ofBirthDeath = schemesFollowing("birth-death");
/** Those in which the particle of least V never dies: without the mean taken off V there is no such particle. */
const undying = ofBirthDeath.filter((name) => ruleOf(name).growth.centred && !WEIGHTED_SCHEMES.includes(name));

const INTERACTION = {
  F: "0.2*x",
  K: { type: "features", expression: "sin(z*x) + cos(z*x)", inputs: { z: { min: 0, max: 2, points: 4 } } },
} as const;

async function bytesOf(scheme: SchemeName, workers: number, seed = 42): Promise<number[][]> {
  const problem = await problemOf({
    potential: INTERACTION,
    dynamics: dynamicsFor(SCHEMES[scheme].follows[0]),
    alpha: 4,
    time: { end: 0.3, snapshots: 1 },
    observables: { mean: "x" },
  });
  const { records } = await simulate(problem, { scheme, n: 60, dt: 0.05, replicas: 4, seed, workers, keepPositions: true });
  return records.map(({ table, positions }) => [...table, ...positions!]);
}

describe.each(undying)("%s", (name) => {
  const scheme = SCHEMES[name];

  test.each([undefined, { type: "pairwise", expression: "exp(-(x - x_prime)^2 - (y - y_prime)^2)" } as const])(
    "makes n copies of former particles where nothing moves, with K = %j",
    async (K) => {
      const side = { min: -20, max: 20, cells: 16 };
      const normal = { type: "normal" as const, mean: 0, sd: 1 };
      for (const n of [1, 2, 3, 50]) {
        for (const alpha of [0.1, 30, 1e6]) {
          const problem = await problemOf({
            variables: { x: side, y: side },
            potential: { F: "x^2 - y", ...(K === undefined ? {} : { K }) },
            alpha,
            dynamics: "pure-birth-death",
            initial: { x: normal, y: normal },
          });
          // Behind the n-th there is NaN, which must stay out; y = 10 x tells whether coordinates are copied together.
          const points = [0, 1].map(() => new Float64Array(2 * n).fill(Number.NaN));
          const x = Float64Array.from({ length: n }, (_, i) => -1 + (2 * (i + 0.3)) / n);
          points[0].set(x);
          points[1].set(x.map((value) => 10 * value));
          const stepper = createStepper(scheme, problem, n);
          const stream = createStream(n);
          for (let step = 0; step < 3; step++) {
            stepper.step(points, 0, 0.1, stream);
            const former = new Set(x);
            const after = points.map((coordinates) => coordinates.slice(0, n));
            expect(after[0].every((value) => former.has(value))).toBe(true);
            expect(after[1]).toEqual(after[0].map((value) => 10 * value));
          }
          // Each step had events to make.
          if (alpha === 30 && n > 3) expect(new Set(points[0].subarray(0, n)).size).toBeLessThan(n);
        }
      }
    },
  );
});

describe.each(withEvents)("%s", (name) => {
  test("gives the same bytes for the same seed, and others for another", async () => {
    const first = await bytesOf(name, 1);
    expect(await bytesOf(name, 1)).toEqual(first);
    expect(await bytesOf(name, 1, 43)).not.toEqual(first);
  });

  test("is refused for gradient descent, which has no events", async () => {
    const descent = await problemOf({ dynamics: "gradient-descent" });
    const run = simulate(descent, { scheme: name, n: 10, dt: 0.1 });
    await expect(run).rejects.toMatchObject({ name: "InputError", field: "--scheme", value: name });
  });
});

describe.each(ofBirthDeath)("%s", (name) => {
  const cases: { what: string; changes: Partial<ProblemInput> }[] = [
    { what: "pure-birth-death without K", changes: { dynamics: "pure-birth-death" } },
    { what: "pure-birth-death with K", changes: { dynamics: "pure-birth-death", potential: INTERACTION } },
    { what: "birth-death without K", changes: {} },
    { what: "birth-death with K", changes: { potential: INTERACTION } },
  ];

  test.each(sized([cases[3]], cases))("follows the equation under $what, within its standard errors", async ({ changes }) => {
    const problem = await problemOf({
      variables: { x: { min: -3.5, max: 3.5, cells: 64 } },
      potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
      alpha: 4,
      initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
      time: { end: 0.5, snapshots: [0.5] },
      observables: { mean: "x", square: "x^2", wave: "cos(2*x)" },
      ...changes,
    });
    const exact = solveCharacteristics(problem).snapshots[0].observables;
    const dt = 0.0125;
    const steps = 40;
    // Multinomial resampling loses 1/n of every variance at each step, so it takes more particles.
    const [n, replicas, lost] = name === "resampling-multinomial" ? [4000, 15, steps / 4000] : [100, 80, 1 / 100];
    const { snapshots } = await simulate(problem, { scheme: name, n, dt, replicas, seed: 5, workers: 1 });
    for (const [observable, { mean, standardError }] of Object.entries(snapshots[0].statistics.observables)) {
      // The bias in dt is below 0.25 dt here, as that of the mean-field map of Algorithm 1; that of n is the share that is lost of changes of about 1/2.
      expect(Math.abs(mean - exact[observable]), observable).toBeLessThan(4.5 * standardError + lost / 2 + 0.25 * dt);
      // A flipped sign moves the mean of x by tenths.
      expect(standardError).toBeLessThan(0.035);
    }
  });
});

test("the number of workers changes nothing", async () => {
  expect(await bytesOf("event-process", 2)).toEqual(await bytesOf("event-process", 1));
});

test("a replica runs a scheme that is handed in, from the table or not", async () => {
  const problem = await problemOf({ observables: { mean: "x" } });
  const options = { n: 20, dt: 0.5, seed: 3, keepPositions: true };
  const named = runReplica(problem, { ...options, scheme: "event-process" }, 2);
  expect(runReplicaOf(problem, SCHEMES["event-process"], options, 2)).toEqual(named);
  const still = runReplicaOf(problem, { create: () => ({ step() {} }) }, options, 2);
  expect(still.positions!.slice(20)).toEqual(still.positions!.slice(0, 20));
  expect(still.positions!.slice(0, 20)).toEqual(named.positions!.slice(0, 20));
});
