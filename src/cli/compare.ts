import { Command } from "@commander-js/extra-typings";
import { quoteWord } from "../../validation/report/command.ts";
import { findEnvironment } from "../../validation/report/environment.ts";
import { compareParticles } from "../comparison/compare.ts";
import { type CompareOptions, DEFAULT_POWER, type Power } from "../comparison/compare-options.ts";
import type { Comparison } from "../comparison/comparison.ts";
import { InputError } from "../errors.ts";
import type { Figure } from "../figures/figure.ts";
import { formatNumber } from "../figures/numbers.ts";
import { AXES, type Axis, type ReadOptions } from "../files/particle-data.ts";
import { readParticles } from "../files/read-particles.ts";
import { readReference } from "../reference/read-reference.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import { PREDICTED_SCHEMES, SIMULATED_SCHEMES } from "../schemes/schemes.ts";
import { version } from "../version.ts";
import { compareFolder, isFolder } from "./compare-folder.ts";
import { describeComparison } from "./describe-comparison.ts";
import { isOutOfMemory } from "./failures.ts";
import { nextSteps } from "./next-steps.ts";
import {
  parseChoice,
  parseColumns,
  parseCountOrName,
  parseNamedSize,
  parseNumber,
  parseNumbersOrName,
  parsePositive,
  RESAMPLE_BELOW,
} from "./options.ts";
import { printResults, summaryAt, withOutputs, writeOutput } from "./outputs.ts";
import { PLOT, plotAt, writePlot } from "./plot.ts";
import { startProgress } from "./progress.ts";

/**
 * @param setExitCode receives 1 for `inconsistent` and 3 for `inconclusive`.
 * @param args the words of the command line, for the report
 */
export const createCompareCommand = (setExitCode: (code: number) => void, args: readonly string[] = []) =>
  new Command("compare")
    .argument("<reference>", "NetCDF file of bdpde reference")
    .argument(
      "<particles>",
      ".npz, .npy, HDF5, Parquet or CSV file of particles; a folder of such files, some replicas each; or that of an ensemble",
    )
    .option("--variables <names>", "columns of the variables: x=position,y=weight, or position,weight in their order", parseColumns)
    .option(
      "--times <list|name>",
      "times of the snapshots, such as 0,0.5,1, or the column that holds them",
      parseNumbersOrName("--times"),
    )
    .option("--replicas <count|name>", "independent replicas, or the column that tells them apart", parseCountOrName("--replicas"))
    .option("--weights <name|none>", "column or array of weights; none: a column of such a name holds no weights")
    .option("--axes <list>", "axes of the array in their order, such as replica,snapshot,particle,variable", parseAxes)
    .option("--dt <step>", "time step of the particles' scheme, where the file does not tell", parsePositive("--dt"))
    .option(
      "--dt-bias <size>",
      "deviation of means and W1 to allow for because of dt: a number, or map for the effect of dt on the schemes here (default: map where scheme and dt are known, otherwise 0)",
      parseBias,
    )
    .option(
      "--false-alarm <rate>",
      "chance of calling right particles inconsistent, over all tests",
      parseNumber("--false-alarm"),
      0.01,
    )
    .option(
      "--power <size>",
      "what must be found: a deviation of a mean in standard deviations, or an error of the equation such as alpha=5%, drift=2% or temperature=10%",
      parsePower,
      DEFAULT_POWER,
    )
    .option(
      "--scheme <name>",
      "scheme that made the particles, where the file does not tell; the effect of its steps of dt on the means is subtracted",
      parseChoice("--scheme", [...PREDICTED_SCHEMES, ...SIMULATED_SCHEMES]),
    )
    .option("--resample-below <share>", RESAMPLE_BELOW, parsePositive("--resample-below"))
    .option("--seed <integer>", "seed of the random signs of the distance test", parseNumber("--seed"), 0)
    .option("--summary <file>", "write the comparison as JSON (- for standard output)")
    .option("--plot <file>", PLOT)
    .option("--report <file>", "write the verdict, what to do next, figures, tables and settings as one page (.html)")
    .option("--force", "overwrite the files of --plot, --report and --summary", false)
    .action(async (referencePath, particlesPath, options) => {
      const given = { inputs: [referencePath, particlesPath], force: options.force };
      const page = { option: "--report", path: options.report, format: "page" } as const;
      await withOutputs([plotAt(options.plot), page, summaryAt(options.summary)], given, async ([plot, report, file]) => {
        const started = performance.now();
        const reference = await readReference(referencePath);
        const variables = reference.problem.grid.axes.map(({ name }) => name);
        const { times, replicas, weights, axes, dt, dtBias, falseAlarm, power, scheme, resampleBelow, seed } = options;
        const progress = startProgress(`comparing ${reference.problem.name}`, 1);
        let comparison: Comparison;
        let faces: Figure[] = [];
        try {
          const given: ReadOptions = {
            variables,
            referenceTimes: reference.times,
            ...(options.variables === undefined ? {} : { columns: options.variables(variables) }),
            ...(times === undefined ? {} : { times }),
            ...(replicas === undefined ? {} : { replicas }),
            ...(weights === undefined ? {} : { weights: weights === "none" ? null : weights }),
            ...(axes === undefined ? {} : { axes }),
          };
          const how: CompareOptions = {
            ...(dt === undefined ? {} : { dt }),
            ...(dtBias === undefined ? {} : { dtBias }),
            falseAlarm,
            power,
            seed,
            ...(scheme === undefined ? {} : { scheme }),
            ...(resampleBelow === undefined ? {} : { resampleBelow }),
            onProgress: progress.update,
          };
          if (isFolder(particlesPath)) comparison = await compareFolder(reference, particlesPath, given, how);
          else {
            const data = await readParticles(particlesPath, given);
            comparison = compareParticles(reference, data, how);
            if (plot !== null || report !== null)
              faces = (await import("../plots/particles-on-density.ts")).densityOfParticles(reference, data);
          }
        } catch (error) {
          if (!isOutOfMemory(error)) throw error;
          throw new InputError(particlesPath, undefined, "not enough memory", "compare fewer particles or snapshots at a time");
        } finally {
          progress.stop();
        }
        const elapsedSeconds = (performance.now() - started) / 1000;
        for (const warning of warningsOf(comparison)) process.stderr.write(`warning: ${warning}\n`);
        for (const note of comparison.notes) process.stderr.write(`note: ${note}\n`);
        const figures = async () => (await import("../plots/comparison.ts")).comparisonFigures(comparison, faces);
        await writePlot(plot, options.plot, async () => ({
          title: `${reference.problem.name}: ${comparison.verdict}, ${comparison.replicas} replica${comparison.replicas === 1 ? "" : "s"} of n = ${comparison.n}`,
          warnings: warningsOf(comparison),
          figures: await figures(),
        }));
        const next = nextSteps(comparison, { reference, referencePath, power, args });
        const summary = {
          problem: reference.problem.name,
          reference: referencePath,
          particles: particlesPath,
          ...comparison,
          power,
          next,
          version,
          elapsedSeconds,
        };
        if (report !== null) {
          const { renderComparison } = await import("./comparison-report.ts");
          const settings = settingsOf(comparison, { ...options, reference, referencePath, particlesPath });
          const environment = { ...findEnvironment(), version };
          const command = ["bdpde", ...args].map(quoteWord).join(" ");
          const warnings = warningsOf(comparison);
          const made = { comparison, reference, next, warnings, settings, environment, command, figures: await figures() };
          writeOutput(report, renderComparison(made));
        }
        printResults(options.summary, file, summary, describeComparison(reference.problem.name, comparison, next));
        setExitCode({ consistent: 0, inconsistent: 1, inconclusive: 3 }[comparison.verdict]);
      });
    });

