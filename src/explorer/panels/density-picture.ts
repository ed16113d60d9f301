import { THEMES } from "../../figures/theme.ts";
import type { MeanFieldFrame, ParticleFrame } from "../engine/frames.ts";
import { MASS_SHARES } from "../engine/levels.ts";
import { GIBBS_SHARES } from "../engine/thermal-frames.ts";
import { type LegendEntry, legendEntry } from "./curves.ts";
import {
  type DensityLine,
  gibbsLook,
  homeOf,
  type PlaneContent,
  type PlaneContour,
  particleEntry,
  planeDots,
  shownPlane,
  sliceWords,
} from "./frame-content.ts";
import { INKS, ON_DENSITY } from "./inks.ts";
import { CIVIDIS, cssColour, unpackColour } from "./palette.ts";
import { largestOf, stepAbove } from "./ranges.ts";
import { earlierTime, type ViewValues } from "./values.ts";

/**
 * Scales of the density. The most that was seen up to the frame on show, in steps: the picture of a frame is then the same whenever it is
 * drawn, and a peak that sharpens late does not flatten what came before it.
 */

/** The density of a frame in its own cells. */
function densityOf(frame: MeanFieldFrame | undefined, plane: number): Float32Array | undefined {
  return (frame?.cells ?? frame)?.densities[plane];
}

/** Bars of few particles may stand this much above the line before the axis cuts them off. */
const BARS_ABOVE = 1.5;
/** The same of Gibbs, which is far from the line where it is narrow. */
const GIBBS_ABOVE = 3;

export function densityCeiling(
  meanField: readonly MeanFieldFrame[],
  particles: readonly ParticleFrame[],
  plane: number,
  shown: number,
): number {
  let line = 0;
  let bars = 0;
  let gibbs = 0;
  for (let k = 0; k <= shown; k++) {
    const density = densityOf(meanField[k], plane);
    const histogram = particles[k]?.histogram;
    if (density) line = Math.max(line, largestOf(density));
    const ofGibbs = meanField[k]?.thermal?.gibbs[plane];
    if (histogram) bars = Math.max(bars, largestOf(histogram));
    // On a plane it is lines, not colours.
    if (ofGibbs && meanField[k].thermal?.levels.length === 0) gibbs = Math.max(gibbs, largestOf(ofGibbs));
  }
  if (line === 0) return stepAbove(1.05 * bars);
  return stepAbove(1.05 * Math.max(line, Math.min(bars, BARS_ABOVE * line), Math.min(gibbs, GIBBS_ABOVE * line)));
}

export const MOST_TICKS = 1000;

/** On a plane more of them would hide what they lie on. */
const MOST_ON_PLANE = 2000;

export function densityLine(run: ViewValues): DensityLine {
  const { meanField, particles, shown } = run;
  const values = meanField[shown]?.thermal?.gibbs[0];
  const look = gibbsLook(run);
  return {
    density: densityOf(meanField[shown], 0) ?? null,
    edges: meanField[shown]?.cells?.edges[0] ?? null,
    particles: particles[shown] ?? null,
    gibbs: values && look ? { ...look, values } : null,
    ceiling: densityCeiling(meanField, particles, 0, shown),
    ink: INKS[run.theme],
  };
}

export function densityPlane(values: ViewValues): PlaneContent | null {
  const { setup, meanField, particles, plane, shown } = values;
  const density = densityOf(meanField[shown], plane);
  const axes = shownPlane(values);
  if (!density || !axes) return null;
  const all = meanField[shown]?.cells?.edges ?? null;
  const edges = all && (setup?.planes[plane] ?? [0, 1]).map((a) => all[a]);
  return {
    values: density,
    edges,
    palette: CIVIDIS,
    range: [0, densityCeiling(meanField, particles, plane, shown)],
    label: `density${sliceWords(values)}`,
    origin: 0,
    scale: "square root",
    contours: [massContour(massLabel(values), meanField[shown].levels[plane], density, edges), ...gibbsContours(values)],
    home: homeOf(values, axes),
    fade: null,
    dots: planeDots(values, MOST_ON_PLANE, ON_DENSITY.particles),
  };
}

/** A slice has a mass of its own. */
const massLabel = (values: ViewValues) =>
  `white lines around ${MASS_SHARES.map((share) => `${100 * share}%`).join(", ")} of the mass${sliceWords(values)}`;

function massContour(label: string, levels: readonly number[], values: Float32Array, edges: PlaneContour["edges"]): PlaneContour {
  return { values, edges, levels, label, colour: ON_DENSITY.mass, opacity: 0.9, width: 1 };
}

function gibbsContours(run: ViewValues): PlaneContour[] {
  const thermal = run.meanField[run.shown]?.thermal;
  const look = gibbsLook(run);
  const values = thermal?.gibbs[run.plane];
  if (!values || !look) return [];
  const levels = thermal.levels[run.plane];
  return [{ ...look, label: onPlane(look.label), values, edges: null, levels, colour: ON_DENSITY.gibbs, width: 1.5 }];
}

const onPlane = (label: string) => `${label}: lines around ${GIBBS_SHARES.map((share) => `${100 * share}%`).join(" and ")}`;

/** Of the colours of a density, for swatches of what lies on them. */
const DARK = cssColour(unpackColour(CIVIDIS[40]));

export function densityLegend(values: ViewValues): LegendEntry[] {
  const look = values.meanField[values.shown]?.thermal ? gibbsLook(values) : null;
  if (values.setup !== null && values.setup.axes.length > 1) {
    return [
      { ...legendEntry(massLabel(values), ON_DENSITY.mass, "line"), ground: DARK },
      ...(look ? [{ ...legendEntry(onPlane(look.label), ON_DENSITY.gibbs, "line"), ground: DARK }] : []),
      ...particleEntry(values, MOST_ON_PLANE, ON_DENSITY.particles),
    ];
  }
  return [
    legendEntry("mean field", INKS[values.theme].meanField, "line"),
    ...(values.meanField[values.shown]?.cells
      ? [legendEntry("ticks above: edges of its cells", THEMES[values.theme].muted, "dots")]
      : []),
    ...(look ? [legendEntry(look.label, INKS[values.theme].gibbs, "line")] : []),
    ...(values.alone === null
      ? [legendEntry(`particles in bins${earlierTime(values)}`, INKS[values.theme].particles, "area")]
      : []),
    ...particleEntry(values, MOST_TICKS, INKS[values.theme].particles, "ticks: "),
  ];
}
