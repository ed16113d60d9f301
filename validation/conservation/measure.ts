import { InvariantError } from "../../src/errors.ts";
import { FLUXES, type FluxName } from "../../src/finite-volume/fluxes.ts";
import { type Solution, solve } from "../../src/finite-volume/solve.ts";
import { orderOfDiscretisation } from "../../src/finite-volume/splittings.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { type Order, orderOf, solveRefined } from "../shared/orders.ts";
import { inSequence } from "../shared/sizes.ts";

type PlainDynamics = "gradient-descent" | "unbalanced" | "birth-death";
export const DYNAMICS: readonly PlainDynamics[] = ["gradient-descent", "unbalanced", "birth-death"];
export const FLUX_NAMES = Object.keys(FLUXES) as FluxName[];

/** The solver's own account of one run. */
export interface LawRow {
  problem: string;
  dynamics: PlainDynamics;
  cells: string;
  steps: number;
  /** Largest |mass - what it should be| over the steps. */
  massDrift: number;
  minDensity: number;
  largestEnergyRise: number;
}

/** A solve that stops because a law failed makes a row of infinities, so that the report says so. */
export async function measureLaws(problem: Problem, dynamics: PlainDynamics): Promise<LawRow> {
  const changed = await changeProblem(problem, { dynamics });
  const head = { problem: problem.name, dynamics, cells: problem.grid.shape.join(" x ") };
  let solution: Solution;
  try {
    solution = solve(changed);
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    return { ...head, steps: 0, massDrift: Infinity, minDensity: -Infinity, largestEnergyRise: Infinity };
  }
  const { snapshots } = solution;
  return {
    ...head,
    steps: solution.steps,
    massDrift: solution.largestMassDrift,
    minDensity: Math.min(...snapshots.map(({ minDensity }) => minDensity)),
    largestEnergyRise: solution.largestEnergyRise / Math.abs(snapshots[0].energy),
  };
}

/** The largest |E(t) - E(0) + dissipated| over the snapshots, against h with dt = 0.4 h. */
export async function measureDefects(problem: Problem, cells: readonly number[], flux: FluxName): Promise<Order> {
  const found = await inSequence(cells, (count) => solveRefined(problem, count, 0.4, { flux }));
  const defects = found.map(({ snapshots }) => Math.max(...snapshots.map(({ defect }) => Math.abs(defect))));
  const order = orderOfDiscretisation({ flux, splitting: "strang" });
  return orderOf(`${flux} + strang`, found.map(({ h }) => h), defects, [0.85 * order, 1.3 * order]); // biome-ignore format: one row
}
