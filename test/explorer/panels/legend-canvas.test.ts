import { expect, test } from "vitest";
import { legendEntry } from "../../../src/explorer/panels/curves.ts";
import { legendRows } from "../../../src/explorer/panels/legend-canvas.ts";

const widthOf = (text: string) => 7 * text.length;
const entries = (...labels: string[]) => labels.map((label) => legendEntry(label, "#000000", "line"));

test("a legend goes on in the next row where its row is full, and no entry lies on another or beyond the edge", () => {
  const labels = ["mean field", "particles", "gradient-descent", "birth-death", "unbalanced"];
  const placed = legendRows(entries(...labels), 250, 3, widthOf);
  expect(placed.map(({ label }) => label)).toEqual(labels);
  expect(placed.map(({ row }) => row)).toEqual([0, 0, 1, 2, 2]);
  for (const [k, { row, x, label }] of placed.entries()) {
    expect(x + widthOf(label)).toBeLessThan(250);
    const before = placed[k - 1];
    if (before?.row === row) expect(x).toBeGreaterThan(before.x + widthOf(before.label));
  }
});

test("a legend has no more rows than there is room for, and an entry that is wider than a row has one of its own", () => {
  const placed = legendRows(entries("a".repeat(50), "b", "c".repeat(50), "d"), 250, 3, widthOf);
  expect(placed.map(({ row, x }) => [row, x])).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
  ]);
});
