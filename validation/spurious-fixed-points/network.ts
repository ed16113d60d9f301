import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { definitionOf } from "../../src/problem/dynamics.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";
import { MOTIONS, type Motion } from "../shared/motions.ts";

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
export async function measureNetwork(definition: ProblemDefinition, dynamics: Motion, { times, tolerance, nodes }: NetworkConfig) {
  const problem = await createProblem({
    ...definition,
    dynamics: definitionOf(MOTIONS[dynamics], { c: { type: "point", value: 0 }, y: { type: "normal", mean: 0, sd: 1 } }),
    initial: { c: { type: "normal", mean: 0, sd: 1 }, y: { type: "normal", mean: -2, sd: 0.1 } },
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
