import { expect, test } from "vitest";
import { RIGHT } from "../../validation/false-alarms/draws.ts";
import { measureDrawAlarms } from "../../validation/false-alarms/measure.ts";
import { runJobs } from "../../validation/figure-2/runs.ts";
import { measureLln } from "../../validation/law-of-large-numbers/measure.ts";
import { measurePredictions } from "../../validation/predictions/measure.ts";
import { blocksOf, type KeepPart, keepNoPart } from "../../validation/shared/parts.ts";
import { simulateSizes } from "../../validation/shared/sizes.ts";
import { measureShares } from "../../validation/spurious-fixed-points/line.ts";
import { problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";
import { createStoppingStore, untilItEnds } from "../stopped.ts";

/** Particles leave the domain, so that the tables of features grow. */
const featuresThatParticlesLeave = () =>
  problemOf({
    variables: { x: { min: -1, max: 1, cells: 32 } },
    potential: {
      F: "-1.5*x^2",
      K: { type: "features", expression: "exp(-(x-s)^2)", inputs: { s: { min: -2, max: 2, points: 9 } } },
    },
    initial: { x: { type: "normal", mean: 0.1, sd: 0.3 } },
    time: { end: 0.8, snapshots: [0.4, 0.8] },
    observables: { mean: "x" },
  });

const SIZES = { d: 3, teacherUnits: 2, studentUnits: 4, batch: 5, learningRate: 0.02, steps: 20, recordsPerDecade: 4 };

const STUDIES: Record<string, (keep: KeepPart) => Promise<unknown>> = {
  "comparisons of draws": (keep) =>
    measureDrawAlarms(
      {
        trials: [{ observables: "plain", n: 10, replicas: 8, offset: RIGHT }],
        ...{ comparisons: 4, falseAlarm: 0.05, seed: 3, tolerance: 1e-2 },
      },
      () => {},
      keep,
    ),
  "sums over features": async (keep) => {
    const schemes = ["algorithm-1", "resampling", "gradient-descent"] as const;
    const config = { problem: await featuresThatParticlesLeave(), schemes, n: 300, dt: 0.04, replicas: 8, seed: 1, workers: 1 };
    return measurePredictions(config, () => {}, keep);
  },
  "numbers of particles": async (keep) => {
    const sizes = [400, 200, 300].map((n) => ({ n, replicas: 4 }));
    return simulateSizes(await featuresThatParticlesLeave(), sizes, { dt: 0.04, seed: 1, workers: 1 }, () => {}, keep);
  },
  "a step, then numbers of particles": async (keep) => {
    const problem = await problemOf({ time: { end: 0.2, snapshots: 1 }, observables: { mean: "x" } });
    const sizes = [20, 40, 80].map((n) => ({ n, replicas: 4 }));
    return measureLln({ problem, referenceCells: 32, sizes, seed: 1, workers: 1 }, () => {}, keep);
  },
  "shares of mass": (keep) =>
    measureShares({ tilt: 0.15, alpha: 4, shares: [1e-2, 1e-4, 0], cells: 32, end: 1, snapshots: 4 }, keep),
  "jobs on threads": (keep) => {
    const jobs = [1, 2, 3, 4, 5].map((seed) => ({ setting: { name: "descent" }, sizes: SIZES, seed }));
    return runJobs(jobs, 2, () => {}, keep);
  },
};

test.each(Object.keys(STUDIES).slice(sized(1, 0)))(
  "a study that is stopped again and again has the same rows: %s",
  async (name) => {
    const expected = await STUDIES[name](keepNoPart);
    const { keepPart, parts } = createStoppingStore(1);
    const { result, stops } = await untilItEnds(() => STUDIES[name](keepPart));
    expect(stops).toBeGreaterThan(1);
    expect(parts.size).toBeGreaterThan(2);
    expect(result).toEqual(expected);
  },
);

test("blocks cover a count, each once", () => {
  for (const count of [0, 1, 7, 10, 11, 100]) {
    const blocks = blocksOf(count, 10);
    expect(blocks.length).toBeLessThanOrEqual(10);
    expect(blocks.flatMap(([from, to]) => Array.from({ length: to - from }, (_, k) => from + k))).toEqual([...Array(count).keys()]);
  }
});
