import { describe, expect, test } from "vitest";
import { createStream, type RandomStream } from "../../src/numerics/random.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { eventProcess } from "../../src/schemes/event-process.ts";
import { meanOf, problemOf } from "../fixtures.ts";
import { largeTest } from "../sizes.ts";

/** Populations of 3 on 3 sites, as the counts on the sites. */
const STATES = Array.from({ length: 4 }, (_, a) => Array.from({ length: 4 - a }, (_, b) => [a, b, 3 - a - b])).flat();
const SITES = [-1, 0.2, 1];
const START = [1, 1, 1];

/** V of the sites under a population. */
type SitePotential = (counts: readonly number[]) => number[];

const indexOf = (counts: readonly number[]) => STATES.findIndex((state) => state.every((count, site) => count === counts[site]));

/** The generator of the process, [from][to], where `potential` is that of the present state, or of `held` where it is given. */
function generatorOf(potential: SitePotential, alpha: number, held?: readonly number[]): number[][] {
  return STATES.map((counts, from) => {
    const V = potential(held ?? counts);
    const mean = counts.reduce((sum, count, site) => sum + (count * V[site]) / 3, 0);
    const row = STATES.map(() => 0);
    counts.forEach((acting, i) => {
      counts.forEach((partners, j) => {
        const rate = (alpha * acting * Math.abs(V[i] - mean) * partners) / 3;
        if (rate === 0) return;
        const next = [...counts];
        next[V[i] > mean ? i : j]--;
        next[V[i] > mean ? j : i]++;
        row[indexOf(next)] += rate;
        row[from] -= rate;
      });
    });
    return row;
  });
}

/** p e^{t Q} by uniformisation: sum_k e^{-L t} (L t)^k / k! p (1 + Q / L)^k. */
function evolve(p: readonly number[], Q: readonly number[][], t: number): number[] {
  const L = Math.max(...Q.map((row, i) => -row[i]));
  let [term, factor] = [[...p], Math.exp(-L * t)];
  const result = term.map((x) => x * factor);
  for (let k = 1; k < 100; k++) {
    term = term.map((x, j) => x + term.reduce((sum, y, i) => sum + y * Q[i][j], 0) / L);
    factor *= (L * t) / k;
    for (let j = 0; j < result.length; j++) result[j] += factor * term[j];
  }
  return result;
}

/** Where one run from a particle on each site ends. */
function finalState(problem: Problem, steps: number, dt: number, stream: RandomStream): number {
  const points = [Float64Array.from(SITES)];
  const stepper = eventProcess.create(problem, 3);
  for (let step = 0; step < steps; step++) stepper.step(points, step * dt, dt, stream);
  return indexOf(SITES.map((site) => points[0].filter((x) => x === site).length));
}

function expectDistribution(problem: Problem, steps: number, dt: number, shares: readonly number[]): void {
  const runs = 8000;
  const stream = createStream(11);
  const seen = STATES.map(() => 0);
  for (let run = 0; run < runs; run++) seen[finalState(problem, steps, dt, stream)]++;
  shares.forEach((p, state) => {
    // Binomial: 4.5 standard errors, of at most 0.0056 each; a state out of reach is never seen.
    expect(Math.abs(seen[state] / runs - p), `${STATES[state]}`).toBeLessThanOrEqual(4.5 * Math.sqrt((p * (1 - p)) / runs));
  });
}

const startNodes = STATES.map((_, state) => (state === indexOf(START) ? 1 : 0));
const ALPHA = 2;

