import { Command } from "@commander-js/extra-typings";
import { InputError } from "../errors.ts";
import { formatNumber } from "../figures/numbers.ts";
import { datasetBytes } from "../files/netcdf.ts";
import { describeUnresolved, findUnresolvedInputs } from "../finite-volume/unresolved-inputs.ts";
import { PLAIN_NAMES } from "../problem/dynamics.ts";
import { isWarm } from "../problem/thermal.ts";
import { computeReference, type Judge, largest, type Reference } from "../reference/reference.ts";
import { describeReference, methodOf } from "../reference/reference-dataset.ts";
import { byModes } from "../reference/result.ts";
import { checkpointOf, KEEP_EVERY, sayParts } from "./checkpoint.ts";
import { describeOutside, describeUnseen, describeWall } from "./coverage-warnings.ts";
import { openDataset } from "./dataset-output.ts";
import { PROBLEM, problemPath } from "./examples.ts";
import { isOutOfMemory } from "./failures.ts";
import { checkMemory, formatBytes, inputsOf, readProblem } from "./files.ts";
import { overridesOf, parseChoice, parseCounts, parseNumber, parsePositive, parseRate } from "./options.ts";
import { printResults, summaryAt, withOutputs } from "./outputs.ts";
import { PLOT, plotAt, writePlot } from "./plot.ts";
import { startStages } from "./progress.ts";
import { screenTable } from "./screen.ts";

/** @param setExitCode receives 1 where the tolerance was not reached at every snapshot. */
export const createReferenceCommand = (setExitCode: (code: number) => void) =>
  new Command("reference")
    .argument("<problem>", PROBLEM, problemPath)
    .option("--tolerance <size>", "limit of every stated error", parseNumber("--tolerance"), 1e-3)
    .option("--cells <cells>", "cells of every variable, or x=256,y=128", parseCounts("--cells"))
    .option("--alpha <rate>", "rate of birth and death instead of that of the file: a number or an expression in t", parseRate)
    .option("--dynamics <name>", "dynamics instead of that of the file", parseChoice("--dynamics", PLAIN_NAMES))
    .option("--end <time>", "end time instead of that of the file", parsePositive("--end"))
    .option("--checkpoint <folder>", "keep what is finished in a folder, and compute only the rest if the same command was stopped")
    .option(
      "--checkpoint-every <seconds>",
      `parts that took less than a thirtieth of this are not kept (default: ${KEEP_EVERY})`,
      parsePositive("--checkpoint-every"),
    )
    .option("--out <file>", "write the reference as NetCDF-4 (.nc)")
    .option("--plot <file>", PLOT)
    .option("--force", "overwrite the files of --out, --plot and --summary", false)
    .option("--summary <file>", "write diagnostics and stated errors as JSON (- for standard output)")
    .action(async (path, options) => {
      const problem = await readProblem(path, overridesOf(options));
      const { grid, snapshotTimes } = problem;
      const bytes = datasetBytes(grid, snapshotTimes.length);
      const out = { option: "--out", path: options.out, format: "netcdf", bytes } as const;
      if (options.out !== undefined && bytes > MOST_BYTES) {
        const size = `${formatBytes(bytes)} of densities, and a file of a reference holds ${formatBytes(MOST_BYTES)}`;
        throw new InputError("--out", options.out, size, "use fewer cells or snapshots");
      }
      const given = { inputs: inputsOf(path, problem), force: options.force };
      checkMemory("--cells", grid.shape.join(" x "), COPIES * bytes, "use fewer cells or snapshots");
      await withOutputs([out, plotAt(options.plot), summaryAt(options.summary)], given, async ([dataset, plot, summary]) => {
        const started = performance.now();
        const checkpoint = await checkpointOf(options, problem, { command: "reference", tolerance: options.tolerance });
        if (checkpoint !== null) sayParts(checkpoint);
        const progress = startStages(problem.name, problem.end);
        let reference: Reference;
        try {
          reference = await computeReference(problem, {
            tolerance: options.tolerance,
            onProgress: progress.update,
            ...(checkpoint === null ? {} : { keep: checkpoint.keep }),
          });
        } catch (error) {
          if (!isOutOfMemory(error)) throw error;
          throw new InputError("--cells", grid.shape.join(" x "), "not enough memory", "use fewer cells");
        } finally {
          progress.stop();
        }
        const file = await openDataset(dataset, grid, snapshotTimes);
        for (const { density } of reference.snapshots) file?.addDensity(density);
        file?.finish(describeReference(reference));
        const elapsedSeconds = (performance.now() - started) / 1000;
        const unresolvedInputs = findUnresolvedInputs(problem);
        const warnings = [...warningsOf(reference), ...unresolvedInputs.map((input) => describeUnresolved(input, grid))];
        for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
        await writePlot(plot, options.plot, async () => ({
          title: `${problem.name}: reference, tolerance ${options.tolerance}`,
          warnings,
          figures: (await import("../plots/reference.ts")).referenceFigures(reference),
        }));
        printResults(options.summary, summary, { ...summarise(reference), unresolvedInputs, elapsedSeconds }, describe(reference));
        setExitCode(reference.reached ? 0 : 1);
      });
    });

