import { crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { unzip } from "../../src/files/unzip.ts";

/** What the directory of a made archive says of one member; the offset is added. */
interface Entry {
  name: string;
  content: Uint8Array;
  method?: number;
  flags?: number;
  crc?: number;
  size?: number;
  /** Bytes as they stand in the archive. */
  packed?: Uint8Array;
  /** Sizes and offset in the extra field of 64 bits. */
  long?: boolean;
  offset?: number;
}

const little = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n));

/** An archive put together by the definition of the format, so that each of its fields can lie. */
function made(entries: Entry[], { long = false } = {}): Uint8Array {
  const out: number[] = [];
  const directory: number[] = [];
  for (const entry of entries) {
    const { name, content, method = 0, flags = 0, packed = method === 8 ? deflateRawSync(content) : content } = entry;
    const { crc = crc32(content), size = content.length, offset = out.length } = entry;
    const letters = [...new TextEncoder().encode(name)];
    const common = [...little(flags, 2), ...little(method, 2), 0, 0, 33, 0, ...little(crc, 4)];
    out.push(
      0x50,
      0x4b,
      3,
      4,
      20,
      0,
      ...common,
      ...little(packed.length, 4),
      ...little(size, 4),
      ...little(letters.length, 2),
      0,
      0,
    );
    out.push(...letters, ...packed);
    const extra = entry.long ? [1, 0, 24, 0, ...little(size, 8), ...little(packed.length, 8), ...little(offset, 8)] : [];
    const narrow = (value: number) => (entry.long ? [255, 255, 255, 255] : little(value, 4));
    directory.push(
      0x50,
      0x4b,
      1,
      2,
      20,
      0,
      20,
      0,
      ...common,
      ...narrow(packed.length),
      ...narrow(size),
      ...little(letters.length, 2),
    );
    directory.push(...little(extra.length, 2), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...narrow(offset), ...letters, ...extra);
  }
  const start = out.length;
  const end64 = start + directory.length;
  out.push(...directory);
  if (long) {
    const counts = [...little(entries.length, 8), ...little(entries.length, 8)];
    out.push(0x50, 0x4b, 6, 6, ...little(44, 8), 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...counts);
    out.push(...little(directory.length, 8), ...little(start, 8), 0x50, 0x4b, 6, 7, 0, 0, 0, 0, ...little(end64, 8), 1, 0, 0, 0);
  }
  const [count, bytes, place] = long ? [0xffff, 0xffffffff, 0xffffffff] : [entries.length, directory.length, start];
  out.push(0x50, 0x4b, 5, 6, 0, 0, 0, 0, ...little(count, 2), ...little(count, 2), ...little(bytes, 4), ...little(place, 4), 0, 0);
  return Uint8Array.from(out);
}

const text = (content: string) => new TextEncoder().encode(content);
const content = text("abcabcabcabcabcabcabcabc");

describe("an archive", () => {
  test("gives its members, stored or deflated, with sizes of 32 and of 64 bits", () => {
    for (const long of [false, true]) {
      const bytes = made(
        [
          { name: "a", content, long },
          { name: "θ/b.npy", content, method: 8, long },
          { name: "folder/", content: new Uint8Array(0) },
          { name: "empty", content: new Uint8Array(0), long },
        ],
        { long },
      );
      const files = unzip(bytes, "z");
      expect([...files.keys()]).toEqual(["a", "θ/b.npy", "empty"]);
      expect(files.get("a")).toEqual(content);
      expect(Buffer.compare(files.get("θ/b.npy") as Uint8Array, content)).toBe(0);
    }
  });

  test("of fflate comes back, whatever it holds", () => {
    const member = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), member), fc.constantFrom(0, 9), (files, level) => {
        const read = unzip(zipSync(files, { level: level as 0 | 9 }), "z");
        expect(Object.fromEntries([...read].map(([name, bytes]) => [name, [...bytes]]))).toEqual(
          Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, [...bytes]])),
        );
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test("with any one bit of it flipped is refused, or gives the same", () => {
    const files = { a: content, b: Uint8Array.from({ length: 40 }, (_, i) => (i * 37) % 256) };
    const refusals = [0, 9].map((level) => {
      const bytes = zipSync(files, { level: level as 0 | 9 });
      let refused = 0;
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const flipped = bytes.with(bit >> 3, bytes[bit >> 3] ^ (1 << (bit & 7)));
        try {
          for (const [name, member] of unzip(flipped, "z")) {
            expect([...member], `${bit}`).toEqual([...files[name as "a" | "b"]]);
          }
        } catch (error) {
          expect((error as Error).message, `${bit}`).toMatch(/^z: .*; /);
          refused++;
        }
      }
      return refused / (8 * bytes.length);
    });
    // The rest are times of writing, versions and the like.
    for (const share of refusals) expect(share).toBeGreaterThan(0.6);
  });

  test("cut anywhere, or followed by anything, is refused", () => {
    const bytes = made([{ name: "a", content, method: 8 }]);
    for (let length = 0; length < bytes.length; length++)
      expect(() => unzip(bytes.subarray(0, length), "z"), `${length}`).toThrow(/damaged/);
    expect(() => unzip(Uint8Array.from([...bytes, 0]), "z")).toThrow(/no end record/);
  });

  test.each<[string, Entry[], RegExp]>([
    ["another CRC-32", [{ name: "a", content, crc: 1 }], /the archive is damaged \(CRC-32\): "a" is not what was written/],
    ["another CRC-32 of what is deflated", [{ name: "a", content, method: 8, crc: 1 }], /damaged \(CRC-32\)/],
    ["more than DEFLATE can give", [{ name: "a", content, method: 8, size: 2 ** 30 }], /"a" cannot have 1073741824 bytes of \d+/],
    [
      "more than is read",
      [{ name: "a", content, method: 8, packed: new Uint8Array(3000), size: 3e6 }],
      /have 3000000 bytes, and at most 1000000/,
    ],
    [
      "many that are more together",
      [0, 1].map((k) => ({ name: `${k}`, content: new Uint8Array(6e5), method: 8 })),
      /1200000 bytes, and at most/,
    ],
    ["more inside than it says", [{ name: "a", content: new Uint8Array(5e5), method: 8, size: 10_000 }], /"a" does not inflate/],
    ["less inside than it says", [{ name: "a", content, method: 8, size: 30 }], /"a" has 24 bytes for 30/],
    ["a size of its own", [{ name: "a", content, size: 23 }], /cannot have 23 bytes of 24/],
    ["a password", [{ name: "a", content, flags: 1 }], /"a" is encrypted; write the archive without/],
    ["another method", [{ name: "a", content, method: 14 }], /compressed by method 14; write it with numpy.savez/],
    ["one name twice", [0, 1].map(() => ({ name: "a", content })), /two members are named "a"/],
    ["members on one place", [0, 1].map(() => ({ name: "a", content, offset: 0 })), /"a" and "a" overlap/],
    ["a member elsewhere", [{ name: "a", content, offset: 5 }], /does not begin where/],
    ["a member outside", [{ name: "a", content, long: true, offset: 2 ** 60 }], /would lie outside/],
  ])("with %s is refused", (_, entries, message) => {
    expect(() => unzip(made(entries), "z", 1e6)).toThrow(message);
  });

  test("whose members lie inside one another is refused", () => {
    const inner = made([{ name: "b", content }]);
    // A second entry that points at the member within the stored bytes of the first.
    const outer = made([{ name: "a", content: inner }, { name: "b", content, offset: 31 }]); // biome-ignore format: two members
    expect(() => unzip(outer, "z")).toThrow(/"a" and "b" overlap/);
  });
});
