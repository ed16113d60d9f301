import type { Axis } from "../../grid/grid.ts";
import type { MeanFieldFrame, ParticleFrame, RunSetup } from "../engine/frames.ts";
import { levelsHolding, MASS_SHARES } from "../engine/levels.ts";

/** With three variables: the plane on show as a slice through the third one, in place of the integral over it. */
export interface Slice {
  /** The plane on show, and the axis that it hides. */
  plane: number;
  axis: Axis;
  hidden: number;
  /** Cell of the hidden axis, and its centre. */
  cell: number;
  at: number;
  /** Particles this near to it are drawn. */
  half: number;
}

/** Share of the hidden axis within which particles are drawn. */
const THICKNESS = 0.1;

/** @param cell of the hidden axis; null for the integral over it. */
export function sliceOf(setup: RunSetup | null, plane: number, cell: number | null): Slice | null {
  const pair = setup?.planes[plane];
  if (!setup || !pair || setup.axes.length < 3 || cell === null) return null;
  const hidden = [0, 1, 2].find((a) => !pair.includes(a))!;
  const axis = setup.axes[hidden];
  const own = Math.max(0, Math.min(axis.cells - 1, cell));
  const half = 0.5 * THICKNESS * (axis.max - axis.min);
  return { plane, axis, hidden, cell: own, at: axis.min + (own + 0.5) * axis.width, half };
}

const slices = new WeakMap<MeanFieldFrame, { key: string; frame: MeanFieldFrame }>();

/** The frame with the slice in place of its plane; as it is where it holds no volume. Found once for each slice in turn. */
export function slicedFrame(frame: MeanFieldFrame, { axes }: RunSetup, { plane, hidden, cell }: Slice): MeanFieldFrame {
  const { volume } = frame;
  if (volume === null) return frame;
  const key = `${plane} ${cell}`;
  const known = slices.get(frame);
  if (known?.key === key) return known.frame;
  const put = (values: Float32Array, of: readonly Float32Array[]) =>
    of.map((one, k) => (k === plane ? sliceThrough(values, axes, hidden, cell) : one));
  const densities = put(volume.density, frame.densities);
  const levels = frame.levels.map((own, k) => (k === plane ? levelsHolding(densities[k], MASS_SHARES) : own));
  const sliced = { ...frame, densities, levels, potentials: put(volume.potential, frame.potentials) };
  slices.set(frame, { key, frame: sliced });
  return sliced;
}

/** The values at one cell of an axis, the others in their order. */
export function sliceThrough(
  values: Float32Array,
  axes: readonly Pick<Axis, "cells">[],
  hidden: number,
  cell: number,
): Float32Array {
  const inner = axes.slice(hidden + 1).reduce((product, { cells }) => product * cells, 1);
  const { cells } = axes[hidden];
  return Float32Array.from(
    { length: values.length / cells },
    (_, i) => values[(Math.floor(i / inner) * cells + cell) * inner + (i % inner)],
  );
}

const slabs = new WeakMap<ParticleFrame, { key: string; frame: ParticleFrame }>();

/** The particles near the slice. */
export function slicedParticles(frame: ParticleFrame, { hidden, at, half }: Slice): ParticleFrame {
  const key = `${hidden} ${at}`;
  const known = slabs.get(frame);
  if (known?.key === key) return known.frame;
  const through = frame.drawn[hidden];
  const drawn = frame.drawn.map((coordinates) => coordinates.filter((_, i) => Math.abs(through[i] - at) <= half));
  const sliced = { ...frame, drawn };
  slabs.set(frame, { key, frame: sliced });
  return sliced;
}
