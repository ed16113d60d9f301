import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { encodeNpz } from "../../src/files/npz.ts";
import type { ReadOptions } from "../../src/files/particle-data.ts";
import { readParticles } from "../../src/files/read-particles.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { type Written, writeNpy, writeNpz } from "./npy-files.ts";
import { folder, read, refused } from "./reading.ts";

/** An array whose numbers are 0, 1, 2, ... in C order, so that a number tells its place. */
function counting(...shape: number[]): Written {
  const length = shape.reduce((product, size) => product * size, 1);
  return { descr: "<f8", shape, items: Array.from({ length }, (_, i) => i) };
}

const text = (...items: string[]): Written => ({ descr: "<U8", shape: [items.length], items });
const numbers = (...items: number[]): Written => ({ descr: "<f8", shape: [items.length], items });
const upTo = (length: number) => Array.from({ length }, (_, i) => i);

test("a file of a kind that is not read is named, with what to write in its place", async () => {
  const bytes = (...parts: (number | string)[]) =>
    Uint8Array.from([...parts.flatMap((part) => (typeof part === "number" ? [part] : [...Buffer.from(part)])), ...upTo(40)]);
  const torch = zipSync({ "archive/data.pkl": bytes(0x80, 2), "archive/data/0": bytes() });
  const kinds: [Uint8Array, RegExp][] = [
    [bytes("CDF", 2), /NetCDF-3.*NETCDF4/],
    [bytes(0x1f, 0x8b, 8), /gzip/],
    [bytes(0x80, 2), /is a pickle.*numpy\.savez/],
    [bytes("ARROW1"), /Arrow.*to_parquet/],
    [bytes("MATLAB 5.0 MAT-file"), /MATLAB.*-v7\.3/],
    [bytes(0xff, 0xfe, "x"), /UTF-16.*UTF-8/],
    [bytes('{"theta": [1]}'), /is JSON/],
    [torch, /torch\.save.*numpy\.savez/],
    [zipSync({ "xl/workbook.xml": bytes() }), /Excel.*CSV/],
  ];
  for (const [content, message] of kinds) expect(await refused(content)).toMatch(message);
  // Beside arrays a pickle is left aside, as an array of objects is.
  const both = zipSync({ "theta.npy": writeNpy(counting(1, 3, 4, 2)), "data.pkl": bytes(0x80, 2) });
  expect(await read(both)).toMatchObject({ replicas: 1, n: 4 });
});

