import { marginalMasses, ROUGHNESS_LIMIT, roughness } from "../grid/density.ts";
import type { Axis, Grid } from "../grid/grid.ts";
import { type Projection, projectionsOf } from "../measures/distance-profile.ts";
import type { LineMeasure } from "../measures/line-measure.ts";
import { lineWithinCells } from "../measures/within-cells.ts";
import { countBelow } from "../numerics/search.ts";
import type { StatedNodes } from "../reference/result.ts";

/**
 * The directions along which particles are compared with a reference at one time. Where the density is too sharp for its grid (roughness) and nodes of stated error tell where in the
 * cells its mass is, the bins along the axes are divided:
 *
 *   by mass     a bin that holds more than 1/64 of it at midpoints between nodes, into parts of about that mass
 *   by length   a bin that is longer than 4 times its neighbour, twice that length from it, again and again: so that a peak that is shifted is seen by how far
 *
 * With F known at the faces, int |F - G| is taken as a sum over faces of half of both bins beside each: to a factor of some 1.5 for a shift between the lengths of two bins.
 */
export interface ReferenceProfile {
  projections: readonly Projection[];
  /** The nodes, where bins are parts of cells by them; null where bins are cells of the grid. */
  nodes: StatedNodes | null;
  /** Whether the density is too sharp for its grid. */
  sharp: boolean;
}

export function profileOf(grid: Grid, density: Float64Array, nodes: StatedNodes | null): ReferenceProfile {
  const projections = projectionsOf(grid);
  const rough = roughness(grid, density);
  const sharp = rough > ROUGHNESS_LIMIT;
  const narrowest = Math.min(...grid.axes.map(({ width }) => width));
  const most = rough > WITHIN_A_CELL ? MOST_OF_CELL.narrow : MOST_OF_CELL.wide;
  if (!sharp || nodes === null || !(nodes.wasserstein1Error <= most * narrowest)) return { projections, nodes: null, sharp };
  return {
    projections: projections.map((projection, a) => {
      if (a >= grid.dimension) return projection;
      const measure = lineWithinCells(grid.axes[a], marginalMasses(grid, density, a), nodes.points[a], nodes.weights);
      return divide(projection, grid.axes[a], a, measure);
    }),
    nodes,
    sharp,
  };
}

/** The roughness of a peak whose standard deviation is a cell. */
const WITHIN_A_CELL = 0.968;
/**
 * Share of the width of a cell that nodes may be off by, which is allowed for in the distance. Masses of cells do not show a peak that moves within one, by a quarter of its width or so: nodes that
 * are much nearer do. Where a peak spans some cells their masses show it nearly as well, and without that allowance.
 */
const MOST_OF_CELL = { narrow: 1 / 16, wide: 1 / 256 } as const;
/** Share of the mass above which a bin is divided. */
const SHARE = 1 / 64;
/** Longer than its neighbour by this factor a bin is divided. */
const STEEPEST = 4;
const MOST_FACES = 1024;
/** Faces are that many roundings of a coordinate apart at least. */
const ROUNDINGS = 16;

function divide(projection: Projection, axis: Axis, a: number, measure: LineMeasure): Projection {
  const { min, max, width } = axis;
  const apart = ROUNDINGS * Number.EPSILON * Math.max(Math.abs(min), Math.abs(max));
  const bin = projection.width;
  const coarse = [min, ...Array.from({ length: projection.faces }, (_, g) => min + (g + 1) * bin), max];
  const edges = coarse.flatMap((from, k) => {
    if (k + 1 === coarse.length) return [from];
    const [low, high] = [shareBelow(measure, from), shareBelow(measure, coarse[k + 1])];
    const parts = Math.ceil((high - low) / SHARE);
    // A measure of one segment has nothing between.
    const inner = Array.from({ length: measure.heights.length < 2 ? 0 : Math.max(0, parts - 1) }, (_, i) =>
      widestGap(measure, low + ((high - low) * (i + 1)) / parts),
    );
    return [from, ...inner.filter((x) => x > from + apart && x < coarse[k + 1] - apart)];
  });
  edges.sort((x, y) => x - y);
  const graded = grade(
    edges.filter((x, k) => k === 0 || x - edges[k - 1] > apart),
    width,
  );
  const faces = Float64Array.from(graded.slice(1, -1));
  const half = (k: number) => (graded[k + 1] - graded[k]) / 2;
  const last = graded.length - 2;
  const lengths = Float64Array.from(graded.slice(1), (_, g) => (half(g) + half(g < last ? g + 1 : 0)) / bin);
  const shares = faces.map((x) => shareBelow(measure, x));
  return { ...projection, faces: faces.length, lengths, within: { axis: a, faces, shares } };
}

/** Between which two segments a face near the share u lies: those that are longest together, so that faces do not part nodes that stand close. */
function widestGap({ heights, from, to }: LineMeasure, u: number): number {
  const most = heights.length - 2;
  const last = Math.min(countBelow(heights, u + SHARE / 4), most);
  let best = Math.min(countBelow(heights, u), most);
  for (let k = countBelow(heights, u - SHARE / 4); k <= last; k++) if (to[k + 1] - from[k] > to[best + 1] - from[best]) best = k;
  return 0.5 * (to[best] + from[best + 1]);
}

/** The mass below x. */
function shareBelow({ heights, from, to }: LineMeasure, x: number): number {
  const k = countBelow(to, x, true);
  const below = k > 0 ? heights[k - 1] : 0;
  if (k === heights.length || x <= from[k]) return below;
  return below + ((heights[k] - below) * (x - from[k])) / (to[k] - from[k]);
}

/** Divides what is much longer than a neighbour that is shorter than a cell. */
function grade(edges: readonly number[], cell: number): readonly number[] {
  let graded = edges;
  for (;;) {
    const added: number[] = [];
    for (let k = 0; k + 1 < graded.length; k++) {
      const length = graded[k + 1] - graded[k];
      const before = k > 0 ? graded[k] - graded[k - 1] : Infinity;
      const after = k + 2 < graded.length ? graded[k + 2] - graded[k + 1] : Infinity;
      const least = Math.min(before, after);
      if (!(least < 0.5 * cell && length > STEEPEST * least)) continue;
      added.push(before <= after ? graded[k] + 2 * before : graded[k + 1] - 2 * after);
    }
    if (added.length === 0 || graded.length + added.length > MOST_FACES) return graded;
    graded = [...graded, ...added].sort((x, y) => x - y);
  }
}
