import { InvariantError } from "../../src/errors.ts";
import type { AnyFluxName } from "../../src/finite-volume/fluxes.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { orderOfDiscretisation } from "../../src/finite-volume/splittings.ts";
import { DYNAMICS, PLAIN_NAMES, type PlainName } from "../../src/problem/dynamics.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { isWarm } from "../../src/problem/thermal.ts";
import { type Order, orderOf, solveRefined } from "../shared/orders.ts";
import { inSequence } from "../shared/sizes.ts";

/** Those that move mass, without a prior. */
export const movingDynamics = (problem: Problem): PlainName[] =>
  PLAIN_NAMES.filter((name) => DYNAMICS[name].transport && (DYNAMICS[name].thermal || !isWarm(problem)));

export type ConservationRow = Awaited<ReturnType<typeof measureConservation>>;

/**
 * The solver's own account of one run: its drift is the largest |mass - exact mass| over the steps. A solve that stops because an invariant failed makes
 * a row of infinities, so that the report says so.
 */
export async function measureConservation(problem: Problem, dynamics: PlainName) {
  const changed = await changeProblem(problem, { dynamics });
  const head = { problem: problem.name, dynamics, cells: problem.grid.shape.join(" x ") };
  try {
    const { steps, snapshots, largestMassDrift: massDrift, largestEnergyRise } = solve(changed);
    const minDensity = Math.min(...snapshots.map((snapshot) => snapshot.minDensity));
    return {
      ...head,
      steps,
      massDrift,
      minDensity,
      largestEnergyRise: largestEnergyRise === 0 ? 0 : largestEnergyRise / Math.abs(snapshots[0].energy),
    };
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    return { ...head, steps: 0, massDrift: Infinity, minDensity: -Infinity, largestEnergyRise: Infinity };
  }
}

/** The largest |E(t) - E(0) + dissipated| over the snapshots, against h with dt = 0.4 h. */
export async function measureDefects(problem: Problem, cells: readonly number[], flux: AnyFluxName): Promise<Order> {
  const found = await inSequence(cells, (count) => solveRefined(problem, count, 0.4, { flux }));
  const defects = found.map(({ snapshots }) => Math.max(...snapshots.map(({ defect }) => Math.abs(defect))));
  const order = orderOfDiscretisation({ flux, splitting: "strang" });
  return orderOf(`${flux} + strang`, found.map(({ h }) => h), defects, [0.85 * order, 1.3 * order]); // biome-ignore format: one row
}
