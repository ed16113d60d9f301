import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { parseJson } from "../../src/problem-file/json-text.ts";
import { checkProblemDefinition, parseProblemText } from "../../src/problem-file/problem-file.ts";
import { errorOf } from "../fixtures.ts";

const refusal = (text: string) => (errorOf(() => parseJson(text, "p.json")) as Error).message;

test("a name that objects cannot keep is refused with its place", () => {
  const text = `{ "name": "p", "observables": { "__proto__": "x" } }`;
  expect(() => parseProblemText(text, "p.json")).toThrow(/^observables.__proto__: is no name that can be kept/);
});

describe("a key that stands twice", () => {
  it("is refused with its path and its lines, also where escapes or composed letters hide it", () => {
    const twice: [string, RegExp][] = [
      ['{\n"alpha": 1,\n"alpha": 50\n}', /^alpha: stands twice in p\.json, lines 2 and 3; keep one/],
      ['{"alpha": 1, "\\u0061lpha": 1}', /^alpha: stands twice in p\.json, line 1;/],
      ['{"a": {"b": [1, {"c": "}{", "d": 0,\r\n "c": 2}]}}', /^a\.b\.c: stands twice in p\.json, lines 1 and 2;/],
      ['{"é": 1, "e\u0301": 2}', /^é: stands twice/],
      ['{"__proto__": 1, "__proto__": 1}', /^__proto__: stands twice/],
      ['{"a\\"": ":", "a\\"": 1}', /^a": stands twice/],
      ['\uFEFF{"": 1, "": 2}', /stands twice in p\.json/],
    ];
    for (const [text, message] of twice) expect(refusal(text), text).toMatch(message);
  });

  it("is found wherever it is put in any JSON, and nothing is found without it", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.string({ unit: "binary" }), fc.nat(), (text, key, where) => {
        expect(parseJson(text, "p")).toEqual(JSON.parse(text));
        // The same object twice in a list is no fault, one object with a key twice is.
        const name = JSON.stringify(key);
        expect(parseJson(`[{${name}: ${text}}, {${name}: ${text}}]`, "p")).toEqual(JSON.parse(`[{${name}: ${text}}, {${name}: ${text}}]`));
        const inside = `{${name}: ${text}, "other key": 0, ${name}: ${where}}`;
        expect(() => parseJson(`[1, ${inside}]`, "p")).toThrow(/stands twice/);
      }),
      { seed: 401, numRuns: 300 },
    ); // biome-ignore format: one statement a line
  });

  it("is refused in an object handed over too, where two keys are one name in normal form C", () => {
    const laws = { é: { type: "normal", mean: 0, sd: 1 }, "e\u0301": { type: "normal", mean: 0, sd: 1 } };
    const definition = {
      name: "twice",
      variables: { é: { min: -1, max: 1, cells: 8 } },
      potential: { F: "é^2" },
      alpha: 1,
      initial: laws,
      time: { end: 1, snapshots: 1 },
    };
    expect(() => checkProblemDefinition(definition)).toThrow(/^initial\.é: stands twice/);
  });
});

describe("nesting", () => {
  it("of more than 64 is refused in one message, however deep, and JSON of 64 is read", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    expect(parseJson(nested(64), "p")).toBeInstanceOf(Array);
    for (const depth of [65, 1000, 100_000])
      expect(refusal(nested(depth))).toMatch(/^p\.json: (nested more than 64 deep|not JSON)/);
  });

  it("does not keep an error about a value from being made, nor do loops and numbers of other kinds", () => {
    const deep = Array.from({ length: 1e5 }).reduce<unknown[]>((inner) => [inner], []);
    const loop: unknown[] = [];
    loop.push(loop);
    for (const value of [deep, loop, 3n, { toJSON: () => deep }]) {
      expect(new InputError("f", value, "is wrong", "mend it").message).toMatch(/^f = .*: is wrong; mend it$/);
    }
  });
});

it("null in place of a parameter is told from a missing one", () => {
  const definition = {
    name: "null",
    variables: { x: { min: -1, max: 1, cells: 8 } },
    parameters: { a: null },
    potential: { F: "a*x^2" },
    alpha: 1,
    initial: { x: { type: "normal", mean: 0, sd: 1 } },
    time: { end: 1, snapshots: 1 },
  };
  expect(() => checkProblemDefinition(definition)).toThrow(
    /^parameters\.a = null: .*in place of NaN or an infinity; give a finite number/,
  );
});