describe("three particles on three sites follow the distribution of the Markov chain", () => {
  test("exactly, where V = F and nothing moves", async () => {
    const problem = await problemOf({ potential: { F: "x^2 + 0.5*x" }, alpha: ALPHA, dynamics: "pure-birth-death" });
    const shares = evolve(
      startNodes,
      generatorOf(() => SITES.map((x) => x ** 2 + 0.5 * x), ALPHA),
      0.9,
    );
    // The distribution does not depend on the steps, as the process is exact in time.
    expectDistribution(problem, 1, 0.9, shares);
    expectDistribution(problem, 3, 0.3, shares);
  });

  test("exactly, where V changes with every event through K", async () => {
    const K = (x: number, y: number) => 3 * Math.exp(-((x - y) ** 2));
    const potential: SitePotential = (counts) =>
      SITES.map((x) => 0.5 * x + counts.reduce((sum, count, site) => sum + (count * K(x, SITES[site])) / 3, 0));
    const problem = await problemOf({
      potential: { F: "0.5*x", K: { type: "pairwise", expression: "3*exp(-(x - x_prime)^2)" } },
      alpha: ALPHA,
      dynamics: "pure-birth-death",
    });
    const shares = evolve(startNodes, generatorOf(potential, ALPHA), 0.9);
    expectDistribution(problem, 2, 0.45, shares);
    // K repels: were V never updated, some state would have a probability that differs by more than the test allows.
    const frozen = evolve(startNodes, generatorOf(potential, ALPHA, START), 0.9);
    expect(Math.max(...shares.map((p, state) => Math.abs(p - frozen[state])))).toBeGreaterThan(0.03);
  });

  // Steps between the sites: V differs, its gradient is 0 at every site, and so the particles of the thinned process stay there.
  const stairs = "0.5*tanh(1e6*(x + 0.5)) - 0.8*tanh(1e6*(x - 0.5))";
  const heights = [0.3, 1.3, -0.3];

  test("by thinning as by Gillespie, where V is constant in time", async () => {
    const problem = await problemOf({ potential: { F: stairs }, alpha: ALPHA });
    const shares = evolve(
      startNodes,
      generatorOf(() => heights, ALPHA),
      0.9,
    );
    expectDistribution(problem, 3, 0.3, shares);
    expectDistribution(await problemOf({ potential: { F: stairs }, alpha: ALPHA, dynamics: "pure-birth-death" }), 3, 0.3, shares);
  });

  test("by thinning with K held over each step", async () => {
    // K(x, x') = s(x) s(x') with s = 1.7 sign(x - 1/2): two features, the same, of weight 1/2 each.
    const problem = await problemOf({
      potential: {
        F: stairs,
        K: { type: "features", expression: "1.7*tanh(1e6*(x - 0.5)) + 0*z", inputs: { z: { min: 0, max: 1, points: 2 } } },
      },
      alpha: ALPHA,
    });
    const signs = SITES.map((x) => 1.7 * Math.sign(x - 0.5));
    const potential: SitePotential = (counts) => {
      const moment = counts.reduce((sum, count, site) => sum + (count * signs[site]) / 3, 0);
      return heights.map((V, site) => V + moment * signs[site]);
    };
    const held = STATES.map((state) => generatorOf(potential, ALPHA, state));
    let shares = startNodes;
    for (let step = 0; step < 3; step++) {
      const before = shares;
      shares = STATES.map(() => 0);
      before.forEach((p, from) => {
        evolve(
          STATES.map((_, state) => (state === from ? p : 0)),
          held[from],
          0.2,
        ).forEach((q, to) => {
          shares[to] += q;
        });
      });
    }
    expectDistribution(problem, 3, 0.2, shares);
  });
});

const normal = { type: "normal" as const, mean: 0.1, sd: 0.6 };
const doubleWell = (snapshots: number[]) =>
  problemOf({
    variables: { x: { min: -3.5, max: 3.5, cells: 512 } },
    potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
    alpha: 4,
    initial: { x: normal },
    time: { end: 1, snapshots },
    observables: { mean: "x" },
  });

