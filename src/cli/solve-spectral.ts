import { formatNumber } from "../figures/numbers.ts";
import type { DatasetFile } from "../files/netcdf.ts";
import { describeUnresolved, findUnresolvedInputs } from "../finite-volume/unresolved-inputs.ts";
import type { Problem } from "../problem/problem.ts";
import { describeSpectral } from "../reference/datasets.ts";
import { type SpectralSolution, solveSpectral } from "../spectral/solve.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { describeCut } from "./coverage-warnings.ts";
import { screenTable } from "./screen.ts";
import type { MethodOptions, MethodRun } from "./solve-method.ts";
import { solveRefined } from "./solve-refined.ts";

export function runSpectralMethod(
  problem: Problem,
  options: MethodOptions,
  _: DatasetFile | null,
  checkpoint: Checkpoint | null,
): MethodRun {
  const solution = solveRefined(problem, options, checkpoint, solveSpectral);
  const { snapshots, converged } = solution;
  const unresolvedInputs = findUnresolvedInputs(problem);
  return {
    summary: {
      problem: problem.name,
      method: "spectral",
      ...solution,
      unresolvedInputs,
      snapshots: snapshots.map(({ density: _, ...snapshot }) => snapshot),
    },
    text: describe(problem, solution),
    warnings: [
      ...describeCut("initial distribution", solution.outsideInitially),
      ...(converged ? [] : [complaint(solution)]),
      ...unresolvedInputs.map((input) => `${describeUnresolved(input, problem.grid)} (the densities of --out are on this grid)`),
    ],
    exitCode: converged ? 0 : 1,
    finishFile(file) {
      for (const { density } of snapshots) file.addDensity(density);
      file.finish(describeSpectral(problem, solution));
    },
  };
}

function describe(problem: Problem, { levels, snapshots }: SpectralSolution): string {
  const names = problem.observables.map(({ name }) => name);
  const header = ["time", "energy", "gap", "on supp", "off supp", "dissipated", "defect", "negative", "edge", ...names];
  const rows = snapshots.map((s) => [
    s.time, s.energy, s.gap ?? "-", s.residualOnSupport, s.residualOffSupport, s.dissipated, s.defect, s.negative, s.edge,
    ...names.map((name) => s.observables[name]),
  ]); // biome-ignore format: two rows
  const lines = levels.map(({ nodes, steps, difference, worst, spectrumTail }, k) => [
    `${k + 1}`,
    nodes.join(" x "),
    steps ?? "-",
    spectrumTail,
    difference ?? "-",
    worst ?? "",
  ]);
  const table = screenTable(["refinement", "nodes", "steps", "highest modes", "differs by", "at most, in"], lines);
  return `${problem.name} (spectral)\n\n${table}\n\n${screenTable(header, rows, 9)}`;
}

function complaint({ levels, tolerance, edge, floorDifference }: SpectralSolution): string {
  const start = `tolerance ${tolerance} not reached`;
  if (edge > tolerance) {
    const share = formatNumber(edge, 2);
    return `${start}: the density at an end of a no-flux axis comes to ${share} of the largest, and Fourier modes need one that vanishes there; widen the domain, or use --method finite-volume`;
  }
  const last = levels[levels.length - 1];
  const agreed = last.difference !== null && last.difference <= tolerance;
  if (agreed && floorDifference !== null) {
    const size = formatNumber(floorDifference, 2);
    return `${start}: births come from densities below rounding (left out below 1e-12 of the largest they change results by ${size}); start from a wider distribution, or use --method finite-volume`;
  }
  const nodes = last.nodes.join(" x ");
  if (last.difference === Infinity)
    return `${start}: at ${nodes} nodes ${last.worst ?? "the run before came to no end"}; ${REMEDY}`;
  const found =
    last.difference === null
      ? "one refinement alone could be run"
      : `refinements differ by ${formatNumber(last.difference)} (${last.worst})`;
  return `${start}: ${found} at ${nodes} nodes; ${REMEDY}`;
}

const REMEDY =
  "widen the domain if the density is not below rounding at no-flux ends, accept a larger --tolerance, smooth what is rough in F, K or the initial distribution, or use --method finite-volume";
