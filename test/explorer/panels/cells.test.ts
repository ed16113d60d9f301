import { expect, test } from "vitest";
import { evenly, interpolate, paintCells, splat } from "../../../src/explorer/panels/cells.ts";
import { CIVIDIS } from "../../../src/explorer/panels/palette.ts";

test("the first axis runs to the right, the second upwards, and a cell that is not a number is clear", () => {
  // Cells (0,0) (0,1) (1,0) (1,1) (2,0) (2,1).
  const pixels = new Uint32Array(6);
  paintCells(pixels, [0, 1, 0.5, NaN, -9, 9], 3, 2, CIVIDIS, [0, 1], "linear");
  const [least, most] = [CIVIDIS[0], CIVIDIS[255]];
  expect([...pixels]).toEqual([most, 0, most, least, CIVIDIS[128], least]);
});

test("a larger value never has an earlier colour", () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => i / 500 - 0.5);
  const pixels = new Uint32Array(1000);
  paintCells(pixels, values, 1, 1000, CIVIDIS, [0, 1], "linear");
  const entries = [...pixels].reverse().map((colour) => CIVIDIS.indexOf(colour));
  expect(entries.every((entry, i) => i === 0 || entry >= entries[i - 1])).toBe(true);
});

test("a particle is marked at its place, within the picture also at its corners", () => {
  const pixels = new Uint32Array(100);
  const inside = splat(pixels, 10, 10, [0, 1], [0, 1], [0.05, 0, 1, 2, NaN], [0.95, 0, 1, 0.5, 0.5], Infinity, 1, 7);
  expect(inside).toBe(3);
  expect(pixels[0]).toBe(7);
  expect(pixels[90]).toBe(7);
  expect([...pixels].filter((colour) => colour === 7).length).toBeLessThanOrEqual(3);
  splat(pixels, 10, 10, [0, 1], [0, 1], [0, 1], [0, 1], Infinity, 5, 9);
  expect(pixels[90]).toBe(9);
});

test("a mark of side s away from the rim covers s times s pixels", () => {
  for (const side of [1, 2, 3, 4]) {
    const pixels = new Uint32Array(400);
    splat(pixels, 20, 20, [0, 1], [0, 1], [0.53], [0.53], Infinity, side, 1);
    expect(pixels.reduce((sum, marked) => sum + marked, 0)).toBe(side * side);
  }
});

test("interpolation is exact for linear functions between the centres, and goes round a periodic axis", () => {
  const axis = { min: 0, max: 1, width: 0.25, cells: 4, periodic: false };
  const values = [0.125, 0.375, 0.625, 0.875];
  for (const x of [0.125, 0.2, 0.5, 0.875]) expect(interpolate(values, axis, x)).toBeCloseTo(x, 14);
  expect(interpolate(values, axis, 0)).toBe(0.125);
  expect(interpolate(values, axis, 1.01)).toBeNaN();
  expect(interpolate([1, 0, 0, 3], { ...axis, periodic: true }, 0)).toBe(2);
  expect(interpolate([1, 0, 0, 3], { ...axis, periodic: true }, 1)).toBe(2);
});

test("an even choice is ascending, without repetition and within the count", () => {
  const at = evenly(1234, 500);
  const chosen = Array.from({ length: 500 }, (_, k) => at(k));
  expect(new Set(chosen).size).toBe(500);
  expect(chosen.every((index, k) => k === 0 || index > chosen[k - 1])).toBe(true);
  expect(chosen.at(-1)).toBeLessThan(1234);
  expect(evenly(3, 500)(2)).toBe(2);
});

test("a faded cell is as opaque as the square root of its density is to the most, whatever its colour", () => {
  const pixels = new Uint32Array(4);
  paintCells(pixels, [0, 0.3, 1, Number.NaN], 4, 1, CIVIDIS, [0, 1], "linear", { density: [0, 1, 16, 4], most: 4 });
  expect([...pixels].map((pixel) => pixel >>> 24)).toEqual([0, 128, 255, 0]);
  expect([...pixels].map((pixel) => pixel & 0xffffff).slice(0, 3)).toEqual([0, 76, 255].map((entry) => CIVIDIS[entry] & 0xffffff));
});
