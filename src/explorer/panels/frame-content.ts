import { type Axis, edgesOf as equalEdges } from "../../grid/grid.ts";
import type { ParticleFrame } from "../engine/frames.ts";
import { pageNumber } from "../state/page-number.ts";
import type { Fade } from "./cells.ts";
import { type LegendEntry, legendEntry } from "./curves.ts";
import type { DeathThreshold } from "./death-threshold.ts";
import type { Ink } from "./inks.ts";
import type { ColourScale, Palette } from "./palette.ts";
import type { PotentialScale } from "./potential-scale.ts";
import type { Range } from "./ranges.ts";
import { earlierTime, type ViewValues } from "./values.ts";
import { boxOfMass } from "./zoom.ts";

/** The drawing of one frame, as plain values. */

/** The density in one dimension. */
export interface DensityLine {
  density: Float32Array | null;
  /** Edges of the cells of the density, shape [cells + 1]; null where they are equal. */
  edges: Float64Array | null;
  particles: ParticleFrame | null;
  /** Gibbs on the equal cells; null without a temperature. */
  gibbs: GibbsLine | null;
  /** Upper end of the axis. */
  ceiling: number;
  ink: Ink;
}

interface GibbsLine extends GibbsLook {
  values: Float32Array;
}

/** The potential in one dimension. */
export interface PotentialLine {
  /** V, or at a temperature what drives births and deaths: R. */
  V: Float32Array;
  /** V where that is another. */
  plain: Float32Array | null;
  density: Float32Array;
  threshold: DeathThreshold;
  /** alpha(t). */
  rate: number;
  scale: PotentialScale;
  particles: Float32Array | null;
  ink: Ink;
}

/** Particles on a plane. */
export interface PlaneDots extends DotLook {
  label: string;
  xs: Float32Array;
  ys: Float32Array;
  /** At most so many of them, evenly chosen. */
  most: number;
  colour: string;
}

/** A function on the cells of a plane, with the particles over it. */
export interface PlaneContent {
  values: Float32Array;
  /** Edges of the cells along both axes; null where cells are equal. */
  edges: readonly Float64Array[] | null;
  palette: Palette;
  range: Range;
  scale: ColourScale;
  label: string;
  /** What the numbers of the colour scale are counted from. */
  origin: number;
  /** From the lowest up. */
  contours: readonly PlaneContour[];
  /** The ranges of both axes on show at first. */
  home: readonly [Range, Range];
  /** Of cells that are faint where there is little mass. */
  fade: Fade | null;
  dots: PlaneDots | null;
}

/** Lines on which a function on the cells of a plane takes these values. */
export interface PlaneContour {
  values: Float32Array;
  /** Edges of the cells; null where these are equal. */
  edges: readonly Float64Array[] | null;
  width: number;
  levels: readonly number[];
  label: string;
  /** null for that of text. Lines in a colour of their own have a dark rim, so that they stand out from any other. */
  colour: string | null;
  opacity: number;
}

/** Gibbs is drawn faint where it is not stationary. */
export interface GibbsLook {
  label: string;
  opacity: number;
}

export function gibbsLook({ setup }: Pick<ViewValues, "setup">): GibbsLook | null {
  if (!setup?.thermal) return null;
  const name = "Gibbs e^(\u2212V/\u03c4)/Z";
  return setup.thermal.descends ? { label: name, opacity: 1 } : { label: `${name}, not stationary here`, opacity: 0.7 };
}

/** The axes of the plane on show, null where there is none. */
export function shownPlane({ setup, plane }: Pick<ViewValues, "setup" | "plane">): [x: Axis, y: Axis] | null {
  const pair = setup?.planes[plane];
  return pair ? [setup!.axes[pair[0]], setup!.axes[pair[1]]] : null;
}

interface DotLook {
  /** Side of the square that stands for a particle, in pixels of the page. */
  side: number;
  opacity: number;
}

/** The more particles, the smaller and the fainter: what they lie on is to be seen through them. */
export function dotLook(count: number): DotLook {
  return { side: count > 1000 ? 1 : count > 300 ? 2 : 3, opacity: Math.max(0.5, Math.min(1, (100 / count) ** 0.2)) };
}

/** The edges of the cells of a plane: its own, or those of equal cells. */
export function edgesOf(axes: readonly Axis[], own: readonly Float64Array[] | null): readonly Float64Array[] {
  return own ?? axes.map(edgesOfAxis);
}

const equal = new WeakMap<Axis, Float64Array>();

function edgesOfAxis(axis: Axis): Float64Array {
  const known = equal.get(axis) ?? equalEdges(axis);
  equal.set(axis, known);
  return known;
}

/** The middles of cells. */
export function middlesOf(edges: Float64Array): Float64Array {
  return edges.subarray(1).map((edge, i) => 0.5 * (edge + edges[i]));
}

/** ` at z = 0.3`, of a slice; nothing otherwise. */
export function sliceWords({ slice }: Pick<ViewValues, "slice">): string {
  return slice === null ? "" : ` at ${slice.axis.name} = ${pageNumber(slice.at)}`;
}

/** The ranges on show at first, of the frames up to the one on show. */
export function homeOf(values: ViewValues, axes: readonly [Axis, Axis]): readonly [Range, Range] {
  const { meanField, plane, shown, setup } = values;
  const pair = setup?.planes[plane] ?? [0, 1];
  const frames = meanField.slice(0, shown + 1).map((frame) => ({
    density: (frame.cells ?? frame).densities[plane],
    edges: edgesOf(axes, frame.cells && pair.map((a) => frame.cells!.edges[a])),
  }));
  return boxOfMass(frames, axes);
}

/** How many of the particles are drawn, in words: `1000 of 10000 particles`. */
function drawnParticles(values: ViewValues, most: number): string {
  const { n, particles, shown } = values;
  const there = particles[shown]?.drawn[0]?.length ?? 0;
  if (there === 0) return "particles";
  const drawn = Math.min(there, most);
  const { slice } = values;
  const near = slice === null ? "" : `, within ${pageNumber(slice.half)} of ${slice.axis.name} = ${pageNumber(slice.at)}`;
  return `${drawn < n ? `${drawn} of ` : ""}${n} particles${earlierTime(values)}${near}`;
}

/** The particles on the plane on show. */
export function planeDots(values: ViewValues, most: number, colour: string): PlaneDots | null {
  const { setup, plane, particles, shown } = values;
  const pair = setup?.planes[plane];
  const drawn = particles[shown]?.drawn;
  if (!pair || !drawn) return null;
  const [xs, ys] = [drawn[pair[0]], drawn[pair[1]]];
  return { label: drawnParticles(values, most), xs, ys, most, colour, ...dotLook(Math.min(xs.length, most)) };
}

/** What a legend says of the particles: nothing where none follow. */
export function particleEntry(values: ViewValues, most: number, colour: string, prefix = ""): LegendEntry[] {
  return values.alone === null ? [legendEntry(`${prefix}${drawnParticles(values, most)}`, colour, "dots")] : [];
}
