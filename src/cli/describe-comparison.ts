import type { Comparison } from "../comparison/comparison.ts";
import type { NoiseFit } from "../comparison/noise-tests.ts";
import { formatNumber } from "../figures/numbers.ts";
import { comparisonTables } from "./comparison-tables.ts";
import { describeNextSteps, type NextStep } from "./next-steps.ts";
import { formatVerdict, screenTable, screenText } from "./screen.ts";

/** A comparison as text: the verdict and its reasons, the tables behind it, and what to do next. */
export function describeComparison(name: string, comparison: Comparison, next: readonly NextStep[] = []): string {
  const { verdict, reasons } = comparison;
  return [
    `${formatVerdict(verdict)}${verdict === "inconclusive" ? " (no test fails)" : ""}: ${describeEnsemble(name, comparison)}`,
    ...reasons.map((reason) => screenText("  - ", reason)),
    `(${describeTests(comparison)})`,
    ...comparisonTables(comparison).flatMap(({ kind, title, header, rows, digits, keys, words }) => {
      const ofNoise = kind === "noise";
      const table = rows.length === 0 ? [] : [screenTable(header, rows, digits, keys)];
      return [
        `\n${ofNoise ? `noise model: ${describeModel(comparison)}` : title}`,
        ...table,
        ...words.map((line) => screenText("", line)),
        ...(ofNoise ? describeNoise(comparison) : []),
      ];
    }),
    ...(comparison.noise === null ? [`\nnoise model: ${describeModel(comparison)}`] : []),
    ...(next.length === 0 ? [] : ["\nnext", ...describeNextSteps(next)]),
  ].join("\n");
}

/** `double-well, 64 replicas of n = 1000, dt = 0.01`. */
export function describeEnsemble(name: string, { replicas, n, dt }: Comparison): string {
  return `${name}, ${replicas} replica${replicas > 1 ? "s" : ""} of n = ${n}${dt === null ? "" : `, dt = ${dt}`}`;
}

export function describeTests({ tests, significance, falseAlarm }: Comparison): string {
  return `${tests} tests at ${formatNumber(significance, 2)} each: a false alarm in ${formatNumber(100 * falseAlarm)}% of all comparisons`;
}

/** Which noise model fits. */
export function describeModel({ noise, effectiveSizes, replicas }: Comparison): string {
  if (noise === null) {
    if (replicas === 1) return "not judged, there is one replica only";
    return `not judged, there is no prediction for ${effectiveSizes === null ? "particles of these dynamics" : "these weighted particles"}`;
  }
  const { model, fits } = noise;
  if (model !== null)
    return `${model}${others(fits.filter((fit) => fit.fits && fit.scheme !== model).map(({ scheme }) => scheme))}`;
  return fits.some((fit) => fit.fits) ? "too few replicas to tell" : `none of ${fits.map(({ scheme }) => scheme).join(", ")}`;
}

/** What the noise models are, and why others do not fit. */
export function describeNoise({ noise }: Comparison): string[] {
  if (noise === null) return [];
  const { fits, gaussianity } = noise;
  return [
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
