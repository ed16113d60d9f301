import { Command } from "@commander-js/extra-typings";
import { InputError } from "../errors.ts";
import { datasetBytes } from "../files/netcdf.ts";
import { ANY_FLUXES } from "../finite-volume/fluxes.ts";
import { SPLITTINGS, type SplittingName } from "../finite-volume/splittings.ts";
import { PLAIN_NAMES } from "../problem/dynamics.ts";
import { checkpointOf, KEEP_EVERY } from "./checkpoint.ts";
import { keepDensities, openDataset } from "./dataset-output.ts";
import { PROBLEM, problemPath } from "./examples.ts";
import { isOutOfMemory } from "./failures.ts";
import { inputsOf, readProblem } from "./files.ts";
import { overridesOf, parseChoice, parseCounts, parseNumber, parsePositive, parseRate, parseTemperature } from "./options.ts";
import { printResults, summaryAt, withOutputs } from "./outputs.ts";
import { PLOT, plotAt, writePlot } from "./plot.ts";
import { runCharacteristics } from "./solve-characteristics.ts";
import { GRIDS, runFiniteVolume } from "./solve-finite-volume.ts";
import type { Method, MethodOptions, MethodRun } from "./solve-method.ts";
import { runSpectralMethod } from "./solve-spectral.ts";

const METHODS = {
  "finite-volume": { options: ["grid", "flux", "splitting", "maxStep", "tolerance"], run: runFiniteVolume },
  characteristics: { options: ["tolerance", "nodes"], run: runCharacteristics },
  spectral: { options: ["tolerance", "nodes"], run: runSpectralMethod },
} as const satisfies Record<string, Method>;

const splittings = Object.keys(SPLITTINGS) as SplittingName[];
const methods = Object.keys(METHODS) as (keyof typeof METHODS)[];

/** @param setExitCode receives 1 where a tolerance was not reached. */
export const createSolveCommand = (setExitCode: (code: number) => void) =>
  new Command("solve")
    .argument("<problem>", PROBLEM, problemPath)
    .option(
      "--method <name>",
      `${methods.slice(0, -1).join(", ")} or ${methods.at(-1)}`,
      parseChoice("--method", methods),
      "finite-volume" as const,
    )
    .option("--cells <cells>", "cells of every variable, or x=256,y=128", parseCounts("--cells"))
    .option(
      "--grid <name>",
      "finite volumes: fixed cells, or moving ones that follow the mass (default: fixed)",
      parseChoice("--grid", GRIDS),
    )
    .option(
      "--flux <name>",
      `finite volumes: ${ANY_FLUXES.join(" or ")} (default: muscl; at a temperature scharfetter-gummel)`,
      parseChoice("--flux", ANY_FLUXES),
    )
    .option(
      "--splitting <name>",
      `finite volumes: ${splittings.join(" or ")} (default: strang)`,
      parseChoice("--splitting", splittings),
    )
    .option("--max-step <dt>", "finite volumes: upper bound on the time step", parsePositive("--max-step"))
    .option(
      "--tolerance <size>",
      "characteristics, spectral: difference of two refinements (default: 1e-8); finite volumes: error of the steps in time, which are shortened until it is met",
      parseNumber("--tolerance"),
    )
    .option(
      "--nodes <counts>",
      "characteristics, spectral (powers of two): nodes of every variable in the first refinement, or x=64,y=32",
      parseCounts("--nodes"),
    )
    .option("--alpha <rate>", "rate of birth and death instead of that of the file: a number or an expression in t", parseRate)
    .option("--temperature <tau>", "temperature instead of that of the file: a number or an expression in t", parseTemperature)
    .option("--dynamics <name>", "dynamics instead of that of the file", parseChoice("--dynamics", PLAIN_NAMES))
    .option("--end <time>", "end time instead of that of the file", parsePositive("--end"))
    .option("--checkpoint <folder>", "keep the state of the run in a folder, and go on from there if the same command was stopped")
    .option(
      "--checkpoint-every <seconds>",
      `of work from one state to the next (default: ${KEEP_EVERY})`,
      parsePositive("--checkpoint-every"),
    )
    .option("--out <file>", "write densities and diagnostics as NetCDF-4 (.nc)")
    .option("--plot <file>", PLOT)
    .option("--force", "overwrite the files of --out, --plot and --summary", false)
    .option("--summary <file>", "write the diagnostics as JSON (- for standard output)")
    .action(async (path, options) => {
      const method: Method = METHODS[options.method];
      refuseOthers(options, method);
      const problem = await readProblem(path, overridesOf(options));
      const times = problem.snapshotTimes;
      const bytes = datasetBytes(problem.grid, times.length);
      const out = { option: "--out", path: options.out, format: "netcdf", bytes } as const;
      const given = { inputs: inputsOf(path, problem), force: options.force };
      await withOutputs([out, plotAt(options.plot), summaryAt(options.summary)], given, async ([dataset, plot, summary]) => {
        const started = performance.now();
        const { method: chosen, grid, flux, splitting, maxStep, tolerance, nodes } = options;
        const own = { method: chosen, grid, flux, splitting, maxStep, tolerance, nodes };
        const checkpoint = await checkpointOf(options, problem, { command: "solve", ...own });
        const opened = await openDataset(dataset, problem.grid, times, options.grid === "moving");
        const kept = plot === null ? null : keepDensities(opened, times);
        const file = kept?.file ?? opened;
        // A run that goes on where another was stopped has not seen the frames before: its picture is that of the snapshots, as without an interruption.
        const hasFrames = plot !== null && checkpoint === null && problem.grid.dimension === 1;
        const frames = hasFrames ? (await import("../plots/density-over-time.ts")).keepFrames(problem.end) : undefined;
        let run: MethodRun;
        try {
          run = method.run(problem, options, file, checkpoint, frames);
          if (file !== null) run.finishFile(file);
        } catch (error) {
          if (!isOutOfMemory(error)) throw error;
          throw new InputError("--cells", problem.grid.shape.join(" x "), "not enough memory", "use fewer cells or nodes");
        }
        const elapsedSeconds = (performance.now() - started) / 1000;
        for (const warning of run.warnings) process.stderr.write(`warning: ${warning}\n`);
        const snapshots = run.summary.snapshots.map((snapshot, s) => ({ ...snapshot, ...kept?.densities[s] }));
        await writePlot(plot, options.plot, async () => ({
          title: `${problem.name}: ${options.method}`,
          warnings: run.warnings,
          figures: (await import("../plots/solution.ts")).solutionFigures(problem, snapshots, frames?.frames),
        }));
        printResults(options.summary, summary, { ...run.summary, elapsedSeconds }, run.text);
        setExitCode(run.exitCode);
      });
    });

function refuseOthers(options: MethodOptions & { method: string }, { options: own }: Method): void {
  for (const { options: names } of Object.values<Method>(METHODS)) {
    for (const name of names) {
      if (options[name] === undefined || own.includes(name)) continue;
      const option = name === "maxStep" ? "--max-step" : `--${name}`;
      const other = methods.find((method) => (METHODS[method].options as readonly string[]).includes(name));
      throw new InputError(
        option,
        undefined,
        `not an option of --method ${options.method}`,
        `leave it out, or use --method ${other}`,
      );
    }
  }
}