largeTest("its n Var is that of docs/golden-numbers.md, and not that of Algorithm 1", async () => {
  const { snapshots } = await simulate(await doubleWell([1]), {
    scheme: "event-process",
    n: 200,
    dt: 0.01,
    replicas: 2000,
    seed: 3,
    workers: 1,
  });
  const { nVariance, nVarianceError } = snapshots[0].statistics.observables.mean;
  // Predicted 1.3401 as n -> infinity and dt -> 0; order 1/n and dt is a hundredth of it or two. Algorithm 1 is at 1.15.
  expect(Math.abs(nVariance - 1.3401)).toBeLessThan(4 * nVarianceError + 0.03);
  expect(nVarianceError).toBeLessThan(0.05);
});

test("a particle far out dies and does not hold up the others", async () => {
  const problem = await problemOf({ potential: { F: "x^4" }, alpha: 1 });
  const n = 100;
  const points = [Float64Array.from({ length: n }, (_, i) => (i === 0 ? 1000 : i / n))];
  // Thrown to x = -4e6 it has V = 2e26: at one bound for all of the step there would be 1e25 candidates.
  eventProcess.create(problem, n).step(points, 0, 1e-3, createStream(1));
  expect(points[0].every((x) => Math.abs(x) < 1)).toBe(true);
});

test("without events it is explicit Euler, wrapped on a periodic axis", async () => {
  const problem = await problemOf({
    variables: { x: { min: -1, max: 1, cells: 16, boundary: "periodic" } },
    potential: { F: "cos(pi*x)" },
    alpha: 0,
    initial: { x: { type: "uniform", min: -1, max: 1 } },
  });
  const x = Float64Array.from({ length: 50 }, (_, i) => -1 + (2 * (i + 0.3)) / 50);
  const points = [x.slice()];
  eventProcess.create(problem, 50).step(points, 0, 0.3, createStream(1));
  points[0].forEach((moved, i) => {
    const free = x[i] + 0.3 * Math.PI * Math.sin(Math.PI * x[i]);
    // A rounding of numbers of order 1 for each of a few operations.
    expect(moved).toBeCloseTo(free - 2 * Math.floor((free + 1) / 2), 14);
  });
  expect(meanOf(x, (value) => Number(Math.abs(value + 0.3 * Math.PI * Math.sin(Math.PI * value)) > 1))).toBeGreaterThan(0.1);
});

test("particles that escape to infinity are an error that names dt", async () => {
  const problem = await problemOf({ potential: { F: "20*(x^2-1)^2" }, alpha: 1e-3, time: { end: 10, snapshots: 1 } });
  const run = simulate(problem, { scheme: "event-process", n: 50, dt: 0.5, workers: 1 });
  await expect(run).rejects.toThrow(/escape to infinity .* reduce dt = 0.5/);
});

test("the events of a step come at the rates of the way from its start to its end, where the range of V grows", async () => {
  const n = 20_000;
  const alpha = 0.01;
  // F = -x^2 / 2: a step of 1 doubles every x, so that the potentials on the way are (1 + 3 s) of those at the start.
  const problem = await problemOf({ potential: { F: "-0.5*x^2" }, alpha, observables: {} });
  const stream = createStream(4);
  const points = [Float64Array.from({ length: n }, () => stream.normal())];
  const V = points[0].map((x) => -0.5 * x * x);
  const mean = meanOf(V);
  const ends = points[0].map((x) => 2 * x);
  eventProcess.create(problem, n).step(points, 0, 1, stream);
  const left = new Set(points[0]);
  const died = ends.filter((x) => !left.has(x)).length;
  // int (1 + 3 s) ds = 5/2. An event in n leaves a particle without a successor; of two at one particle the second counts no more: a share of events over n, 2%.
  const expected = n * alpha * 2.5 * meanOf(V, (v) => Math.abs(v - mean));
  expect(expected).toBeGreaterThan(200);
  // Poisson; rates held at those of the start would give 2/5 of it, and at those of the end 8/5.
  expect(Math.abs(died - expected)).toBeLessThan(4.5 * Math.sqrt(expected) + 0.03 * expected);
});