describe("an archive of arrays", () => {
  test("of our own particles comes back as it was simulated, without a note", async () => {
    const problem = await createProblem({
      name: "well",
      variables: { x: { min: -2, max: 2, cells: 8 }, y: { min: -2, max: 2, cells: 8 } },
      potential: { F: "x^2/2 + y^2/2" },
      alpha: 1,
      initial: { x: { type: "normal", mean: 0, sd: 0.4 }, y: { type: "normal", mean: 0, sd: 0.4 } },
      time: { end: 1, snapshots: [0, 0.5, 1] },
    });
    const ensemble = await simulate(problem, { n: 5, dt: 0.25, replicas: 3, seed: 7, workers: 1, keepPositions: true });
    expect(await read(encodeNpz(problem, ensemble))).toEqual({
      replicas: 3,
      times: [0, 0.5, 1],
      n: 5,
      theta: Float64Array.from(ensemble.records.flatMap(({ positions }) => [...(positions ?? [])])),
      weights: null,
      dt: 0.25,
      scheme: "algorithm-1",
      notes: [],
    });
  });

  test("may record some of the reference's times, to within rounding", async () => {
    const data = await read(writeNpz({ theta: counting(2, 2, 3, 2), times: numbers(0.5 + 1e-12, 1) }));
    expect(data).toMatchObject({ replicas: 2, times: [0.5, 1], n: 3, theta: Float64Array.from(upTo(24)) });
  });

  test("has its variables reordered by their names, mapped, or chosen by index", async () => {
    const theta = counting(1, 3, 2, 2);
    const swapped = Float64Array.from(upTo(12), (i) => i ^ 1);
    expect((await read(writeNpz({ theta, variables: text("y", "x") }))).theta).toEqual(swapped);
    const mapped = await read(writeNpz({ theta, variables: text("vel", "pos") }), { columns: { x: "pos", y: "vel" } });
    expect(mapped.theta).toEqual(swapped);
    const single = { variables: ["x"], columns: { x: "pos" } };
    expect(await read(writeNpz({ theta: counting(2, 3, 4), variables: text("pos") }), single)).toMatchObject({ replicas: 2, n: 4 });
    const wide = await read(writeNpy(counting(1, 3, 2, 4)), { columns: { x: "3", y: "0" } });
    expect([...wide.theta.slice(0, 4)]).toEqual([3, 0, 7, 4]);
    expect(wide.notes.join()).toMatch(/left aside along the last axis: 1, 2/);
  });

  test("may hold one array for each variable, under its own or a mapped name", async () => {
    const shifted = { ...counting(2, 3, 2), items: upTo(12).map((i) => 100 + i) };
    const expected = Float64Array.from(upTo(12).flatMap((i) => [i, 100 + i]));
    for (const [archive, columns] of [
      [{ y: shifted, x: counting(2, 3, 2) }, {}],
      [
        { vel: shifted, pos: counting(2, 3, 2) },
        { x: "pos", y: "vel" },
      ],
      [{ y: shifted, pos: counting(2, 3, 2), theta: counting(1) }, { x: "pos" }],
    ] as [Record<string, Written>, Record<string, string>][]) {
      expect(await read(writeNpz(archive), { columns })).toMatchObject({ replicas: 2, n: 2, theta: expected });
    }
    expect(await refused(writeNpz({ x: counting(2, 3, 2), y: counting(3, 2) }))).toMatch(
      /differ in shape: x \(2, 3, 2\), y \(3, 2\)/,
    );
  });

  test("may name its only array of floats as it likes; where two could be meant all are listed", async () => {
    const data = await read(
      writeNpz({ arr_0: counting(1, 3, 2, 2), energies: numbers(1, 2), steps: { ...counting(2, 2), descr: "<i8" } }),
    );
    expect(data).toMatchObject({ n: 2, theta: Float64Array.from(upTo(12)) });
    expect(data.notes.join()).toMatch(/left aside: the arrays energies, steps/);
    expect(await refused(writeNpz({ a: counting(3, 2, 2), b: counting(2, 2) }))).toMatch(
      /a \(3, 2, 2\), b \(2, 2\); name it theta/,
    );
    expect(await refused(writeNpz({ label: text("a") }))).toMatch(/it has label \(1\)/);
  });

  test("is refused where names, times or dt do not fit", async () => {
    const theta = counting(1, 3, 2, 2);
    expect(await refused(writeNpz({ theta, variables: text("u", "v") }))).toMatch(
      /no "x"; its variables are u, v; .*--variables x=u,y=v/,
    );
    expect(await refused(writeNpz({ theta, variables: text("x", "y", "z") }))).toMatch(/last axis of 2 for 3 names/);
    expect(await refused(writeNpz({ theta, time: numbers(0, 1) }))).toMatch(/\(1, 3, 2, 2\): 3 snapshots for 2 times \(0, 1\)/);
    expect(await refused(writeNpz({ theta, time: numbers(0, 0.25, 1) }))).toMatch(
      /0\.25 is not in .*t = 0, 0\.25, 1, .*t = 0, 0\.5, 1;/,
    );
    expect(await refused(writeNpz({ theta, time: numbers(0, 1, 0.5) }))).toMatch(/0, 1, 0\.5 do not increase/);
    expect(await refused(writeNpz({ theta, time: numbers(0, 0.5 + 3e-9, 1) }))).toMatch(/not in the reference/);
    expect(await refused(writeNpz({ theta, dt: numbers(-1) }))).toMatch(/dt: not one positive number/);
    expect(await refused(writeNpz({ theta: text("a") }))).toMatch(/theta: holds text/);
    expect(await refused(writeNpz({ theta }), { columns: { z: "0" } })).toMatch(/--variables = "z": not a variable/);
    expect(await refused(writeNpz({ theta }), { columns: { x: "1", y: "1" } })).toMatch(/two variables/);
  });
});

