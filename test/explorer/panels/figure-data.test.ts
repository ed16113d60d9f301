import { expect, test } from "vitest";
import { panelFigures } from "../../../src/explorer/panels/figure-data.ts";
import { PANELS, type PanelName, spoken } from "../../../src/explorer/panels/panels.ts";
import type { ViewValues } from "../../../src/explorer/panels/values.ts";
import { toPlotly } from "../../../src/figures/plotly.ts";
import { brokenRuns, madeUpRun } from "./made-up-run.ts";

const drawn = (run: ViewValues) => panelFigures(run, "light").map(({ figure }) => toPlotly(figure, "light"));
const NAMES = Object.keys(PANELS) as PanelName[];

test("there is a figure for each panel in the order of the page, and it is plain data", () => {
  for (const dimension of [1, 2, 3]) {
    const figures = panelFigures(madeUpRun(dimension), "light");
    expect(figures.map(({ name }) => name)).toEqual(NAMES);
    for (const { figure } of figures) {
      const { data, layout } = toPlotly(figure, "light");
      expect(JSON.parse(JSON.stringify({ data, layout }))).toEqual({ data, layout });
      expect(data.length).toBeGreaterThan(0);
      expect((layout.xaxis as { title: { text: string } }).title.text).not.toBe("");
      expect((layout.yaxis as { title: { text: string } }).title.text).not.toBe("");
    }
  }
});

test("a heat map has a row for each cell of the vertical axis, and the values where they belong", () => {
  // At this time the density is not symmetric in x and y.
  const run = { ...madeUpRun(2), shown: 1 };
  const heat = drawn(run)[0].data[0] as { x: number[]; y: number[]; z: number[][] };
  expect(heat.z).toHaveLength(heat.y.length);
  expect(heat.z[3]).toHaveLength(heat.x.length);
  const cells = run.setup!.axes[1].cells;
  expect(heat.z[3][7]).toBe(run.meanField[run.shown].densities[0][7 * cells + 3]);
});

test("the potential of a plane is counted from the threshold, with the threshold as a line of it", () => {
  const run = madeUpRun(2);
  const [heat, , , contour] = drawn(run)[1].data as unknown as [
    { z: number[][]; zmin: number; zmax: number },
    unknown,
    unknown,
    { x: (number | null)[]; y: (number | null)[] },
  ];
  expect(heat.zmin).toBeCloseTo(-heat.zmax, 12);
  // x^2 + 2 y^2 = 1/2, to the error of linear interpolation in cells of 1/8: h^2/8 times the second derivative.
  const misses = contour.x.flatMap((x, k) => (x === null ? [] : [Math.abs(x ** 2 + 2 * contour.y[k]! ** 2 - 0.5)]));
  expect(misses.length).toBeGreaterThan(20);
  expect(Math.max(...misses)).toBeLessThan(0.008);
});

test("the legend of a heat map names the particles, and the threshold where there is one", () => {
  const [density, potential] = drawn(madeUpRun(2));
  const names = ({ data }: { data: readonly Readonly<Record<string, unknown>>[] }) =>
    data.flatMap(({ name, showlegend }) => (showlegend === false ? [] : (name ?? [])));
  expect(density.layout.showlegend).toBe(true);
  expect(names(density)).toEqual(["white lines around 50%, 90%, 99% of the mass", "40 particles"]);
  expect(names(potential)).toEqual(["lines of V", "V = V\u0304", "40 particles"]);
});

test("figures and words are there whatever is missing, and the words say which part is awaited", () => {
  for (const [name, values] of brokenRuns()) {
    expect(panelFigures(values, "dark"), name).toHaveLength(6);
    for (const panel of NAMES) expect(spoken(panel, values), `${name}, ${panel}`).toContain(PANELS[panel].title);
  }
  const [, nothing] = brokenRuns()[0];
  expect(spoken("energy", nothing)).toBe("Energy: Waiting for the run to start.");
});

test("the words of the energy name the time, the mean field, the particles and the rivals", () => {
  expect(spoken("energy", madeUpRun(1))).toBe("Energy at t = 1: 1.368 mean field, 1.468 particles, 1.75 gradient-descent");
});

test("the words of the distance hold the band of independent draws", () => {
  expect(spoken("distance", madeUpRun(2))).toBe(
    "Distance from the mean field at t = 1: W1 along x 0.02; of 40 independent draws 0.01 to 0.05; W1 along y 0.02; of 40 independent draws 0.01 to 0.05",
  );
});

test("other runs of a scheme are one line of a figure, with a gap between two of them", () => {
  const run = madeUpRun(1);
  const noise = { ...run.noise, replicas: [run.noise.replicas[0], run.noise.replicas[0]] };
  const { traces } = panelFigures({ ...run, noise }, "light").find(({ name }) => name === "distance")!.figure;
  const replicas = traces.filter(({ name }) => name === "2 other runs of algorithm-1");
  expect(replicas).toHaveLength(1);
  const { x, y } = replicas[0] as unknown as { x: (number | null)[]; y: (number | null)[] };
  expect(x).toEqual([0, 0.25, 0.5, 0.75, 1, null, 0, 0.25, 0.5, 0.75, 1]);
  expect(y.filter((value) => value === 0.03)).toHaveLength(10);
});
