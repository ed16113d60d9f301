import type { MeanFieldFrame, ParticleFrame } from "../engine/frames.ts";
import { COLOURS, type LegendEntry, legendEntry } from "./curves.ts";
import { type DensityLine, type PlaneContent, planeDots } from "./frame-content.ts";
import { CIVIDIS } from "./palette.ts";
import { extent, stepAbove } from "./ranges.ts";
import type { ViewValues } from "./values.ts";

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

/** Bars of few particles may stand this much above the line before the axis cuts them off. */
const BARS_ABOVE = 1.5;

export function densityCeiling(
  meanField: readonly MeanFieldFrame[],
  particles: readonly ParticleFrame[],
  plane: number,
  shown: number,
): number {
  let line = 0;
  let bars = 0;
  for (let k = 0; k <= shown; k++) {
    const density = meanField[k]?.densities[plane];
    const histogram = particles[k]?.histogram;
    if (density) line = Math.max(line, most(density));
    if (histogram) bars = Math.max(bars, most(histogram));
  }
  return stepAbove(1.05 * (line > 0 ? Math.max(line, Math.min(bars, BARS_ABOVE * line)) : bars));
}

export const MOST_TICKS = 1000;

/** What is drawn of the particles, in words: `1000 of 10000 particles`. */
export function drawnParticles({ n, particles, shown }: Pick<ViewValues, "n" | "particles" | "shown">, most: number): string {
  const there = particles[shown]?.drawn[0]?.length ?? 0;
  if (there === 0) return "particles";
  const drawn = Math.min(there, most);
  return drawn < n ? `${drawn} of ${n} particles` : `${n} particles`;
}

export function densityLine({ meanField, particles, shown }: ViewValues): DensityLine {
  return {
    density: meanField[shown]?.densities[0] ?? null,
    particles: particles[shown] ?? null,
    ceiling: densityCeiling(meanField, particles, 0, shown),
  };
}

export function densityPlane(values: ViewValues): PlaneContent | null {
  const { meanField, particles, plane, shown } = values;
  const density = meanField[shown]?.densities[plane];
  if (!density) return null;
  return {
    values: density,
    palette: CIVIDIS,
    range: [0, densityCeiling(meanField, particles, plane, shown)],
    label: "density",
    origin: 0,
    contour: null,
    dots: planeDots(values, Infinity, COLOURS.particles),
  };
}

export function densityLegend(values: ViewValues): LegendEntry[] {
  if (values.setup !== null && values.setup.axes.length > 1) {
    return [legendEntry(drawnParticles(values, Infinity), COLOURS.particles, "dots")];
  }
  return [
    legendEntry("mean field", COLOURS.meanField, "line"),
    legendEntry("particles in bins", COLOURS.particles, "area"),
    legendEntry(`ticks: ${drawnParticles(values, MOST_TICKS)}`, COLOURS.particles, "dots"),
  ];
}
