import type { NodeSnapshot } from "../../src/characteristics/node-snapshot.ts";
import { energiesOn, solveCharacteristics } from "../../src/characteristics/solve.ts";
import type { Series } from "../../src/figures/figure.ts";
import { fitLine } from "../../src/numerics/statistics.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { requireConstant } from "../../src/problem-file/rate.ts";
import type { TraceLook } from "./colours.ts";
import { draw, drawGuide } from "./draw.ts";

/**
 * The fall of E(t) - E* and its rate. E* = min E is never the last value of a run: E is convex, so every probability nu says
 *
 *   E(nu) - (Vbar - min V)  <=  E*  <=  E(nu),
 *
 * and so does every snapshot of every run from any start, resolved or not, since its weighted nodes are themselves a probability.
 */
export interface Bracket {
  low: number;
  high: number;
}

export type DecayDynamics = "gradient-descent" | "birth-death" | "pure-birth-death";

export type DecayRun = Awaited<ReturnType<typeof runDecay>>;

export interface RunOptions {
  dynamics: DecayDynamics;
  alpha?: number;
  /** Increasing, from 0 to the end of the run. */
  times: readonly number[];
  tolerance: number;
  /** Nodes along each axis of the first refinement; the solver's own by default. */
  nodes?: number | undefined;
  /** Times of the curve of a figure, in a run of its own: more times would change the steps of this one. None by default. */
  drawn?: readonly number[] | undefined;
}

/** Runs a problem with other dynamics or times; without its observables, so that energies alone decide when the nodes suffice. */
export async function runDecay(problem: Problem, { dynamics, alpha, times, tolerance, nodes, drawn }: RunOptions) {
  const { definition } = problem;
  const recordedAt = (at: readonly number[]) =>
    changeProblem(problem, {
      dynamics,
      alpha: alpha ?? definition.alpha,
      observables: {},
      time: { end: at[at.length - 1], snapshots: [...at] },
    });
  const changed = await recordedAt(times);
  const { converged, levels, snapshots } = solveCharacteristics(changed, { tolerance, ...(nodes === undefined ? {} : { nodes }) });
  const last = levels[levels.length - 1];
  return {
    dynamics,
    alpha: requireConstant(changed.alpha, "rates of convergence"),
    dimension: changed.grid.dimension,
    tolerance,
    /** Relative error of the sums over K at the last refinement. */
    kernelTolerance: changed.potential.kernel === null ? 0 : last.integration,
    converged,
    /** Nodes along each axis, and steps, of the last refinement. */
    nodes: last.nodes,
    steps: last.steps,
    snapshots,
    /** The energy at the times of the curve, on the nodes of the last refinement. */
    curve: drawn === undefined ? null : energiesOn(await recordedAt(drawn), last),
  };
}

/** Times of a curve on a logarithmic axis of the same octaves. */
export const curveTimes = (end: number, octaves: number) => octaveTimes(end, octaves, Math.ceil(CURVE_POINTS / octaves));
/** What is below the error of E* is not shown: more than half of the points are. */
const CURVE_POINTS = 200;

/** 0, then `perOctave` times an octave over `octaves` octaves up to `end`. */
export function octaveTimes(end: number, octaves: number, perOctave: number): number[] {
  const count = octaves * perOctave;
  return [0, ...Array.from({ length: count + 1 }, (_, k) => end * 2 ** ((k - count) / perOctave))];
}

/**
 * The best bracket of E* over runs of one problem, widened by the error of the sums over K. Without K, E = Vbar and E - gap = min F = E* at
 * every time.
 */
export function bracketMinimum({ potential }: Problem, runs: readonly DecayRun[]): Bracket {
  const ends = runs.flatMap(({ snapshots, kernelTolerance }) =>
    snapshots.map(({ energy, gap }) => {
      const error = kernelTolerance * Math.max(1, Math.abs(energy));
      return { low: energy - (gap ?? Infinity) - error, high: energy + error };
    }),
  );
  const low = Math.max(...ends.map((end) => end.low));
  return { low, high: potential.kernel === null ? low : Math.min(...ends.map((end) => end.high)) };
}

