import { beforeAll, describe, expect, test } from "vitest";
import { testNoise } from "../../src/comparison/noise-tests.ts";
import { refineMeans } from "../../src/fluctuations/bias.ts";
import { type NoiseModels, noiseModels } from "../../src/fluctuations/noise-models.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { SchemeName } from "../../src/schemes/schemes.ts";
import strongEvents from "../cases/strong-events.json" with { type: "json" };
import { problemOf, SKEWED_WELL } from "../fixtures.ts";
import { sized } from "../sizes.ts";

const DT = 0.02;
const REPLICAS = 100;

/** Replica means of ensembles with seeds of their own, each shape [replicas, snapshots, observables]. */
async function ensembles(problem: Problem, scheme: SchemeName, n: number, count: number): Promise<Float64Array[]> {
  const S = problem.snapshotTimes.length;
  const P = problem.observables.length;
  const run = async (seed: number) => {
    const { records } = await simulate(problem, { scheme, n, dt: DT, replicas: REPLICAS, seed, workers: 1 });
    const table = new Float64Array(REPLICAS * S * P);
    records.forEach((record, r) => {
      const width = record.table.length / S;
      for (let i = 0; i < S * P; i++) table[r * S * P + i] = record.table[Math.floor(i / P) * width + (i % P)];
    });
    return table;
  };
  return Promise.all(Array.from({ length: count }, (_, k) => run(1000 + k)));
}

function noiseOf(problem: Problem, table: Float64Array, n: number, models: NoiseModels) {
  const names = problem.observables.map(({ name }) => name);
  return testNoise(table, REPLICAS, n, problem.snapshotTimes, names, models, 0.01);
}

describe("right particles of n = 30 with strong events, where the limit n -> infinity is off by factors", () => {
  const right = createProblem(strongEvents as never);
  const n = 30;

  test("fit a noise model that is simulated at n, that of their scheme above all, and would not fit the limits", async () => {
    const problem = await right;
    const biases = refineMeans(problem, { scheme: "event-process", n, dt: null }).map(({ observables }) =>
      Object.values(observables).map(({ bias }) => bias),
    );
    const models = noiseModels(problem, { n, dt: DT }, biases);
    expect(models.models.every(({ simulated }) => simulated !== null && simulated.replicas === 2000)).toBe(true);
    const limits = noiseModels(problem, { n, dt: DT }, biases.map((row) => row.map(() => 0))); // biome-ignore format: one call
    expect(limits.models.every(({ simulated }) => simulated === null)).toBe(true);
    const found = { none: 0, own: 0, noLimit: 0 };
    const count = sized(10, 40);
    for (const table of await ensembles(problem, "algorithm-1", n, count)) {
      const { model, fits } = noiseOf(problem, table, n, models);
      if (model === null) found.none++;
      if (fits.find(({ scheme }) => scheme === "algorithm-1")?.fits) found.own++;
      if (noiseOf(problem, table, n, { ...limits, rest: () => [] }).model === null) found.noLimit++;
    }
    // 1% of 40; three and more would come by chance in 1 of 130 cases. Of 10, two and more in 1 of 240.
    const most = sized(1, 2);
    expect(found.none).toBeLessThanOrEqual(most);
    expect(found.own).toBeGreaterThanOrEqual(count - most);
    expect(found.noLimit).toBeGreaterThanOrEqual(0.75 * count);
  });
});

describe("particles of systematic resampling in the order of the list, and shuffled", () => {
  const n = 200;
  let problem: Problem;
  /** Their simulations, most of the time here, are made once. */
  let models: NoiseModels;
  beforeAll(async () => {
    problem = await problemOf(SKEWED_WELL);
    models = noiseModels(problem, { n, dt: DT }, [[0, 0, 0], [0, 0, 0]]); // biome-ignore format: one call
  });

  test.each((["resampling-systematic", "resampling-shuffled"] as const).slice(0, sized(1, 2)))(
    "fit none of the limits, and their own model by simulation: %s",
    async (scheme) => {
      for (const table of await ensembles(problem, scheme, n, sized(2, 4))) {
        const { model, fits } = noiseOf(problem, table, n, models);
        expect(fits.filter((fit) => fit.simulated === null && fit.fits).map((fit) => fit.scheme)).toEqual([]);
        expect(fits.find((fit) => fit.scheme === scheme)).toMatchObject({ fits: true, simulated: 2000 });
        expect(model).toMatch(/^resampling-(systematic|shuffled)$/);
      }
      // Where the scheme is known its own model is among the first, whatever else fits.
      const known = noiseModels(problem, { n, dt: DT, scheme }, [[0, 0, 0], [0, 0, 0]]); // biome-ignore format: one call
      expect(known.models.map((one) => one.scheme)).toEqual([...models.models.map((one) => one.scheme), scheme]);
      expect(known.rest().map((one) => one.scheme)).not.toContain(scheme);
    },
  );

  test("are not simulated where another model fits, nor where there is no dt", async () => {
    const problem = await createProblem(strongEvents as never);
    const { models, rest } = noiseModels(problem, { n: 1000, dt: null }, null);
    expect(rest()).toEqual([]);
    expect(models.every(({ simulated }) => simulated === null)).toBe(true);
  });
});
