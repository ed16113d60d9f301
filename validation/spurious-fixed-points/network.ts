import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { type DynamicsName, definitionOf } from "../../src/problem/dynamics.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";
import { NARROW, PRIOR } from "../shared/motions.ts";

export interface NetworkConfig {
  times: readonly number[];
  tolerance: number;
  nodes: number;
}

/**
 * The network for a mixture of Gaussians from units that all lie about y = -2, beside one of three components. Its units reach the others
 * late under descent, and under birth-death never: V = Vbar on the support with V < Vbar elsewhere (18), where it has no mass. Units drawn from a
 * prior over all y at amplitude 0, where V = 0, have mass there.
 */
export async function measureNetwork(
  definition: ProblemDefinition,
  dynamics: DynamicsName,
  { times, tolerance, nodes }: NetworkConfig,
) {
  const problem = await createProblem({
    ...definition,
    dynamics: definitionOf(dynamics, PRIOR),
    initial: NARROW,
    observables: {},
    time: { end: times[times.length - 1], snapshots: [...times] },
  });
  const { converged, snapshots } = solveCharacteristics(problem, { tolerance, nodes });
  const points = snapshots.map(({ time, energy, gap, residualOnSupport, levelDifferences }) => ({
    time,
    energy,
    error: levelDifferences.energy,
    gap: gap ?? Number.NaN,
    residualOnSupport,
  }));
  return { dynamics, converged, points };
}

export type NetworkOutcome = Awaited<ReturnType<typeof measureNetwork>>;
