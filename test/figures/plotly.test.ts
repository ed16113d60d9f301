import { expect, test } from "vitest";
import { drawingOf } from "../../src/figures/drawing.ts";
import { type Figure, looksOf, type Series } from "../../src/figures/figure.ts";
import { tableOf } from "../../src/figures/figure-table.ts";
import { toPlotly, toPlotlyRow } from "../../src/figures/plotly.ts";
import { GUIDE, SERIES, THEMES } from "../../src/figures/theme.ts";

const series = (mode: NonNullable<Series["mode"]>, more: Partial<Series> = {}): Series => ({
  name: "s",
  x: [1],
  y: [1],
  mode,
  ...more,
});
const figureOf = (traces: Figure["traces"], more: Partial<Figure> = {}): Figure => ({
  title: "t",
  x: { title: "x" },
  y: { title: "y" },
  traces,
  ...more,
});

test("no two traces of a figure look alike without colour, guides included", () => {
  const drawn = (count: number, mode: "lines" | "markers", dashed: boolean) => {
    const traces = Array.from({ length: count }, () => series(mode, dashed ? { dashed } : {}));
    return looksOf(traces).map(({ dash, symbol }) => (mode === "lines" ? String(dash) : symbol));
  };
  for (const looks of [drawn(5, "lines", false), drawn(3, "lines", true), drawn(7, "markers", false)]) {
    expect(new Set(looks).size).toBe(looks.length);
  }
});

test("guides are grey and take no colour from the others; a trace of a given colour is a whole line", () => {
  const looks = looksOf([series("lines"), series("lines", { dashed: true }), series("lines"), series("lines", { colour: 3 })]);
  expect(looks.map(({ colour }) => colour)).toEqual([SERIES[0], GUIDE, SERIES[1], SERIES[3]]);
  expect(looks[2].dash).not.toEqual([]);
  expect(looks[3].dash).toEqual([]);
});

test("a figure is plain data in the colours of its theme, its texts as text", () => {
  const figure = figureOf([series("lines", { name: "<b>", errors: [NaN], y: [Infinity] })], {
    x: { title: "a & b", log: true, range: [1, 100] },
  });
  const drawn = toPlotly(figure, "dark");
  expect(JSON.parse(JSON.stringify(drawn))).toEqual(drawn);
  expect(drawn.layout.paper_bgcolor).toBe(THEMES.dark.back);
  expect(drawn.layout.xaxis).toMatchObject({ title: { text: "a &amp; b" }, type: "log", range: [0, 2] });
  expect(drawn.data[0]).toMatchObject({ name: "&lt;b&gt;", y: [null], error_y: { array: [null] } });
});

test("an area is filled down to its lower end, which the legend does not name", () => {
  const area = { kind: "area", name: "band", x: [0, 1], low: [0, 0], high: [1, 2], opacity: 0.25, colour: "#0072b2" } as const;
  const [low, high] = toPlotly(figureOf([area]), "light").data;
  expect(low).toMatchObject({ y: [0, 0], showlegend: false });
  expect(high).toMatchObject({ y: [1, 2], showlegend: true, fill: "tonexty", fillcolor: "#0072b240" });
});

test("cells are rows of y, and surfaces have a place for each value, the last variable fastest", () => {
  const colours = [
    [0, "#000"],
    [1, "#fff"],
  ] as const;
  const cells = { kind: "cells", name: "c", x: [0, 1], y: [5, 6, 7], values: [1, 2, 3, 4, 5, 6], range: [0, 6], colours } as const;
  expect(toPlotly(figureOf([cells]), "light").data[0].z).toEqual([[1, 4], [2, 5], [3, 6]]); // biome-ignore format: a matrix
  const values = Array.from({ length: 12 }, (_, k) => k);
  const surfaces = { kind: "surfaces", name: "s", x: [0, 1], y: [5, 6, 7], z: [8, 9], values, levels: [2, 4] } as const;
  const { data, layout } = toPlotly(figureOf([surfaces], { z: { title: "z" } }), "light");
  const { x, y, z, value } = data[0] as Record<string, number[]>;
  expect([x[7], y[7], z[7], value[7]]).toEqual([1, 5, 9, 7]);
  expect(layout.scene).toMatchObject({ zaxis: { title: { text: "z" } } });
});

