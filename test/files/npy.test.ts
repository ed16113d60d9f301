import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeNpy } from "../../src/files/npy.ts";
import { type Written, writeNpy } from "./npy-files.ts";

const double = fc.double({ noNaN: true });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
/** Numbers that each type holds exactly, so that they come back bit for bit. */
const TYPES: Record<string, fc.Arbitrary<number>> = {
  f2: fc.tuple(fc.integer({ min: -2047, max: 2047 }), fc.integer({ min: -24, max: 5 })).map(([m, e]) => m * 2 ** e),
  f4: fc.float({ noNaN: true }),
  f8: double,
  f12: finite,
  f16: finite,
  i1: fc.integer({ min: -128, max: 127 }),
  i2: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  i4: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  i8: fc.maxSafeInteger(),
  u1: fc.nat(255),
  u2: fc.nat(2 ** 16 - 1),
  u4: fc.nat(2 ** 32 - 1),
  u8: fc.nat(Number.MAX_SAFE_INTEGER),
  b1: fc.nat(1),
};

const shapes = fc.array(fc.nat(4), { maxLength: 4 });
const orders = fc.constantFrom("<", ">", "=", "|");
const versions = fc.constantFrom<(1 | 2 | 3)[]>(1, 2, 3);

function arrays(item: fc.Arbitrary<number | string>, kind: string): fc.Arbitrary<Written> {
  return fc.tuple(shapes, orders, fc.boolean(), versions).chain(([shape, order, fortran, version]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    return fc
      .array(item, { minLength: length, maxLength: length })
      .map((items) => ({ descr: order + kind, shape, items, fortran, version }));
  });
}

describe("an array of numpy.save", () => {
  test.each(Object.keys(TYPES))("of %s comes back bit for bit, in C order, from either byte order and either layout", (kind) => {
    fc.assert(
      fc.property(arrays(TYPES[kind], kind), (written) => {
        const read = decodeNpy(writeNpy(written), "a");
        expect(read.shape).toEqual(written.shape);
        // Integers have no -0 to keep.
        const items = kind[0] === "f" ? written.items : written.items.map((item) => (item as number) + 0);
        expect("data" in read && [...read.data]).toEqual(items);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test("of text comes back, names beyond ASCII included", () => {
    const wide = fc.stringMatching(/^[a-zA-Z_éθ𝜃]{0,6}$/u);
    const narrow = fc.stringMatching(/^[a-z]{0,6}$/);
    for (const [kind, names] of [["U6", wide], ["S6", narrow]] as const) {
      fc.assert(
        fc.property(arrays(names, kind), (written) => {
          expect(decodeNpy(writeNpy(written), "a")).toEqual({ shape: written.shape, text: written.items });
        }),
        { seed: 1, numRuns: 40 },
      );
    } // biome-ignore format: a list of pairs
  });

  test("is refused, never misread, whatever piece of it is missing or added", () => {
    fc.assert(
      fc.property(arrays(double, "f8"), fc.nat(), fc.integer({ min: 1, max: 20 }), (written, cut, extra) => {
        const bytes = writeNpy(written);
        expect(() => decodeNpy(bytes.subarray(0, cut % bytes.length), "file: a")).toThrow(/^file: a: .*; write it again/);
        expect(() => decodeNpy(Uint8Array.from([...bytes, ...new Array(extra).fill(0)]), "file: a")).toThrow(/bytes too many/);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test.each([
    ["|O", /Python objects.*dtype=float/],
    ["<c16", /complex numbers.*real and the imaginary/],
    ["<M8[ns]", /type "<M8\[ns\]"/],
    ["|V8", /type "\|V8"/],
    ["<f3", /type "<f3"/],
    ["<U0", /type "<U0"/],
  ])("of %s is refused with the remedy", (descr, message) => {
    expect(() => decodeNpy(writeNpy({ descr, shape: [0], items: [] }), "a")).toThrow(message);
  });

  test("of records, of another version or without its magic is refused", () => {
    const good = writeNpy({ descr: "<f8", shape: [0], items: [] });
    const records = new TextEncoder().encode(
      new TextDecoder("latin1").decode(good.subarray(10)).replace("'<f8'", "[('x', '<f8'), ('y', '<f8')]"),
    );
    const bytes = Uint8Array.from([...good.subarray(0, 8), records.length, 0, ...records]);
    expect(() => decodeNpy(bytes, "a")).toThrow(/records.*each field/);
    expect(() => decodeNpy(good.with(6, 4), "a")).toThrow(/version 4/);
    expect(() => decodeNpy(good.with(0, 0), "a")).toThrow(/not an array of numpy.save/);
    expect(() => decodeNpy(new Uint8Array(0), "a")).toThrow(/is empty/);
  });

  test("with long doubles of another machine is refused", () => {
    // 1.0 in quadruple precision: the exponent stands where x86 has its padding.
    const quadruple = writeNpy({ descr: "<f16", shape: [1], items: [1] });
    quadruple.set([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0xff, 0x3f], quadruple.length - 16);
    expect(() => decodeNpy(quadruple, "a")).toThrow(/not those of x86.*float64/);
  });

  test("of half and extended precision keeps the infinities and what is not a number", () => {
    const half = writeNpy({ descr: "<u2", shape: [3], items: [0x7c00, 0xfc00, 0x7e00] });
    const text = Buffer.from(half).toString("latin1").replace("<u2", "<f2");
    const read = decodeNpy(Uint8Array.from(Buffer.from(text, "latin1")), "a");
    expect("data" in read && [...read.data]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
    const extended = writeNpy({ descr: "<f16", shape: [3], items: [1, 1, 1] });
    const start = extended.length - 48;
    extended.set([0xff, 0x7f], start + 8);
    extended.set([0xff, 0xff], start + 24);
    extended.set([0xc0, 0xff, 0x7f], start + 39);
    const long = decodeNpy(extended, "a");
    expect("data" in long && [...long.data]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
  });
});

test("five million doubles are decoded into one array", () => {
  const shape = [64, 4, 10000, 2];
  const head = writeNpy({ descr: "<f8", shape: [0], items: [] });
  const text = new TextDecoder("latin1").decode(head.subarray(10)).replace("(0,)", `(${shape.join(", ")})`);
  const bytes = new Uint8Array(10 + text.length + 8 * 5_120_000);
  bytes.set([...head.subarray(0, 8), text.length, 0, ...new TextEncoder().encode(text)]);
  bytes[bytes.length - 1] = 0x40;
  const read = decodeNpy(bytes, "a");
  expect("data" in read && read.data).toBeInstanceOf(Float64Array);
  expect("data" in read && read.data[5_119_999]).toBe(2);
});
