import { InvariantError } from "../errors.ts";
import type { Grid } from "../grid/grid.ts";
import { pow } from "../numerics/pow.ts";
import { kernelTypeOf } from "../potential/kernels.ts";
import { offers, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { isWarm } from "../problem/thermal.ts";
import { type GridKind, type Judge, type Judgement, judgeMoving, judgeOn } from "./judges.ts";

/** A kind of finite volumes that can judge. */
interface JudgeKind {
  applies(problem: Problem): boolean;
  /** On `factor` times the cells of the grid, an axis each, and with steps that shorten as the cells do; null where it cannot begin. */
  judge(problem: Problem, factor: number, end: number, tolerance: number, onStep: (time: number) => void): Judgement | null;
  /** By which power of the factor steps shorten, by dimension. */
  shortening: readonly [number, number, number];
  /** Of a cell and step but for int K dmu, measured once, by dimension. */
  nanoseconds: readonly [number, number, number];
}

/**
 * The step of moving cells in the number that the problem has, by dimension; see MovingOptions. In the plane late errors are those of cells, whatever the steps, and earlier ones of steps some 1e-4 at this
 * number: it goes with the square root of tolerances below 1e-3, and with the fourth root of the cells along an axis.
 */
const STEP_NUMBER = [0.03, 0.06, 0.06] as const;
const OF_TOLERANCE = 1e-3;

/** In the order in which they are tried. */
export const JUDGE_KINDS: Readonly<Record<GridKind, JudgeKind>> = {
  // Cells that follow the mass keep up with a density that sharpens, but V is a polynomial between their points. Where nothing moves, fixed cells have no error but that of their centres; at a
  // temperature nothing sharpens for ever.
  moving: {
    applies: (problem) =>
      offers(problem, "moving-grid") &&
      !isWarm(problem) &&
      termsOf(problem).transport &&
      problem.grid.shape.every((cells) => cells >= FEWEST),
    shortening: [1, 0.25, 0.25],
    judge(problem, factor, end, tolerance, onStep) {
      const d = problem.grid.dimension;
      const share = d === 1 ? 1 : Math.sqrt(Math.min(1, tolerance / OF_TOLERANCE));
      const stepNumber = (share * STEP_NUMBER[d - 1]) / pow(factor, this.shortening[d - 1]);
      try {
        return judgeMoving(problem, cellsOf(problem.grid, factor), end, { stepNumber, onStep });
      } catch (error) {
        if (error instanceof InvariantError) return null;
        throw error;
      }
    },
    nanoseconds: [500, 800, 1500],
  },
  fixed: {
    applies: () => true,
    shortening: [1, 1, 1],
    judge: (problem, factor, end, _, onStep) =>
      judgeOn(problem, cellsOf(problem.grid, factor), end, { onStep, ...shorter(problem, factor) }),
    nanoseconds: [30, 30, 30],
  },
};

/** At a temperature no bound ties steps to cells: these shorten them alike, so that two judges differ in both. */
const shorter = (problem: Problem, factor: number) => (isWarm(problem) ? { stepShare: Math.min(1, 0.5 / factor) } : {});

export const KIND_NAMES = Object.keys(JUDGE_KINDS) as GridKind[];

/** Fewest cells of an axis for moving cells at half of them. */
const FEWEST = 16;

export function cellsOf({ shape }: Grid, factor: number): number[] {
  return shape.map((cells) => Math.ceil(cells * factor));
}

/** Whether half the cells of the grid are enough for an estimate: a second resolution at a fraction of the cost. */
export function canBeHalved({ shape }: Grid): boolean {
  return shape.every((cells) => cells >= 8);
}

/** A judge may hold this many cells, 2 GB, and take this long, on a machine of today. */
const MOST_CELLS = 2 ** 22;
const MOST_NANOSECONDS = 6e10;

/** How often the cells of a judge can be doubled: each time steps double as well. The first one always runs. */
export function affordableDoublings(problem: Problem, last: Judge | undefined): number {
  if (last === undefined) return 1;
  const d = problem.grid.dimension;
  const byTime =
    Math.log2(MOST_NANOSECONDS / costOf(problem, last)) / (growthOf(problem, last) + d + JUDGE_KINDS[last.grid].shortening[d - 1]);
  return Math.max(0, Math.floor(Math.min(byTime, Math.log2(MOST_CELLS / sizeOf(last)) / d)));
}

/** Nanoseconds of a judge on twice as many cells, so many times. */
export function costAfter(problem: Problem, last: Judge, doublings: number): number {
  const d = problem.grid.dimension;
  return costOf(problem, last) * pow(2, doublings * (growthOf(problem, last) + d + JUDGE_KINDS[last.grid].shortening[d - 1]));
}

const sizeOf = ({ cells }: Judge) => cells.reduce((product, count) => product * count, 1);

function nanosecondsOf({ potential, compiled }: Problem, { grid }: Judge, count: number): number {
  const d = potential.dimension;
  const cost = compiled.kernel === null ? null : kernelTypeOf(compiled.kernel).cost;
  return JUDGE_KINDS[grid].nanoseconds[d - 1] + (cost?.onGrid(count, d) ?? 0);
}

const costOf = (problem: Problem, judge: Judge) => nanosecondsOf(problem, judge, sizeOf(judge)) * sizeOf(judge) * judge.steps;

/** What a doubling of the cells along every axis does to the cost of a cell, as a power of 2. */
function growthOf(problem: Problem, judge: Judge): number {
  const cells = sizeOf(judge);
  return Math.log2(nanosecondsOf(problem, judge, cells * 2 ** problem.grid.dimension) / nanosecondsOf(problem, judge, cells));
}
