import { formatNumber } from "../figures/numbers.ts";
import { formatTable } from "../figures/table.ts";
import type { DatasetFile } from "../files/netcdf.ts";
import { describeUnresolved } from "../finite-volume/unresolved-inputs.ts";
import { EDGE_MASS_LIMIT } from "../grid/density.ts";
import type { Problem } from "../problem/problem.ts";
import { describeSolution } from "../reference/datasets.ts";
import { describeCut, describeWall } from "./coverage-warnings.ts";
import { startProgress } from "./progress.ts";
import type { MethodOptions, MethodRun } from "./solve-method.ts";
import { type RecordedSolution, solveRecorded } from "./solve-recorded.ts";

export function runFiniteVolume(
  problem: Problem,
  { flux, splitting, maxStep }: MethodOptions,
  file: DatasetFile | null,
): MethodRun {
  const progress = startProgress(`solving ${problem.name}`, problem.end, "time units");
  let solution: RecordedSolution;
  try {
    const options = {
      onStep: progress.update,
      ...(flux === undefined ? {} : { flux }),
      ...(splitting === undefined ? {} : { splitting }),
      ...(maxStep === undefined ? {} : { maxStep }),
    };
    solution = solveRecorded(problem, options, (density) => file?.addDensity(density));
  } finally {
    progress.stop();
  }
  return {
    summary: {
      problem: problem.name,
      method: "finite-volume",
      scheme: solution.scheme,
      cells: [...solution.grid.shape],
      steps: solution.steps,
      heldBack: solution.heldBack,
      outsideInitially: solution.outsideInitially,
      outsideOfPrior: solution.outsideOfPrior,
      edgeMassSince: solution.edgeMassSince,
      unresolvedSince: solution.unresolvedSince,
      wallMass: solution.wallMass,
      defectSince: solution.defectSince,
      unresolvedInputs: solution.unresolvedInputs,
      snapshots: solution.snapshots,
    },
    text: describe(problem, solution),
    warnings: warningsOf(solution),
    exitCode: 0,
    finishFile: (open) => open.finish(describeSolution(problem, solution)),
  };
}

function describe(problem: Problem, solution: RecordedSolution): string {
  const names = problem.observables.map(({ name }) => name);
  const rows = solution.snapshots.map((s) => [
    s.time, s.energy, s.gap ?? "-", s.residualOnSupport, s.residualOffSupport, s.dissipated, s.defect, s.edgeMass, s.resolved,
    ...names.map((name) => s.observables[name]),
  ]); // biome-ignore format: two rows
  const method = `${solution.scheme.flux}, ${solution.scheme.splitting}, ${solution.grid.shape.join(" x ")} cells, ${solution.steps} steps`;
  const header = ["time", "energy", "gap", "on supp", "off supp", "dissipated", "defect", "edge mass", "resolved", ...names];
  return `${problem.name} (${method})\n\n${formatTable(header, rows)}`;
}

function warningsOf(solution: RecordedSolution): string[] {
  const { grid, outsideInitially, outsideOfPrior, edgeMassSince, unresolvedSince, defectSince, unresolvedInputs, wallMass } =
    solution;
  const warnings: string[] = [];
  warnings.push(...describeCut("initial distribution", outsideInitially), ...describeCut("prior", outsideOfPrior));
  if (edgeMassSince !== null)
    warnings.push(
      `more than ${EDGE_MASS_LIMIT} of the mass is at a no-flux edge from t = ${formatNumber(edgeMassSince)}; widen the domain`,
    );
  warnings.push(...wallMass.map(describeWall));
  if (unresolvedSince !== null) {
    warnings.push(
      `peaks are narrower than three cells from t = ${formatNumber(unresolvedSince)}: densities after that depend on the grid; use more cells`,
    );
  }
  if (defectSince !== null) {
    const worst = solution.snapshots.reduce((one, other) => (Math.abs(other.defect) > Math.abs(one.defect) ? other : one));
    warnings.push(
      `the energy identity does not hold from t = ${formatNumber(defectSince)} (defect ${formatNumber(worst.defect, 2)} at t = ${worst.time}, where ${formatNumber(worst.dissipated, 2)} was dissipated): V or mu varies within a cell there; use more cells, or smooth what is steep in F and K`,
    );
  }
  for (const input of unresolvedInputs) warnings.push(describeUnresolved(input, grid));
  return warnings;
}
