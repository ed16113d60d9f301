import { createProblem } from "../../src/problem/problem.ts";
import { computeReference, type Reference } from "../../src/reference/reference.ts";
import type { KeepPart } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";
import type { Space, Truth } from "./check.ts";
import { type DrawnProblem, drawProblem } from "./problems.ts";

export interface StatedErrorsConfig {
  seed: number;
  /** Problems `first` to `first + count - 1` of the seed. */
  first: number;
  count: number;
  /** CPU seconds after which a reference is given up. */
  patience: number;
}

/** A stated error beside the true one. */
export interface Judged {
  time: number;
  /** `energy`, `density L1`, `density W1`, or the name of an observable. */
  quantity: string;
  stated: number;
  /** The larger of the distances from the two truths, where mass that crosses a wall is held there and where it leaves. */
  actual: number;
  space: Space;
  /** What two resolutions of the check differ by. */
  uncertain: number;
}

/** Rounding of sums over the nodes of both: a true error below this is not told apart from none. */
export const ROUNDING = 1e-12;

/** The fine check may be off by more than it differs from the coarse one: by 6 times as much in the worst of 200 problems, by its closed form. */
const CHECK_SAFETY = 8;

/** Whether the true error is above the stated one by more than the check may be wrong. */
export function isBelow({ stated, actual, uncertain }: Judged): boolean {
  return !(actual <= stated + uncertain + ROUNDING);
}

export interface ProblemRow {
  index: number;
  kind: string;
  tolerance: number;
  /** Whether every stated error is below the tolerance; null where the reference was refused or given up. */
  reached: boolean | null;
  /** Why there is no reference. */
  refusal: string | null;
  judged: Judged[];
  /** CPU seconds of the reference and of the check. */
  seconds: number;
  checkSeconds: number;
}

export function measureStatedErrors(
  { seed, first, count, patience }: StatedErrorsConfig,
  onProblem: (share: number) => void,
  keep?: KeepPart,
): Promise<ProblemRow[]> {
  const indices = Array.from({ length: count }, (_, k) => first + k);
  const judge = (index: number) => judgeProblem(drawProblem(seed, index), patience);
  return inSequence(indices, judge, (done) => onProblem(done / count), keep);
}

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

class Impatience extends Error {}

export async function judgeProblem(drawn: DrawnProblem, patience: number): Promise<ProblemRow> {
  const { kind, seed: index, tolerance } = drawn;
  const started = cpuSeconds();
  const row: ProblemRow = { index, kind, tolerance, reached: null, refusal: null, judged: [], seconds: 0, checkSeconds: 0 };
  let reference: Reference;
  try {
    const problem = await createProblem({ ...drawn.definition, name: kind });
    reference = await computeReference(problem, {
      tolerance,
      onProgress: (stage, time) => {
        if (cpuSeconds() - started > patience) throw new Impatience(`given up after ${patience} s: ${stage} at t = ${time}`);
      },
    });
  } catch (error) {
    return { ...row, refusal: (error as Error).message, seconds: cpuSeconds() - started };
  }
  const between = cpuSeconds();
  const judged = judgeReference(drawn, reference);
  return { ...row, reached: reference.reached, judged, seconds: between - started, checkSeconds: cpuSeconds() - between };
}

const SPACES: readonly Space[] = ["domain", "line"];

/** A number as one of its kind, or the masses of cells. */
type Values = ArrayLike<number>;

const l1 = (a: Values, b: Values) => Array.from(a).reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0);

function judgeReference(drawn: DrawnProblem, { problem: { grid }, snapshots }: Reference): Judged[] {
  const truths = SPACES.map((space) => ({ space, coarse: drawn.check(space, false), fine: drawn.check(space, true) }));
  const [{ width, periodic }] = grid.axes;
  const w1 = (a: Values, b: Values) => wasserstein(a, b, width, periodic);
  return snapshots.flatMap(({ time, energy, observables, density, errors }, s) => {
    const judge = (quantity: string, stated: number, found: Values, of: (truth: Truth) => Values, distance = l1): Judged => {
      const each = truths.map(({ space, coarse, fine }) => {
        const uncertain = CHECK_SAFETY * distance(of(coarse[s]), of(fine[s]));
        return { time, quantity, stated, actual: distance(found, of(fine[s])), space, uncertain };
      });
      return each.reduce((worst, judged) => (judged.actual - judged.uncertain > worst.actual - worst.uncertain ? judged : worst));
    };
    const masses = density.map((each) => each * width);
    const massesOf = ({ cellMasses }: Truth) => cellMasses!;
    return [
      judge("energy", errors.energy, [energy], (truth) => [truth.energy]),
      ...Object.entries(observables).map(([name, value]) =>
        judge(name, errors.observables[name], [value], (truth) => [truth.observables[name]]),
      ),
      ...(grid.dimension > 1 ? [] : [judge("density L1", errors.l1, masses, massesOf)]),
      ...(grid.dimension > 1 ? [] : [judge("density W1", errors.wasserstein1, masses, massesOf, w1)]),
    ];
  });
}

/**
 * Wasserstein-1 distance of two densities that are constant in cells of width h, both scaled to mass 1: the integral of |D - c|, D the
 * difference of their distribution functions, which is linear in a cell; c = 0 on the line, and its best value on a circle.
 */
export function wasserstein(a: Values, b: Values, h: number, periodic: boolean): number {
  const [massA, massB] = [a, b].map((masses) => Array.from(masses).reduce((sum, mass) => sum + mass, 0));
  const D = [0];
  for (let i = 0; i < a.length; i++) D.push(D[i] + a[i] / massA - b[i] / massB);
  const distance = (c: number) =>
    D.slice(1).reduce((total, end, i) => {
      const [p, q] = [D[i] - c, end - c];
      return total + (p * q >= 0 ? (h * Math.abs(p + q)) / 2 : (h * (p * p + q * q)) / (2 * Math.abs(q - p)));
    }, 0);
  if (!periodic) return distance(0);
  // Convex in c: ternary search.
  let [low, high] = [Math.min(...D), Math.max(...D)];
  for (let round = 0; round < 100; round++) {
    const third = (high - low) / 3;
    if (distance(low + third) < distance(high - third)) high -= third;
    else low += third;
  }
  return distance(0.5 * (low + high));
}
