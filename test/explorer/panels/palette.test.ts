import { expect, test } from "vitest";
import {
  CIVIDIS,
  colourScale,
  DIVERGING,
  lightness,
  packColour,
  parseColour,
  unpackColour,
} from "../../../src/explorer/panels/palette.ts";
import { THEMES } from "../../../src/figures/theme.ts";

const lightnesses = (palette: Uint32Array) => [...palette].map((packed) => lightness(unpackColour(packed)));

/** By how much a list steps back, at most, on its way up. */
function setback(values: readonly number[]): number {
  return Math.max(...values.slice(1).map((value, i) => values[i] - value));
}

test("the palette of densities rises evenly in lightness", () => {
  const L = lightnesses(CIVIDIS);
  // Bytes round by half of 1/255, some 0.4 of a lightness of 100.
  expect(setback(L)).toBeLessThan(0.5);
  expect(L[255] - L[0]).toBeGreaterThan(70);
  const middle = (L[0] + L[255]) / 2;
  expect(Math.abs(L[127] - middle)).toBeLessThan(5);
});

test("a diverging palette has the ground of the page in the middle and leaves it evenly on both sides", () => {
  for (const theme of ["light", "dark"] as const) {
    const L = lightnesses(DIVERGING[theme]);
    const ground = lightness(parseColour(THEMES[theme].back));
    const sign = theme === "light" ? 1 : -1;
    const away = L.map((value) => sign * (ground - value));
    expect(Math.abs(away[127])).toBeLessThan(2);
    expect(Math.abs(away[128])).toBeLessThan(2);
    expect(setback(away.slice(128))).toBeLessThan(0.5);
    expect(setback(away.slice(0, 128).reverse())).toBeLessThan(0.5);
  }
});

test("all colours are opaque, and packing can be undone", () => {
  for (const palette of [CIVIDIS, DIVERGING.light, DIVERGING.dark])
    expect([...palette].every((packed) => packed >>> 24 === 255)).toBe(true);
  expect(unpackColour(packColour([1, 2, 3], 0.5))).toEqual([1, 2, 3]);
});

test("a scale for figures begins and ends with the palette", () => {
  const scale = colourScale(CIVIDIS, "linear");
  expect(scale[0]).toEqual([0, `rgb(${unpackColour(CIVIDIS[0]).join(", ")})`]);
  expect(scale.at(-1)).toEqual([1, `rgb(${unpackColour(CIVIDIS[255]).join(", ")})`]);
});
