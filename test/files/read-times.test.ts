import { describe, expect, test } from "vitest";
import { textPrecision } from "../../src/files/precision.ts";
import { type Written, writeNpy, writeNpz } from "./npy-files.ts";
import { read, refused } from "./reading.ts";

const particles = (snapshots: number): Written => ({
  descr: "<f8",
  shape: [1, snapshots, 2, 1],
  items: Array.from({ length: 2 * snapshots }, (_, i) => i),
});
const times = (descr: string, ...items: number[]): Written => ({ descr, shape: [items.length], items });
const decimals = { variables: ["x"], referenceTimes: [0, 0.1, 0.3, 0.7] };

describe("times", () => {
  test.each(["<f2", "<f4", ">f4", "<f8"])("of type %s are those of the reference to their precision", async (descr) => {
    // The nearest numbers of half precision, which single and double precision hold as well.
    const half = [0, 0.0999755859375, 0.300048828125, 0.7001953125];
    const stored = { "<f2": half, "<f4": [0, 0.1, 0.3, 0.7], ">f4": [0, 0.1, 0.3, 0.7], "<f8": [0, 0.1, 0.3, 0.7] }[
      descr
    ] as number[];
    const data = await read(writeNpz({ theta: particles(4), time: times(descr, ...stored) }), decimals);
    expect(data.times).toEqual([0, 0.1, 0.3, 0.7]);
    expect(data.notes.join()).toMatch(descr === "<f8" ? /^$/ : /to the precision of their type, such as 0\.\d+ for 0\.\d/);
  });

  test("of single precision that were summed step by step, or widened, are too", async () => {
    let sum = 0;
    for (let k = 0; k < 7000; k++) sum = Math.fround(sum + Math.fround(1e-4));
    expect(Math.abs(sum - 0.7)).toBeGreaterThan(1e-6);
    for (const descr of ["<f4", "<f8"]) {
      const time = times(descr, 0, Math.fround(0.1), Math.fround(0.3), sum);
      expect((await read(writeNpz({ theta: particles(4), time }), decimals)).times).toEqual([0, 0.1, 0.3, 0.7]);
    }
  });

  test("that are one step off are not", async () => {
    for (const [descr, time, dt] of [["<f8", 0.3 + 1e-8, null], ["<f4", 0.30001, null], ["<f2", 0.303, null], ["<f4", 0.300003, 1e-5]] as const) {
      const arrays = { theta: particles(1), time: times(descr === "<f2" ? "<f4" : descr, time), ...(dt === null ? {} : { dt: times("<f8", dt) }) };
      expect(await refused(writeNpz(arrays), decimals), `${descr} ${time}`).toMatch(/time 0\.30\d* is not in the reference/);
    } // biome-ignore format: four times
  });

  test("of two snapshots are not both one of the reference", async () => {
    const time = times("<f4", 0.1, 0.3, 0.300001, 0.7);
    expect(await refused(writeNpz({ theta: particles(4), time }), { ...decimals, referenceTimes: [0.1, 0.3, 0.7] })).toMatch(
      /0\.30000\d+ and 0\.30000\d+ are both within their precision of t = 0\.3 .*--times/,
    );
  });

  test("of every step are those of the reference, and the others are counted", async () => {
    const every = Array.from({ length: 71 }, (_, k) => Number((0.01 * k).toFixed(12)));
    const file = writeNpz({ theta: particles(71), time: times("<f8", ...every), dt: times("<f8", 0.01) });
    const data = await read(file, decimals);
    expect(data.theta).toEqual(Float64Array.of(0, 1, 20, 21, 60, 61, 140, 141));
    expect(data).toMatchObject({
      times: [0, 0.1, 0.3, 0.7],
      notes: ["left aside: 67 of 71 snapshots, at times that are not compared"],
    });
    const two = await read(file, { ...decimals, times: [0.1, 0.7] });
    expect(two).toMatchObject({ times: [0.1, 0.7], theta: Float64Array.of(20, 21, 140, 141) });
    expect(await refused(file, { ...decimals, times: [0.1, 0.705] })).toMatch(
      /--times .*0\.705 is none of the 71 times of the file/,
    );
    expect(await refused(file, { ...decimals, times: [0.1, 0.2] })).toMatch(/time 0\.2 is not in the reference/);
    const rows = every.flatMap((t, k) => [`${t},${2 * k}`, `${t},${2 * k + 1}`]);
    expect(await read(`time,x\n${rows.join("\n")}`, decimals)).toMatchObject({
      times: data.times,
      theta: data.theta,
      notes: data.notes,
    });
    expect(await read(`time,x\n${rows.join("\n")}`, { ...decimals, times: [0.1, 0.7] })).toMatchObject({ theta: two.theta });
    // Without the start the others must be chosen.
    const late = writeNpz({ theta: particles(70), time: times("<f8", ...every.slice(1)) });
    expect(await refused(late, decimals)).toMatch(/time 0\.01 is not in the reference.*--times/);
    expect((await read(late, { ...decimals, times: [0.1, 0.3, 0.7] })).theta).toEqual(Float64Array.of(18, 19, 58, 59, 138, 139));
  });

  test("named T are the reference's, or a question", async () => {
    const named = (scale: number) =>
      writeNpz({ theta: particles(4), T: times("<f8", ...[0, 0.1, 0.3, 0.7].map((t) => scale * t)) });
    expect((await read(named(1), decimals)).times).toEqual([0, 0.1, 0.3, 0.7]);
    expect(await refused(named(2), decimals)).toMatch(/T may be the time, and it is not that of the reference: .* say --times/);
    expect((await read(named(2), { ...decimals, times: [0, 0.1, 0.3, 0.7] })).notes.join()).toMatch(
      /--times in place of the times of the file/,
    );
    const step = writeNpz({ theta: particles(4), step: times("<i8", 0, 10, 30, 70), T: times("<f8", 300) });
    expect(await refused(step, decimals)).toMatch(/"step" may be the times/);
    const scalar = { theta: particles(4), time: times("<f8", 0, 0.1, 0.3, 0.7), T: { descr: "<f8", shape: [], items: [0.7] } };
    expect((await read(writeNpz(scalar), decimals)).notes).toEqual(["left aside: the arrays T"]);
    const both = { ...scalar, T: times("<f8", 0, 0.2, 0.6, 1.4) };
    expect(await refused(writeNpz(both), decimals)).toMatch(/"time" and "T" may each be the time; say which, e.g. --times time/);
    expect((await read(writeNpz(both), { ...decimals, times: "time" })).times).toEqual([0, 0.1, 0.3, 0.7]);
  });

  test("of another name are refused with a question", async () => {
    const file = writeNpz({ theta: particles(4), when: times("<f8", 0, 0.1, 0.3, 0.7) });
    expect(await refused(file, decimals)).toMatch(
      /the array "when" may be the times \(4 increasing numbers for 4 snapshots\); say --times when if it is/,
    );
    expect(await read(file, { ...decimals, times: "When" })).toMatchObject({ times: [0, 0.1, 0.3, 0.7], notes: [] });
    const table = "when,x\n0.1,1\n0.1,2\n0.3,3\n0.3,4\n";
    expect(await refused(table, decimals)).toMatch(/the column "when" may be the times .*say --times when/);
    expect(await read(table, { ...decimals, times: "when" })).toMatchObject({
      times: [0.1, 0.3],
      theta: Float64Array.of(1, 2, 3, 4),
    });
    await expect(read(writeNpy(particles(4)), { ...decimals, times: "when" })).rejects.toThrow(
      /--times = "when": a file of one array has no names/,
    );
  });

  test("of text are those of the reference to the digits that are written", async () => {
    const thirds = { variables: ["x"], referenceTimes: [1 / 3, 2 / 3, 31 / 3] };
    for (const format of [
      (t: number) => t.toFixed(4),
      (t: number) => `${Number(t.toPrecision(6))}`,
      (t: number) => t.toExponential(5),
    ]) {
      const rows = thirds.referenceTimes.map((t, k) => `${format(t)},${k}`);
      expect(await read(`time,x\n${rows.join("\n")}\n`, thirds), rows.join()).toMatchObject({ times: thirds.referenceTimes });
    }
    expect(await refused("time,x\n0.33,1\n", thirds)).toMatch(/time 0\.33 is not in the reference/);
    expect(await refused("time,x\n0.1,1\n", { variables: ["x"], referenceTimes: [0.13] })).toMatch(
      /time 0\.1 is not in the reference/,
    );
    const { relative, absolute } = textPrecision(["0.1000", "12"]);
    expect(relative).toBeCloseTo(0.5e-3, 12);
    expect(absolute).toBeCloseTo(0.5e-4, 12);
  });
});

test("text is as fine as its last digit, whatever its exponent", () => {
  // Two digits. The last is of 0.01 in the first text; in the second it is before the point, which `relative` holds.
  expect(textPrecision(["2.5e-1", "1e0"])).toEqual({ relative: 0.05, absolute: 0.005 });
  expect(textPrecision(["2.5e3"])).toEqual({ relative: 0.05, absolute: 0.5 });
});
