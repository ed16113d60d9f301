import { describe, expect, test } from "vitest";
import { atFiniteN } from "../../src/fluctuations/finite-n.ts";
import { predictFluctuations, quadratureErrorOf } from "../../src/fluctuations/predict.ts";
import { affordableReplicas, shortEnsemble } from "../../src/fluctuations/short-ensemble.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { rowWidth } from "../../src/particles/replica-record.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { largestVarianceDifference } from "../../src/schemes/covariance.ts";
import strongEvents from "../cases/strong-events.json" with { type: "json" };
import { problemOf, SKEWED_WELL } from "../fixtures.ts";
import { sized } from "../sizes.ts";

const DT = 0.02;
const strong = createProblem(strongEvents as never);
const wells = problemOf(SKEWED_WELL);

describe("n Var at a small n", () => {
  test("is that of an ensemble, and the limit is said to be far from it", async () => {
    const problem = await strong;
    const predicted = predictFluctuations(problem, { n: 30, dt: DT });
    const { ensemble, near, ratio, where } = atFiniteN(problem, predicted);
    expect(near).toBe(false);
    expect(where).toMatch(/at t = 0.5$/);
    expect(ratio).toBeGreaterThan(1.8);
    const last = predicted.snapshots.length * 2 - 2;
    // By 3000 replicas of another program; 4.5 standard errors of both.
    for (const [k, value, error, limit] of [[0, 0.286, 0.032, 0.0743], [1, 0.541, 0.018, 0.2841]]) {
      const [own, ownError] = [ensemble!.nVariances[last + k], ensemble!.nVarianceErrors[last + k]];
      expect(Math.abs(own - value)).toBeLessThan(4.5 * Math.hypot(error, ownError));
      expect(Math.abs(Object.values(predicted.snapshots.at(-1)!.observables)[k].nVariance - limit)).toBeLessThan(1e-4);
    } // biome-ignore format: a table
  });

  test("of a single particle, which has no births and deaths, is that of one that descends", async () => {
    const problem = await strong;
    const { near, ensemble } = atFiniteN(problem, predictFluctuations(problem, { n: 1, dt: DT }), 400);
    expect(near).toBe(false);
    const alone = predictFluctuations(await createProblem({ ...strongEvents, dynamics: "gradient-descent" } as never), {
      n: 1,
      dt: DT,
    });
    alone.snapshots.forEach(({ observables }, s) => {
      Object.values(observables).forEach(({ nVariance }, k) => {
        const i = 2 * s + k;
        expect(Math.abs(ensemble!.nVariances[i] - nVariance)).toBeLessThan(4.5 * ensemble!.nVarianceErrors[i]);
      });
    });
  });

  test("without an ensemble is near the limit or not by the 1/n bias of the means", async () => {
    const problem = await strong;
    const at = (n: number) =>
      atFiniteN(problem, predictFluctuations(problem, { scheme: "event-process", n, dt: DT, nodes: 100 }), 0);
    const [small, large] = [at(30), at(100_000)];
    expect(small).toMatchObject({ ensemble: null, ratio: null, where: null, near: false });
    expect(large).toMatchObject({ ensemble: null, near: true });
    // A bias of order 1/n, in standard deviations of order n^-1/2, with an n Var that does not depend on n.
    expect(small.bias! / large.bias! / Math.sqrt(100_000 / 30)).toBeCloseTo(1, 9);
    expect(small.bias).toBeGreaterThan(0.2);
  });
});

test("n Var at a large n does not differ from the limit by more than noise", async () => {
  const problem = await wells;
  const { near, ratio, where } = atFiniteN(problem, predictFluctuations(problem, { n: 1000, dt: DT, nodes: 100 }), 150);
  expect({ near, ratio, where }).toEqual({ near: true, ratio: 1, where: null });
});

describe("a short ensemble", () => {
  test("has the moments of `simulate`, and the same numbers every time", async () => {
    const problem = await wells;
    const own = shortEnsemble(problem, "algorithm-1", { n: 20, dt: 0.1 }, 30);
    expect(shortEnsemble(problem, "algorithm-1", { n: 20, dt: 0.1 }, 30)).toEqual(own);
    const theirs = await simulate(problem, { scheme: "algorithm-1", n: 20, dt: 0.1, replicas: 30, seed: 0x6e6f6973, workers: 1 });
    // Of the same replicas, to the bit; `simulate` adds their moments up in another order (moment-tree.ts).
    const moments = problem.snapshotTimes.flatMap((_, s) =>
      problem.observables.map((_, k) => sampleMoments(theirs.records.map(({ table }) => table[s * rowWidth(problem) + k]))),
    );
    expect(moments.length).toBe(6);
    expect(own.means).toEqual(moments.map(({ mean }) => mean));
    expect(own.nVariances).toEqual(moments.map(({ variance }) => 20 * variance));
    expect(own.nVarianceErrors).toEqual(moments.map(({ varianceError }) => 20 * varianceError));
    own.nVariances.forEach((nVariance, i) => {
      expect(own.covariance[i * 7]).toBeCloseTo(nVariance, 12);
      expect(own.covariance[1 + 6 * i]).toBeCloseTo(own.covariance[i + 6], 12);
    });
  });

  test("has as many replicas as its budget pays for, none if they are too few", async () => {
    const problem = await wells;
    // 50 steps of 20 particles: 1000 a replica.
    expect(affordableReplicas(problem, { n: 20, dt: DT }, 1e6)).toBe(1000);
    expect(affordableReplicas(problem, { n: 20, dt: DT }, 1e9)).toBe(2000);
    expect(affordableReplicas(problem, { n: 20, dt: DT }, 99_000)).toBe(0);
  });
});

