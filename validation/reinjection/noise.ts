import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { KeepPart } from "../shared/parts.ts";
import { inSequence, type Size } from "../shared/sizes.ts";

/**
 * What finitely many particles bring back under net-deficit where the equation brings nothing. In a step of dt the population falls short
 * of n by (alpha Vbar^+ n dt) and by chance: kills less copies have variance n dt alpha M, M = int |V| dmu, and the positive part of a
 * normal variable of mean 0 has the mean (variance / 2 pi)^{1/2}. Where Vbar is about 0 mass thus comes back at the rate
 *
 *   (alpha M / (2 pi n dt))^{1/2}    instead of 0,
 *
 * and falls as n grows; where Vbar < 0 it falls faster than that, as the shortfall becomes rare. Here Vbar < 0 throughout, and mu_b lies
 * far from all of mu_0, at a place where F > 0, so that what comes back is seen in the mean of x.
 */
export interface NoiseConfig {
  alpha: number;
  dt: number;
  sizes: readonly { n: number; replicas: number }[];
  seed: number;
  workers: number;
}

export async function measureNoise({ alpha, dt, sizes, seed, workers }: NoiseConfig, keep?: KeepPart) {
  const problem = await createProblem({
    name: "nothing-to-bring-back",
    variables: { x: { min: -6, max: 8, cells: 400 } },
    potential: { F: "0.3*tanh(x) - 0.02" },
    alpha,
    dynamics: { type: "reinjection", law: "net-deficit", prior: { x: { type: "normal", mean: 5, sd: 0.3 } } },
    initial: { x: { type: "normal", mean: 0, sd: 0.5 } },
    time: { end: 1, snapshots: [0, 1] },
    observables: { mean: "x" },
  });
  const [start, end] = solveCharacteristics(problem, { tolerance: 1e-4 }).snapshots;
  const expected = end.observables.mean;
  const measureSize = async ({ n, replicas }: Size) => {
    const { snapshots } = await simulate(problem, { n, dt, replicas, seed, workers });
    const { mean, standardError } = snapshots[snapshots.length - 1].statistics.observables.mean;
    return { n, mean, standardError, deviation: mean - expected };
  };
  const rows = await inSequence(sizes, measureSize, () => {}, keep);
  return {
    /** By the equation, and the difference of two refinements. */
    expected,
    levelDifference: end.levelDifferences.observables.mean,
    /** Of the initial distribution and of the end: Vbar falls from one to the other. */
    meanPotentials: [start.meanPotential, end.meanPotential],
    rows,
  };
}

export type NoiseOutcome = Awaited<ReturnType<typeof measureNoise>>;
