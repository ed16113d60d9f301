import { type NodeSnapshot, solveCharacteristics } from "../../src/characteristics/solve.ts";
import { type Solution, solve } from "../../src/finite-volume/solve.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";
import { inSequence } from "../shared/sizes.ts";
import { DYNAMICS_NAMES, type DynamicsName, problemOfCurve, type Start } from "./settings.ts";

/** Energies of the mean-field equation by two methods at the same times. */
export interface MeanFieldCurve {
  dynamics: DynamicsName;
  times: readonly number[];
  characteristics: {
    energies: number[];
    /** Largest difference of the energy between the last two levels. */
    levelDifference: number;
    converged: boolean;
    nodes: number;
    last: NodeSnapshot;
  };
  /** NaN beyond the time up to which it was run. */
  finiteVolume: Pick<Solution, "steps" | "edgeMassSince" | "unresolvedSince"> & {
    energies: number[];
    cells: readonly number[];
    /** At the last recorded time. */
    edgeMass: number;
  };
}

export interface MeanFieldConfig {
  base: ProblemDefinition;
  start: Start;
  /** Of two levels of the characteristics, in energy, Vbar and dissipation; and nodes along each axis of the first. */
  tolerance: number;
  nodes: number;
  /** Finite volumes stop here. */
  finiteVolumeEnd: number;
}

export function measureMeanField(config: MeanFieldConfig, onPart: (share: number) => void): Promise<MeanFieldCurve[]> {
  return inSequence(
    DYNAMICS_NAMES,
    (dynamics) => measureCurve(config, dynamics),
    (count) => onPart(count / DYNAMICS_NAMES.length),
  );
}

async function measureCurve(
  { base, start, tolerance, nodes, finiteVolumeEnd }: MeanFieldConfig,
  dynamics: DynamicsName,
): Promise<MeanFieldCurve> {
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
      levelDifference: levels.length > 1 ? Math.max(...snapshots.map((snapshot) => snapshot.levelDifferences.energy)) : Infinity,
      converged,
      nodes: last.weights.length,
      last,
    },
    finiteVolume: {
      ...onGrid,
      energies: times.map((_, s) => onGrid.snapshots[s]?.energy ?? Number.NaN),
      cells: grid.shape,
      edgeMass: onGrid.snapshots[early.length - 1].edgeMass,
    },
  };
}

/** The energy by both methods, without switching off. */
export interface MethodRow {
  alpha: number;
  time: number;
  finiteVolume: number;
  characteristics: number;
}

export interface MethodsConfig {
  base: ProblemDefinition;
  alphas: readonly number[];
  times: readonly number[];
  cells: Readonly<Record<string, number>>;
  /** Of the characteristics, and the nodes along each axis of their first level. */
  tolerance: number;
  nodes: number;
}

/** From the start, domain and law of the problem file. */
export async function compareMethods({ base, alphas, times, cells, tolerance, nodes }: MethodsConfig): Promise<MethodRow[]> {
  const rows: MethodRow[] = [];
  for (const alpha of alphas) {
    const time = { end: times[times.length - 1], snapshots: [...times] };
    const dynamics = alpha === 0 ? "gradient-descent" : "birth-death";
    const problem = await createProblem({ ...base, alpha, dynamics, time, observables: {} }, { cells });
    const onNodes = solveCharacteristics(problem, { tolerance, nodes }).snapshots;
    solve(problem).snapshots.forEach(({ time, energy }, s) => {
      rows.push({ alpha, time, finiteVolume: energy, characteristics: onNodes[s].energy });
    });
  }
  return rows;
}
