import { LawViolationError } from "../../src/errors.ts";
import type { FluxName } from "../../src/finite-volume/schemes.ts";
import { type Solution, solve } from "../../src/finite-volume/solve.ts";
import { fitLine, type LineFit } from "../../src/numerics/statistics.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import {
  combine,
  type Finding,
  judgeInterval,
  type Study,
  type StudyContext,
  type StudyResult,
  show,
  showInterval,
  showRange,
} from "../study.ts";

type PlainDynamics = "gradient-descent" | "unbalanced" | "birth-death";
const DYNAMICS: readonly PlainDynamics[] = ["gradient-descent", "unbalanced", "birth-death"];

/** Rounding: a random walk of one ulp of the sums a step stays below this for 10^5 steps. */
const MASS_LIMIT = 1e-12;
/** Rounding of the energy, relative to its size. */
const RISE_LIMIT = 1e-13;

export interface LawRow {
  problem: string;
  dynamics: PlainDynamics;
  cells: string;
  steps: number;
  /** Largest |mass - law| over the steps. */
  massDrift: number;
  minDensity: number;
  largestEnergyRise: number;
}

/** A solve that stops because a law failed makes a row of infinities, so that the report says so. */
export async function measureLaws(problem: Problem, dynamics: PlainDynamics): Promise<LawRow> {
  const changed = await changeProblem(problem, { dynamics });
  const head = { problem: problem.name, dynamics, cells: problem.grid.shape.join(" x ") };
  let solution: Solution;
  try {
    solution = solve(changed);
  } catch (error) {
    if (!(error instanceof LawViolationError)) throw error;
    return { ...head, steps: 0, massDrift: Infinity, minDensity: -Infinity, largestEnergyRise: Infinity };
  }
  const { snapshots } = solution;
  return {
    ...head,
    steps: solution.steps,
    massDrift: solution.largestMassDrift,
    minDensity: Math.min(...snapshots.map(({ minDensity }) => minDensity)),
    largestEnergyRise: solution.largestEnergyRise / Math.abs(snapshots[0].energy),
  };
}

export interface DefectOrder {
  flux: FluxName;
  rows: { cells: number; h: number; defect: number }[];
  fit: LineFit;
  expected: readonly [number, number];
}

/** The largest |E(t) - E(0) + dissipated| over the snapshots, against h with dt = 0.4 h. */
export async function measureDefects(problem: Problem, cells: readonly number[], flux: FluxName): Promise<DefectOrder> {
  const rows = [];
  for (const count of cells) {
    const refined = await changeProblem(problem, {}, { cells: count });
    const h = Math.min(...refined.grid.axes.map((axis) => axis.width));
    const solution: Solution = solve(refined, { flux, maxStep: 0.4 * h, reactionNumber: Infinity, safety: 1 });
    rows.push({ cells: count, h, defect: Math.max(...solution.snapshots.map(({ defect }) => Math.abs(defect))) });
  }
  const fit = fitLine(
    rows.map(({ h }) => Math.log2(h)),
    rows.map(({ defect }) => Math.log2(defect)),
  );
  return { flux, rows, fit, expected: flux === "muscl" ? [1.7, 2.6] : [0.85, 1.2] };
}

export const conservationStudy: Study = {
  name: "conservation",
  title: "Mass, positivity and the energy identity",
  takesProblems: true,
  async run(context) {
    const problems = context.problems.length > 0 ? context.problems : await defaultProblems(context);
    const interacting = context.problems.length > 0 ? problems[0] : await context.load("gaussian-repulsion", { end: 1 });
    const fluxes = ["muscl", "upwind"] as const;
    const parts = problems.length * DYNAMICS.length + fluxes.length;
    let done = 0;
    const laws: LawRow[] = [];
    for (const problem of problems) {
      for (const dynamics of DYNAMICS) {
        laws.push(await measureLaws(problem, dynamics));
        context.progress(++done / parts);
      }
    }
    const cells =
      interacting.grid.dimension === 1
        ? [128, 256, 512, 1024]
        : interacting.grid.dimension === 2
          ? [16, 24, 32, 48]
          : [8, 12, 16, 24];
    const defects: DefectOrder[] = [];
    for (const flux of fluxes) {
      defects.push(await measureDefects(interacting, cells, flux));
      context.progress(++done / parts);
    }
    return [report(laws, defects, interacting)];
  },
};

