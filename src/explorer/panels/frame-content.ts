import type { Axis } from "../../grid/grid.ts";
import type { ParticleFrame } from "../engine/frames.ts";
import type { Level } from "./level.ts";
import type { Palette } from "./palette.ts";
import type { PotentialScale } from "./potential-scale.ts";
import type { Range } from "./ranges.ts";
import type { ViewValues } from "./values.ts";

/** What is drawn of one frame, as plain values. */

/** The density in one dimension. */
export interface DensityLine {
  density: Float32Array | null;
  particles: ParticleFrame | null;
  /** Upper end of the axis. */
  ceiling: number;
}

/** The potential in one dimension. */
export interface PotentialLine {
  V: Float32Array;
  density: Float32Array;
  level: Level;
  /** alpha(t). */
  rate: number;
  scale: PotentialScale;
  particles: Float32Array | null;
}

/** A function on the cells of a plane, with the particles over it. */
export interface PlaneContent {
  values: Float32Array;
  palette: Palette;
  range: Range;
  label: string;
  /** What the numbers of the colour scale are counted from. */
  origin: number;
  /** Where the function takes this value a line is drawn. */
  contour: number | null;
  /** At most so many of them, evenly chosen. */
  dots: { xs: Float32Array; ys: Float32Array; most: number; colour: string } | null;
}

/** The axes of the plane on show, null where there is none. */
export function shownPlane({ setup, plane }: Pick<ViewValues, "setup" | "plane">): [x: Axis, y: Axis] | null {
  const pair = setup?.planes[plane];
  return pair ? [setup!.axes[pair[0]], setup!.axes[pair[1]]] : null;
}

/** The particles on the plane on show. */
export function planeDots({ setup, plane, particles, shown }: ViewValues, most: number, colour: string): PlaneContent["dots"] {
  const pair = setup?.planes[plane];
  const drawn = particles[shown]?.drawn;
  if (!pair || !drawn) return null;
  return { xs: drawn[pair[0]], ys: drawn[pair[1]], most, colour };
}
