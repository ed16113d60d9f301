import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NUMBER, numberOf, OPTIONAL_NUMBER, OPTIONAL_TEXT, TEXT, TIMES } from "../../../src/explorer/form/formats.ts";
import { readTree, writeTree } from "../../../src/explorer/form/json-text.ts";
import { parseProblemText } from "../../../src/problem-file/problem-file.ts";
import { errorOf } from "../../fixtures.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("0", "1", "9", ".", "e", "-", "+", " ", ",", "\ud800", "\u202e") }),
);

describe("a number typed", () => {
  it("is what JSON reads where that is a finite number", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.double().map(String), fc.json()), (text) => {
        let value: unknown;
        try {
          value = JSON.parse(text);
        } catch {
          return;
        }
        // Negative zero is 0: JSON would show it so.
        if (typeof value === "number" && Number.isFinite(value)) expect(numberOf(text)).toBe(value + 0);
        else expect(numberOf(text)).toBe(text);
      }),
    );
  });

  const read: [string, number | string][] = [
    ["0.5", 0.5],
    ["1e-3", 1e-3],
    ["-3", -3],
    [" 7 ", 7],
    [".5", 0.5],
    ["1.", 1],
    ["-0", 0],
    ["-0e3", 0],
    ...["", "-", "1e-", "0x10", "1,5", "Infinity", "NaN", "1e999", "1 2", "१"].map((text): [string, string] => [text, text]),
  ];
  for (const [text, value] of read) it(`"${text}" is ${JSON.stringify(value)}`, () => expect(numberOf(text)).toBe(value));

  it("is itself where it is 3 MB of digits, on which a match that takes the square of the length would not end", () => {
    for (const end of ["", "x", "e", "."]) {
      const text = "1".repeat(3_000_000) + end;
      expect(numberOf(text) === text, end).toBe(true);
    }
  });

  it("is removed by an empty text where it need not be there, and stays a text where it must", () => {
    expect(OPTIONAL_NUMBER.read(" ")).toBeUndefined();
    expect(OPTIONAL_TEXT.read("")).toBeUndefined();
    expect(NUMBER.read("")).toBe("");
  });
});

describe("a value that is shown", () => {
  it("as a number or text is read back from the shown text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(TEXT.read(TEXT.show(text)!)).toBe(text);
        expect(NUMBER.show(NUMBER.read(text))).not.toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(NUMBER.read(NUMBER.show(value)!)).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it("as times is read back from the shown text, whatever was typed", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const times = TIMES.read(text);
        expect(TIMES.read(TIMES.show(times)!)).toStrictEqual(times);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }))), (list) => {
        const text = TIMES.show(list);
        if (text !== null) expect(TIMES.read(text)).toEqual(list.map((time) => (time === 0 ? expect.closeTo(0) : time)));
      }),
    );
    expect(TIMES.read("0, 0.25,1,")).toEqual([0, 0.25, 1]);
    expect(TIMES.read("0,,x")).toEqual([0, "", "x"]);
    for (const odd of [null, 4, [null], [[1]], ["1"], ["1,2"], { 0: 1 }]) expect(TIMES.show(odd)).toBeNull();
  });
});

describe("JSON typed", () => {
  it("is the tree that it holds, whatever its shape", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(readTree(writeTree(value), "JSON")).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("is refused in the words of the command line where it is none", () => {
    for (const text of ["", "{", '{"a": 1,}', "</script>", "\ud800", "{'a': 1}"]) {
      const message = (errorOf(() => parseProblemText(text, "JSON")) as Error).message;
      expect(() => readTree(text, "JSON")).toThrow(message);
      expect(message).toContain("not JSON");
    }
  });

  it("is refused where it nests so deep that walking it would overflow the stack", () => {
    for (const depth of [100, 1e5, 1e6]) {
      for (const text of ["[".repeat(depth) + "]".repeat(depth), `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`]) {
        expect(() => readTree(text, "JSON")).toThrow(/^JSON: (nested more than 64 deep|not JSON)/);
      }
    }
  });
});
