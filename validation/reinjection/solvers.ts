import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createGridPotential } from "../../src/potential/potential.ts";
import { DYNAMICS, DYNAMICS_NAMES, type DynamicsName, definitionOf, priorOf } from "../../src/problem/dynamics.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { Snapshot } from "../../src/problem/snapshot.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";
import type { KeepPart } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";

/** The rules of reinjection: what of the dead comes back from the prior. */
export const RULES = DYNAMICS_NAMES.filter((name) => DYNAMICS[name].object !== null);

type Cells = Readonly<Record<string, number>>;

export interface SolverConfig {
  tolerance: number;
  coarse: Cells;
  fine: Cells;
}

/** Cells with less than this share of the largest density hold no mass. */
const EMPTY = 1e-6;

/**
 * One problem of reinjection by both solvers, at its end. Stated errors: of characteristics, the difference of their last two refinements; of
 * finite volumes, whose finer grid is compared, by three grids (errorOfGrids). The energy identity of problem.ts leaves the defect
 *
 *   E(T) - E(0) + int_0^T (loss by transport + loss by reaction) dt,
 *
 * which is 0 but for these errors.
 *
 * @param definition a problem under reinjection, compared at its end alone.
 */
export async function compareSolvers(definition: ProblemDefinition, rule: DynamicsName, config: SolverConfig) {
  const problem = await withRule(definition, rule);
  const { tolerance } = config;
  const { snapshots, converged } = solveCharacteristics(problem, { tolerance });
  const nodes = snapshots[snapshots.length - 1];
  const onGrid = async (cells: Cells) => {
    const given = await createProblem(problem.definition, { cells });
    const solution = solve(given);
    return { given, solution, end: solution.snapshots[solution.snapshots.length - 1] };
  };
  const coarsest = await onGrid(Object.fromEntries(Object.entries(config.coarse).map(([name, cells]) => [name, cells / 2])));
  const coarse = await onGrid(config.coarse);
  const fine = await onGrid(config.fine);
  const row = (quantity: string, of: (snapshot: Snapshot) => number, levelDifference: number) => ({
    quantity,
    characteristics: of(nodes),
    levelDifference,
    coarse: of(coarse.end),
    fine: of(fine.end),
    gridError: errorOfGrids(of(coarsest.end), of(coarse.end), of(fine.end)),
  });
  const { levelDifferences } = nodes;
  return {
    rule,
    rows: [
      row("energy", ({ energy }) => energy, levelDifferences.energy),
      row("Vbar", ({ meanPotential }) => meanPotential, levelDifferences.meanPotential),
      ...Object.keys(nodes.observables).map((name) =>
        row(name, ({ observables }) => observables[name], levelDifferences.observables[name]),
      ),
    ],
    /** Of V over the cells that hold mass. */
    potentialRange: rangeOfPotential(fine.given, fine.end.density),
    /** On the finer grid, over steps. */
    largestRise: fine.solution.largestEnergyRise,
    defects: {
      coarse: coarse.end.defect,
      fine: fine.end.defect,
      characteristics: nodes.defect,
      characteristicsError: levelDifferences.energy + levelDifferences.dissipated,
    },
    dissipated: fine.end.dissipated,
    converged,
  };
}

export type SolverComparison = Awaited<ReturnType<typeof compareSolvers>>;

/**
 * The error of the finest of three grids of widths 4 h, 2 h and h by their differences d_2h = |m_2h - m_4h| and d_h = |m_h - m_2h|. Where later ones fall by q or faster,
 *
 *   |error| <= q d_h + q^2 d_h + .. = d_h q / (1 - q),     q = max(1/2, d_h / d_2h),
 *
 * d_h at order 1, which flux and splitting have at least, and more where the grids are too coarse for it: on 50, 100 and 200 cells int x^2 dmu of `line` falls by 0.64.
 * Infinity where differences do not fall.
 */
export function errorOfGrids(coarsest: number, coarse: number, fine: number): number {
  const [before, last] = [Math.abs(coarse - coarsest), Math.abs(fine - coarse)];
  if (last === 0) return 0;
  const q = Math.max(0.5, last / before);
  return q < 1 ? (last * q) / (1 - q) : Infinity;
}

/** The same problem under one rule or the other, to its end alone. */
export function withRule(definition: ProblemDefinition, rule: DynamicsName): Promise<Problem> {
  const { dynamics, time } = definition;
  const prior = priorOf(dynamics);
  if (prior === null) throw new RangeError("the problem has no prior");
  return createProblem({
    ...definition,
    dynamics: definitionOf(rule, prior),
    time: { end: time.end, snapshots: [time.end] },
  });
}

function rangeOfPotential({ potential, grid }: Problem, density: Float64Array): readonly [number, number] {
  const V = new Float64Array(grid.size);
  createGridPotential(potential, grid).evaluate(V, density);
  const most = density.reduce((largest, rho) => Math.max(largest, rho), 0);
  const held = V.filter((_, i) => density[i] > EMPTY * most);
  return [held.reduce((a, b) => Math.min(a, b), Infinity), held.reduce((a, b) => Math.max(a, b), -Infinity)];
}

export interface ParticleConfig {
  n: number;
  /** Steps to the end: the first count is half of the second. */
  steps: readonly [number, number];
  replicas: number;
  seed: number;
  workers: number;
}

/** Means of observables over independent ensembles at two steps, against characteristics. */
export async function measureParticles(
  definition: ProblemDefinition,
  { rows, rule }: Pick<SolverComparison, "rows" | "rule">,
  { n, steps, replicas, seed, workers }: ParticleConfig,
  keep?: KeepPart,
) {
  const simulateSteps = async (count: number, k: number) => {
    const problem = await withRule(definition, rule);
    const { snapshots } = await simulate(problem, { n, dt: problem.end / count, replicas, seed: seed + k, workers });
    return snapshots[snapshots.length - 1].statistics.observables;
  };
  const ends = await inSequence(steps, simulateSteps, () => {}, keep);
  return rows
    .filter(({ quantity }) => quantity in ends[0])
    .map(({ quantity, characteristics, levelDifference }) => {
      const [long, short] = ends.map((observables) => observables[quantity]);
      const standardError = Math.hypot(2 * short.standardError, long.standardError);
      // Extrapolated, it has no error of order dt.
      const extrapolated = 2 * short.mean - long.mean;
      return { rule, quantity, extrapolated, standardError, characteristics, levelDifference };
    });
}

export type ParticleRow = Awaited<ReturnType<typeof measureParticles>>[number];
