import type { AnyFluxName } from "../finite-volume/fluxes.ts";
import { densityOnGrid } from "../finite-volume/moving/project-grid.ts";
import { solveMoving } from "../finite-volume/moving/solve-moving.ts";
import { createRowEdges } from "../finite-volume/rows/row-edges.ts";
import { type Solution, type SolveOptions, solve } from "../finite-volume/solve.ts";
import type { SplittingName } from "../finite-volume/splittings.ts";
import { coarsen, integrate } from "../grid/density.ts";
import { evaluateAtCentres, type Grid, stridesOf } from "../grid/grid.ts";
import { fillMarginal } from "../grid/moving-grid.ts";
import { cellsOnLine, type LineMeasure } from "../measures/line-measure.ts";
import { instantiateProblem, type Observable, type Problem } from "../problem/problem.ts";

/** Whether the cells of a judge stay or follow the mass. */
export type GridKind = "fixed" | "moving";

/** A finite-volume run that served as judge. */
export interface Judge {
  /** Whether its cells followed the mass. */
  grid: GridKind;
  flux: AnyFluxName;
  splitting: SplittingName;
  cells: readonly number[];
  steps: number;
  /** It ran from 0 to here. */
  end: number;
}

/** What a judge says of one snapshot. */
export interface Verdict {
  energy: number;
  observables: Record<string, number>;
  /** Cell averages on the grid of the problem; null on a fixed grid that does not refine it. */
  density: Float64Array | null;
  /** Whether its density is wider than its cells. */
  resolved: boolean;
  /** Where its cells follow the mass: their edges along each axis, their masses, shape [cells], and the distribution along each axis; null on a fixed grid. */
  moving: { edges: readonly Float64Array[]; masses: Float64Array; alongAxes: readonly LineMeasure[] } | null;
  /** Where it is not: how much each observable varies within the cells that hold the mass. */
  withinCells: Record<string, number>;
}

export interface Judgement {
  judge: Judge;
  verdicts: readonly Verdict[];
  outsideInitially: number;
}

export type JudgeOptions = Pick<SolveOptions, "flux" | "onStep" | "stepShare">;

/** The snapshots of a problem up to `end` by finite volumes on other cells. */
export function judgeOn(problem: Problem, cells: readonly number[], end: number, options: JudgeOptions = {}): Judgement {
  return judgementOf(problem, solve(refined(problem, cells, end), options), end);
}

/**
 * The same by finite volumes on cells that follow the mass. Their masses are projected onto the grid of the problem by the parabolas of the cells that its edges cross: no mass moves
 * further than a moving cell, however sharp the density.
 *
 * @param stepNumber see MovingOptions; shortened with the cells, so that two judges differ in both.
 */
export function judgeMoving(
  problem: Problem,
  cells: readonly number[],
  end: number,
  options: { stepNumber: number } & Pick<SolveOptions, "onStep">,
): Judgement {
  const solution = solveMoving(refined(problem, cells, end), options);
  const densities = solution.snapshots.map(({ masses, edges }) => {
    const rows = edges.map((each, a) => createRowEdges(each, problem.grid.axes[a].periodic));
    return densityOnGrid(masses, rows, problem.grid);
  });
  const judgement = judgementOf(problem, solution, end, densities);
  return {
    ...judgement,
    verdicts: judgement.verdicts.map((verdict, s) => {
      const { masses, edges } = solution.snapshots[s];
      const alongAxes = alongAxesOf(edges, masses);
      return { ...verdict, moving: { edges, masses, alongAxes } };
    }),
  };
}

/**
 * What a solution on other cells says of the snapshots of a problem; of one on moving cells with its densities on the grid of the problem. One that has ended early says nothing of
 * later snapshots.
 */
export function judgementOf(
  problem: Problem,
  { grid, scheme, steps, outsideInitially, snapshots }: Solution,
  end: number,
  densities: readonly Float64Array[] | null = null,
): Judgement {
  const variations = new Map<string, Float64Array>();
  const variationOf = ({ name, value }: Observable): Float64Array => {
    const known = variations.get(name) ?? variationWithinCells(grid, evaluateAtCentres(grid, value));
    variations.set(name, known);
    return known;
  };
  const refines = grid.shape.every((cells, a) => cells % problem.grid.shape[a] === 0);
  return {
    judge: { grid: densities === null ? "fixed" : "moving", ...scheme, cells: grid.shape, steps, end },
    outsideInitially,
    verdicts: snapshots.map(({ energy, observables, resolved, density }, s) => ({
      energy,
      observables,
      resolved,
      moving: null,
      density: densities?.[s] ?? (refines ? coarsen(grid, density, problem.grid) : null),
      withinCells: Object.fromEntries(
        problem.observables.map((phi) => [phi.name, resolved ? 0 : integrate(grid, density, variationOf(phi))]),
      ),
    })),
  };
}

/** The distribution along each axis of the masses of a rectilinear grid of cells, the last axis running fastest. */
export function alongAxesOf(edges: readonly Float64Array[], masses: Float64Array): LineMeasure[] {
  const shape = edges.map(({ length }) => length - 1);
  const strides = stridesOf(shape);
  return edges.map((each, a) => {
    const marginal = new Float64Array(shape[a]);
    fillMarginal(marginal, { shape, strides }, masses, a);
    return cellsOnLine(each, marginal);
  });
}

/** Half of what a function varies by within each cell along its axes, by the values at the centres next to it. */
function variationWithinCells(grid: Grid, values: Float64Array): Float64Array {
  const variation = new Float64Array(grid.size);
  grid.axes.forEach(({ cells }, a) => {
    const stride = grid.strides[a];
    for (let i = 0; i < grid.size; i++) {
      const index = Math.floor(i / stride) % cells;
      const back = index > 0 ? Math.abs(values[i] - values[i - stride]) : 0;
      const ahead = index < cells - 1 ? Math.abs(values[i + stride] - values[i]) : 0;
      variation[i] += Math.max(back, ahead) / 2;
    }
  });
  return variation;
}

/** The same problem on other cells, up to its snapshot at `end`; what was compiled, data columns among it, stays. */
export function refined({ compiled, end: last, snapshotTimes }: Problem, cells: readonly number[], end: number): Problem {
  const { definition } = compiled;
  const variables = Object.fromEntries(
    Object.entries(definition.variables).map(([name, variable], a) => [name, { ...variable, cells: cells[a] }]),
  );
  // A run has some length even where only its start is needed.
  const time = { end: end > 0 ? end : last, snapshots: snapshotTimes.filter((time) => time <= end) };
  return instantiateProblem({
    ...compiled,
    definition: { ...definition, variables, time },
    rate: { ...compiled.rate, end: time.end },
  });
}
