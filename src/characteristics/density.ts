import type { Distribution, InitialQuadrature } from "../distributions/distribution.ts";
import { edgesOf, type Grid } from "../grid/grid.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { massesBetweenFeet } from "./cell-masses.ts";
import { averagesByQuadrature, type TracedPoints } from "./cell-quadrature.ts";
import { createFolding } from "./folded-potential.ts";
import { type CarriedLattice, latticeOf, massesOfLabels } from "./label-masses.ts";
import { sharpenAverages } from "./sharp-cells.ts";
import type { Tracer } from "./trace.ts";

/** The density of mu_t, from mu_0 and the paths of the flow. */
export interface TracedDensity {
  /**
   * out[i] = rho_t(theta_i) = rho_0(foot) exp(int_0^t (lap V - alpha (V - Vbar)) ds) along the path that ends at theta_i, for
   * i < count.
   */
  atPoints(out: Float64Array, points: readonly Float64Array[], count: number, t: number): void;
  /**
   * Cell averages on a grid, shape [grid.size]. On a line the mass of a cell is the integral of rho_0 e^p between the feet of its ends, so that masses add up
   * exactly however sharp mu_t is; in the plane so are they where labels are mapped forwards (massesOfLabels). Otherwise Gauss-Legendre quadrature with
   * two points an axis of the density itself, order 4 (see averagesByQuadrature for jumps).
   */
  cellAverages(grid: Grid, t: number): Float64Array;
  /**
   * Masses of the cells of a rectilinear grid with edges of its own, edges[a] from one end of axis a to the other, the last axis running fastest. Null where cell averages are not those
   * of all mass.
   */
  massesBetween(edges: readonly Float64Array[], t: number): Float64Array | null;
  /** The same as `cellAverages`, and the share of the mass that the pieces of a line, scaled to that of mu_0 where it is conserved, may misplace: by what they miss of rho_0, grown as much as any has. */
  scaledAverages(grid: Grid, t: number): { density: Float64Array; excess: number };
  /** Whether cell averages are those of all mass, wherever it is: of two refinements they then tell the error. */
  conserves: boolean;
  /**
   * Integrates anew, to this share of the mass, cells in which the density is too sharp for two points an axis; see sharpenAverages. Nothing where cell averages are those of all mass, and where
   * mu_0 has jumps. Overwrites `averages`, those of `cellAverages`.
   */
  sharpen(averages: Float64Array, grid: Grid, t: number, enough: number): void;
}

/** Pieces of a line on which masses of cells are integrated, at least. */
export const FEWEST_PIECES = 256;

/** Nodes of mu_0 in a piece of a line at most: these are dense where it is sharp. */
const NODES_OF_PIECE = 4;

/** Labels along an axis of the plane, for each cell of the grid, and at least. */
const LABELS = 8;
const FEWEST_LABELS = 256;

/**
 * @param carried the nodes at a time, where labels in the plane are to be mapped forwards. @param fineness 1, or less where the error is wanted of what is coarser: pieces of a line are at least 256 times as many, and as many times the nodes,
 * since these resolved the sharp features of mu_t; labels in the plane as many times those that cells require.
 */
export function createTracedDensity(
  problem: Problem,
  tracer: Tracer,
  quadrature: InitialQuadrature,
  fineness = 1,
  carried: ((t: number) => CarriedLattice) | null = null,
): TracedDensity {
  const { initial } = problem;
  const { conservesMass } = termsOf(problem);
  const lattice = carried === null ? null : latticeOf(quadrature, initial, problem.grid.axes);
  const fold = createFolding(problem.grid);

  function atPoints(
    out: Float64Array,
    points: readonly Float64Array[],
    count: number,
    t: number,
    places?: readonly Float64Array[],
  ): void {
    const feet = places ?? points.map((x) => x.slice(0, count));
    const growth = new Float64Array(count);
    tracer.back(feet, growth, count, t);
    initial.density(out, fold(feet, count), count);
    for (let i = 0; i < count; i++) out[i] = out[i] === 0 ? 0 : (out[i] * Math.exp(growth[i])) / quadrature.total;
  }

  function scaledAverages(grid: Grid, t: number): { density: Float64Array; excess: number } {
    // At the start the density itself is at hand.
    if (grid.dimension > 1 && (lattice === null || t === 0)) {
      const trace: TracedPoints = (out, points, count, feet) => atPoints(out, points, count, t, feet);
      return { density: averagesByQuadrature(grid, initial.breaks, trace), excess: 0 };
    }
    const edges = grid.axes.map(edgesOf);
    const { masses, whole, excess } = lattice === null ? lineMasses(edges[0], t) : planeMasses(lattice, edges, t, grid);
    return { density: masses.map((mass) => mass / (grid.cellVolume * whole)), excess };
  }

  /** By labels for each cell of `grid`. */
  function planeMasses(nodes: readonly Float64Array[], edges: readonly Float64Array[], t: number, grid: Grid) {
    if (carried === null) throw new Error("a lattice is carried");
    const [first, second] = grid.axes.map(({ periodic }, a) => ({ edges: edges[a], periodic }));
    const labels = Math.ceil(fineness * Math.max(FEWEST_LABELS, LABELS * Math.max(...grid.shape)));
    return { masses: massesOfLabels(initial, nodes, carried(t), [first, second], labels), whole: 1, excess: 0 };
  }

  /** Up to the factor `whole`. */
  function lineMasses(edges: Float64Array, t: number) {
    const [axis] = problem.grid.axes;
    const fewest = Math.ceil(fineness * Math.max(FEWEST_PIECES, quadrature.weights.length));
    const marks = quadrature.points[0].filter((_, j) => j % NODES_OF_PIECE === 0);
    const line = massesBetweenFeet(axis, edges, initial, labelsOf(quadrature, initial), Array.from(marks), fewest, tracer, t);
    // Where mass is conserved all labels have that of mu_0: Vbar, which nodes give, is a common factor of growths, and drops out.
    const whole = conservesMass ? line.total : quadrature.total;
    const excess = conservesMass ? (Math.abs(line.initial - quadrature.total) * line.growth) / whole : 0;
    return { masses: line.masses, whole, excess };
  }

  return {
    atPoints,
    scaledAverages,
    cellAverages: (grid, t) => scaledAverages(grid, t).density,
    massesBetween(edges, t) {
      if (lattice !== null) return planeMasses(lattice, edges, t, problem.grid).masses;
      if (edges.length > 1) return null;
      const { masses, whole } = lineMasses(edges[0], t);
      return masses.map((mass) => mass / whole);
    },
    conserves: problem.grid.dimension === 1 || lattice !== null,
    sharpen(averages, grid, t, enough) {
      if (grid.dimension === 1 || lattice !== null || initial.breaks.some((places) => places.length > 0)) return;
      sharpenAverages(averages, grid, (out, points, count, feet) => atPoints(out, points, count, t, feet), enough);
    },
  };
}

/** The interval of a line that mu_0 is on: between its ends where it has some, otherwise that of the nodes. */
function labelsOf({ points: [x] }: InitialQuadrature, { breaks: [ends] }: Distribution): [number, number] {
  return ends.length > 1
    ? [ends[0], ends[ends.length - 1]]
    : [x.reduce((a, b) => Math.min(a, b)), x.reduce((a, b) => Math.max(a, b))];
}
