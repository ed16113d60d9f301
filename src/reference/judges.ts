import type { FluxName } from "../finite-volume/fluxes.ts";
import { type Solution, type SolveOptions, solve } from "../finite-volume/solve.ts";
import type { SplittingName } from "../finite-volume/splittings.ts";
import { coarsen, integrate } from "../grid/density.ts";
import { evaluateAtCentres, type Grid } from "../grid/grid.ts";
import { kernelTypeOf } from "../potential/kernels.ts";
import { instantiateProblem, type Observable, type Problem } from "../problem/problem.ts";

/** A finite-volume run that served as judge. */
export interface Judge {
  flux: FluxName;
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
  /** Cell averages on the grid of the problem; null on a grid that does not refine it. */
  density: Float64Array | null;
  /** Whether its density is wider than its cells. */
  resolved: boolean;
  /** Where it is not: how much each observable varies within the cells that hold the mass. */
  withinCells: Record<string, number>;
}

export interface Judgement {
  judge: Judge;
  verdicts: readonly Verdict[];
  outsideInitially: number;
}

export type JudgeOptions = Pick<SolveOptions, "flux" | "onStep">;

/** The snapshots of a problem up to `end` by finite volumes on other cells. */
export function judgeOn(problem: Problem, cells: readonly number[], end: number, options: JudgeOptions = {}): Judgement {
  return judgementOf(problem, solve(refined(problem, cells, end), options), end);
}

/** What a solution on other cells says of the snapshots of a problem. */
export function judgementOf(
  problem: Problem,
  { grid, scheme, steps, outsideInitially, snapshots }: Solution,
  end: number,
): Judgement {
  const variations = new Map<string, Float64Array>();
  const variationOf = ({ name, value }: Observable): Float64Array => {
    const known = variations.get(name) ?? variationWithinCells(grid, evaluateAtCentres(grid, value));
    variations.set(name, known);
    return known;
  };
  const refines = grid.shape.every((cells, a) => cells % problem.grid.shape[a] === 0);
  return {
    judge: { ...scheme, cells: grid.shape, steps, end },
    outsideInitially,
    verdicts: snapshots.map(({ energy, observables, resolved, density }) => ({
      energy,
      observables,
      resolved,
      density: refines ? coarsen(grid, density, problem.grid) : null,
      withinCells: Object.fromEntries(
        problem.observables.map((phi) => [phi.name, resolved ? 0 : integrate(grid, density, variationOf(phi))]),
      ),
    })),
  };
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

/** Half the cells of the grid, where these are enough for an estimate: a second resolution at a fraction of the cost. */
export function halfOf({ shape }: Grid): number[] | null {
  return shape.every((cells) => cells >= 8) ? shape.map((cells) => Math.ceil(cells / 2)) : null;
}

/** A judge may hold this many cells, 2 GB, and take this long, on a machine of today. */
const MOST_CELLS = 2 ** 22;
const MOST_NANOSECONDS = 6e10;
/** Of a cell and step but for int K dmu, measured once. */
const TRANSPORT_NANOSECONDS = 30;

/** How often the cells of a judge can be doubled: each time steps double as well. The first one always runs. */
export function affordableDoublings({ potential, compiled }: Problem, last: Judge | undefined): number {
  if (last === undefined) return 1;
  const d = potential.dimension;
  const cells = last.cells.reduce((product, count) => product * count, 1);
  const cost = compiled.kernel === null ? null : kernelTypeOf(compiled.kernel).cost;
  const nanoseconds = (count: number) => TRANSPORT_NANOSECONDS + (cost?.onGrid(count, d) ?? 0);
  // What a doubling of the cells along every axis does to the cost of a cell.
  const growth = Math.log2(nanoseconds(cells * 2 ** d) / nanoseconds(cells));
  const byTime = Math.log2(MOST_NANOSECONDS / (nanoseconds(cells) * cells * last.steps)) / (growth + d + 1);
  return Math.max(0, Math.floor(Math.min(byTime, Math.log2(MOST_CELLS / cells) / d)));
}
