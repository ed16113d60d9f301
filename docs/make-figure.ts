import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { centres, createProblem, parseProblemText, simulate, solve } from "../src/index.ts";

/**
 * The figure of the README: densities of the double well against histograms of Algorithm 1, and the law of large numbers from
 * report/report.json (`npm run validate` first). Needs a `chromium` on the path to draw it.
 */
const root = join(import.meta.dirname, "..");
const path = join(root, "grids/double-well.json");
const problem = await createProblem(parseProblemText(readFileSync(path, "utf8"), path));
const n = 20000;
const { grid, snapshots } = solve(problem);
const [axis] = grid.axes;
const ensemble = await simulate(problem, { n, dt: 0.01, seed: 1, workers: 1, keepPositions: true });
const theta = ensemble.records[0].positions ?? new Float64Array(0);

const COLOURS = ["#0072b2", "#009e73", "#d55e00", "#cc79a7"];
const BIN = 0.07;

function histogram(values: Float64Array): { x: number[]; y: number[] } {
  const bins = Math.round((axis.max - axis.min) / BIN);
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.floor((value - axis.min) / BIN)] += 1 / (values.length * BIN);
  return { x: counts.map((_, k) => axis.min + (k + 0.5) * BIN), y: counts };
}

const left = snapshots.flatMap(({ time, density }, s) => [
  { name: `t = ${time}`, x: [...centres(axis)], y: [...density], mode: "lines", line: { color: COLOURS[s], width: 2 } },
  {
    ...histogram(theta.subarray(s * n, (s + 1) * n)),
    mode: "markers",
    marker: { color: COLOURS[s], size: 4 },
    showlegend: false,
  },
]);

interface ReportedTrace {
  name: string;
  x: number[];
  y: number[];
  errors?: number[];
  mode: string;
  dashed?: boolean;
}
const report = JSON.parse(readFileSync(join(root, "report/report.json"), "utf8")) as {
  results: { study: string; figures: { traces: ReportedTrace[] }[] }[];
};
const reported = report.results.find(({ study }) => study === "lln")?.figures[0].traces ?? [];
const right = reported.map(({ name, x, y, errors, mode, dashed }, k) => {
  const color = dashed === true ? "#888888" : COLOURS[k % COLOURS.length];
  return {
    name,
    x,
    y,
    mode,
    xaxis: "x2",
    yaxis: "y2",
    showlegend: dashed !== true,
    marker: { color, size: 8 },
    line: { color, dash: dashed === true ? "dash" : "solid" },
    ...(errors === undefined ? {} : { error_y: { type: "data", array: errors, color } }),
  };
});

const layout = {
  width: 1200,
  height: 480,
  grid: { rows: 1, columns: 2, pattern: "independent" },
  title: { text: "Mean-field density (lines) and 20 000 particles (dots); distance of particles from it against n" },
  xaxis: { title: { text: "x (double well)" }, range: [-2.2, 2.2] },
  yaxis: { title: { text: "density" } },
  xaxis2: { title: { text: "particles n (Gaussian repulsion)" }, type: "log" },
  yaxis2: { title: { text: "discrepancy" }, type: "log", exponentformat: "power" },
  margin: { t: 60, r: 20 },
};
const plotly = readFileSync(createRequire(import.meta.url).resolve("plotly.js-cartesian-dist-min"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "figure-"));
writeFileSync(
  join(folder, "figure.html"),
  `<!doctype html><meta charset="utf-8"><body style="margin:0"><div id="f"></div><script>${plotly}</script>
<script>Plotly.newPlot("f", ${JSON.stringify([...left, ...right])}, ${JSON.stringify(layout)}, { displayModeBar: false });</script>`,
);
execFileSync("chromium", [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  `--user-data-dir=${join(folder, "profile")}`,
  "--hide-scrollbars",
  "--window-size=1200,480",
  "--virtual-time-budget=5000",
  `--screenshot=${join(root, "docs/figure.png")}`,
  `file://${join(folder, "figure.html")}`,
]);
