import { THEMES, type ThemeName } from "../../figures/theme.ts";
import { COLOURS, type LegendEntry, legendEntry } from "./curves.ts";
import { deathThresholdOf } from "./death-threshold.ts";
import { type PlaneContent, type PotentialLine, particleEntry, planeDots } from "./frame-content.ts";
import { DIVERGING } from "./palette.ts";
import { potentialScale } from "./potential-scale.ts";
import type { ViewValues } from "./values.ts";

export const MOST_DOTS = 500;
/** Rates below this share of the largest so far are not filled. */
export const FAINTEST = 1e-3;

export function potentialLine({ setup, meanField, particles, shown }: ViewValues): PotentialLine | null {
  const frame = meanField[shown];
  if (setup === null || !frame) return null;
  return {
    V: frame.potentials[0],
    density: frame.densities[0],
    threshold: deathThresholdOf(setup.dynamics, frame.record.meanPotential),
    rate: setup.rates[shown] ?? 0,
    scale: potentialScale(meanField, 0, shown, setup.dynamics, setup.rates),
    particles: particles[shown]?.drawn[0] ?? null,
  };
}

/** V - threshold in colours around the threshold, which is itself a line. */
export function potentialPlane(values: ViewValues, theme: ThemeName): PlaneContent | null {
  const { setup, meanField, plane, shown } = values;
  const frame = meanField[shown];
  const V = frame?.potentials[plane];
  if (setup === null || !V) return null;
  const threshold = deathThresholdOf(setup.dynamics, frame.record.meanPotential);
  if (!Number.isFinite(threshold.value)) return null;
  const { spread } = potentialScale(meanField, plane, shown, setup.dynamics, setup.rates);
  return {
    values: V,
    edges: null,
    palette: DIVERGING[theme],
    range: [threshold.value - spread, threshold.value + spread],
    label: `V \u2212 ${threshold.symbol}`,
    origin: threshold.value,
    scale: "linear",
    contour: { value: threshold.value, label: `V = ${threshold.symbol}` },
    dots: planeDots(values, MOST_DOTS, THEMES[theme].text),
  };
}

export function potentialLegend(values: ViewValues, theme: ThemeName): LegendEntry[] {
  const { setup, meanField, shown } = values;
  if (setup === null) return [];
  const threshold = deathThresholdOf(setup.dynamics, meanField[shown]?.record.meanPotential ?? 0);
  const fates = [
    ...(threshold.deaths ? [legendEntry("dies (hatched, above)", COLOURS.deaths, "area")] : []),
    ...(threshold.births ? [legendEntry("is born (below)", COLOURS.births, "area")] : []),
  ];
  const { text, muted } = THEMES[theme];
  if (setup.axes.length > 1) {
    return [
      legendEntry(`V = ${threshold.symbol}`, text, "line"),
      ...fates.map((fate) => ({ ...fate, label: fate.label.replace("hatched, ", "") })),
      ...particleEntry(values, MOST_DOTS, text),
    ];
  }
  return [
    legendEntry("potential V", text, "line"),
    legendEntry(threshold.label, muted, "line", [6, 4]),
    ...fates,
    ...particleEntry(values, MOST_DOTS, COLOURS.particles),
  ];
}
