import { fillCentres, type Grid } from "../grid/grid.ts";
import { addPoints, binDensity, profileLength } from "../measures/distance-profile.ts";
import type { ReferenceProfile } from "./sharp-faces.ts";

/** Cells on which particles and the reference are compared as masses, the first axis slowest. */
export interface Partition {
  shape: readonly number[];
  /** Along each axis, shape [axes][cells]. */
  centres: readonly Float64Array[];
  /** Of the reference, of sum 1. */
  masses: Float64Array;
  /** out = the masses of n particles; those beyond the domain are in its outermost cells. */
  bin(out: Float64Array, points: readonly Float64Array[], weights: Float64Array | null, n: number): void;
  /** out = masses from the shares below the faces of the directions of W1; null where these do not tell the masses. */
  fromShares: ((out: Float64Array, below: ArrayLike<number>) => void) | null;
}

/** Cells of each axis in the plane and in space at most. */
const MOST = [128, 32] as const;

/**
 * Along a line the bins of W1 (128 at most, divided where the density is sharp); in the plane and in space cells of the grid, in blocks where they are more than 128 or 32 along an axis. Null in the plane
 * and in space where the density is too sharp for the grid.
 */
export function partitionOf(grid: Grid, profile: ReferenceProfile, density: Float64Array): Partition | null {
  if (grid.dimension === 1) return onLine(grid, profile, density);
  return profile.sharp ? null : inBlocks(grid, density);
}

function onLine(grid: Grid, { projections }: ReferenceProfile, density: Float64Array): Partition {
  const [{ min, max }] = grid.axes;
  const [{ within, width }] = projections;
  const faces = profileLength(projections);
  const face = (g: number) => (g < 0 ? min : g >= faces ? max : within === null ? min + (g + 1) * width : within.faces[g]);
  const bins = new Float64Array(faces);
  const complete = (out: Float64Array, inner: ArrayLike<number>) => {
    let total = 0;
    for (let g = 0; g < faces; g++) total += out[g] = inner[g];
    out[faces] = Math.max(0, 1 - total);
  };
  const masses = new Float64Array(faces + 1);
  binDensity(bins, grid, density, projections);
  complete(masses, bins);
  return {
    shape: [faces + 1],
    centres: [Float64Array.from(masses, (_, g) => 0.5 * (face(g - 1) + face(g)))],
    masses,
    bin(out, points, weights, n) {
      bins.fill(0);
      addPoints(bins, grid, points, weights, n, projections, weights === null ? 1 / n : 1);
      complete(out, bins);
    },
    fromShares(out, below) {
      complete(
        out,
        Float64Array.from(bins, (_, g) => below[g] - (g > 0 ? below[g - 1] : 0)),
      );
    },
  };
}

function inBlocks(grid: Grid, density: Float64Array): Partition {
  const most = MOST[grid.dimension - 2];
  const blocks = grid.axes.map(({ cells }) => Math.ceil(cells / most));
  const shape = grid.axes.map(({ cells }, a) => Math.ceil(cells / blocks[a]));
  const centres = grid.axes.map(({ min, max, width }, a) =>
    Float64Array.from({ length: shape[a] }, (_, i) => {
      const [from, to] = [min + i * blocks[a] * width, Math.min(max, min + (i + 1) * blocks[a] * width)];
      return 0.5 * (from + to);
    }),
  );
  const bin: Partition["bin"] = (out, points, weights, n) => {
    out.fill(0);
    for (let i = 0; i < n; i++) {
      let cell = 0;
      for (let a = 0; a < shape.length; a++) {
        const { min, width, cells } = grid.axes[a];
        const index = Math.min(cells - 1, Math.max(0, Math.floor((points[a][i] - min) / width)));
        cell = cell * shape[a] + Math.floor(index / blocks[a]);
      }
      out[cell] += weights === null ? 1 / n : weights[i];
    }
  };
  const points = grid.axes.map(() => new Float64Array(grid.size));
  fillCentres(grid, 0, grid.size, points);
  const total = density.reduce((sum, value) => sum + value, 0);
  const masses = new Float64Array(shape.reduce((product, cells) => product * cells, 1));
  bin(masses, points, density.map((value) => value / total), grid.size); // biome-ignore format: one call
  return { shape, centres, masses, bin, fromShares: null };
}