describe("the axes of an array", () => {
  const one = { variables: ["x"] };
  const last = { times: [1] };
  test.each([
    // shape, options, replicas, times, particles
    [[2, 3, 4, 2], {}, 2, [0, 0.5, 1], 4],
    [[2, 2, 4, 2], { times: [0, 1] }, 2, [0, 1], 4],
    [[3, 4, 2], { times: [0, 0.5, 1] }, 1, [0, 0.5, 1], 4],
    [[3, 4, 2], last, 3, [1], 4],
    [[3, 4, 2], { ...last, replicas: 3 }, 3, [1], 4],
    [[4, 2], last, 1, [1], 4],
    [[12, 2], { ...last, replicas: 3 }, 3, [1], 4],
    [[5, 2], { referenceTimes: [2] }, 1, [2], 5],
    [[2, 3, 4, 1], one, 2, [0, 0.5, 1], 4],
    [[2, 3, 4], one, 2, [0, 0.5, 1], 4],
    [[3, 4, 1], { ...one, times: [0, 0.5, 1] }, 1, [0, 0.5, 1], 4],
    [[3, 4], { ...one, times: [0, 0.5, 1] }, 1, [0, 0.5, 1], 4],
    [[3, 4], { ...one, ...last }, 3, [1], 4],
    [[4, 1], { ...one, ...last }, 1, [1], 4],
    [[4], { ...one, ...last }, 1, [1], 4],
    [[12], { ...one, ...last, replicas: 3 }, 3, [1], 4],
  ] as [number[], Partial<ReadOptions>, number, number[], number][])(
    "of shape %j with %j are %i replicas at %j of %i particles",
    async (shape, options, replicas, times, n) => {
      const data = await read(writeNpy(counting(...shape)), options);
      const length = shape.reduce((product, size) => product * size, 1);
      expect(data).toMatchObject({ replicas, times, n, dt: null, theta: Float64Array.from(upTo(length)) });
      expect(data.theta.length).toBe(replicas * times.length * n * (options.variables?.length ?? 2));
    },
  );

  test.each([
    [[2, 3, 4, 3], {}, /shape \(2, 3, 4, 3\): a last axis of 3, where the problem has 2 \(x, y\)/],
    [[2, 2, 4, 2], {}, /2 snapshots without times.*has 3 \(0, 0.5, 1\); add an array "time", or give --times/],
    [[2, 3, 4, 2], { replicas: 3 }, /an axis of 2 replicas, not the 3/],
    [[3, 4, 2], {}, /has no times, and the reference has 3 times: 0, 0.5, 1; .*--times 1/],
    [[4, 4, 2], { times: [0, 1] }, /4 snapshots for 2 times .*expected \[replica, snapshot, particle, variable\]/],
    [[2, 4, 2], { times: [0, 1], replicas: 2 }, /--replicas 2 needs an axis/],
    [[4, 4, 2], { times: [1], replicas: 2 }, /an axis of 4 replicas, not the 2/],
    [[7, 2], { times: [1], replicas: 2 }, /--replicas = 2: 7 particles cannot be split/],
    [[6, 2], { times: [0, 1] }, /no snapshots for 2 times/],
    [[1, 1, 3, 4, 2], {}, /not an array of particles/],
    [[], {}, /not an array of particles/],
    [[2, 3, 0, 2], {}, /holds no particles/],
    [[0, 3, 4, 2], {}, /holds no particles/],
  ] as [number[], Partial<ReadOptions>, RegExp][])("of shape %j with %j are refused", async (shape, options, message) => {
    expect(await refused(writeNpy(counting(...shape)), options)).toMatch(message);
  });

  test("say what was assumed", async () => {
    expect((await read(writeNpy(counting(1, 3, 2, 2)))).notes.join()).toMatch(
      /no times: taken for those of the reference \(0, 0.5, 1\)/,
    );
    expect((await read(writeNpy(counting(3, 2, 2)), last)).notes.join()).toMatch(
      /\(3, 2, 2\) read as \[replica, particle, variable\] at t = 1/,
    );
    const relabelled = await read(writeNpz({ theta: counting(1, 2, 2, 2), time: numbers(50, 100) }), { times: [0.5, 1] });
    expect(relabelled.times).toEqual([0.5, 1]);
    expect(relabelled.notes.join()).toMatch(/--times in place of the times of the file \(50, 100\)/);
  });
});

test("a number that is not finite is refused with its place and how many there are", async () => {
  const theta = counting(2, 3, 4, 2);
  theta.items[24 + 8 + 2 * 2 + 1] = Number.NaN;
  theta.items[47] = Number.POSITIVE_INFINITY;
  expect(await refused(writeNpy(theta))).toMatch(
    /y is NaN in replica 1 of 2, snapshot 1 \(t = 0.5\), particle 2, all counted from 0; 2 such numbers in all/,
  );
});

test("what is no file of particles is refused in one sentence", async () => {
  const options = { variables: ["x"], referenceTimes: [1] };
  mkdirSync(join(folder, "folder"));
  await expect(readParticles(join(folder, "none"), options)).rejects.toThrow(/cannot be read \(no such file/);
  await expect(readParticles(join(folder, "folder"), options)).rejects.toThrow(/cannot be read \(is a folder\)/);
  expect(await refused(Uint8Array.from([0x89, 0x48, 0x44, 0x46, 0xff]))).toMatch(/cannot be read/);
  const archive = writeNpz({ theta: counting(2, 3, 4, 2) });
  for (const length of [4, 40, archive.length - 1, archive.length - 30]) {
    expect(await refused(archive.subarray(0, length))).toMatch(/the archive is damaged/);
  }
});
