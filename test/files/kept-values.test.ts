import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { openKept } from "../../src/files/kept-values.ts";
import { emptyFolder } from "../cli/run.ts";
import { errorOf } from "../fixtures.ts";

const VALUE = {
  numbers: Float64Array.of(0.1, -0, Number.NaN, Infinity, 5e-324),
  counts: Int32Array.of(-1, 2 ** 31 - 1),
  list: [{ name: "x", since: null, share: 1 / 3, held: true }, undefined],
};

function open(folder: string, identity: object = { problem: { end: 1 } }) {
  const warnings: string[] = [];
  return { ...openKept(folder, { option: "--checkpoint", identity, warn: (text) => warnings.push(text) }), warnings };
}

test("plain data come back bit for bit, in a folder that says what it belongs to", () => {
  const folder = join(emptyFolder(), "kept");
  const first = open(folder);
  expect([first.names, first.get("run")]).toEqual([[], undefined]);
  first.put("run", VALUE);
  first.put("run", { ...VALUE, list: [] });
  first.put("run", VALUE);
  const second = open(folder);
  expect([second.names, second.get("run")]).toEqual([["run"], VALUE]);
  expect(readdirSync(folder).sort()).toEqual(["kept.json", "run.kept"]);
  expect(() => first.put("run", { step: () => 1 })).toThrow(/could not be cloned/);
});

test("a folder of another problem, or with other files, is refused, and nothing is changed in it", () => {
  const folder = join(emptyFolder(), "kept");
  open(folder).put("run", VALUE);
  const before = readFileSync(join(folder, "kept.json"));
  const error = errorOf(() => open(folder, { problem: { end: 2 } }));
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toMatch(/its problem.end is 1, and this one's 2; choose another folder/);
  expect(readFileSync(join(folder, "kept.json"))).toEqual(before);
  const other = emptyFolder();
  writeFileSync(join(other, "notes.txt"), "");
  expect(errorOf(() => open(other))).toBeInstanceOf(InputError);
  expect(readdirSync(other)).toEqual(["notes.txt"]);
  expect(errorOf(() => open(join(other, "notes.txt")))).toBeInstanceOf(InputError);
  writeFileSync(join(folder, "kept.json"), before.subarray(0, 20));
  expect((errorOf(() => open(folder)) as Error).message).toMatch(/damaged kept.json/);
});

test("a damaged value is set aside with a warning, wherever a bit flips or the file ends", () => {
  const bytes = (() => {
    const folder = emptyFolder();
    open(folder).put("run", VALUE);
    return readFileSync(join(folder, "run.kept"));
  })();
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 8 }), (place, bit) => {
      const folder = emptyFolder();
      open(folder);
      const changed = damaged(bytes, place, bit);
      writeFileSync(join(folder, "run.kept"), changed);
      const found = open(folder);
      expect(found.get("run")).toBeUndefined();
      expect(found.warnings.join()).toMatch(/set aside as run.kept.damaged and computed again/);
      expect(readdirSync(folder).sort()).toEqual(["kept.json", "run.kept.damaged"]);
    }),
    { seed: 1, numRuns: 60 },
  );
});

/** One bit turned over, or the end cut off. */
function damaged(bytes: Buffer, place: number, bit: number): Buffer {
  if (bit === 8) return bytes.subarray(0, place);
  const copy = Buffer.from(bytes);
  copy[place] ^= 1 << bit;
  return copy;
}

test("a value of another name or folder is none of this one", () => {
  const [here, there] = [emptyFolder(), emptyFolder()];
  open(there, { problem: 2 }).put("run", VALUE);
  const first = open(here);
  first.put("other", VALUE);
  writeFileSync(join(here, "run.kept"), readFileSync(join(there, "run.kept")));
  writeFileSync(join(here, "third.kept"), readFileSync(join(here, "other.kept")));
  expect([first.get("run"), first.get("third"), first.get("other")]).toEqual([undefined, undefined, VALUE]);
  expect(first.warnings.join()).toMatch(/its of is .* its name is "other"/);
});

test("a value that cannot be written is told once, and the work goes on", () => {
  const folder = emptyFolder();
  const kept = open(folder);
  mkdirSync(join(folder, "run.kept"));
  kept.put("run", VALUE);
  kept.put("run", VALUE);
  expect(kept.warnings).toHaveLength(1);
  expect(kept.warnings[0]).toMatch(/cannot be written/);
});