test("figures beside each other have axes of their own, and one entry in the legend for what both hold", () => {
  const { data, layout } = toPlotlyRow(
    [figureOf([series("lines")]), figureOf([series("lines"), series("lines", { name: "other" })])],
    "light",
  );
  expect(data.map(({ xaxis, showlegend }) => [xaxis, showlegend])).toEqual([
    ["x", true],
    ["x2", false],
    ["x2", true],
  ]);
  expect(layout).toHaveProperty("yaxis2");
  expect(layout.annotations).toHaveLength(2);
});

test("the bar of colours of each figure in a row stands beside it, in place of an entry in the legend", () => {
  const map = { kind: "cells", name: "density", x: [0, 1], y: [0, 1], values: [1, 2, 3, 4], range: [0, 4], colours: [[0, "#000000"], [1, "#ffffff"]] } as const; // biome-ignore format: one line
  const { data } = toPlotlyRow([figureOf([map]), figureOf([map])], "light");
  expect(data.map(({ colorbar, showlegend }) => [(colorbar as { x: number }).x, showlegend])).toEqual([
    [0.45, false],
    [1, false],
  ]);
});

test("the numbers of a figure are its points, with errors where there are any, and of surfaces their levels", () => {
  const table = tableOf(figureOf([series("markers", { errors: [0.5] }), series("lines", { name: "theory" })]));
  expect(table.header).toEqual(["trace", "x", "y", "+-"]);
  expect(table.rows).toEqual([
    ["s", 1, 1, 0.5],
    ["theory", 1, 1, ""],
  ]);
  // Of a curve of many points some, both ends among them; measurements are all there.
  const many = Array.from({ length: 200 }, (_, k) => k);
  const rowsOf = (mode: "lines" | "markers") => tableOf(figureOf([series(mode, { x: many, y: many })])).rows;
  expect(rowsOf("lines").map(([, x]) => x)).toEqual([...Array.from({ length: 50 }, (_, k) => 4 * k), 199]);
  expect(rowsOf("lines")[0][0]).toBe("s (1 point in 4)");
  expect(rowsOf("markers")).toHaveLength(200);
  const surfaces = { kind: "surfaces", name: "s", x: [0], y: [0], z: [0, 1], values: [3, 7], levels: [4, 5] } as const;
  expect(tableOf(figureOf([surfaces], { z: { title: "z" } })).rows).toEqual([["s", 4, 5, 7]]);
});

test("labels stand at the ends of lines where the page is wide, and the legend names the lines where it is not", () => {
  const figure = figureOf(
    [series("lines", { name: "long name", label: "short", x: [1, 2], y: [1, 10] }), series("lines", { x: [], y: [], name: "key" })],
    {
      y: { title: "energy", symbol: "E", log: true },
    },
  );
  const wide = drawingOf(figure, { width: 900, theme: "light" });
  expect(wide.layout.annotations).toMatchObject([{ text: "short", x: 2, y: 1, xanchor: "left" }]);
  expect(wide.data.map(({ showlegend, x }) => [showlegend, x])).toEqual([
    [false, [1, 2]],
    [true, [null]],
  ]);
  expect(wide.layout.yaxis).toMatchObject({ title: { text: "energy <i>E</i>" } });
  const narrow = drawingOf(figure, { width: 360, theme: "light" });
  expect(narrow.layout.annotations ?? []).toEqual([]);
  expect(narrow.data.map(({ showlegend }) => showlegend)).toEqual([true, true]);
  expect(
    drawingOf(
      { ...figure, y: { title: "e", ticks: Array.from({ length: 40 }, (_, at) => ({ at, text: "a" })) } },
      { width: 900, theme: "light" },
    ).layout.height,
  ).toBeGreaterThan(700);
});

test("logarithmic axes have powers of ten, or within two decades 1, 2 and 5 times those, all of one size", () => {
  const axisFor = (y: number[]) =>
    toPlotly(figureOf([series("lines", { x: [1, 2], y })], { y: { title: "e", log: true } }), "light").layout.yaxis;
  expect(axisFor([1e-3, 1])).toMatchObject({ dtick: 1, tickformat: "~g" });
  expect(axisFor([1e-20, 1])).toMatchObject({ dtick: 4, tickformat: "~e" });
  expect(axisFor([0.1, 1])).toMatchObject({ dtick: "D2", tickformat: "~g" });
});

test("an x is two thin lines in its colour, and other symbols are filled", () => {
  const markerOf = (symbol: string) =>
    toPlotly(figureOf([series("markers", { symbol, colour: "#123456" })]), "light").data[0].marker;
  expect(markerOf("x")).toMatchObject({ symbol: "x-thin", line: { color: "#123456" } });
  expect(markerOf("square")).toMatchObject({ symbol: "square", color: "#123456" });
});
