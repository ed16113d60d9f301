import type { Comparison } from "../comparison/comparison.ts";
import type { NoiseFit } from "../comparison/noise-tests.ts";
import { formatNumber } from "../figures/numbers.ts";
import { formatVerdict, screenTable, screenText } from "./screen.ts";

/** A comparison as text: the verdict and its reasons, then the tables behind it. */
export function describeComparison(name: string, comparison: Comparison): string {
  const { verdict, reasons, falseAlarm, tests, replicas, n, dt, means, distances, joint } = comparison;
  // Without a correction its column says nothing.
  const corrected = means.some(({ dtCorrection }) => dtCorrection !== 0);
  const header = [
    "time",
    "observable",
    "particles",
    "+-",
    "reference",
    ...(corrected ? ["by dt"] : []),
    "allowed",
    "p",
    "detectable",
  ];
  const rows = means.map((m) => [
    m.time,
    m.observable,
    m.particles,
    Number.isNaN(m.standardError) ? "-" : m.standardError,
    m.reference,
    ...(corrected ? [m.dtCorrection] : []),
    m.referenceError + m.dtBias + m.finiteSizeBias,
    m.leftOut ? "-" : m.pValue,
    Number.isFinite(m.detectable) ? m.detectable : "-",
  ]);
  // Cells of the grid are what is expected.
  const byNodes = distances?.some(({ by }) => by === "nodes") ?? false;
  const distanceHeader = ["time", "W1", ...(byNodes ? ["from"] : []), "noise", "allowed", "p", "p of all observables"];
  const distanceRows = distances?.map((d) => {
    const together = joint?.find(({ time }) => time === d.time);
    return [d.time, d.distance, ...(byNodes ? [d.by] : []), d.expected, d.allowance, d.pValue, together?.pValue ?? "-"];
  });
  return [
    `${formatVerdict(verdict)}${verdict === "inconclusive" ? " (no test fails)" : ""}: ${name}, ${replicas} replica${replicas > 1 ? "s" : ""} of n = ${n}${dt === null ? "" : `, dt = ${dt}`}`,
    ...reasons.map((reason) => screenText("  - ", reason)),
    `(${tests} tests at ${formatNumber(falseAlarm / tests, 2)} each: a false alarm in ${formatNumber(100 * falseAlarm)}% of all comparisons)`,
    `\nmeans over replicas\n${screenTable(header, rows, 5, 2)}`,
    ...(distanceRows === undefined ? [] : [`\ndistribution against density\n${screenTable(distanceHeader, distanceRows, 3)}`]),
    ...describeWeights(comparison),
    ...describeNoise(comparison),
  ].join("\n");
}

function describeWeights({ effectiveSizes }: Comparison): string[] {
  if (effectiveSizes === null) return [];
  const rows = effectiveSizes.map(({ time, least, median }) => [time, least, median]);
  return [`\neffective sizes, 1 / sum of squared weights, over replicas\n${screenTable(["time", "least", "median"], rows, 4)}`];
}

function describeNoise({ noise, means, effectiveSizes }: Comparison): string[] {
  if (noise === null)
    return [
      `\nnoise model: not judged, ${effectiveSizes === null ? "there is one replica only" : "there is no prediction for these weighted particles"}`,
    ];
  const { model, fits, measured, gaussianity } = noise;
  const verdict =
    model !== null
      ? `${model}${others(fits.filter((fit) => fit.fits && fit.scheme !== model).map(({ scheme }) => scheme))}`
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
    `\nnoise model: ${verdict}`,
    screenTable(["time", "observable", "n Var", "+-", ...fits.map(({ scheme }) => scheme)], rows, 4, 2),
    ...simulatedModels(fits),
    ...fits.filter((fit) => !fit.fits).map((fit) => `not ${fit.scheme}: ${fit.worst} (p = ${formatNumber(fit.pValue, 2)})`),
    gaussianity === null
      ? "Gaussian fluctuations: not judged with fewer than 8 replicas"
      : `Gaussian fluctuations: ${gaussianity.holds ? "yes" : "no"} (smallest p = ${formatNumber(gaussianity.pValue, 2)}, ${gaussianity.worst})`,
  ];
}

/** Which of the noise models are not limits n -> infinity. */
function simulatedModels(fits: readonly NoiseFit[]): string[] {
  const simulated = fits.filter((fit) => fit.simulated !== null);
  if (simulated.length === 0) return [];
  const names = simulated.map(({ scheme }) => scheme).join(", ");
  return [`simulated at this n and dt, by ${simulated[0].simulated} replicas, and not as n -> infinity: ${names}`];
}

function others(names: readonly string[]): string {
  return names.length === 0 ? "" : ` (${names.join(", ")} would fit too)`;
}