/** n Var at t = 1 of 2000 replicas of n = 200 at dt = 0.02 by NumPy: theta[searchsorted(cumsum(w), (arange(n) + U) / n)], shuffled before or not. */
const NUMPY = {
  "resampling-systematic": [[2.9097, 0.092], [0.6983, 0.0221], [1.1082, 0.035]],
  "resampling-shuffled": [[4.0677, 0.1286], [0.9501, 0.03], [1.5132, 0.0478]],
} as const; // biome-ignore format: a table

test("systematic resampling in the order of the list, and shuffled, have the noise that NumPy gives, far above that of the mean partition", async () => {
  const problem = await wells;
  const limit = Object.values(predictFluctuations(problem, { scheme: "resampling", n: 200, dt: DT }).snapshots[1].observables);
  for (const scheme of ["resampling-systematic", "resampling-shuffled"] as const) {
    const { nVariances, nVarianceErrors } = shortEnsemble(problem, scheme, { n: 200, dt: DT }, 400);
    NUMPY[scheme].forEach(([value, error], k) => {
      expect(Math.abs(nVariances[3 + k] - value), `${scheme} ${k}`).toBeLessThan(3 * Math.hypot(error, nVarianceErrors[3 + k]));
      expect(value).toBeGreaterThan(2 * limit[k].nVariance);
    });
  }
});

test("the noise of the authors' notebook is that of an ensemble, with its mean of V positive or negative", async () => {
  // A constant in V changes the notebook's scheme: its population then shrinks, or grows, in each step.
  for (const constant of sized([1], [0, 1, -1])) {
    const problem = await problemOf({
      ...(await wells).definition,
      potential: { F: `0.25*(x^2-1)^2 + 0.15*x + ${constant}` },
      time: { end: 1, snapshots: [0.25, 0.5, 1] },
    });
    const options = { scheme: "authors-notebook", n: 1000, dt: 0.05 } as const;
    const { snapshots } = predictFluctuations(problem, options);
    const ensemble = await simulate(problem, { ...options, replicas: sized(200, 500), seed: 3, workers: 1 });
    snapshots.forEach(({ time, observables }, s) => {
      for (const [name, { mean, nVariance, control }] of Object.entries(observables)) {
        const own = ensemble.snapshots[s].statistics.observables[name];
        expect(Math.abs(own.nVariance - nVariance), `n Var of ${name} at ${time}, ${constant}`).toBeLessThan(
          3 * own.nVarianceError,
        );
        // The 1/n bias is at most some units over n.
        expect(Math.abs(own.mean - mean), `${name} at ${time}, ${constant}`).toBeLessThan(3.5 * own.standardError + 2 / 1000);
        // What the copies and removals add is seen by the ensemble.
        if (time === 1) expect(control).toBeGreaterThan(own.nVarianceError);
      }
    });
  }
});

describe("honesty of a prediction", () => {
  test("what fewer nodes change is small where the distribution is smooth, and large where they miss it", async () => {
    const problem = await wells;
    const options = { scheme: "resampling-multinomial", n: 100, dt: 0.1 } as const;
    const error = (nodes: number) =>
      quadratureErrorOf(problem, { ...options, nodes }, predictFluctuations(problem, { ...options, nodes }));
    expect(error(100)).toBeLessThan(1e-6);
    // 4 nodes are the fewest that may be asked for; the second opinion has 3.
    for (const nodes of [4, 8]) expect(error(nodes)).toBeGreaterThan(0.02);
  });

  test("where a narrow bandwidth raises the count of nodes, fewer are still fewer", async () => {
    const problem = await problemOf({
      potential: { F: "x^2/2" },
      dynamics: "pure-birth-death",
      temperature: 0.4,
      reaction: { type: "free-energy", bandwidth: 0.1 },
      initial: { x: { type: "normal", mean: 0.3, sd: 0.7 } },
      time: { end: 0.2, snapshots: 1 },
      observables: { mean: "x" },
    });
    // 64 and 45 nodes, 0.13 and 0.19 apart, would both be raised to 85.
    const options = { scheme: "algorithm-1", n: 100, dt: 0.1, nodes: 64 } as const;
    const found = predictFluctuations(problem, options);
    const finer = predictFluctuations(problem, { ...options, nodes: 800 });
    const error = quadratureErrorOf(problem, options, found);
    expect(error).toBeGreaterThan(largestVarianceDifference(found.parts, finer.parts));
    expect(error).toBeLessThan(0.01);
  });

  test("an observable that is no number where there is mass is refused by name", async () => {
    const problem = await problemOf({ observables: { mean: "x", root: "sqrt(x)" } });
    expect(() => predictFluctuations(problem, { n: 10, dt: 0.1 })).toThrow(/observables.root/);
  });

  test("all particles of the notebook's scheme may die at once", async () => {
    const problem = await problemOf({ potential: { F: "100 + x" }, observables: { mean: "x" } });
    expect(() => predictFluctuations(problem, { scheme: "authors-notebook", n: 10, dt: 0.1 })).toThrow(/die at once/);
  });
});
