import { THEMES } from "../../figures/theme.ts";
import { type LegendEntry, legendEntry } from "./curves.ts";
import { type DeathThreshold, deathThresholdOf, drivingOf } from "./death-threshold.ts";
import {
  homeOf,
  type PlaneContent,
  type PotentialLine,
  particleEntry,
  planeDots,
  shownPlane,
  sliceWords,
} from "./frame-content.ts";
import { INKS } from "./inks.ts";
import { DIVERGING } from "./palette.ts";
import { potentialScale } from "./potential-scale.ts";
import { largestOf } from "./ranges.ts";
import type { ViewValues } from "./values.ts";

export const MOST_DOTS = 500;
/** Rates below this share of the largest so far are not filled. */
export const FAINTEST = 1e-3;

export function potentialLine({ setup, meanField, particles, shown, theme }: ViewValues): PotentialLine | null {
  const frame = meanField[shown];
  if (setup === null || !frame) return null;
  const { values: V = frame.potentials[0], mean } = drivingOf(frame, 0);
  return {
    V,
    plain: V === frame.potentials[0] ? null : frame.potentials[0],
    density: frame.densities[0],
    threshold: deathThresholdOf(setup, mean),
    rate: setup.rates[shown] ?? 0,
    scale: potentialScale(meanField, 0, shown, setup),
    particles: particles[shown]?.drawn[0] ?? null,
    ink: INKS[theme],
  };
}

/** V - threshold in colours around the threshold, which is itself a line. */
export function potentialPlane(values: ViewValues): PlaneContent | null {
  const { setup, meanField, plane, shown, theme } = values;
  const frame = meanField[shown];
  if (setup === null || !frame) return null;
  const { values: V, mean } = drivingOf(frame, plane);
  const threshold = deathThresholdOf(setup, mean);
  const axes = shownPlane(values);
  if (!V || !axes || !Number.isFinite(threshold.value)) return null;
  const { spread } = potentialScale(meanField, plane, shown, setup);
  const line = { values: V, edges: null, colour: null };
  return {
    values: V,
    edges: null,
    palette: DIVERGING[theme],
    range: [threshold.value - spread, threshold.value + spread],
    label: `${threshold.potential} \u2212 ${threshold.symbol}${sliceWords(values)}`,
    origin: threshold.value,
    scale: "linear",
    contours: [
      { ...line, levels: levelsAround(threshold.value, spread), label: `lines of ${threshold.potential}`, opacity: 0.35, width: 1 },
      { ...line, levels: [threshold.value], label: lineOf(threshold), opacity: 1, width: 1.75 },
    ],
    home: homeOf(values, axes),
    fade: { density: frame.densities[plane], most: largestOf(frame.densities[plane]) / FULL },
    dots: planeDots(values, MOST_DOTS, THEMES[theme].text),
  };
}

/** Colours are full where the density is at least this part of its most. */
const FULL = 4;

/** Halves of the largest |V - threshold| of a colour, and doubles far up, where V is steep; without the threshold itself. */
function levelsAround(threshold: number, spread: number): number[] {
  return [-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2, 4, 8, 16, 32].map((part) => threshold + part * spread);
}

const lineOf = ({ potential, symbol }: DeathThreshold) => `${potential} = ${symbol}`;

export function potentialLegend(values: ViewValues): LegendEntry[] {
  const { setup, meanField, shown, theme } = values;
  if (setup === null) return [];
  const frame = meanField[shown];
  const threshold = deathThresholdOf(setup, 0);
  const fates = [
    ...(threshold.deaths ? [legendEntry("dies (hatched, above)", INKS[theme].deaths, "area")] : []),
    ...(threshold.births ? [legendEntry("is born (below)", INKS[theme].births, "area")] : []),
  ];
  const { text, muted } = THEMES[theme];
  if (setup.axes.length > 1) {
    return [
      legendEntry(lineOf(threshold), text, "line"),
      legendEntry(`lines of ${threshold.potential}`, muted, "line"),
      ...fates.map((fate) => ({ ...fate, label: fate.label.replace("hatched, ", "") })),
      ...particleEntry(values, MOST_DOTS, text),
    ];
  }
  return [
    legendEntry(threshold.axis, text, "line"),
    ...(frame?.thermal?.driving ? [legendEntry("potential V", muted, "line")] : []),
    legendEntry(threshold.label, muted, "line", [6, 4]),
    ...fates,
    ...particleEntry(values, MOST_DOTS, INKS[theme].particles),
  ];
}
