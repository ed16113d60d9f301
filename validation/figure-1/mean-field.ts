import { energiesOn, solveCharacteristics } from "../../src/characteristics/solve.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";
import type { KeepPart } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";
import { type DynamicsName, drawnTimes, problemOfCurve, type Start } from "./settings.ts";

export interface MeanFieldConfig {
  base: ProblemDefinition;
  start: Start;
  /** Of two refinements of the characteristics, in energy, Vbar and dissipation; and nodes along each axis of the first. */
  tolerance: number;
  nodes: number;
  /** Finite volumes stop here. */
  finiteVolumeEnd: number;
}

export type MeanFieldCurve = Awaited<ReturnType<typeof measureMeanField>>;

/** Energies of the mean-field equation by two methods at the same times. */
export async function measureMeanField(config: MeanFieldConfig, dynamics: DynamicsName) {
  const { base, start, tolerance, nodes, finiteVolumeEnd } = config;
  const { times } = start;
  const problem = await problemOfCurve(base, start, dynamics, times);
  const { snapshots, levels, converged } = solveCharacteristics(problem, { tolerance, nodes });
  const last = snapshots[snapshots.length - 1];
  const early = times.filter((time) => time <= finiteVolumeEnd);
  const { grid, ...onGrid } = solve(await problemOfCurve(base, start, dynamics, early));
  return {
    dynamics,
    times,
    characteristics: {
      energies: snapshots.map(({ energy }) => energy),
      /** Largest difference of the energy between the last two refinements. */
      levelDifference: levels.length > 1 ? Math.max(...snapshots.map((snapshot) => snapshot.levelDifferences.energy)) : Infinity,
      converged,
      nodes: last.weights.length,
      last,
      curve: energiesOn(await problemOfCurve(base, start, dynamics, drawnTimes(start)), levels[levels.length - 1]),
    },
    finiteVolume: {
      ...onGrid,
      /** NaN beyond the time up to which it was run. */
      energies: times.map((_, s) => onGrid.snapshots[s]?.energy ?? Number.NaN),
      cells: grid.shape,
      /** At the last recorded time. */
      edgeMass: onGrid.snapshots[early.length - 1].edgeMass,
    },
  };
}

export interface MethodsConfig {
  base: ProblemDefinition;
  alphas: readonly number[];
  times: readonly number[];
  cells: Readonly<Record<string, number>>;
  /** Of the characteristics, and the nodes along each axis of their first refinement. */
  tolerance: number;
  nodes: number;
}

export type MethodRow = Awaited<ReturnType<typeof compareMethods>>[number];

/** The energy by both methods from the start and on the domain of the problem file, without switching off. */
export async function compareMethods({ base, alphas, times, cells, tolerance, nodes }: MethodsConfig, keep?: KeepPart) {
  const compareAt = async (alpha: number) => {
    const time = { end: times[times.length - 1], snapshots: [...times] };
    const dynamics = alpha === 0 ? "gradient-descent" : "birth-death";
    const problem = await createProblem({ ...base, alpha, dynamics, time, observables: {} }, { cells });
    const onNodes = solveCharacteristics(problem, { tolerance, nodes }).snapshots;
    return solve(problem).snapshots.map(({ time, energy }, s) => {
      return { alpha, time, finiteVolume: energy, characteristics: onNodes[s].energy };
    });
  };
  const rows = await inSequence(alphas, compareAt, () => {}, keep);
  return rows.flat();
}