/** The digest of a reference is made from all of it, in the memory of the library that reads and writes it. */
const MOST_BYTES = 2 ** 30;

/** The densities, and those of the first judge. */
const COPIES = 2;

function summarise(reference: Reference) {
  const { problem, snapshots, ...rest } = reference;
  return {
    problem: problem.name,
    method: methodOf(reference),
    cells: [...problem.grid.shape],
    ...rest,
    snapshots: snapshots.map(({ density: _, ...snapshot }) => withoutNodes(snapshot)),
  };
}

/** A snapshot without what belongs in a file. */
function withoutNodes<T extends object>(snapshot: T): Omit<T, "points" | "weights" | "sizes" | "nodes"> {
  const {
    points: _,
    weights: __,
    sizes: ___,
    nodes: ____,
    ...rest
  } = { points: null, weights: null, sizes: null, nodes: null, ...snapshot };
  return rest;
}

function describe(reference: Reference): string {
  const { problem, snapshots, levels, judges, tolerance } = reference;
  const names = problem.observables.map(({ name }) => name);
  const stated = snapshots.map(({ time, errors, resolved, judgedBy }) => [
    time, errors.l1, errors.wasserstein1, errors.energy, ...names.map((name) => errors.observables[name]), resolved, judgedBy,
  ]); // biome-ignore format: one row
  const values = snapshots.map(({ time, energy, gap, observables }) => [
    time,
    energy,
    gap ?? "-",
    ...names.map((name) => observables[name]),
  ]);
  const nodes = levels.map((refinement) => refinement.nodes.join(" x ")).join(", ");
  const cellsOf = (grid: Judge["grid"]) =>
    [...new Set(judges.flatMap((judge) => (judge.grid === grid ? judge.cells.join(" x ") : [])))].join(", ");
  const judged = [["moving", "moving cells"], ["fixed", "cells"]] as const; // biome-ignore format: a table
  const cells = judged.flatMap(([grid, what]) => (cellsOf(grid) === "" ? [] : `${cellsOf(grid)} ${what}`)).join(", and on ");
  const distance = problem.grid.dimension === 1 ? "W1" : "sliced W1";
  return [
    `${problem.name}: reference on ${problem.grid.shape.join(" x ")} cells, tolerance ${tolerance}`,
    reference.stoppedBy === null
      ? `${byModes(problem) ? "Fourier modes" : "characteristics"} on ${nodes} nodes; finite volumes on ${cells}`
      : `finite volumes alone, ${isWarm(problem) ? "" : "muscl and upwind, "}on ${cells}`,
    `\nvalues\n${screenTable(["time", "energy", "gap", ...names], values, 9)}`,
    `\nstated errors\n${screenTable(["time", "density L1", distance, "energy", ...names, "resolved", "judged by"], stated, 3)}`,
    `density L1 and ${distance} are taken on the ${problem.grid.shape.join(" x ")} cells: what lies within a cell is not in them`,
    ...describeMoving(snapshots),
  ].join("\n");
}

