import type { Figure, Trace } from "../figures/figure.ts";
import { formatNumber } from "../figures/numbers.ts";
import { edgesOf, type Grid } from "../grid/grid.ts";
import { colourOfTime, EVEN_COLOURS } from "./colours.ts";

/** A density at one time, as `solve`, `solveMoving` and `computeReference` record it. */
export interface DensitySnapshot {
  time: number;
  /** Cell averages, shape [grid.size]. */
  density: Float64Array;
  /** Edges of each axis, shapes [cells + 1], and masses of the cells between them, where the cells were moved. */
  edges?: readonly Float64Array[];
  masses?: Float64Array;
}

/** What lies beyond the interval outside which all densities of a variable are below this share of their largest is not shown. */
const SEEN = 1e-3;

/** Where curves of densities are worth a look: null where there is nothing but zeros. */
export function seenRange(curves: readonly { centres: Float64Array; values: Float64Array }[]): [number, number] | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { centres, values } of curves) {
    const least = SEEN * values.reduce((most, value) => Math.max(most, value), 0);
    for (let k = 0; k < values.length; k++) {
      if (values[k] <= least) continue;
      low = Math.min(low, centres[k]);
      high = Math.max(high, centres[k]);
    }
  }
  if (!(low < high)) return null;
  const slack = 0.05 * (high - low);
  return [low - slack, high + slack];
}

/** Maps, and curves, of one picture at most, of the first to the last time. */
const MOST_MAPS = 4;
const MOST_CURVES = 12;

/**
 * A curve for each time in one dimension, maps in two, and in three the density of each variable by itself; where there are many times, some of them.
 *
 * @param snapshots of `solve`, `solveMoving`, `computeReference` or any that have densities on the grid
 */
export function densityFigures(grid: Grid, snapshots: readonly DensitySnapshot[]): Figure[] {
  if (snapshots.length === 0) return [];
  if (grid.dimension === 2) {
    const shown = chosen(snapshots, MOST_MAPS);
    const ranges = [0, 1].map((a) => seenRange(shown.map((snapshot) => marginalOf(grid, snapshot, a))));
    return shown.map((snapshot) => mapOf(grid, snapshot, ranges));
  }
  const shown = chosen(snapshots, MOST_CURVES);
  return grid.axes.map(({ name }, a) => {
    const curves = shown.map((snapshot) => marginalOf(grid, snapshot, a));
    const range = seenRange(curves);
    return {
      title: grid.dimension === 1 ? "Density" : `Density of ${name}`,
      x: { title: name, ...(range === null ? {} : { range }) },
      y: { title: grid.dimension === 1 ? `density mu_t(${name})` : `density of ${name} under mu_t` },
      traces: curves.map(
        ({ centres, values }, s): Trace => ({
          name: `t = ${formatNumber(shown[s].time, 4)}`,
          x: centres,
          y: values,
          colour: colourOfTime(s, curves.length),
          dash: [],
        }),
      ),
    };
  });
}

function mapOf(grid: Grid, snapshot: DensitySnapshot, [xRange, yRange]: ([number, number] | null)[]): Figure {
  const [x, y] = grid.axes;
  const edges = edgesAt(grid, snapshot);
  const values = averages(snapshot, edges);
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  return {
    title: `Density at t = ${formatNumber(snapshot.time, 4)}`,
    x: { title: x.name, ...(xRange === null ? {} : { range: xRange }) },
    y: { title: y.name, ...(yRange === null ? {} : { range: yRange }) },
    traces: [
      {
        kind: "cells",
        name: "density",
        x: centresOf(edges[0]),
        y: centresOf(edges[1]),
        values,
        range: [0, largest > 0 ? largest : 1],
        colours: EVEN_COLOURS,
      },
    ],
  };
}

/** First, last, and those between at equal distances. */
function chosen<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, k) => all[Math.round((k * (all.length - 1)) / (most - 1))]);
}

function edgesAt(grid: Grid, { edges }: DensitySnapshot): readonly Float64Array[] {
  return edges ?? grid.axes.map(edgesOf);
}

function averages({ density, masses }: DensitySnapshot, edges: readonly Float64Array[]): Float64Array {
  if (masses === undefined) return density;
  const widths = edges.map((ends) => ends.slice(1).map((end, k) => end - ends[k]));
  const strides = widths.map((_, a) => widths.slice(a + 1).reduce((product, { length }) => product * length, 1));
  return masses.map((mass, i) =>
    widths.reduce((average, width, a) => average / width[Math.floor(i / strides[a]) % width.length], mass),
  );
}

/** The density of one variable by itself: mass over the other cells, by the width of its own. */
export function marginalOf(grid: Grid, snapshot: DensitySnapshot, axis: number): { centres: Float64Array; values: Float64Array } {
  const edges = edgesAt(grid, snapshot);
  const shape = edges.map(({ length }) => length - 1);
  const stride = shape.slice(axis + 1).reduce((product, cells) => product * cells, 1);
  const values = new Float64Array(shape[axis]);
  const masses = snapshot.masses ?? snapshot.density.map((value) => value * grid.cellVolume);
  for (let i = 0; i < masses.length; i++) values[Math.floor(i / stride) % shape[axis]] += masses[i];
  for (let k = 0; k < values.length; k++) values[k] /= edges[axis][k + 1] - edges[axis][k];
  return { centres: centresOf(edges[axis]), values };
}

function centresOf(edges: Float64Array): Float64Array {
  return Float64Array.from({ length: edges.length - 1 }, (_, k) => (edges[k] + edges[k + 1]) / 2);
}
