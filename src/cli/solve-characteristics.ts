import { type CharacteristicsSolution, solveCharacteristics } from "../characteristics/solve.ts";
import { formatNumber } from "../figures/numbers.ts";
import type { DatasetFile } from "../files/netcdf.ts";
import { describeUnresolved, findUnresolvedInputs } from "../finite-volume/unresolved-inputs.ts";
import type { Grid } from "../grid/grid.ts";
import { IntegrationError } from "../numerics/dormand-prince.ts";
import type { Problem } from "../problem/problem.ts";
import { describeCharacteristics, traceDensities } from "../reference/datasets.ts";
import type { Recorded } from "../reference/file-contents.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { describeOutside, describeUnseen } from "./coverage-warnings.ts";
import { screenTable } from "./screen.ts";
import type { MethodOptions, MethodRun } from "./solve-method.ts";
import { solveRefined } from "./solve-refined.ts";

export function runCharacteristics(
  problem: Problem,
  options: MethodOptions,
  _: DatasetFile | null,
  checkpoint: Checkpoint | null,
): MethodRun {
  let solution: CharacteristicsSolution;
  try {
    solution = solveRefined(problem, options, checkpoint, solveCharacteristics);
  } catch (error) {
    if (!(error instanceof IntegrationError && error.crawls)) throw error;
    const remedy = "nodes meet a kink of F or K there; use --method finite-volume, or smooth it: sqrt(x^2 + 1e-4) for abs(x)";
    throw new IntegrationError(`${error.message}; ${remedy}`, error.time, error.steps, true);
  }
  const unresolvedInputs = findUnresolvedInputs(problem);
  return {
    summary: {
      problem: problem.name,
      method: "characteristics",
      tolerance: solution.tolerance,
      converged: solution.converged,
      unresolvedInitially: solution.unresolvedInitially,
      outsideSince: solution.outsideSince,
      levels: solution.levels,
      unresolvedInputs,
      snapshots: solution.snapshots.map(({ points: _, weights: __, sizes: ___, ...snapshot }) => snapshot),
    },
    text: describe(problem, solution),
    warnings: [
      ...(solution.converged ? [] : [complaint(solution, problem.grid)]),
      ...outsideWarnings(solution),
      ...unresolvedInputs.map(
        (input) => `${describeUnresolved(input, problem.grid)} (the densities of --out and min V are on this grid)`,
      ),
    ],
    exitCode: solution.converged ? 0 : 1,
    finishFile(file) {
      const recorded: Recorded[] = [];
      for (const { density, ...snapshot } of traceDensities(problem, solution)) {
        file.addDensity(density);
        recorded.push(snapshot);
      }
      file.finish(describeCharacteristics(problem, solution, recorded));
    },
  };
}

function describe(problem: Problem, { levels, snapshots }: CharacteristicsSolution): string {
  const names = problem.observables.map(({ name }) => name);
  const rows = snapshots.map((s) => [
    s.time, s.energy, s.gap ?? "-", s.residualOnSupport, s.residualOffSupport, s.dissipated, s.defect, s.outside,
    ...names.map((name) => s.observables[name]),
  ]); // biome-ignore format: two rows
  const header = ["time", "energy", "gap", "on supp", "off supp", "dissipated", "defect", "outside", ...names];
  const lines = levels.map((refinement, k) => [
    `${k + 1}`,
    refinement.nodes.join(" x "),
    refinement.steps,
    refinement.difference ?? "-",
    refinement.worst ?? "",
  ]);
  const table = screenTable(["refinement", "nodes", "steps", "differs by", "at most, in"], lines);
  return `${problem.name} (characteristics)\n\n${table}\n\n${screenTable(header, rows, 9)}`;
}

function outsideWarnings({ outsideSince, snapshots }: CharacteristicsSolution): string[] {
  if (outsideSince === null) return [];
  const share = Math.max(...snapshots.map(({ outside }) => outside));
  const meaning =
    "along characteristics a no-flux axis is the whole line; the problem with walls is solved by --method finite-volume";
  return [describeOutside(outsideSince, share, meaning)];
}

function complaint({ levels, tolerance, unresolvedInitially, unseen }: CharacteristicsSolution, grid: Grid): string {
  const last = levels[levels.length - 1];
  const nodes = last.nodes.join(" x ");
  if (unresolvedInitially > tolerance) {
    const share = formatNumber(unresolvedInitially, 3);
    return `tolerance ${tolerance} not reached: the initial density is not resolved, ${share} of its mass may be missing or misplaced; smooth it, or use more cells`;
  }
  if (unseen !== null) return `tolerance ${tolerance} not reached: ${describeUnseen(unseen, grid)}`;
  if (last.difference !== null && last.difference <= tolerance) {
    const share = formatNumber(last.tailShare);
    return `tolerance ${tolerance} not reached: the reaction has raised the tail beyond ${formatNumber(last.bulk)} standard deviations of the initial distribution (share ${share}); end earlier, or start from a wider distribution`;
  }
  const found =
    last.difference === null
      ? "one refinement alone could be run"
      : `refinements differ by ${formatNumber(last.difference)} (${last.worst})`;
  return `tolerance ${tolerance} not reached: ${found} at ${nodes} nodes; accept a larger --tolerance, or smooth what is rough in F, K or the initial distribution`;
}