/** The stated errors on moving cells, where the density is too sharp for the grid. */
function describeMoving(snapshots: Reference["snapshots"]): string[] {
  const rows = snapshots.flatMap(({ time, movingCellErrors }) =>
    movingCellErrors === null
      ? []
      : [[time, movingCellErrors.l1, movingCellErrors.wasserstein1, movingCellErrors.cells.join(" x ")]],
  );
  if (rows.length === 0) return [];
  const title = "stated errors of the density on moving cells of the judge, where it is too sharp for these cells";
  return [`\n${title}\n${screenTable(["time", "density L1", "W1 along an axis", "moving cells"], rows, 3)}`];
}

function warningsOf(reference: Reference): string[] {
  const {
    snapshots,
    tolerance,
    unresolvedSince,
    edgeMassSince,
    outsideInitially,
    outsideSince,
    wallMass,
    unresolvedInitially,
    stoppedBy,
    unseen,
  } = reference;
  const warnings: string[] = [];
  if (stoppedBy !== null) {
    const [what, by] = byModes(reference.problem) ? ["Fourier modes do not solve it", "two resolutions"] : ["characteristics could not be integrated", "two resolutions and two fluxes"]; // biome-ignore format: one line
    warnings.push(`${what} (${stoppedBy}): judged by finite volumes alone, of ${by}, which share the equation and the grid`);
  }
  if (unresolvedInitially > 0.01 * tolerance) {
    const share = formatNumber(unresolvedInitially, 3);
    warnings.push(
      `the initial density is not resolved: ${share} of its mass may be missing or misplaced; smooth it, or use more cells`,
    );
  }
  if (unseen !== null) warnings.push(describeUnseen(unseen, reference.problem.grid));
  if (outsideInitially > 0.1 * tolerance) {
    const share = formatNumber(outsideInitially, 3);
    warnings.push(
      `${share} of the initial distribution lies outside the domain, where finite volumes cut it off; widen variables.*.min, max`,
    );
  }
  if (outsideSince !== null && isWarm(reference.problem)) {
    const share = formatNumber(Math.max(...snapshots.map(({ edgeMass }) => edgeMass)), 3);
    warnings.push(
      `mass is at a no-flux wall from t = ${outsideSince}, up to ${share} of it: particles leave the domain there, and the solvers hold it or bring it back; the stated errors allow for it; widen variables.*.min, max`,
    );
  } else if (outsideSince !== null) {
    const share = Math.max(...snapshots.map(({ outside }) => outside));
    const meaning =
      "characteristics let it through the walls of no-flux axes, finite volumes hold it there; the stated errors include the difference of these two problems";
    warnings.push(describeOutside(outsideSince, share, meaning));
  }
  warnings.push(...wallMass.map(describeWall));
  const missing = snapshots.find(({ missingMass }) => missingMass > 0.1 * tolerance);
  if (missing !== undefined) {
    const share = formatNumber(missing.missingMass, 3);
    warnings.push(
      `${share} of the mass is not in the density at t = ${missing.time}: it has left the domain, or peaks are too narrow for its cells`,
    );
  }
  const beyond = snapshots.filter(({ errors }) => !(largest(errors) <= tolerance));
  if (beyond.length > 0) {
    const worst = formatNumber(Math.max(...beyond.map(({ errors }) => largest(errors))), 3);
    const times = beyond.map(({ time }) => time).join(", ");
    warnings.push(`tolerance ${tolerance} not reached at t = ${times}: errors of up to ${worst} are stated`);
  }
  if (unresolvedSince !== null) {
    warnings.push(
      stoppedBy === null && !byModes(reference.problem)
        ? `the density is too sharp for every grid that was tried from t = ${unresolvedSince}: energy and observables after that are judged by a second family of nodes`
        : `the density is too sharp for every grid that was tried from t = ${unresolvedSince}: nothing after that is known to better than a cell`,
    );
  }
  if (edgeMassSince !== null && !isWarm(reference.problem))
    warnings.push(`mass is at a no-flux edge from t = ${edgeMassSince}; widen the domain`);
  return warnings;
}
