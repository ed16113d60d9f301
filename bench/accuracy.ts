import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { solveCharacteristics } from "../src/characteristics/solve.ts";
import type { Figure, Series } from "../src/figures/figure.ts";
import { formatNumber } from "../src/figures/numbers.ts";
import { type Cell, formatTable, toMarkdown } from "../src/figures/table.ts";
import { solveMoving } from "../src/finite-volume/moving/solve-moving.ts";
import { solve } from "../src/finite-volume/solve.ts";
import { createProblem, type Problem } from "../src/problem/problem.ts";
import { packageRoot } from "../src/version.ts";
import { drawSvg } from "./draw-svg.ts";
import { readGrid } from "./particles.ts";

/**
 * Error against CPU time of every way to solve a problem, and how cost grows with cells, time and tolerance.
 *
 * The error is the largest of |int phi dmu - truth| over the observables at the end, the truth by characteristics of much finer tolerance. CPU time is that of the
 * whole call, set-up and diagnostics included: the median of several runs after one that is not counted, as the compiler has not seen the code then.
 * Writes docs/accuracy.md and docs/accuracy.svg; `--quick` prints smaller tables and writes nothing.
 */

interface Way {
  name: string;
  solve(problem: Problem): { steps: number; snapshots: readonly { observables: Record<string, number> }[] };
}

const WAYS = {
  muscl: { name: "fixed cells, muscl", solve: (problem) => solve(problem) },
  large: { name: "fixed cells, large steps", solve: (problem) => solve(problem, { flux: "large-step" }) },
  moving: { name: "moving cells", solve: (problem) => solveMoving(problem) },
} as const satisfies Record<string, Way>;

/** Problems of the folder grids/ of up to two variables (characteristics of three take too long), the tolerance of their truth, and the cells of an axis. */
const PROBLEMS = [
  { grid: "double-well", truth: 1e-10, cells: [64, 128, 256, 512, 1024] },
  { grid: "gaussian-repulsion", truth: 1e-10, cells: [64, 128, 256, 512, 1024] },
  { grid: "coupled-well", truth: 1e-7, cells: [32, 64, 128, 256] },
  { grid: "mixture-of-gaussians", truth: 1e-7, cells: [32, 64, 128, 256] },
] as const;

interface Run {
  steps: number;
  /** Median, in seconds. */
  seconds: number;
  error: number;
}

function timed<T>(action: () => T): { value: T; seconds: number } {
  const before = process.cpuUsage();
  const value = action();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: (user + system) / 1e6 };
}

function measure({ solve: run }: Way, problem: Problem, truth: Record<string, number>, runs: number): Run {
  const first = run(problem);
  const seconds = Array.from({ length: runs }, () => timed(() => run(problem)).seconds).sort((a, b) => a - b);
  return { steps: first.steps, seconds: seconds[runs >> 1], error: errorOf(first, truth) };
}

function errorOf({ snapshots }: ReturnType<Way["solve"]>, truth: Record<string, number>): number {
  const { observables } = snapshots[snapshots.length - 1];
  return Math.max(...Object.entries(truth).map(([name, value]) => Math.abs(observables[name] - value)));
}

const truthOf = (problem: Problem, tolerance: number) => {
  const { snapshots } = solveCharacteristics(problem, { tolerance });
  return snapshots[snapshots.length - 1].observables;
};

const load = (grid: string, changes: { cells?: number; end?: number } = {}) => createProblem(readGrid(grid), changes);
const milliseconds = (seconds: number) => formatNumber(1000 * seconds, 3);
const short = (value: number) => formatNumber(value, 2);

interface Section {
  title: string;
  header: string[];
  rows: Cell[][];
}

