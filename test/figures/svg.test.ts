import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Figure, Trace } from "../../src/figures/figure.ts";
import { spread } from "../../src/figures/labels.ts";
import { renderPng } from "../../src/figures/png.ts";
import { renderStillPage } from "../../src/figures/still-page.ts";
import { renderPicture } from "../../src/figures/svg.ts";
import { scaleOf } from "../../src/figures/svg-scales.ts";

const line = (traces: readonly Trace[], more: Partial<Figure> = {}): Figure => ({
  title: "a figure",
  x: { title: "time t" },
  y: { title: "gap" },
  traces,
  ...more,
});
const times = [0, 1, 2, 3];
const values = [1, 0.1, 0, 0.001];
const decay: Trace = { name: "decay", x: times, y: values };

/** Coordinates of the corners of the first path with this colour. */
function cornersOf(svg: string, colour: string): number[][] {
  const [, path] = new RegExp(`<path d="([^"]+)" fill="none" stroke="${colour}"`).exec(svg) ?? [];
  return [...(path ?? "").matchAll(/[ML]([\d.-]+),([\d.-]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

test("a line goes through its points, where the scales of its axes put them", () => {
  const figure = line([{ ...decay, colour: "#123456" }]);
  const corners = cornersOf(renderPicture([figure]).svg, "#123456");
  const width = 560 - 78 - 20;
  const [x, y] = [scaleOf("x", figure.x, figure.traces, [0, width]), scaleOf("y", figure.y, figure.traces, [300, 0])];
  expect(corners).toHaveLength(4);
  corners.forEach(([left, top], k) => {
    expect(left).toBeCloseTo(x(times[k]), 1);
    expect(top).toBeCloseTo(y(values[k]), 1);
  });
  expect(corners[0][1]).toBeLessThan(corners[1][1]);
});

test("on a log axis a value that is not above 0 breaks the line, and the ticks are powers of ten", () => {
  const { svg } = renderPicture([line([{ ...decay, colour: "#123456" }], { y: { title: "gap", log: true } })]);
  const [, path] = /<path d="([^"]+)" fill="none" stroke="#123456"/.exec(svg) ?? [];
  // The last point stands alone.
  expect(path?.match(/M/g)).toHaveLength(2);
  for (const tick of ["0.001", "0.01", "0.1", "1"]) expect(svg).toContain(`>${tick}</text>`);
});

test("texts are shown as texts, each name once in the legend, and notes below all in whole words", () => {
  const figure = line([decay, decay, { ...decay, name: "a < b & c" }], { title: "x <script>" });
  const { svg } = renderPicture([figure], { title: "problem", notes: [`warning: ${"word ".repeat(60)}`] });
  expect(svg).not.toContain("<script>");
  expect(svg.match(/>decay<\/text>/g)).toHaveLength(1);
  expect(svg).toContain("a &lt; b &amp; c");
  expect(svg.match(/word/g)).toHaveLength(60);
});

test("bars begin at 0, areas reach from low to high, error bars their length, cells have the colours of their values", () => {
  const x = { title: "x", range: [0, 10] as const };
  const y = { title: "y", range: [0, 10] as const };
  const width = 560 - 78 - 20;
  const at = (value: number) => 300 - 30 * value;
  const bars = renderPicture([line([{ kind: "bars", name: "bars", x: [5], y: [4], width: 2 }], { x, y })]).svg;
  expect(bars).toContain(`<rect x="${0.4 * width}" y="${at(4)}" width="${0.2 * width}" height="120"`);
  const area: Trace = { kind: "area", name: "area", x: [0, 10], low: [1, 2], high: [3, 4], opacity: 0.5 };
  expect(renderPicture([line([area], { x, y })]).svg).toContain(`M0,${at(3)}L${width},${at(4)}L${width},${at(2)}L0,${at(1)}Z`);
  const errors: Trace = { name: "measured", mode: "markers", x: [5], y: [5], errors: [2] };
  const measured = renderPicture([line([errors], { x, y })]).svg;
  expect(measured).toContain(`M${width / 2},${at(3)}V${at(7)}`);
  // In the legend as well.
  expect(measured).toContain("M18,-7V7");
  const colours = [[0, "#000000"], [0.5, "#888888"], [1, "#ffffff"]] as const; // biome-ignore format: one line
  const cells: Trace = {
    kind: "cells",
    name: "density",
    x: [0, 1],
    y: [0, 1, 2],
    values: [0, 0, 1, 1, 1, 2],
    range: [0, 2],
    colours,
  };
  const svg = renderPicture([line([cells])]).svg;
  // Cells of one colour that follow each other along y are one.
  expect([...svg.matchAll(/Z" fill="(#\w+)"/g)].map(([, colour]) => colour)).toEqual(["#000000", "#888888", "#888888", "#ffffff"]);
});

test("a log axis of less than two decades has its ticks at 1, 2 and 5 times powers of ten", () => {
  const { svg } = renderPicture([line([{ name: "a", x: [0, 1], y: [0.0065, 0.05] }], { y: { title: "gap", log: true } })]);
  for (const tick of ["0.01", "0.02", "0.05"]) expect(svg).toContain(`>${tick}</text>`);
  expect(svg).not.toContain(">0.008</text>");
});

test("a symbol stands after the words of its axis in italics, bars along x reach their length, and lines of one figure have one size of letters", () => {
  const x = { title: "ratio", symbol: "r < 1", range: [0, 10] as const };
  const y = { title: "place", range: [0, 10] as const };
  const marks: Trace = { name: "measured", mode: "markers", x: [5], y: [5], xErrors: [2] };
  const { svg } = renderPicture([line([marks], { x, y })]);
  expect(svg).toContain('ratio <tspan font-style="italic">r &lt; 1</tspan>');
  const width = 560 - 78 - 20;
  expect(svg).toContain(`M${0.3 * width},150H${0.7 * width}`);
  // The title alone is larger.
  expect([...svg.matchAll(/font-size="(\d+)"/g)].map(([, size]) => size)).toEqual(["12", "14"]);
});

test("a label stands at the end of its line in place of an entry in the legend, and a key has an entry without a point", () => {
  const labelled = { ...decay, y: [1, 2, 3, 4], label: "ends here" };
  const { svg } = renderPicture([line([labelled, { name: "the key", x: [], y: [] }, { ...decay, name: "unseen", unnamed: true }])]);
  expect(svg).toContain(">ends here</text>");
  expect(svg).toContain(">the key</text>");
  expect(svg).not.toMatch(/>(decay|unseen)<\/text>/);
  // Too long for a place beside the frame.
  const long = renderPicture([line([{ ...labelled, label: "a label that is much longer than there is room for" }])]).svg;
  expect(long).toContain(">decay</text>");
});

test("labels that would cover each other stand apart, in their order and within the frame", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 15 }), (wanted) => {
      const places = spread(wanted, 15, 300);
      const order = wanted.map((_, k) => k).sort((a, b) => wanted[a] - wanted[b]);
      const sorted = order.map((k) => places[k]);
      for (const [k, place] of sorted.entries()) if (k > 0) expect(place - sorted[k - 1]).toBeGreaterThanOrEqual(15 - 1e-9);
      expect(sorted[0]).toBeGreaterThanOrEqual(0);
      expect(sorted[sorted.length - 1]).toBeLessThanOrEqual(300 + 1e-9);
    }),
  );
  expect(spread([50, 100], 15, 300)).toEqual([50, 100]);
  expect(spread([100, 100], 20, 300)).toEqual([90, 110]);
});

test("a figure in space is refused, not drawn empty", () => {
  const surfaces: Trace = { kind: "surfaces", name: "density", x: [0], y: [0], z: [0], values: [1], levels: [0.5, 0.9] };
  expect(() => renderPicture([line([surfaces], { z: { title: "z" } })])).toThrow("in space");
});

test("a PNG has twice the pixels of its picture, the same bytes each time, and letters without a font of the machine", async () => {
  const picture = renderPicture([line([decay])]);
  const png = await renderPng(picture);
  const view = new DataView(png.buffer, png.byteOffset);
  expect([...png.slice(1, 4)]).toEqual([...Buffer.from("PNG")]);
  expect([view.getUint32(16), view.getUint32(20)]).toEqual([2 * picture.width, 2 * picture.height]);
  expect(Buffer.from(await renderPng(picture)).equals(Buffer.from(png))).toBe(true);
  // Letters make it longer than the same lines without them.
  const bare = { ...picture, svg: picture.svg.replace(/<text[^>]*>[^<]*<\/text>/g, "") };
  expect(png.length).toBeGreaterThan(1.3 * (await renderPng(bare)).length);
});

test("a page holds the pictures and their numbers, and no script", () => {
  const html = renderStillPage("a <page>", ["warning: not resolved"], [line([decay])]);
  expect(html).toContain("a &lt;page&gt;");
  expect(html).toContain("warning: not resolved");
  expect(html).toContain("<svg");
  expect(html).toContain('<td class="number" title="0.001">0.001</td>');
  expect(html).not.toContain("<script");
});
