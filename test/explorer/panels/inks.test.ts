import { expect, test } from "vitest";
import { INKS, ON_DENSITY } from "../../../src/explorer/panels/inks.ts";
import { CIVIDIS, contrast, parseColour, unpackColour } from "../../../src/explorer/panels/palette.ts";
import { THEMES, type ThemeName } from "../../../src/figures/theme.ts";

/** WCAG 2.2, 1.4.3 and 1.4.11. */
const OF_TEXT = 4.5;
const OF_LINES = 3;

test.each(["light", "dark"] as const)("lines and texts of the %s theme stand out from their ground", (name: ThemeName) => {
  const { text, muted, back, soft, accent } = THEMES[name];
  for (const ground of [back, soft].map(parseColour)) {
    for (const colour of [text, muted, accent])
      expect(contrast(parseColour(colour), ground), colour).toBeGreaterThanOrEqual(OF_TEXT);
  }
  const lines = Object.values(INKS[name]).flat() as string[];
  expect(lines.length).toBeGreaterThan(10);
  for (const colour of lines) expect(contrast(parseColour(colour), parseColour(back)), colour).toBeGreaterThanOrEqual(OF_LINES);
});

test("black on white has the largest contrast there is, of 21, whichever comes first", () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 12);
  expect(contrast([255, 255, 255], [0, 0, 0])).toBeCloseTo(21, 12);
});

test("what lies on the colours of a density stands out where most of it lies, on the dark half", () => {
  for (const colour of Object.values(ON_DENSITY)) expect(contrast(parseColour(colour), unpackColour(CIVIDIS[48]))).toBeGreaterThanOrEqual(OF_LINES); // biome-ignore format: one line
});
