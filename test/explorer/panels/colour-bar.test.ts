import { expect, test } from "vitest";
import { paintCells } from "../../../src/explorer/panels/cells.ts";
import { colourTicks } from "../../../src/explorer/panels/colour-bar.ts";
import { CIVIDIS, type ColourScale, colourScale } from "../../../src/explorer/panels/palette.ts";
import { formatShort } from "../../../src/figures/numbers.ts";

test("the middle of a scale with two sides is 0, whatever the rounding of its ends", () => {
  const ends: [number, number] = [-1, 1 + 2 ** -50];
  expect((ends[0] + ends[1]) / 2).not.toBe(0);
  expect(colourTicks(ends, "linear").map(({ value }) => formatShort(value))).toEqual(["-1", "-0.5", "0", "0.5", "1"]);
});

test("a number of the scale stands where the cells of that value have their colour", () => {
  for (const scale of ["linear", "square root"] satisfies ColourScale[]) {
    for (const { place, value } of colourTicks([0, 3], scale)) {
      const pixels = new Uint32Array(1);
      paintCells(pixels, [value], 1, 1, CIVIDIS, [0, 3], scale);
      // Within an entry of the table: places of ticks are rounded.
      const at = Math.min(255, Math.floor(256 * place));
      expect(CIVIDIS.slice(Math.max(0, at - 1), at + 2), `${scale} ${value}`).toContain(pixels[0]);
    }
  }
});

test("a figure has the colours of the page where its scale says the same value", () => {
  const stops = colourScale(CIVIDIS, "square root");
  expect(stops[8]).toEqual([0.25, colourScale(CIVIDIS, "linear")[8][1]]);
  expect(stops[16][0]).toBe(1);
});