async function defaultProblems({ load, quick }: StudyContext): Promise<Problem[]> {
  const line = quick ? 128 : 256;
  return [
    await load("double-well", { cells: line }),
    await load("gaussian-repulsion", { cells: line }),
    await load("circle", { cells: line }),
    await load("mixture-of-gaussians", { cells: quick ? 48 : 96, end: 0.5 }),
    await load("coupled-well", { cells: 32, end: 0.5 }),
    await load("trimer", { cells: 16 }),
  ];
}

function report(laws: readonly LawRow[], defects: readonly DefectOrder[], interacting: Problem): StudyResult {
  const drift = Math.max(...laws.map(({ massDrift }) => massDrift));
  const least = Math.min(...laws.map(({ minDensity }) => minDensity));
  const rise = Math.max(...laws.map(({ largestEnergyRise }) => largestEnergyRise));
  const steps = laws.reduce((total, row) => total + row.steps, 0);
  const findings: Finding[] = [
    { text: `mass stays within ${show(drift)} of its law (asked ${MASS_LIMIT})`, verdict: drift <= MASS_LIMIT ? "pass" : "fail" },
    { text: `no density below 0 in ${steps} steps (least ${show(least)})`, verdict: least >= 0 ? "pass" : "fail" },
    {
      text: `the energy never rises over a step (largest rise ${show(rise)} of its initial size; rounding allows ${RISE_LIMIT})`,
      verdict: rise <= RISE_LIMIT ? "pass" : "fail",
    },
    ...defects.map(({ flux, fit, expected }) => ({
      text: `the defect of (16) falls at order ${fit.slope.toFixed(2)} for ${flux} + strang, 95% interval ${showInterval(fit.interval, 2)}; asked ${showRange(expected)}`,
      verdict: judgeInterval(fit.interval, expected),
    })),
  ];
  return {
    name: "conservation",
    claim:
      "Mass is conserved to rounding, densities stay non-negative, the energy never rises, and (16) holds to the order of the scheme.",
    verdict: combine(findings),
    findings,
    notes: [
      "muscl + strang with the solver's own steps, all dynamics. The law of mass is 1, or under `unbalanced` what the exact reaction makes of it; drift is the largest over all steps.",
      `Defect of (16): ${interacting.name}, the largest over the snapshots, dt = 0.4 h. The rate of dissipation is taken at the faces, second order for either flux; what remains is the error of the density.`,
    ],
    tables: [
      {
        title: "Laws",
        header: ["problem", "dynamics", "cells", "steps", "mass drift", "least density", "largest energy rise"],
        rows: laws.map((row) => [
          row.problem,
          row.dynamics,
          row.cells,
          row.steps,
          row.massDrift,
          row.minDensity,
          row.largestEnergyRise,
        ]),
      },
      {
        title: "Defect of (16)",
        header: ["flux", "cells", "h", "largest defect"],
        rows: defects.flatMap(({ flux, rows }) => rows.map((row) => [flux, row.cells, row.h, row.defect])),
      },
    ],
    figures: [
      {
        title: `Defect of the energy identity against h (${interacting.name})`,
        x: { title: "cell width h", log: true },
        y: { title: "largest |E(t) - E(0) + dissipated|", log: true },
        traces: defects.map(({ flux, rows, fit }) => ({
          name: `${flux} + strang: ${fit.slope.toFixed(2)}`,
          x: rows.map(({ h }) => h),
          y: rows.map(({ defect }) => defect),
          mode: "lines+markers" as const,
        })),
      },
    ],
    settings: { problems: [...new Set(laws.map((row) => `${row.problem} (${row.cells})`))], defect: interacting.definition },
  };
}