/**
 * Rounding of E - gap, and of F at its least value, both of order 1. Masses, E and Vbar are compensated sums over nodes (src/numerics/sum.ts),
 * a few eps off whatever the number of nodes.
 */
export const MINIMUM_TOLERANCE = 1e-14;

/** E - E* with the middle of the bracket for E*. */
export interface Excess {
  time: number;
  value: number;
  /** Half the width of the bracket and the difference of two refinements. */
  error: number;
}

/** For t > 0. */
export function excessOf({ snapshots }: DecayRun, { low, high }: Bracket): Excess[] {
  return snapshots
    .filter(({ time }) => time > 0)
    .map(({ time, energy, levelDifferences }) => ({
      time,
      value: energy - (low + high) / 2,
      error: (high - low) / 2 + levelDifferences.energy,
    }));
}

/** E - E* below this is no different from 0: width of the bracket + largest difference of two refinements + largest defect of (16). */
export function floorOf({ snapshots }: DecayRun, { low, high }: Bracket): number {
  const largest = (of: (snapshot: NodeSnapshot) => number) => Math.max(...snapshots.map((snapshot) => Math.abs(of(snapshot))));
  return high - low + largest(({ levelDifferences }) => levelDifferences.energy) + largest(({ defect }) => defect);
}

/** Floors below which a point is not used. */
const FLOORS = 3;
/** A line through fewer points says nothing about its slope. */
const FEWEST = 4;

/** d log(E - E*) / d log t over the last decade of t in which E - E* stands three floors high; null where too few points do. */
export function slopeOverLastDecade(run: DecayRun, bracket: Bracket) {
  const floor = floorOf(run, bracket);
  const all = excessOf(run, bracket);
  const below = all.findIndex(({ value }) => value <= FLOORS * floor);
  const high = below < 0 ? all : all.slice(0, below);
  if (high.length === 0) return null;
  const to = high[high.length - 1].time;
  // The last decade, with the snapshot that rounding may have put just outside.
  const used = high.filter(({ time }) => time >= (to / 10) * (1 - 1e-9));
  if (used.length < FEWEST) return null;
  const half = (bracket.high - bracket.low) / 2;
  const fits = [-half, 0, half].map((shift) =>
    fitLine(
      used.map(({ time }) => Math.log(time)),
      used.map(({ value }) => Math.log(value + shift)),
    ),
  );
  return {
    slope: fits[1].slope,
    // 95% by the scatter about a line, which is curvature here, at either end of the bracket.
    interval: [Math.min(...fits.map((fit) => fit.interval[0])), Math.max(...fits.map((fit) => fit.interval[1]))] as const,
    from: used[0].time,
    to,
    points: used.length,
  };
}

/** E - E* of a run: a line along its curve, and its snapshots as markers with the error of E*; points at or below 0 have no place on a logarithmic axis. */
export function excessTraces(
  name: string,
  run: DecayRun,
  bracket: Bracket,
  look: TraceLook & Pick<Partial<Series>, "label">,
): Series[] {
  const shown = excessOf(run, bracket).filter(({ value, error }) => value > error);
  const { label, ...marks } = look;
  if (run.curve === null) return [draw(name, shown, "time", "value", { error: "error", ...look })];
  const until = shown.length === 0 ? 0 : shown[shown.length - 1].time;
  const middle = (bracket.low + bracket.high) / 2;
  const curve = run.curve.filter(({ time, energy }) => time > 0 && time <= until && energy > middle);
  const line = draw(name, curve, "time", ({ energy }) => energy - middle, { mode: "lines", ...look });
  return [line, draw(name, shown, "time", "value", { error: "error", mode: "markers", unnamed: true, ...marks })];
}

/** A dashed line from one time to another: a power of t, or with power 0 a floor. */
export function guideTrace(name: string, [from, to]: readonly [number, number], factor: number, power: number): Series {
  return drawGuide(name, [from, to], [factor * from ** power, factor * to ** power]);
}
