import { interpolateViridis, interpolateYlGnBu } from "d3-scale-chromatic";
import type { Figure, Trace } from "../figures/figure.ts";
import { formatNumber } from "../figures/numbers.ts";
import type { DatasetFile } from "../files/netcdf.ts";
import type { MovedCells } from "../files/netcdf-moving.ts";
import { edgesOf, type Grid } from "../grid/grid.ts";

/** A density as a run hands it to its file: cell averages, and the cells where they were moved. */
export interface KeptDensity {
  density: Float64Array;
  cells: MovedCells | null;
}

/** A file that keeps the densities that go through it, for a picture. @param file may be null: then they are kept alone */
export function keepDensities(file: DatasetFile | null): { file: DatasetFile; densities: KeptDensity[] } {
  const densities: KeptDensity[] = [];
  return {
    densities,
    file: {
      addDensity(density, cells = null) {
        densities.push({
          density: density.slice(),
          cells: cells === null ? null : { edges: cells.edges.map((edges) => edges.slice()), masses: cells.masses.slice() },
        });
        file?.addDensity(density, cells);
      },
      finish: (description) => file?.finish(description),
      abandon: () => file?.abandon(),
    },
  };
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

/** Maps of one picture at most, of the first to the last time. */
const MOST_MAPS = 4;

/** A curve for each time in one dimension, maps in two, and in three the density of each variable by itself. */
export function densityFigures(grid: Grid, times: readonly number[], densities: readonly KeptDensity[]): Figure[] {
  const seen = times.slice(0, densities.length);
  if (grid.dimension === 2) {
    const shown = chosen(seen.length);
    const ranges = [0, 1].map((a) => seenRange(shown.map((s) => marginalOf(grid, densities[s], a))));
    return shown.map((s) => mapOf(grid, seen[s], densities[s], ranges));
  }
  return grid.axes.map(({ name }, a) => {
    const curves = densities.map((kept) => marginalOf(grid, kept, a));
    const range = seenRange(curves);
    return {
      title: grid.dimension === 1 ? "Density" : `Density of ${name}`,
      x: { title: name, ...(range === null ? {} : { range }) },
      y: { title: grid.dimension === 1 ? `density mu_t(${name})` : `density of ${name} under mu_t` },
      traces: curves.map(
        ({ centres, values }, s): Trace => ({
          name: `t = ${formatNumber(seen[s], 4)}`,
          x: centres,
          y: values,
          colour: colourOfTime(s, curves.length),
          dash: [],
        }),
      ),
    };
  });
}

/** Early times dark, late ones light; never as light as the ground. */
function colourOfTime(s: number, count: number): string {
  return hexOf(interpolateViridis(count === 1 ? 0 : (0.85 * s) / (count - 1)));
}

function mapOf(grid: Grid, time: number, kept: KeptDensity, [xRange, yRange]: ([number, number] | null)[]): Figure {
  const [x, y] = grid.axes;
  const cells = edgesAt(grid, kept);
  const values = averages(kept, cells);
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  return {
    title: `Density at t = ${formatNumber(time, 4)}`,
    x: { title: x.name, ...(xRange === null ? {} : { range: xRange }) },
    y: { title: y.name, ...(yRange === null ? {} : { range: yRange }) },
    traces: [
      {
        kind: "cells",
        name: "density",
        x: centresOf(cells[0]),
        y: centresOf(cells[1]),
        values,
        range: [0, largest > 0 ? largest : 1],
        colours: Array.from({ length: 65 }, (_, k) => [k / 64, hexOf(k === 0 ? "#ffffff" : interpolateYlGnBu(k / 64))] as const),
      },
    ],
  };
}

/** First, last, and those between at equal distances. */
function chosen(count: number): number[] {
  if (count <= MOST_MAPS) return [...Array(count).keys()];
  return Array.from({ length: MOST_MAPS }, (_, k) => Math.round((k * (count - 1)) / (MOST_MAPS - 1)));
}

function edgesAt(grid: Grid, { cells }: KeptDensity): readonly Float64Array[] {
  return cells === null ? grid.axes.map(edgesOf) : cells.edges;
}

function averages({ density, cells }: KeptDensity, edges: readonly Float64Array[]): Float64Array {
  if (cells === null) return density;
  const widths = edges.map((ends) => ends.slice(1).map((end, k) => end - ends[k]));
  const strides = widths.map((_, a) => widths.slice(a + 1).reduce((product, { length }) => product * length, 1));
  return cells.masses.map((mass, i) =>
    widths.reduce((average, width, a) => average / width[Math.floor(i / strides[a]) % width.length], mass),
  );
}

/** The density of one variable by itself: mass over the other cells, by the width of its own. */
export function marginalOf(grid: Grid, kept: KeptDensity, axis: number): { centres: Float64Array; values: Float64Array } {
  const edges = edgesAt(grid, kept);
  const shape = edges.map(({ length }) => length - 1);
  const stride = shape.slice(axis + 1).reduce((product, cells) => product * cells, 1);
  const values = new Float64Array(shape[axis]);
  const masses = kept.cells?.masses ?? kept.density.map((value) => value * grid.cellVolume);
  for (let i = 0; i < masses.length; i++) values[Math.floor(i / stride) % shape[axis]] += masses[i];
  for (let k = 0; k < values.length; k++) values[k] /= edges[axis][k + 1] - edges[axis][k];
  return { centres: centresOf(edges[axis]), values };
}

function centresOf(edges: Float64Array): Float64Array {
  return Float64Array.from({ length: edges.length - 1 }, (_, k) => (edges[k] + edges[k + 1]) / 2);
}

/** `rgb(1, 2, 3)` as #010203, which all that draws figures reads. */
function hexOf(colour: string): string {
  const parts = colour.match(/\d+/g);
  if (colour.startsWith("#") || parts === null) return colour;
  return `#${parts.slice(0, 3).map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`; // biome-ignore format: one line
}
