import { describe, expect, test } from "vitest";
import { copiesIn, refuseCopies } from "../../src/comparison/copies.ts";
import type { ParticleData } from "../../src/files/particle-data.ts";
import { createStream } from "../../src/numerics/random.ts";

const stream = createStream(20261128, 0);
const normal = () => stream.normal();

/** Replicas of n particles at S times; `draw(replica, snapshot)` gives the coordinates of one. */
function ensemble(
  replicas: number,
  S: number,
  n: number,
  draw: (r: number, s: number, i: number) => number,
  variables = 1,
): ParticleData {
  const theta = Float64Array.from({ length: replicas * S * n * variables }, (_, k) => {
    const particle = Math.floor(k / variables);
    return draw(Math.floor(particle / (S * n)), Math.floor(particle / n) % S, particle % n);
  });
  return { replicas, times: Array.from({ length: S }, (_, s) => s), n, theta, weights: null, dt: null, scheme: null, notes: [] };
}

/** The same with the populations of the replicas as told, each permuted and nudged. */
function copied(data: ParticleData, sources: readonly number[], nudge: number): ParticleData {
  const { times, n, theta } = data;
  const width = theta.length / (data.replicas * times.length);
  const d = width / n;
  const out = new Float64Array(sources.length * times.length * width);
  sources.forEach((source, r) => {
    for (let s = 0; s < times.length; s++) {
      const order = Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = Math.floor((i + 1) * stream.uniform());
        [order[i], order[j]] = [order[j], order[i]];
      }
      for (let i = 0; i < n; i++) {
        for (let a = 0; a < d; a++) {
          const from = (source * times.length + s) * width + order[i] * d + a;
          out[(r * times.length + s) * width + i * d + a] = theta[from] + nudge * normal();
        }
      }
    }
  });
  return { ...data, replicas: sources.length, theta: out };
}

describe("copies of replicas", () => {
  test.each([0, 1e-9])("are found in whatever order of the particles, nudged by %d", (nudge) => {
    const sources = [0, 1, 2, 0, 3, 1, 0];
    for (const [n, variables, mean] of [[500, 1, 0], [40, 3, 1], [2, 2, -1]] as const) {
      const data = copied(ensemble(4, 3, n, () => 0.3 * normal() + mean, variables), sources, nudge);
      expect(copiesIn(data, variables), `n = ${n}`).toEqual([[0, 3, 6], [1, 5]]);
      expect(() => refuseCopies(data, variables)).toThrow(/replicas are copies of each other: 0, 3, 6; 1, 5 \(the same particles.*own seed/);
    } // biome-ignore format: three sizes
  });

  test("are found for one particle where its digits tell", () => {
    expect(copiesIn(copied(ensemble(40, 4, 1, normal), [...Array(40).keys(), 7], 0), 1)).toEqual([[7, 40]]);
  });

  test("of numbers with two decimals are found where there are many of them", () => {
    const rounded = () => Math.round(100 * normal()) / 100;
    expect(copiesIn(copied(ensemble(4, 2, 300, rounded), [0, 1, 1, 2, 3], 0), 1)).toEqual([[1, 2]]);
  });

  test.each<[string, ParticleData, number]>([
    ["independent draws of one particle", ensemble(400, 3, 1, normal), 1],
    ["single precision", ensemble(400, 1, 1, () => Math.fround(normal())), 1],
    ["one decimal, few particles", ensemble(200, 1, 2, () => Math.round(10 * normal()) / 10), 1],
    ["tenths that are no doubles", ensemble(200, 1, 2, () => Math.round(10 * normal()) * 0.1), 1],
    ["two sites, many particles", ensemble(100, 4, 1000, () => (stream.uniform() < 0.5 ? 0 : 1)), 1],
    ["one start for all", ensemble(8, 3, 100, (_, s, i) => (s === 0 ? i / 100 : normal())), 1],
    ["all at one point in the end", ensemble(8, 3, 100, (_, s) => (s === 2 ? 0.5 : normal())), 1],
    ["all at one point but for rounding", ensemble(8, 2, 50, (_, s) => (s === 1 ? 0.5 + 1e-15 * normal() : normal())), 1],
    ["equal marginals in other pairs", latinHypercube(8, 100), 2],
    ["two points that all have come to, but for 1e-9", ensemble(50, 1, 10, () => Math.sign(normal()) + 1e-9 * normal()), 1],
    ["two points that few have come to", ensemble(50, 1, 3, () => Math.sign(normal()) + 1e-9 * normal()), 1],
    ["one replica", ensemble(1, 2, 10, () => 1), 1],
  ])("are not seen in %s", (_, data, variables) => {
    expect(copiesIn(data, variables)).toEqual([]);
  });

  test("are not seen where weights differ", () => {
    const data = ensemble(4, 2, 50, (_, s, i) => s + i / 50);
    expect(copiesIn(data, 1)).toEqual([[0, 1, 2, 3]]);
    const weights = Float64Array.from({ length: 400 }, () => stream.uniform() / 25);
    expect(copiesIn({ ...data, weights }, 1)).toEqual([]);
    expect(copiesIn({ ...data, weights: Float64Array.from(weights, (_, k) => weights[k % 100]) }, 1)).toEqual([[0, 1, 2, 3]]);
  });
});

/** Midpoints of strata in each variable, paired at random. */
function latinHypercube(replicas: number, n: number): ParticleData {
  const data = ensemble(replicas, 1, n, () => 0, 2);
  for (let r = 0; r < replicas; r++) {
    const order = Array.from({ length: n }, (_, i) => ({ i, key: stream.uniform() })).sort((a, b) => a.key - b.key);
    order.forEach(({ i }, j) => {
      data.theta[2 * (r * n + j)] = (j + 0.5) / n;
      data.theta[2 * (r * n + j) + 1] = (i + 0.5) / n;
    });
  }
  return data;
}
