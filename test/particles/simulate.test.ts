import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { type SimulateOptions, simulate } from "../../src/particles/simulate.ts";
import { meanOf, problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

const interacting = () =>
  problemOf({
    potential: { F: "0.25*(x^2-1)^2", K: { type: "convolution", expression: "exp(-x^2/0.72)" } },
    alpha: 4,
    time: { end: 0.5, snapshots: 2 },
    observables: { mean: "x" },
  });

describe("an ensemble", () => {
  test("is the same to the bit for one worker and for more", async () => {
    const problem = await interacting();
    const run = (workers: number) => simulate(problem, { n: 300, dt: 0.05, replicas: 10, seed: 42, workers, keepPositions: true });
    const alone = await run(1);
    for (const workers of sized([3], [2, 8])) {
      const shared = await run(workers);
      expect(shared.records.map(({ table, positions }) => [bytes(table), bytes(positions)])).toEqual(
        alone.records.map(({ table, positions }) => [bytes(table), bytes(positions)]),
      );
      expect(shared.snapshots).toEqual(alone.snapshots);
    }
  });

  test("has replicas that differ, are uncorrelated, and depend on the seed and on nothing else", async () => {
    const problem = await problemOf({ potential: { F: "0.25*(x^2-1)^2" }, alpha: 4, observables: { mean: "x" } });
    const options = { n: 100, dt: 0.05, replicas: 200, workers: 1, keepPositions: true };
    const [first, again, other] = [await run(7), await run(7), await run(8)];
    async function run(seed: number) {
      const { records } = await simulate(problem, { ...options, seed });
      return records.map(({ table }) => table[5]);
    }
    expect(again).toEqual(first);
    expect(new Set([...first, ...other]).size).toBe(400);
    // Correlation of neighbouring replicas, and of the two seeds: 0 with a standard error of 1 / sqrt(200).
    expect(Math.abs(correlation(first.slice(1), first.slice(0, -1)))).toBeLessThan(4 / Math.sqrt(200));
    expect(Math.abs(correlation(first, other))).toBeLessThan(4 / Math.sqrt(200));
  });

  test("gives replica r the same numbers however many there are", async () => {
    const problem = await interacting();
    const run = (replicas: number) => simulate(problem, { n: 50, dt: 0.05, replicas, workers: 1 });
    expect((await run(3)).records[2]).toEqual((await run(5)).records[2]);
  });

  test("reports each replica once and summarises what they left", async () => {
    const problem = await interacting();
    const seen: number[] = [];
    const { records, snapshots } = await simulate(problem, {
      n: 50,
      dt: 0.05,
      replicas: 6,
      workers: 1,
      keepPositions: true,
      onReplica: ({ replica }) => seen.push(replica),
    });
    expect(seen.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    snapshots.forEach(({ observables, energy, gap, residualOnSupport, statistics }, s) => {
      const means = records.map(({ positions }) => meanOf(positions!.subarray(s * 50, (s + 1) * 50)));
      // Means of 50 and of 6 numbers of order 1, added in any order.
      expect(observables.mean).toBeCloseTo(meanOf(means), 14);
      // The means of the statistics, under the names that the snapshots of every solver have.
      const named = [statistics.observables.mean, statistics.energy, statistics.gap, statistics.residualOnSupport];
      expect([observables.mean, energy, gap, residualOnSupport]).toEqual(named.map(({ mean }) => mean));
      const variance = (6 / 5) * (meanOf(means, (x) => x * x) - meanOf(means) ** 2);
      expect(statistics.observables.mean.nVariance).toBeCloseTo(50 * variance, 12);
      expect(statistics.observables.mean.standardError).toBeCloseTo(Math.sqrt(variance / 6), 14);
    });
  });

  test("reports how far its particles are from a minimiser: mean and spread of V, and its minimum over the domain", async () => {
    const problem = await problemOf({ potential: { F: "0.25*(x^2-1)^2 + 0.1*x" }, alpha: 4 });
    const { records, snapshots } = await simulate(problem, { n: 40, dt: 0.05, keepPositions: true });
    const F = (a: number) => 0.25 * (a * a - 1) ** 2 + 0.1 * a;
    const x = records[0].positions!.subarray(40, 80);
    const mean = meanOf(x, F);
    // The lower root of F' = x^3 - x + 0.1 by Newton's method; F is flat there, so that its value has the error of rounding.
    let lowest = -1;
    for (let k = 0; k < 8; k++) lowest -= (lowest ** 3 - lowest + 0.1) / (3 * lowest ** 2 - 1);
    // Sums of 40 numbers of order 1.
    expect(snapshots[1].gap).toBeCloseTo(mean - F(lowest), 14);
    expect(snapshots[1].residualOnSupport).toBeCloseTo(Math.sqrt(meanOf(x, (a) => (F(a) - mean) ** 2)), 14);
  });

  test("reports the energy of its particles", async () => {
    const problem = await interacting();
    const { records } = await simulate(problem, { n: 40, dt: 0.05, keepPositions: true });
    const x = records[0].positions!.subarray(80, 120);
    const K = (a: number, b: number) => Math.exp(-((a - b) ** 2) / 0.72);
    const energy = meanOf(x, (a) => 0.25 * (a * a - 1) ** 2 + 0.5 * meanOf(x, (b) => K(a, b)));
    // A particle mesh is allowed 1e-7 of max|K| = 1, and half of K enters.
    expect(Math.abs(records[0].table[2 * 5 + 1] - energy)).toBeLessThan(0.5e-7);
  });
});

test("an error in a worker keeps its class, its field and its message", async () => {
  const rough = await problemOf({ potential: { F: "0.5*x^2", K: { type: "convolution", expression: "exp(-abs(x))" } } });
  const error = await simulate(rough, { n: 30000, dt: 0.5, replicas: 2, workers: 2 }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  expect(error).toMatchObject({ name: "InputError", field: "potential.K", remedy: expect.stringContaining("n <= 20000") });
  expect((error as Error).message).toMatch(/potential\.K.*not smooth enough/);
});

describe("options that cannot be used are named", () => {
  const bad: { field: string; options: Partial<SimulateOptions> }[] = [
    ...[0, -1, 1.5, Number.NaN, 1e9].map((n) => ({ field: "--n", options: { n } })),
    ...[0, -0.1, 0.3, Number.NaN, Infinity].map((dt) => ({ field: "--dt", options: { dt } })),
    ...[-1, 0.5, 2 ** 32].map((seed) => ({ field: "--seed", options: { seed } })),
    ...[0, 2.5].map((replicas) => ({ field: "--replicas", options: { replicas } })),
    { field: "--replicas", options: { replicas: 1e7 + 1 } },
    { field: "--workers", options: { workers: 0 } },
    { field: "--replicas", options: { n: 1e7, replicas: 1000, keepPositions: true } },
  ];

  test.each(bad)("$field in $options", async ({ field, options }) => {
    const problem = await interacting();
    await expect(simulate(problem, { n: 10, dt: 0.05, ...options })).rejects.toMatchObject({ name: "InputError", field });
  });

  test("a scheme that does not exist, or has no events to make", async () => {
    const options = { n: 10, dt: 0.05 };
    const unknown = { ...options, scheme: "toString" } as unknown as SimulateOptions;
    await expect(simulate(await interacting(), unknown)).rejects.toMatchObject({ name: "InputError", field: "--scheme" });
    const descent = await problemOf({ dynamics: "gradient-descent" });
    const algorithm = simulate(descent, { ...options, scheme: "algorithm-1" });
    await expect(algorithm).rejects.toMatchObject({ name: "InputError", field: "--scheme" });
  });

  test("an initial distribution outside the domain, as solve refuses it", async () => {
    const problem = await problemOf({ initial: { x: { type: "normal", mean: 40, sd: 0.6 } } });
    const refused = simulate(problem, { n: 10, dt: 0.5, workers: 1 });
    await expect(refused).rejects.toMatchObject({ name: "InputError", field: "initial" });
  });

  test("dynamics without particles", async () => {
    const problem = await problemOf({ dynamics: "unbalanced" });
    await expect(simulate(problem, { n: 10, dt: 0.1 })).rejects.toMatchObject({ name: "InputError", field: "dynamics" });
  });

  test("a scheme that follows another dynamics, with those that follow it", async () => {
    const prior = { x: { type: "normal" as const, mean: 0, sd: 1 } };
    const reinjecting = await problemOf({ dynamics: { type: "reinjection", law: "every-death", prior } });
    for (const scheme of ["algorithm-1", "authors-notebook"] as const) {
      const refused = simulate(reinjecting, { scheme, n: 10, dt: 0.1 });
      await expect(refused).rejects.toMatchObject({ field: "--scheme", remedy: "use one of reinjection" });
    }
    const refused = simulate(await problemOf({}), { scheme: "reinjection", n: 10, dt: 0.1 });
    await expect(refused).rejects.toMatchObject({ field: "--scheme", remedy: expect.stringContaining("algorithm-1") });
  });
});

const bytes = (values: Float64Array | null) => Buffer.from(values!.buffer).toString("base64");

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const product = meanOf(a.map((x, i) => (x - meanA) * (b[i] - meanB)));
  return product / Math.sqrt(meanOf(a, (x) => (x - meanA) ** 2) * meanOf(b, (x) => (x - meanB) ** 2));
}

test("particles that escape to infinity are an error that names dt, not a mean of infinity", async () => {
  const problem = await problemOf({ potential: { F: "20*(x^2-1)^2" }, time: { end: 10, snapshots: 1 } });
  await expect(simulate(problem, { n: 50, dt: 0.5, workers: 1 })).rejects.toThrow(/escape to infinity .* reduce dt = 0.5/);
});