async function byCells(quick: boolean, runs: number): Promise<{ section: Section; figure: Figure }> {
  const rows: Cell[][] = [];
  const traces: Series[] = [];
  for (const { grid, truth: tolerance, cells } of quick ? PROBLEMS.slice(0, 1) : PROBLEMS) {
    const truth = truthOf(await load(grid), tolerance);
    for (const way of Object.values<Way>(WAYS)) {
      const series: Series = { name: `${grid}, ${way.name}`, x: [], y: [], mode: "lines+markers" };
      for (const count of quick ? cells.slice(0, 2) : cells) {
        const { steps, seconds, error } = measure(way, await load(grid, { cells: count }), truth, runs);
        rows.push([grid, way.name, count, steps, milliseconds(seconds), short(error)]);
        (series.x as number[]).push(seconds);
        (series.y as number[]).push(error);
      }
      traces.push(series);
    }
  }
  return {
    section: {
      title: "Error against cells and CPU time",
      header: ["problem", "way", "cells an axis", "steps", "CPU (ms)", "largest error of an observable"],
      rows,
    },
    figure: {
      title: "Error against CPU time",
      x: { title: "CPU time (s)", log: true },
      y: { title: "largest error of an observable", log: true },
      traces,
    },
  };
}

/** The density of the double well sharpens like e^{-2 t}. */
async function byTime(quick: boolean, runs: number): Promise<Section> {
  const rows: Cell[][] = [];
  for (const end of quick ? [1] : [1, 4, 8, 20]) {
    const problem = await load("double-well", { cells: 256, end });
    const truth = truthOf(problem, 1e-10);
    for (const way of [WAYS.muscl, WAYS.moving]) {
      const { steps, seconds, error } = measure(way, problem, truth, runs);
      rows.push([end, way.name, steps, short(steps / end), milliseconds(seconds), short(error)]);
    }
  }
  return {
    title: "Cost against time: double-well, 256 cells",
    header: ["end", "way", "steps", "steps a unit of time", "CPU (ms)", "largest error of an observable"],
    rows,
  };
}

/** Of the second solver, whose error falls with its tolerance alone. */
async function byTolerance(quick: boolean, runs: number): Promise<Section> {
  const rows: Cell[][] = [];
  for (const grid of quick ? ["double-well"] : ["double-well", "gaussian-repulsion", "coupled-well"]) {
    const problem = await load(grid);
    const truth = truthOf(problem, grid === "coupled-well" ? 1e-8 : 1e-11);
    for (const tolerance of quick ? [1e-4] : [1e-3, 1e-5, 1e-7]) {
      const way: Way = {
        name: "characteristics",
        solve: (given) => {
          const { levels, snapshots } = solveCharacteristics(given, { tolerance });
          return { steps: levels[levels.length - 1].steps, snapshots };
        },
      };
      const { steps, seconds, error } = measure(way, problem, truth, Math.min(runs, 3));
      rows.push([grid, formatNumber(tolerance), steps, milliseconds(seconds), short(error)]);
    }
  }
  return {
    title: "Cost against tolerance: characteristics",
    header: ["problem", "tolerance", "steps of the last refinement", "CPU (ms)", "largest error of an observable"],
    rows,
  };
}

const quick = process.argv.includes("--quick");
const runs = quick ? 1 : 5;
const { section, figure } = await byCells(quick, runs);
const sections = [section, await byTime(quick, runs), await byTolerance(quick, runs)];
for (const { title, header, rows } of sections) console.log(`\n${title}\n${formatTable(header, rows)}`);
if (!quick) {
  const machine = `${cpus()[0].model.trim()}, one core, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`;
  const tables = sections.map(
    ({ title, header, rows }) => `## ${title}\n\n${toMarkdown([header, ...rows.map((row) => row.map(String))])}`,
  );
  const intro =
    "Written by `npm run bench:accuracy`. Errors are differences from characteristics of a finer tolerance, at the end of each problem; times are of whole calls, set-up and\ndiagnostics included, medians of five after one that is not counted.";
  const page = `# Accuracy and cost\n\n${intro} Machine: ${machine}.\n\n![Error against CPU time](accuracy.svg)\n\n${tables.join("\n")}`;
  writeFileSync(join(packageRoot, "docs", "accuracy.md"), page);
  writeFileSync(join(packageRoot, "docs", "accuracy.svg"), await drawSvg(figure, 900));
}
