import { Command } from "@commander-js/extra-typings";
import { InputError } from "../errors.ts";
import { FLUXES, type FluxName, SPLITTINGS, type SplittingName } from "../finite-volume/schemes.ts";
import { type Solution, solve } from "../finite-volume/solve.ts";
import { EDGE_MASS_LIMIT } from "../grid/density.ts";
import type { Problem } from "../problem/problem.ts";
import { encodeSolution } from "../reference/datasets.ts";
import { checkOutputs, isOutOfMemory, readProblem, writeSummary, writeWhole } from "./files.ts";
import { parseCells, parseChoice, parseNumber, parsePositive } from "./options.ts";
import { startProgress } from "./progress.ts";
import { formatTable } from "./table.ts";

const fluxes = Object.keys(FLUXES) as FluxName[];
const splittings = Object.keys(SPLITTINGS) as SplittingName[];

export const createSolveCommand = () =>
  new Command("solve")
    .description("Solve the mean-field equation of a problem file on its grid")
    .argument("<problem>", "problem file, e.g. grids/double-well.json")
    .option("--method <name>", "finite-volume", parseChoice("--method", ["finite-volume"]), "finite-volume" as const)
    .option("--cells <cells>", "cells of every variable, or x=256,y=128", parseCells)
    .option("--flux <name>", fluxes.join(" or "), parseChoice("--flux", fluxes), "muscl" as FluxName)
    .option("--splitting <name>", splittings.join(" or "), parseChoice("--splitting", splittings), "strang" as SplittingName)
    .option("--alpha <rate>", "rate of birth and death instead of that of the file", parseNumber("--alpha"))
    .option("--end <time>", "end time instead of that of the file", parsePositive("--end"))
    .option("--max-step <dt>", "upper bound on the time step", parsePositive("--max-step"))
    .option("--out <file>", "write densities and diagnostics as NetCDF-4")
    .option("--summary <file>", "write the diagnostics as JSON (- for standard output)")
    .action(async (path, options) => {
      checkOutputs(options.out, options.summary);
      const { cells, alpha, end, flux, splitting, maxStep } = options;
      const problem = await readProblem(path, {
        ...(cells === undefined ? {} : { cells }),
        ...(alpha === undefined ? {} : { alpha }),
        ...(end === undefined ? {} : { end }),
      });
      const started = performance.now();
      const progress = startProgress(`solving ${problem.name}`, problem.end, "time units");
      let solution: Solution;
      try {
        solution = solve(problem, { flux, splitting, onStep: progress.update, ...(maxStep === undefined ? {} : { maxStep }) });
      } catch (error) {
        throw isOutOfMemory(error)
          ? new InputError("--cells", problem.grid.shape.join(" x "), "not enough memory", "use fewer cells")
          : error;
      } finally {
        progress.stop();
      }
      const summary = summarise(problem, solution, (performance.now() - started) / 1000);
      warn(solution);
      if (options.out !== undefined) await writeWhole(options.out, await encodeSolution(problem, solution));
      await writeSummary(options.summary, summary, describe(problem, solution));
    });

function summarise(problem: Problem, solution: Solution, elapsedSeconds: number) {
  return {
    problem: problem.name,
    method: "finite-volume",
    scheme: solution.scheme,
    cells: [...solution.grid.shape],
    steps: solution.steps,
    outsideInitially: solution.outsideInitially,
    edgeMassSince: solution.edgeMassSince,
    unresolvedSince: solution.unresolvedSince,
    snapshots: solution.snapshots.map(({ density: _, ...snapshot }) => snapshot),
    elapsedSeconds,
  };
}

function describe(problem: Problem, solution: Solution): string {
  const names = problem.observables.map(({ name }) => name);
  const rows = solution.snapshots.map((s) => [
    s.time, s.energy, s.gap ?? "-", s.dissipated, s.defect, s.edgeMass, s.resolved, ...names.map((name) => s.observables[name]),
  ]); // biome-ignore format: one row
  const scheme = `${solution.scheme.flux}, ${solution.scheme.splitting}, ${solution.grid.shape.join(" x ")} cells, ${solution.steps} steps`;
  const header = ["time", "energy", "gap", "dissipated", "defect", "edge mass", "resolved", ...names];
  return `${problem.name} (${scheme})\n\n${formatTable(header, rows)}`;
}

function warn(solution: Solution): void {
  const { outsideInitially, edgeMassSince, unresolvedSince } = solution;
  const say = (text: string) => process.stderr.write(`warning: ${text}\n`);
  if (outsideInitially > EDGE_MASS_LIMIT) {
    say(
      `${outsideInitially.toExponential(1)} of the initial law lies outside the domain and was cut off; widen variables.*.min, max`,
    );
  }
  if (edgeMassSince !== null)
    say(`more than ${EDGE_MASS_LIMIT} of the mass is at a no-flux edge from t = ${edgeMassSince}; widen the domain`);
  if (unresolvedSince !== null) {
    say(`peaks are narrower than three cells from t = ${unresolvedSince}: densities after that depend on the grid; use more cells`);
  }
}
