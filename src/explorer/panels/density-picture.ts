import type { MeanFieldFrame, ParticleFrame } from "../engine/frames.ts";
import { GIBBS_SHARES } from "../engine/thermal-frames.ts";
import { type LegendEntry, legendEntry } from "./curves.ts";
import { type DensityLine, gibbsLook, type PlaneContent, type PlaneContour, particleEntry, planeDots } from "./frame-content.ts";
import { INKS, ON_DENSITY } from "./inks.ts";
import { CIVIDIS } from "./palette.ts";
import { extent, stepAbove } from "./ranges.ts";
import { earlierTime, type ViewValues } from "./values.ts";

/**
 * Scales of the density. The most that was seen up to the frame on show, in steps: the picture of a frame is then the same whenever it is
 * drawn, and a peak that sharpens late does not flatten what came before it.
 */

const greatest = new WeakMap<Float32Array, number>();

/** The largest finite value, 0 where there is none; found once for each array. */
function most(values: Float32Array): number {
  let found = greatest.get(values);
  if (found === undefined) {
    found = Math.max(0, extent([values])?.[1] ?? 0);
    greatest.set(values, found);
  }
  return found;
}

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
    if (density) line = Math.max(line, most(density));
    const ofGibbs = meanField[k]?.thermal?.gibbs[plane];
    if (histogram) bars = Math.max(bars, most(histogram));
    // On a plane it is lines, not colours.
    if (ofGibbs && meanField[k].thermal?.levels.length === 0) gibbs = Math.max(gibbs, most(ofGibbs));
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
  if (!density) return null;
  const edges = meanField[shown]?.cells?.edges ?? null;
  return {
    values: density,
    edges: edges && (setup?.planes[plane] ?? [0, 1]).map((a) => edges[a]),
    palette: CIVIDIS,
    range: [0, densityCeiling(meanField, particles, plane, shown)],
    label: "density",
    origin: 0,
    scale: "square root",
    contour: gibbsContour(values),
    dots: planeDots(values, MOST_ON_PLANE, ON_DENSITY.particles),
  };
}

function gibbsContour(run: ViewValues): PlaneContour | null {
  const thermal = run.meanField[run.shown]?.thermal;
  const look = gibbsLook(run);
  const values = thermal?.gibbs[run.plane];
  if (!values || !look) return null;
  return { ...look, label: onPlane(look.label), values, levels: thermal.levels[run.plane], colour: ON_DENSITY.gibbs };
}

const onPlane = (label: string) => `${label}: lines around ${GIBBS_SHARES.map((share) => `${100 * share}%`).join(" and ")}`;

export function densityLegend(values: ViewValues): LegendEntry[] {
  const look = values.meanField[values.shown]?.thermal ? gibbsLook(values) : null;
  if (values.setup !== null && values.setup.axes.length > 1) {
    return [
      ...(look ? [legendEntry(onPlane(look.label), ON_DENSITY.gibbs, "line")] : []),
      ...particleEntry(values, MOST_ON_PLANE, ON_DENSITY.particles),
    ];
  }
  return [
    legendEntry("mean field", INKS[values.theme].meanField, "line"),
    ...(look ? [legendEntry(look.label, INKS[values.theme].gibbs, "line")] : []),
    ...(values.alone === null
      ? [legendEntry(`particles in bins${earlierTime(values)}`, INKS[values.theme].particles, "area")]
      : []),
    ...particleEntry(values, MOST_TICKS, INKS[values.theme].particles, "ticks: "),
  ];
}
