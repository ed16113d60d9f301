import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../../../src/errors.ts";
import type { Configuration } from "../../../src/explorer/engine/configuration.ts";
import { decodeLink, encodeLink } from "../../../src/explorer/state/link.ts";
import { deflate } from "../../../src/files/zip.ts";

const linked = (value: unknown) =>
  `1.${Buffer.from(deflate(new TextEncoder().encode(JSON.stringify(value)))).toString("base64url")}`;

test("a link gives back any JSON that it was made of", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 2 }), (problem, particles) => {
      const configuration = { problem, particles } as unknown as Configuration;
      expect(decodeLink(encodeLink(configuration))).toEqual(JSON.parse(JSON.stringify({ problem, particles })));
    }),
  );
});

test("a link holds only characters that mean nothing in an address", () => {
  expect(encodeLink({ problem: { name: "&?#%<>ü" }, particles: {} } as unknown as Configuration)).toMatch(/^1\.[\w-]+$/);
});

test("any other text is refused as input, and nothing else happens", () => {
  const texts = fc.oneof(fc.string(), fc.string().map((text) => `1.${text}`), fc.base64String().map((text) => `1.${text.replaceAll("=", "")}`)); // biome-ignore format: one list
  fc.assert(
    fc.property(texts, (text) => {
      expect(() => decodeLink(text)).toThrow(InputError);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("a link that was cut off, or of which a character was changed, does not open as something else", () => {
  const text = encodeLink({ problem: { name: "double-well", alpha: 4 }, particles: { n: 100 } } as unknown as Configuration);
  for (let end = 0; end < text.length; end++) expect(() => decodeLink(text.slice(0, end))).toThrow(InputError);
});

test("a link of another version says so", () => {
  expect(() => decodeLink("2.abc")).toThrow(/version 2 .* version 1/);
});

test("a link that would grow beyond all bounds is refused before it does", () => {
  const bomb = linked({ problem: "a".repeat(20_000_000), particles: {} });
  expect(bomb.length).toBeLessThan(100_000);
  expect(() => decodeLink(bomb)).toThrow(/broken/);
});

test("a text that is no configuration is refused", () => {
  for (const value of [null, 3, [], {}, { problem: {} }, { problem: {}, particles: {}, more: 1 }]) {
    expect(() => decodeLink(linked(value)), JSON.stringify(value)).toThrow(/without a problem/);
  }
});

test("cells that follow the mass are in the link, and no other kind of cells is read", () => {
  const whole = { problem: { name: "well" }, particles: { n: 10 } } as unknown as Configuration;
  expect(decodeLink(encodeLink({ ...whole, grid: "moving" })).grid).toBe("moving");
  expect("grid" in decodeLink(encodeLink(whole))).toBe(false);
  expect(() => decodeLink(linked({ ...whole, grid: "other" }))).toThrow(/without cells that stay or move/);
});
