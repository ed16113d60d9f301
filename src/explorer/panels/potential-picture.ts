import { THEMES } from "../../look.ts";
import type { MeanFieldFrame } from "../engine/frames.ts";
import { COLOURS, type LegendEntry, legendEntry } from "./curves.ts";
import { drawnParticles } from "./density-picture.ts";
import { type PlaneContent, type PotentialLine, planeDots } from "./frame-content.ts";
import { DIVERGING, type ThemeName } from "./palette.ts";
import { padded, type Range, stepAbove } from "./ranges.ts";
import type { ViewValues } from "./values.ts";

/**
 * The level above which mass dies and below which it is born: the zero of the local part of the reaction,
 *
 *   birth-death, pure-birth-death   -alpha (V - Vbar) mu                    Vbar
 *   unbalanced                      -alpha V mu                             0
 *   reinjection net-deficit         -alpha V mu - alpha Vbar^- mu           min(Vbar, 0)    (what dies returns by the prior)
 *   reinjection every-death         -alpha V^+ mu                           0               (the same)
 *   gradient-descent                none; Vbar is drawn as the mean of V alone.
 */
export interface Level {
  value: number;
  label: string;
  /** Whether mass is lost above and gained below. */
  deaths: boolean;
  births: boolean;
  note: string | null;
}

const RETURNS = "What dies returns by the prior, which is not drawn here.";
const VBAR = "V\u0304";

const LEVELS: Readonly<Record<string, (meanPotential: number) => Level>> = {
  "gradient-descent": (value) => ({
    value,
    label: `mean ${VBAR}`,
    deaths: false,
    births: false,
    note: "Under gradient descent nothing is born or dies: mass only moves.",
  }),
  "pure-birth-death": (value) => ({
    value,
    label: `level ${VBAR}`,
    deaths: true,
    births: true,
    note: "Here mass does not move: it is born and dies alone.",
  }),
  unbalanced: () => ({ value: 0, label: "level 0", deaths: true, births: true, note: null }),
  "reinjection net-deficit": (mean) => ({
    value: Math.min(mean, 0),
    label: `level min(${VBAR}, 0)`,
    deaths: true,
    births: true,
    note: RETURNS,
  }),
  "reinjection every-death": () => ({ value: 0, label: "level 0", deaths: true, births: false, note: RETURNS }),
};

export function levelOf(dynamics: string, meanPotential: number): Level {
  const level = LEVELS[dynamics];
  return level ? level(meanPotential) : { value: meanPotential, label: `level ${VBAR}`, deaths: true, births: true, note: null };
}

const BINS = 512;
const SHARE = 0.95;
/** Differences of a constant potential from its mean in single precision, in units of that mean. */
const ROUNDING = 1e-6;
const histogram = new Float64Array(BINS);

/**
 * The size of |V - level| that 95% of the mass does not exceed, within 1/512 of its largest value: a scale for the eye where a potential grows
 * fast in places that no mass reaches. Where there is no mass every cell counts the same. 0 where V is the level everywhere.
 */
export function massSpread(V: ArrayLike<number>, mu: ArrayLike<number>, level: number): number {
  let largest = 0;
  let mass = 0;
  for (let i = 0; i < V.length; i++) {
    const size = Math.abs(V[i] - level);
    if (size > largest && size < Infinity) largest = size;
    if (mu[i] > 0 && mu[i] < Infinity) mass += mu[i];
  }
  if (largest <= ROUNDING * Math.abs(level)) return 0;
  histogram.fill(0);
  let total = 0;
  for (let i = 0; i < V.length; i++) {
    const bin = Math.floor((Math.abs(V[i] - level) / largest) * BINS);
    const weight = mass > 0 ? mu[i] : 1;
    if (!(bin >= 0 && weight > 0 && weight < Infinity)) continue;
    histogram[Math.min(BINS - 1, bin)] += weight;
    total += weight;
  }
  let sum = 0;
  for (let bin = 0; bin < BINS; bin++) {
    sum += histogram[bin];
    if (sum >= SHARE * total) return ((bin + 1) / BINS) * largest;
  }
  return largest;
}

interface FrameScale {
  spread: number;
  lowest: number;
  /** The largest |V - level| mu, to be multiplied by alpha. */
  fastest: number;
}

const scales = new WeakMap<Float32Array, FrameScale>();

