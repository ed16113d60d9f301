import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseWeights } from "../../src/files/weights.ts";
import { type Written, writeNpz } from "./npy-files.ts";
import { read, refused } from "./reading.ts";

const array = (shape: number[], at: (i: number) => number): Written => {
  const length = shape.reduce((product, size) => product * size, 1);
  return { descr: "<f8", shape, items: Array.from({ length }, (_, i) => at(i)) };
};

const theta = array([2, 3, 4, 2], (i) => i);
const raw = (i: number) => 1 + ((7 * i) % 5);
/** Raw weights as shares of the populations of four. */
const shares = Float64Array.from({ length: 24 }, (_, i) => {
  const start = i - (i % 4);
  return raw(i) / (raw(start) + raw(start + 1) + raw(start + 2) + raw(start + 3));
});

function expectWeights(found: Float64Array | null, expected: ArrayLike<number>): void {
  expect(found?.length).toBe(expected.length);
  // Some roundings of numbers below one.
  found?.forEach((w, i) => {
    expect(Math.abs(w - expected[i])).toBeLessThan(1e-15);
  });
}

describe("weights", () => {
  test.each(["weights", "weight", "w", "Weights", "W"])("of an array %s are shares of each population", async (name) => {
    for (const shape of [[2, 3, 4], [2, 3, 4, 1]]) expectWeights((await read(writeNpz({ theta, [name]: array(shape, raw) }))).weights, shares); // biome-ignore format: two shapes
  });

  test.each(["log_weights", "log_weight", "logw", "Log_Weights"])(
    "as logarithms %s are the same, whatever is added to them",
    async (name) => {
      for (const shift of [0, -2000, 700]) {
        const found = await read(writeNpz({ theta, [name]: array([2, 3, 4], (i) => Math.log(raw(i)) + shift) }));
        // exp(x) of an x with the rounding of 2000.
        found.weights?.forEach((w, i) => {
          expect(Math.abs(w - shares[i])).toBeLessThan(1e-12);
        });
        expect(found.weights?.length).toBe(24);
      }
    },
  );

  test("of a column stay with their rows, in whatever order these come", async () => {
    const rows = Array.from({ length: 24 }, (_, i) => ({
      i,
      replica: Math.floor(i / 12),
      time: [0, 0.5, 1][Math.floor(i / 4) % 3],
    }));
    for (const [name, write] of [["w", raw], ["logw", (i: number) => Math.log(raw(i))]] as const) {
      const lines = rows.map(({ i, replica, time }) => [replica, time, 2 * i, 2 * i + 1, write(i)].join());
      // Groups interleaved, each in its order.
      const mixed = [...lines.filter((_, i) => i % 4 < 2), ...lines.filter((_, i) => i % 4 >= 2)];
      const data = await read(`replica,time,x,y,${name}\n${mixed.join("\n")}\n`);
      expect(data.theta).toEqual(Float64Array.from(theta.items as number[]));
      data.weights?.forEach((w, i) => {
        expect(Math.abs(w - shares[i])).toBeLessThan(1e-14);
      });
      expect(data.weights?.length).toBe(24);
    } // biome-ignore format: two kinds
  });

  test("of each particle alone are those of every replica and snapshot, where nothing else has that length", async () => {
    const shared = await read(writeNpz({ theta, w: array([4], raw) }));
    expectWeights(
      shared.weights,
      Array.from({ length: 24 }, (_, i) => raw(i % 4) / 11),
    );
    expect(shared.notes.join()).toMatch(/the weights w are those of every replica and snapshot/);
    const square = array([2, 3, 3, 2], (i) => i);
    expect(await refused(writeNpz({ theta: square, w: array([3], raw) }))).toMatch(
      /w: shape \(3\), where the particles have \(2, 3, 3\)/,
    );
  });

  test("follow the order of the axes, and the snapshots that are chosen", async () => {
    const turned = (i: number) => raw(12 * (i % 2) + 4 * (Math.floor(i / 2) % 3) + Math.floor(i / 6));
    const moved = (i: number) => i % 24;
    const file = writeNpz({ theta: array([4, 3, 2, 2], moved), w: array([4, 3, 2], turned), time: array([3], (s) => s / 2) });
    expectWeights((await read(file, { axes: ["particle", "snapshot", "replica", "variable"] })).weights, shares);
    const last = await read(file, { axes: ["particle", "snapshot", "replica", "variable"], times: [1] });
    expectWeights(last.weights, [...shares.slice(8, 12), ...shares.slice(20, 24)]);
  });

  test("that are all one are none; that are told to be none, or to be others, are that", async () => {
    expect((await read(writeNpz({ theta, w: array([2, 3, 4], () => 7) }))).weights).toBeNull();
    const file = writeNpz({ theta, w: array([2, 3, 4], raw), other: array([2, 3, 4], (i) => raw(i + 1)) });
    const none = await read(file, { weights: null });
    expect(none.weights).toBeNull();
    expect(none.notes.join()).toMatch(/left aside: the arrays w, other/);
    const other = (await read(file, { weights: "other" })).weights as Float64Array;
    expect(other[0] / other[1]).toBeCloseTo(raw(1) / raw(2), 14);
    expect(await refused(file, { weights: "mine" })).toMatch(
      /--weights = "mine": nothing in .* has this name; it has theta, w, other/,
    );
    expect(await refused(writeNpz({ theta, w: array([24], raw), W: array([24], raw) }))).toMatch(
      /"w" and "W" may each be the weights; say which, e.g. --weights w/,
    );
  });

  test.each<[string, Record<string, Written>, RegExp]>([
    [
      "negative",
      { w: array([2, 3, 4], (i) => (i === 17 ? -1 : 1)) },
      /w: a weight is -1, below zero in replica 1 of 2, snapshot 1 \(t = 0\.5\), particle 1, .*log_weights/,
    ],
    [
      "not a number",
      { w: array([2, 3, 4], (i) => (i === 5 ? Number.NaN : 1)) },
      /a weight is NaN in replica 0 of 2, snapshot 1 \(t = 0\.5\), particle 1/,
    ],
    ["infinite", { logw: array([2, 3, 4], () => Number.POSITIVE_INFINITY) }, /the logarithm of a weight is Infinity/],
    ["all zero", { w: array([2, 3, 4], (i) => (i >= 8 && i < 12 ? 0 : 1)) }, /all weights are zero in replica 0 of 2, snapshot 2/],
    ["all minus infinity", { logw: array([2, 3, 4], () => Number.NEGATIVE_INFINITY) }, /all weights are zero/],
    [
      "of another shape",
      { w: array([3, 2, 4], () => 1) },
      /w: shape \(3, 2, 4\), where the particles have \(2, 3, 4\); .*--weights none/,
    ],
  ])("that are %s are refused with the place", async (_, arrays, message) => {
    expect(await refused(writeNpz({ theta, ...arrays }))).toMatch(message);
  });

  test("by another name are asked about: their name, or that they are shares, tells", async () => {
    expect(await refused(writeNpz({ theta, particle_weights: array([24], raw) }))).toMatch(
      /the array "particle_weights" may be weights \(so its name says\); say --weights particle_weights if it is, --weights none where it is not/,
    );
    const named = { theta, q: array([2, 3, 4], (i) => shares[i]) };
    expect(await refused(writeNpz(named))).toMatch(
      /"q" may be weights \(its numbers are >= 0 and sum to 1, or to n, in each population\)/,
    );
    expectWeights((await read(writeNpz(named), { weights: "q" })).weights, shares);
    expect((await read(writeNpz({ theta, energy: array([2, 3, 4], raw) }))).weights).toBeNull();
    const table = "x,y,q\n1,2,0.25\n3,4,0.75\n";
    expect(await refused(table, { times: [1] })).toMatch(/the column "q" may be weights/);
    expectWeights((await read(table, { times: [1], weights: "q" })).weights, [0.25, 0.75]);
  });

  test("of extreme size are shares all the same", () => {
    const ensemble = { replicas: 1, times: [0], n: 3 };
    expectWeights(normaliseWeights(Float64Array.of(1e308, 1e308, 0), false, ensemble, "w"), [0.5, 0.5, 0]);
    expectWeights(normaliseWeights(Float64Array.of(5e-324, 5e-324, 0), false, ensemble, "w"), [0.5, 0.5, 0]);
    expectWeights(normaliseWeights(Float64Array.of(-1e6, Number.NEGATIVE_INFINITY, -1e6), true, ensemble, "w"), [0.5, 0, 0.5]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e300, noNaN: true }), { minLength: 3, maxLength: 3 }), (w) => {
        fc.pre(Math.max(...w) > 0);
        const found = normaliseWeights(Float64Array.from(w), false, ensemble, "w");
        if (found !== null) expect(Math.abs(found[0] + found[1] + found[2] - 1)).toBeLessThan(4e-16);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});
