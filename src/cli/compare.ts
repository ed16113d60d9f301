import { Command } from "@commander-js/extra-typings";
import { compareParticles } from "../comparison/compare.ts";
import type { Comparison } from "../comparison/comparison.ts";
import { AXES, type Axis } from "../comparison/particle-data.ts";
import { readParticles } from "../comparison/read-particles.ts";
import { readReference } from "../comparison/read-reference.ts";
import { InputError } from "../errors.ts";
import { isOutOfMemory } from "./files.ts";
import { parseColumns, parseCountOrName, parseNumber, parseNumbersOrName, parsePositive } from "./options.ts";
import { printResults, summaryAt, withOutputs } from "./outputs.ts";
import { formatNumber, formatTable } from "./table.ts";

/** @param setExitCode receives 1 for `inconsistent` and 3 for `inconclusive`. */
export const createCompareCommand = (setExitCode: (code: number) => void) =>
  new Command("compare")
    .description("Judge particles of any scheme and language against a reference: consistent, inconsistent or inconclusive")
    .argument("<reference>", "NetCDF file of bdpde reference")
    .argument("<particles>", ".npz, .npy, HDF5, Parquet or CSV file of particles")
    .option("--variables <names>", "columns of the variables: x=position,y=weight, or position,weight in their order", parseColumns)
    .option(
      "--times <list|name>",
      "times of the snapshots, such as 0,0.5,1, or the column that holds them",
      parseNumbersOrName("--times"),
    )
    .option("--replicas <count|name>", "independent replicas, or the column that tells them apart", parseCountOrName("--replicas"))
    .option("--weights <name|none>", "column or array of weights; none where one of such a name holds none")
    .option("--axes <list>", "axes of the array in their order, such as replica,snapshot,particle,variable", parseAxes)
    .option("--dt <step>", "time step of the particles' scheme, where the file does not tell", parsePositive("--dt"))
    .option(
      "--dt-bias <size>",
      "deviation of means and W1 to allow for because of dt: a number, or map for what dt makes",
      parseBias,
      0,
    )
    .option(
      "--false-alarm <rate>",
      "chance of calling right particles inconsistent, over all tests",
      parseNumber("--false-alarm"),
      0.01,
    )
    .option("--power <size>", "deviation of a mean that must be found, in standard deviations", parsePositive("--power"), 0.05)
    .option("--seed <integer>", "seed of the random signs of the distance test", parseNumber("--seed"), 0)
    .option("--summary <file>", "write the comparison as JSON (- for standard output)")
    .option("--force", "overwrite the file of --summary", false)
    .action(async (referencePath, particlesPath, options) => {
      const given = { inputs: [referencePath, particlesPath], force: options.force };
      await withOutputs([summaryAt(options.summary)], given, async ([file]) => {
        const started = performance.now();
        const reference = await readReference(referencePath);
        const variables = reference.problem.grid.axes.map(({ name }) => name);
        const { times, replicas, weights, axes, dt, dtBias, falseAlarm, power, seed } = options;
        let comparison: Comparison;
        try {
          const particles = await readParticles(particlesPath, {
            variables,
            referenceTimes: reference.times,
            ...(options.variables === undefined ? {} : { columns: options.variables(variables) }),
            ...(times === undefined ? {} : { times }),
            ...(replicas === undefined ? {} : { replicas }),
            ...(weights === undefined ? {} : { weights: weights === "none" ? null : weights }),
            ...(axes === undefined ? {} : { axes }),
          });
          comparison = compareParticles(reference, particles, {
            ...(dt === undefined ? {} : { dt }),
            dtBias,
            falseAlarm,
            power,
            seed,
          });
        } catch (error) {
          if (!isOutOfMemory(error)) throw error;
          throw new InputError(particlesPath, undefined, "not enough memory", "compare fewer particles or snapshots at a time");
        }
        const elapsedSeconds = (performance.now() - started) / 1000;
        for (const warning of warningsOf(comparison)) process.stderr.write(`warning: ${warning}\n`);
        for (const note of comparison.notes) process.stderr.write(`note: ${note}\n`);
        const summary = {
          problem: reference.problem.name,
          reference: referencePath,
          particles: particlesPath,
          ...comparison,
          elapsedSeconds,
        };
        printResults(options.summary, file, summary, describe(reference.problem.name, comparison));
        setExitCode({ consistent: 0, inconsistent: 1, inconclusive: 3 }[comparison.verdict]);
      });
    });