interface Settings {
  reference: ReferenceData;
  referencePath: string;
  particlesPath: string;
  power: Power;
  seed: number;
  variables?: ReturnType<typeof parseColumns> | undefined;
  times?: string | readonly number[] | undefined;
  replicas?: string | number | undefined;
  weights?: string | undefined;
  axes?: readonly Axis[] | undefined;
  resampleBelow?: number | undefined;
}

/** All that the numbers depend on, besides what is in the files and the version; how particles are read and resampled, where that was given. */
function settingsOf(
  { stepBias, dt, scheme, n, replicas, falseAlarm }: Comparison,
  {
    reference,
    referencePath,
    particlesPath,
    power,
    seed,
    variables,
    times,
    replicas: split,
    weights,
    axes,
    resampleBelow,
  }: Settings,
): [string, string | number][] {
  const columns = variables?.(reference.problem.grid.axes.map(({ name }) => name));
  const given = [
    ["--variables", columns && Object.entries(columns).map((pair) => pair.join("="))],
    ["--times", times],
    ["--replicas", split],
    ["--weights", weights],
    ["--axes", axes],
    ["--resample-below", resampleBelow],
  ] as const;
  return [
    ["reference", referencePath],
    ["its tolerance", reference.tolerance],
    ["particles", particlesPath],
    ["replicas", replicas],
    ["n", n],
    ["dt", dt ?? "not known"],
    ["scheme", scheme ?? "not known"],
    ["--dt-bias", `${stepBias.dtBias} (${stepBias.chosen})`],
    ["--false-alarm", falseAlarm],
    ["--power", typeof power === "number" ? `${power} standard deviations` : `${power.of}=${100 * power.size}%`],
    ["--seed", seed],
    ...given.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, [value].flat().join(",")]])),
  ];
}

function parseAxes(text: string): Axis[] {
  const axes = text.split(",").map((part) => part.trim());
  const known = axes.filter((axis): axis is Axis => (AXES as readonly string[]).includes(axis));
  if (known.length === axes.length && new Set(axes).size === axes.length) return known;
  throw new InputError("--axes", text, "not a list of axes", `name each once: ${AXES.join(",")}`);
}

function parseBias(text: string): number | "map" {
  return text === "map" ? "map" : parseNumber("--dt-bias")(text);
}

/** `0.05`, or `alpha=5%`, `drift=0.02`. */
function parsePower(text: string): Power {
  return parseNamedSize("--power", ["alpha", "drift", "temperature"], text) ?? parsePositive("--power")(text);
}

function warningsOf({ outside, n }: Comparison): string[] {
  const warnings: string[] = [];
  const { particles, total, first, wrapped } = outside;
  if (first !== null) {
    const { replica, time, particle, variable, value } = first;
    warnings.push(
      `${particles} of ${total} particles (all replicas and snapshots) lie outside the domain of the reference, the first in replica ${replica} at t = ${time}: particle ${particle} of ${n} with ${variable} = ${formatNumber(value)}; they are counted in every mean`,
    );
  }
  if (wrapped > 0) warnings.push(`${wrapped} of ${total} particles were wrapped into the period`);
  return warnings;
}
