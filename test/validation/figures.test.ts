import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Figure, seriesOf } from "../../src/figures/figure.ts";
import { DYNAMICS_NAMES } from "../../src/problem/dynamics.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { measureInteraction } from "../../validation/rates/interaction.ts";
import { reportInteraction } from "../../validation/rates/interaction-report.ts";
import { runStudies, STUDIES } from "../../validation/run.ts";
import { AXES } from "../../validation/shared/axes.ts";
import { COLOURS, looksByDynamics, shadesOf } from "../../validation/shared/colours.ts";
import { drawCurve, linear } from "../../validation/shared/draw.ts";
import { drawForest } from "../../validation/shared/forest.ts";
import { drawOrders, orderOf } from "../../validation/shared/orders.ts";
import { sized } from "../sizes.ts";
import { expectNoFaults, faultsOf } from "./referee.ts";

test("a colour means one dynamics, and shades of one dynamics differ in colour, dash, symbol and size", () => {
  expect(Object.keys(COLOURS).sort()).toEqual([...DYNAMICS_NAMES].sort());
  expect(new Set(Object.values(COLOURS)).size).toBe(DYNAMICS_NAMES.length);
  const [one, other, second] = looksByDynamics(["gradient-descent", "birth-death", "gradient-descent"]);
  expect(other.colour).toBe(COLOURS["birth-death"]);
  for (const key of ["colour", "dash", "symbol", "size"] as const) expect(one[key], key).not.toEqual(second[key]);
  expect(new Set(shadesOf("birth-death", 9).map(({ colour }) => colour)).size).toBe(9);
});

test("errors have their fitted orders with intervals in the legend, and below them a line for each whole order among the expected", () => {
  const h = [0.1, 0.05, 0.025];
  const first = orderOf("first", h, h.map((x) => 3 * x), [0.9, 1.1]); // biome-ignore format: one line
  const second = orderOf("second", h, h.map((x) => x * x), [1.8, 2.6]); // biome-ignore format: one line
  const figure = drawOrders("orders", AXES.cellWidth, { title: "error", symbol: "e" }, [first, second], {
    dynamics: () => "birth-death",
  });
  expectNoFaults([figure]);
  const [a, b, ...guides] = seriesOf(figure.traces);
  expect(a.name).toBe("first: 1.00 [1.00, 1.00]");
  expect(b.colour).not.toBe(a.colour);
  expect(guides.map(({ label }) => label)).toEqual(["slope 1", "slope 2"]);
  for (const [k, power] of [1, 2].entries()) {
    const [[x0, x1], [y0, y1]] = [guides[k].x, guides[k].y] as [number[], number[]];
    expect(Math.log(y1 / y0) / Math.log(x1 / x0)).toBeCloseTo(power, 10);
    const own = [a, b][k];
    Array.from(own.x, (x, i) => expect(y0 * ((x ?? 0) / x0) ** power).toBeLessThan(own.y[i] ?? 0));
  }
});

test("a forest has a row for each measurement, a line at 1, and bars of 95% about each ratio", () => {
  const ratios = ["a", "b"].flatMap((group) => ["x, t = 1", "y, t = 1"].map((row) => ({ group, row, ratio: 1.1, error: 0.1 })));
  const figure = drawForest("forest", ratios, () => "birth-death");
  expectNoFaults([figure]);
  expect(figure.y.ticks?.map(({ text }) => text)).toEqual(["x, t = 1", "y, t = 1"]);
  expect(figure.traces[0]).toMatchObject({ kind: "area", low: [-0.7, -0.7], high: [1.7, 1.7] });
  const [one, ...groups] = seriesOf(figure.traces);
  expect(Array.from(one.x)).toEqual([1, 1]);
  expect(groups.map(({ xErrors }) => Array.from(xErrors ?? [], (half) => half.toFixed(4)))).toEqual([
    ["0.1960", "0.1960"],
    ["0.1960", "0.1960"],
  ]);
  // Each in its own row, the groups apart.
  for (const { y } of groups) expect(Array.from(y, (at) => Math.abs(Math.round(at ?? 0)))).toEqual([1, 0]);
  expect(groups[0].y[0]).not.toBe(groups[1].y[0]);
});

test("a referee finds a coarse curve, an axis without its symbol, a colour of no dynamics and two traces that look alike", () => {
  const curve = drawCurve("curve", [0, 1], (x) => x, shadesOf("birth-death", 1)[0]);
  const figure = (changes: Partial<Figure>): Figure => ({ ...linear("f", AXES.time, AXES.energy, [curve]), ...changes });
  expect(faultsOf(figure({}))).toEqual([]);
  expect(faultsOf(figure({ x: { title: "t" } }))).toHaveLength(1);
  expect(faultsOf(figure({ traces: [{ ...curve, x: [0, 1, 2], y: [0, 1, 2] }] }))).toHaveLength(1);
  expect(faultsOf(figure({ traces: [{ ...curve, colour: "#123456" }] }))).toHaveLength(1);
  expect(faultsOf(figure({ traces: [curve, { ...curve, name: "another" }] }))).toHaveLength(1);
});

test("the curve of a run goes through its snapshots, and changes none of its numbers", async () => {
  const path = join(import.meta.dirname, "../../grids/gaussian-repulsion.json");
  const problem = await createProblem(JSON.parse(readFileSync(path, "utf8")));
  const runs = (["birth-death", "pure-birth-death"] as const).map((dynamics) => ({ dynamics, end: 4, tolerance: 1e-3 }));
  const config = { problem, runs, octaves: 4, perOctave: 1, nodes: 32 };
  const [bare, drawn] = [await measureInteraction(config), await measureInteraction({ ...config, drawn: true })];
  expect(drawn.outcomes.map(({ constants }) => constants)).toEqual(bare.outcomes.map(({ constants }) => constants));
  const { curve, snapshots } = drawn.outcomes[0].run;
  expect(curve?.length).toBeGreaterThan(100);
  for (const { time, energy } of snapshots) expect(curve?.find((point) => point.time === time)?.energy).toBe(energy);
  expectNoFaults(reportInteraction(config, drawn, "approached").figures);
});

/** At quick size; the others take minutes. */
const SLOW = STUDIES.filter(({ seconds }) => seconds.quick < 20).map(({ name }) => name);

for (const name of sized<readonly string[]>([], SLOW)) {
  test(`a referee finds no fault with the figures of ${name} at quick size`, async () => {
    const results = await runStudies({ studies: [name], size: "quick", workers: 1, problems: [], onProgress() {}, onResult() {} });
    expect(results.flatMap(({ figures }) => figures.flatMap(faultsOf))).toEqual([]);
  });
}