function parseAxes(text: string): Axis[] {
  const axes = text.split(",").map((part) => part.trim());
  const known = axes.filter((axis): axis is Axis => (AXES as readonly string[]).includes(axis));
  if (known.length === axes.length && new Set(axes).size === axes.length) return known;
  throw new InputError("--axes", text, "not a list of axes", `name each once: ${AXES.join(",")}`);
}

function parseBias(text: string): number | "map" {
  return text === "map" ? "map" : parseNumber("--dt-bias")(text);
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

function describe(name: string, comparison: Comparison): string {
  const { verdict, reasons, falseAlarm, tests, replicas, n, dt, means, distances, joint } = comparison;
  const header = ["time", "observable", "particles", "+-", "reference", "allowed", "p", "detectable"];
  const rows = means.map((m) => [
    m.time,
    m.observable,
    m.particles,
    Number.isNaN(m.standardError) ? "-" : m.standardError,
    m.reference,
    m.referenceError + m.dtBias + m.finiteSizeBias,
    m.pValue,
    Number.isFinite(m.detectable) ? m.detectable : "-",
  ]);
  const laws = distances?.map((d) => {
    const together = joint?.find(({ time }) => time === d.time);
    return [d.time, d.distance, d.expected, d.allowance, d.pValue, together?.pValue ?? "-"];
  });
  return [
    `${verdict}: ${name}, ${replicas} replica${replicas > 1 ? "s" : ""} of n = ${n}${dt === null ? "" : `, dt = ${dt}`}`,
    ...reasons.map((reason) => `  - ${reason}`),
    `(${tests} tests at ${formatNumber(falseAlarm / tests, 2)} each: a false alarm in ${formatNumber(100 * falseAlarm)}% of all comparisons)`,
    `\nmeans over replicas\n${formatTable(header, rows, 5)}`,
    ...(laws === undefined
      ? []
      : [`\nlaw against density\n${formatTable(["time", "W1", "noise", "allowed", "p", "p of all observables"], laws, 3)}`]),
    ...describeNoise(comparison),
  ].join("\n");
}

function describeNoise({ noise, means }: Comparison): string[] {
  if (noise === null) return ["\nnoise law: not judged, there is one replica only"];
  const { law, fits, measured, gaussianity } = noise;
  const verdict =
    law !== null
      ? `${law}${others(fits.filter((fit) => fit.fits && fit.scheme !== law).map(({ scheme }) => scheme))}`
      : fits.some((fit) => fit.fits)
        ? "too few replicas to tell"
        : `none of ${fits.map(({ scheme }) => scheme).join(", ")}`;
  const flat = measured.flat();
  const rows = means.map((m, i) => [
    m.time,
    m.observable,
    flat[i].nVariance,
    Number.isNaN(flat[i].error) ? "-" : flat[i].error,
    ...fits.map(({ nVariance }) => nVariance.flat()[i]),
  ]);
  return [
    `\nnoise law: ${verdict}`,
    formatTable(["time", "observable", "n Var", "+-", ...fits.map(({ scheme }) => scheme)], rows, 4),
    ...fits.filter((fit) => !fit.fits).map((fit) => `not ${fit.scheme}: ${fit.worst} (p = ${formatNumber(fit.pValue, 2)})`),
    gaussianity === null
      ? "Gaussian fluctuations: not judged with fewer than 8 replicas"
      : `Gaussian fluctuations: ${gaussianity.holds ? "yes" : "no"} (smallest p = ${formatNumber(gaussianity.pValue, 2)}, ${gaussianity.worst})`,
  ];
}

function others(names: readonly string[]): string {
  return names.length === 0 ? "" : ` (${names.join(", ")} would fit too)`;
}
