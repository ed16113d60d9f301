import type { FluxName, SplittingName } from "../../src/finite-volume/schemes.ts";
import { type SolveOptions, solve } from "../../src/finite-volume/solve.ts";
import { coarsen, l1Distance } from "../../src/grid/density.ts";
import { fitLine, type LineFit } from "../../src/numerics/statistics.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { combine, type Finding, judgeInterval, type Study, type StudyResult, show, showInterval, showRange } from "../study.ts";

export interface OrderConfig {
  problem: Problem;
  /** Cells of every axis, ascending. */
  cells: readonly number[];
  /** The finer grid of the reference, a multiple of all of them. */
  referenceCells: number;
  /** dt / h, below the positivity limit on every grid: refining h refines dt. */
  ratio: number;
}

interface Scheme {
  label: string;
  flux: FluxName;
  splitting: SplittingName;
  freezePotential: boolean;
  /** Range that the observed order must lie in. */
  expected: readonly [number, number];
}

const SCHEMES: readonly Scheme[] = [
  { label: "muscl + strang", flux: "muscl", splitting: "strang", freezePotential: false, expected: [1.8, 2.6] },
  { label: "muscl + lie", flux: "muscl", splitting: "lie", freezePotential: false, expected: [0.9, 2.6] },
  { label: "upwind + strang", flux: "upwind", splitting: "strang", freezePotential: false, expected: [0.9, 1.1] },
  { label: "upwind + lie", flux: "upwind", splitting: "lie", freezePotential: false, expected: [0.9, 1.1] },
  { label: "control: V frozen", flux: "muscl", splitting: "strang", freezePotential: true, expected: [0.9, 1.2] },
];

export interface OrderRow {
  scheme: string;
  cells: number;
  h: number;
  error: number;
  /** Observed between the grid before and this one. */
  order: number | null;
}

export interface SchemeOrder {
  scheme: string;
  expected: readonly [number, number];
  rows: OrderRow[];
  fit: LineFit;
}

/** L1 errors at the end of the run against the reference, averaged onto each grid, with dt in proportion to h. */
export async function measureOrders(config: OrderConfig, onSolved: () => void = () => {}): Promise<SchemeOrder[]> {
  const run = async (cells: number, scheme: Pick<Scheme, "flux" | "splitting" | "freezePotential">) => {
    const problem = await changeProblem(config.problem, {}, { cells });
    const h = Math.min(...problem.grid.axes.map((axis) => axis.width));
    const options: SolveOptions = { ...scheme, maxStep: config.ratio * h, reactionNumber: Infinity, safety: 1 };
    const { grid, snapshots } = solve(problem, options);
    onSolved();
    const final = snapshots.at(-1);
    if (final === undefined) throw new RangeError("the problem has no snapshot");
    return { grid, h, density: final.density };
  };
  const reference = await run(config.referenceCells, { flux: "muscl", splitting: "strang", freezePotential: false });
  const results: SchemeOrder[] = [];
  for (const scheme of SCHEMES) {
    const rows: OrderRow[] = [];
    for (const cells of config.cells) {
      const { grid, h, density } = await run(cells, scheme);
      const error = l1Distance(grid, density, coarsen(reference.grid, reference.density, grid));
      const before = rows.at(-1);
      rows.push({
        scheme: scheme.label,
        cells,
        h,
        error,
        order: before === undefined ? null : Math.log(before.error / error) / Math.log(before.h / h),
      });
    }
    const fit = fitLine(
      rows.map((row) => Math.log2(row.h)),
      rows.map((row) => Math.log2(row.error)),
    );
    results.push({ scheme: scheme.label, expected: scheme.expected, rows, fit });
  }
  return results;
}

/** Refinements by dimension: at least four, since fewer points leave the interval of a slope too wide to decide. */
const LEVELS = [
  { cells: [128, 256, 512, 1024], referenceCells: 4096 },
  { cells: [16, 24, 32, 48], referenceCells: 192 },
  { cells: [8, 12, 16, 24], referenceCells: 48 },
] as const;

export const orderStudy: Study = {
  name: "order",
  title: "Order of convergence",
  takesProblems: true,
  async run({ problems, load, progress }) {
    const own = problems.length === 0 ? [await load("gaussian-repulsion", { end: 0.5 })] : problems;
    const results: StudyResult[] = [];
    for (const problem of own) {
      const { cells: levels, referenceCells } = LEVELS[problem.grid.dimension - 1];
      const config: OrderConfig = { problem, cells: levels, referenceCells, ratio: RATIO };
      let solved = 0;
      const runs = 1 + SCHEMES.length * levels.length;
      const orders = await measureOrders(config, () => progress(++solved / runs));
      results.push(report(config, orders));
    }
    return results;
  },
};

const RATIO = 0.4;

function report(config: OrderConfig, orders: readonly SchemeOrder[]): StudyResult {
  const findings: Finding[] = orders.map(({ scheme, expected, fit }) => ({
    text: `${scheme}: order ${fit.slope.toFixed(2)}, 95% interval ${showInterval(fit.interval, 2)}; asked ${showRange(expected)}`,
    verdict: judgeInterval(fit.interval, expected),
  }));
  const finest = config.cells.at(-1) ?? 0;
  return {
    name: `order: ${config.problem.name}`,
    claim:
      "The L1 error falls at the order of the flux and the splitting; a control with V frozen over each step falls at order 1.",
    verdict: combine(findings),
    findings,
    notes: [
      `L1 error at t = ${config.problem.end} against muscl + strang on ${config.referenceCells} cells an axis, averaged onto each grid; dt = ${config.ratio} h, so that time and space are refined together.`,
      `The reference itself is about ${show((finest / config.referenceCells) ** 2)} of the smallest muscl + strang error off.`,
    ],
    tables: [
      {
        title: "L1 errors",
        header: ["scheme", "cells", "h", "L1 error", "order"],
        rows: orders.flatMap(({ rows }) =>
          rows.map((row) => [row.scheme, row.cells, row.h, row.error, row.order === null ? "" : row.order.toFixed(3)]),
        ),
      },
    ],
    figures: [
      {
        title: `L1 error against h (${config.problem.name})`,
        x: { title: "cell width h", log: true },
        y: { title: "L1 error", log: true },
        traces: orders.map(({ scheme, rows, fit }) => ({
          name: `${scheme}: ${fit.slope.toFixed(2)}`,
          x: rows.map((row) => row.h),
          y: rows.map((row) => row.error),
          mode: "lines+markers" as const,
        })),
      },
    ],
    settings: {
      problem: config.problem.definition,
      cells: config.cells,
      referenceCells: config.referenceCells,
      ratio: config.ratio,
    },
  };
}