function scaleOf(V: Float32Array, mu: Float32Array, level: number): FrameScale {
  const known = scales.get(V);
  if (known) return known;
  let lowest = Infinity;
  let fastest = 0;
  for (let i = 0; i < V.length; i++) {
    if (V[i] < lowest && V[i] > -Infinity) lowest = V[i];
    const rate = Math.abs(V[i] - level) * mu[i];
    if (rate > fastest && rate < Infinity) fastest = rate;
  }
  const spread = massSpread(V, mu, level);
  const scale =
    spread > 0 ? { spread, lowest: lowest < Infinity ? lowest : level, fastest } : { spread, lowest: level, fastest: 0 };
  scales.set(V, scale);
  return scale;
}

export interface PotentialScale {
  /** From the minimum of V to a little above most of the mass. */
  range: Range;
  /** Largest |V - level| of a symmetric colour scale. */
  spread: number;
  /** Largest alpha |V - level| mu. */
  fastest: number;
}

/** Scales that hold what was seen up to the frame on show, as those of the density. */
export function potentialScale(
  meanField: readonly MeanFieldFrame[],
  plane: number,
  shown: number,
  dynamics: string,
  rates: readonly number[],
): PotentialScale {
  let low = Infinity;
  let high = -Infinity;
  let spread = 0;
  let fastest = 0;
  for (let k = 0; k <= shown; k++) {
    const frame = meanField[k];
    const V = frame?.potentials[plane];
    if (!V) continue;
    const level = levelOf(dynamics, frame.record.meanPotential).value;
    if (!Number.isFinite(level)) continue;
    const scale = scaleOf(V, frame.densities[plane], level);
    low = Math.min(low, scale.lowest, level);
    high = Math.max(high, level + 1.5 * scale.spread);
    spread = Math.max(spread, scale.spread);
    fastest = Math.max(fastest, (rates[k] ?? 0) * scale.fastest);
  }
  return { range: padded(low <= high ? [low, high] : null, 0.08), spread: stepAbove(spread), fastest };
}

export const MOST_DOTS = 500;
/** Rates below this share of the largest so far are not filled. */
export const FAINTEST = 1e-3;

export function potentialLine({ setup, meanField, particles, shown }: ViewValues): PotentialLine | null {
  const frame = meanField[shown];
  if (setup === null || !frame) return null;
  return {
    V: frame.potentials[0],
    density: frame.densities[0],
    level: levelOf(setup.dynamics, frame.record.meanPotential),
    rate: setup.rates[shown] ?? 0,
    scale: potentialScale(meanField, 0, shown, setup.dynamics, setup.rates),
    particles: particles[shown]?.drawn[0] ?? null,
  };
}

/** V - level in colours around the level, which is itself a line. */
export function potentialPlane(values: ViewValues, theme: ThemeName): PlaneContent | null {
  const { setup, meanField, plane, shown } = values;
  const frame = meanField[shown];
  const V = frame?.potentials[plane];
  if (setup === null || !V) return null;
  const level = levelOf(setup.dynamics, frame.record.meanPotential);
  if (!Number.isFinite(level.value)) return null;
  const { spread } = potentialScale(meanField, plane, shown, setup.dynamics, setup.rates);
  return {
    values: V,
    palette: DIVERGING[theme],
    range: [level.value - spread, level.value + spread],
    label: `V \u2212 ${level.label.replace(/^(level|mean) /, "")}`,
    origin: level.value,
    contour: level.value,
    dots: planeDots(values, MOST_DOTS, THEMES[theme].text),
  };
}

export function potentialLegend(values: ViewValues, theme: ThemeName): LegendEntry[] {
  const { setup, meanField, shown } = values;
  const level = levelOf(setup?.dynamics ?? "", meanField[shown]?.record.meanPotential ?? 0);
  const fates = [
    ...(level.deaths ? [legendEntry("dies (hatched, above)", COLOURS.deaths, "area")] : []),
    ...(level.births ? [legendEntry("is born (below)", COLOURS.births, "area")] : []),
  ];
  const { text, muted } = THEMES[theme];
  if (setup !== null && setup.axes.length > 1) {
    return [
      legendEntry(`V = ${level.label.replace(/^(level|mean) /, "")}`, text, "line"),
      ...fates.map((fate) => ({ ...fate, label: fate.label.replace("hatched, ", "") })),
      legendEntry(drawnParticles(values, MOST_DOTS), text, "dots"),
    ];
  }
  return [
    legendEntry("potential V", text, "line"),
    legendEntry(level.label, muted, "line", [6, 4]),
    ...fates,
    legendEntry(drawnParticles(values, MOST_DOTS), COLOURS.particles, "dots"),
  ];
}
