import type { Problem } from "../../src/problem/problem.ts";
import { bracketMinimum, curveTimes, type DecayDynamics, excessOf, octaveTimes, runDecay } from "../shared/decay.ts";

/**
 * Theorem 4.3: from an initial distribution with full support birth-death takes E to its minimum. E is convex, so that for any two probabilities mu and nu,
 *
 *   E[mu] - (Vbar - min V)[mu]  <=  E*  <=  E[nu],
 *
 * and Vbar - min V -> 0 along a run is a proof of its own that E -> E*, whatever the run has to do with the equation.
 */
export interface FullSupportConfig {
  dynamics: DecayDynamics;
  end: number;
  octaves: number;
  tolerance: number;
  nodes: number;
}

export async function measureFullSupport(problem: Problem, config: FullSupportConfig) {
  const { dynamics, end, octaves, tolerance, nodes } = config;
  const run = await runDecay(problem, {
    dynamics,
    times: octaveTimes(end, octaves, 1),
    drawn: curveTimes(end, octaves),
    tolerance,
    nodes,
  });
  const bracket = bracketMinimum(problem, [run]);
  const gaps = run.snapshots.map(({ time, gap }) => ({ time, gap: gap ?? Number.NaN }));
  const lowest = Math.max(...run.snapshots.map(({ energy, gap }) => energy - (gap ?? Number.NaN)));
  return {
    run,
    bracket,
    /** max (E - gap) - min E over the snapshots: not above 0. */
    overlap: lowest - Math.min(...run.snapshots.map(({ energy }) => energy)),
    gaps,
    excess: excessOf(run, bracket),
    /** - log2 of the ratio of the gaps an octave of time apart, from the first time after 0. */
    rates: gaps.slice(2).map(({ gap }, k) => Math.log2(gaps[k + 1].gap / gap)),
  };
}

export type FullSupportOutcome = Awaited<ReturnType<typeof measureFullSupport>>;
