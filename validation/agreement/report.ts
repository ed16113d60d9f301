import type { Problem } from "../../src/problem/problem.ts";
import { termsOf } from "../../src/problem/terms.ts";
import { combine, type Finding, judgeInterval, type StudyResult, show, showInterval, showRange } from "../study.ts";
import type { AgreementConfig, AgreementOutcome } from "./measure.ts";

export const CLAIM =
  "Finite volumes and characteristics, which share neither a grid nor a splitting, tend to the same density at the order of the finite volumes; the characteristics converge by themselves and obey the energy identity.";

export const nameOf = (problem: Problem) => `agreement: ${problem.name}`;

/** On a line masses between feet add up exactly, but for what lies beyond the domain; in a plane by quadrature on the coarsest grid. */
const MASS_LIMIT = { line: 1e-7, plane: 1e-4 };

export function reportAgreement(config: AgreementConfig, outcome: AgreementOutcome): StudyResult {
  const { problem, tolerance, tracing, ratio, dynamics } = config;
  const { time, orders, levels, converged, laws, seconds } = outcome;
  const difference = levels[levels.length - 1].difference ?? Infinity;
  const defect = Math.max(...laws.map((row) => Math.abs(row.defect)));
  const massError = Math.max(...laws.map((row) => Math.abs(row.massError)));
  const massLimit = problem.grid.dimension === 1 ? MASS_LIMIT.line : MASS_LIMIT.plane;
  const findings: Finding[] = [
    ...orders.map(({ flux, fit, expected, rows }) => ({
      text: `${flux} + strang approaches the traced density at order ${fit.slope.toFixed(2)}, 95% interval ${showInterval(fit.interval, 2)}; asked ${showRange(expected)} (L1 ${show(rows[rows.length - 1].difference)} on ${rows[rows.length - 1].cells} cells an axis)`,
      verdict: judgeInterval(fit.interval, expected),
    })),
    {
      text: `observables, energy, Vbar and dissipation of the characteristics differ between the last two levels by ${show(difference)} (asked: at most ${tolerance})`,
      verdict: converged ? "pass" : "inconclusive",
    },
    {
      text: `the energy identity (16) holds to ${show(defect)} at every snapshot of ${dynamics.length} dynamics (asked: at most ${tolerance})`,
      verdict: defect <= tolerance ? "pass" : "fail",
    },
    {
      text: `the mass of the traced density is that of the nodes within ${show(massError)} (asked: at most ${massLimit})`,
      verdict: massError <= massLimit ? "pass" : "fail",
    },
  ];
  const { reaction } = termsOf(problem);
  return {
    name: nameOf(problem),
    claim: CLAIM,
    verdict: combine(findings),
    findings,
    notes: [
      `L1 difference of cell averages at t = ${time}, the last time at which the density is smooth on the coarsest grid, with dt = ${ratio} h or the positivity limit; densities are traced to ${tracing}.`,
      `The characteristics took ${seconds.toFixed(1)} s for all their levels.`,
      ...(reaction === null ? ["Without a reaction mu_t comes to points, and densities can be compared at early times only."] : []),
    ],
    tables: tablesOf(outcome),
    figures: [
      {
        title: `Finite volumes against traced densities at t = ${time} (${problem.name})`,
        x: { title: "cell width h", log: true },
        y: { title: "L1 difference", log: true },
        traces: orders.map(({ flux, rows, fit }) => ({
          name: `${flux} + strang: ${fit.slope.toFixed(2)}`,
          x: rows.map(({ h }) => h),
          y: rows.map((row) => row.difference),
          mode: "lines+markers" as const,
        })),
      },
    ],
    settings: { problem: problem.definition, cells: config.cells, ratio, tolerance, tracing, dynamics },
  };
}

function tablesOf({ orders, levels, laws }: AgreementOutcome) {
  return [
    {
      title: "L1 difference of finite volumes from the traced density",
      header: ["flux", "cells", "h", "steps", "L1 difference", "order"],
      rows: orders.flatMap(({ flux, rows }) =>
        rows.map((row, k) => {
          const before = rows[k - 1];
          const order =
            before === undefined ? "" : (Math.log(before.difference / row.difference) / Math.log(before.h / row.h)).toFixed(3);
          return [flux, row.cells, row.h, row.steps, row.difference, order];
        }),
      ),
    },
    {
      title: "Levels of the characteristics",
      header: ["nodes an axis", "tolerance of a step", "steps", "largest difference", "where"],
      rows: levels.map((level) => [
        level.nodes.join(" x "),
        level.integration,
        level.steps,
        level.difference ?? "",
        level.worst ?? "",
      ]),
    },
    {
      title: "Laws of the characteristics",
      header: ["dynamics", "time", "mass", "defect of (16)", "traced mass - mass"],
      rows: laws.map((row) => [row.dynamics, row.time, row.mass, row.defect, row.massError]),
    },
  ];
}
