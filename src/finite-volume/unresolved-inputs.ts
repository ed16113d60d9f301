import type { Grid } from "../grid/grid.ts";
import type { BlockFunction } from "../numerics/block-function.ts";
import type { PointInteraction, ValueSum } from "../potential/potential.ts";
import { type MassSample, sampleOfMass, unexplainedOfFunction, unexplainedOfKernel } from "../potential/unresolved.ts";
import type { Problem } from "../problem/problem.ts";

/** A function of the problem that the cells do not resolve where there is mass. */
export interface UnresolvedInput {
  /** `potential.F`, `potential.K`, `potential.network` or `observables.NAME`. */
  field: string;
  /** int |average over a cell - value at its centre| dmu, less what second differences explain; of int K dmu for K. */
  difference: number;
  /** The scale of `difference`: the mean deviation under mu of F and of int K dmu, or of the observable. */
  variation: number;
  /** Cells of each axis that resolve it; null where more than 2^14 of an axis or 2^22 in all would be needed. */
  cells: number[] | null;
}

/** Share of the variation that may be unresolved: a wave has 4 to 5 cells then. */
const TOLERATED = 0.01;
/** Cells that stand for all. */
const SAMPLES = 4096;
const PAIR_SAMPLES = 16;
const VARIATION_SAMPLES = 512;
const MOST_CELLS_OF_AXIS = 2 ** 14;
const MOST_CELLS = 2 ** 22;

/**
 * Names which of F, K and the observables the cells of a grid do not resolve, where a density on it has its mass. Cost: some 10^5 evaluations of each.
 *
 * @param mu cell averages, shape [grid.size]; those of mu_0 by default.
 */
export function findUnresolvedInputs(
  problem: Problem,
  grid: Grid = problem.grid,
  mu: Float64Array = problem.initial.cellAverages(grid).density,
): UnresolvedInput[] {
  const { potential, definition, observables } = problem;
  const sample = sampleOfMass(grid, mu, SAMPLES);
  const few = sampleOfMass(grid, mu, Math.min(VARIATION_SAMPLES, grid.size));
  const { kernel } = potential;
  const interaction = kernel?.atPoints(0) ?? null;
  const variation =
    deviationOf(few, potential.external) + (interaction === null ? 0 : deviation(few.shares, ofKernel(interaction, few)));
  const network = "network" in definition.potential;
  const found: (UnresolvedInput | null)[] = [];
  if (!network) found.push(judge("potential.F", variation, grid, ofFunction(potential.external, sample)));
  if (interaction !== null) {
    const pairs = sampleOfPairs(grid, mu);
    const field = network ? "potential.network" : "potential.K";
    const sums = kernel?.atSameTargets?.() ?? valuesOf(interaction);
    found.push(
      judge(field, variation, grid, (axis, h) => (axis === kernel?.linearAxis ? 0 : unexplainedOfKernel(sums, pairs, mu, axis, h))),
    );
  }
  for (const { name, value } of observables) {
    const own = deviationOf(few, value);
    found.push(judge(`observables.${name}`, own, grid, ofFunction(value, sample)));
  }
  return found.filter((input) => input !== null);
}

const ofFunction = (f: BlockFunction, sample: MassSample) => (axis: number, h: number) => unexplainedOfFunction(f, sample, axis, h);

function valuesOf({ addAt }: PointInteraction): ValueSum {
  return (value, ...sum) => addAt({ value, gradient: null, laplacian: null }, ...sum);
}

/** Equal shares of the mass even where there are few cells: pairs are what costs. */
function sampleOfPairs(grid: Grid, mu: Float64Array): MassSample {
  return sampleOfMass(grid, mu, Math.min(PAIR_SAMPLES, grid.size - 1));
}

/** Halves the cells of each axis that is not resolved until it is. */
function judge(
  field: string,
  variation: number,
  grid: Grid,
  unexplained: (axis: number, h: number) => number,
): UnresolvedInput | null {
  const limit = (TOLERATED * variation) / grid.dimension;
  const differences = grid.axes.map(({ width }, a) => unexplained(a, width));
  const difference = differences.reduce((sum, each) => sum + each, 0);
  if (!(difference > TOLERATED * variation)) return null;
  let cells: number[] | null = grid.axes.map(({ cells: count, width }, a) => {
    let factor = 1;
    let left = differences[a];
    while (left > limit && count * factor <= MOST_CELLS_OF_AXIS) {
      factor *= 2;
      left = unexplained(a, width / factor);
    }
    return count * factor;
  });
  if (cells.some((count) => count > MOST_CELLS_OF_AXIS) || cells.reduce((product, count) => product * count, 1) > MOST_CELLS) {
    cells = null;
  }
  return { field, difference, variation, cells };
}

/** int K dmu at the cells of a sample. */
function ofKernel(interaction: PointInteraction, { centres, shares }: MassSample): Float64Array {
  const values = new Float64Array(shares.length);
  interaction.add(values, null, centres, shares, shares.length);
  return values;
}

function deviationOf({ centres, shares }: MassSample, f: BlockFunction): number {
  const values = new Float64Array(shares.length);
  f([values], 0, centres, 0, shares.length);
  return deviation(shares, values);
}

/** int |f - int f dmu| dmu by shares of the mass and values of f. */
function deviation(shares: Float64Array, f: Float64Array): number {
  const mean = shares.reduce((sum, share, i) => sum + share * f[i], 0);
  return shares.reduce((sum, share, i) => sum + share * Math.abs(f[i] - mean), 0);
}

/** The findings of two times, the worse for each field. */
export function worseOf(first: readonly UnresolvedInput[], second: readonly UnresolvedInput[]): UnresolvedInput[] {
  const byField = new Map(first.map((input) => [input.field, input]));
  for (const input of second) {
    const known = byField.get(input.field);
    if (known === undefined || input.difference * known.variation > known.difference * input.variation)
      byField.set(input.field, input);
  }
  return [...byField.values()];
}

/** One sentence for a person. */
export function describeUnresolved({ field, difference, variation, cells }: UnresolvedInput, { axes }: Grid): string {
  const number = (x: number) => `${Number(x.toPrecision(2))}`;
  const remedy =
    cells === null
      ? "no affordable grid resolves it: smooth it"
      : `use --cells ${axes.map(({ name }, a) => `${name}=${cells[a]}`).join(",")}`;
  const counts = axes.map((axis) => axis.cells).join(" x ");
  return `${field} is not resolved by ${counts} cells: its averages over cells and its values at their centres differ by ${number(difference)}, and it varies by ${number(variation)}; ${remedy}`;
}
