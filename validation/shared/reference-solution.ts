import { InputError } from "../../src/errors.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { integrate } from "../../src/grid/density.ts";
import { densityOnLine, pointsOnLine } from "../../src/measures/line-measure.ts";
import { wasserstein1 } from "../../src/measures/wasserstein.ts";
import { changeProblem, observablesOnGrid, type Problem } from "../../src/problem/problem.ts";

/** The PDE at the end of the run. */
export interface Reference {
  means: number[];
  /** Difference to half the cells, over 3: the error of a second-order scheme. */
  errors: number[];
  /** Standard deviation of each observable under mu, the unit in which discrepancies are added. */
  scales: number[];
  /** W1 between particles, in any order, and the PDE; null but in one dimension without period. */
  wasserstein: ((positions: Float64Array) => number) | null;
}

/**
 * Solves on `cells` of every axis, and on half of them for the errors.
 *
 * @throws InputError if there is no observable, or one does not vary under mu.
 */
export async function solveReference(problem: Problem, cells: number | Record<string, number>): Promise<Reference> {
  const end = { end: problem.end };
  const halved =
    typeof cells === "number" ? cells / 2 : Object.fromEntries(Object.entries(cells).map(([name, count]) => [name, count / 2]));
  const fine = await changeProblem(problem, {}, { cells, ...end });
  const coarse = await changeProblem(problem, {}, { cells: halved, ...end });
  const finest = solve(fine).snapshots.at(-1);
  const rough = solve(coarse).snapshots.at(-1);
  if (finest === undefined || rough === undefined) throw new RangeError("the problem has no snapshot");
  const { grid } = fine;
  const onGrid = observablesOnGrid(fine.observables, grid);
  const names = fine.observables.map(({ name }) => name);
  const means = names.map((name) => finest.observables[name]);
  const scales = names.map((name, k) => {
    const squares = (onGrid.get(name) ?? new Float64Array(0)).map((value) => (value - means[k]) ** 2);
    return Math.sqrt(integrate(grid, finest.density, squares));
  });
  checkScales(names, means, scales);
  const onLine = grid.dimension === 1 && !grid.axes[0].periodic ? densityOnLine(grid.axes[0], finest.density) : null;
  return {
    means,
    errors: names.map((name, k) => Math.abs(means[k] - rough.observables[name]) / 3),
    scales,
    wasserstein: onLine === null ? null : (positions) => wasserstein1(pointsOnLine(positions), onLine),
  };
}

/** @throws InputError where there is nothing to compare, or the standard deviation of an observable is no unit. */
export function checkScales(names: readonly string[], means: readonly number[], scales: readonly number[]): void {
  if (names.length === 0) throw new InputError("observables", undefined, "missing", 'name at least one function, e.g. "mean": "x"');
  scales.forEach((scale, k) => {
    if (scale > 1e-9 * Math.max(1, Math.abs(means[k]))) return;
    const remedy = "remove it or use a function of the variables";
    throw new InputError(`observables.${names[k]}`, undefined, "does not vary, so it cannot be compared", remedy);
  });
}
