import { keepNothing } from "../numerics/keep.ts";
import { pow } from "../numerics/pow.ts";
import type { Problem } from "../problem/problem.ts";
import { affordableDoublings, canBeHalved, cellsOf, costAfter, JUDGE_KINDS, KIND_NAMES } from "./judge-kinds.ts";
import type { GridKind, Judge, Judgement, Verdict } from "./judges.ts";
import type { ReferenceOptions } from "./result.ts";

/** The judges of one kind, on ever finer cells. */
interface Trial {
  kind: GridKind;
  /** First to last; the first at half the cells, where that gives an estimate. */
  judgements: Judgement[];
  factor: number;
  /** The largest error of each snapshot that a finer judge of the kind can make smaller, and the same before its last doubling. */
  now: number[];
  before: number[];
  /** Doublings of the cells between the two. */
  between: number[];
  /** Where it cannot go on at all. */
  failed: boolean;
}

export interface Trials {
  /** Runs judges, cheapest first, while one of them may bring a snapshot below the tolerance. */
  run(): void;
  /** All judges but those at half the cells. */
  judges(): Judge[];
  outsideInitially(): number;
  /** The last two verdicts of a kind on a snapshot. */
  heard(kind: GridKind, s: number): { verdict: Verdict; coarser: Verdict | null } | null;
}

/** Where the errors are this near to the tolerance moving cells, which need not be multiples, grow by a smaller step: it brings a factor of 2.25, at 0.4 of the cost in two dimensions. */
const NEARLY = 2;
const SMALL_STEP = 1.5;

/**
 * Judges of every kind that applies. Cells that follow the mass come first; fixed ones where these do not reach the tolerance within one more doubling. Of kinds that have been tried that
 * is refined which by the fall of its errors reaches the last snapshot at the least cost.
 *
 * @param state states the errors of a snapshot by a verdict; returns the largest that a finer judge can bring below the tolerance.
 */
export function createTrials(
  problem: Problem,
  tolerance: number,
  state: (s: number, kind: GridKind, verdict: Verdict, coarser: Verdict | null) => number,
  { onProgress, keep = keepNothing }: Pick<ReferenceOptions, "onProgress" | "keep">,
): Trials {
  const times = problem.snapshotTimes;
  const unknown = () => times.map(() => Infinity);
  const trials = KIND_NAMES.filter((kind) => JUDGE_KINDS[kind].applies(problem)).map(
    (kind): Trial => ({
      kind,
      judgements: [],
      factor: 1,
      now: unknown(),
      before: unknown(),
      between: times.map(() => 1),
      failed: false,
    }),
  );
  const isDone = (s: number) => trials.some(({ now }) => now[s] <= tolerance);
  const judgeOf = ({ judgements }: Trial) => judgements.at(-1)?.judge;

  /** The last snapshot that a trial may yet bring below the tolerance, and what that takes. */
  function aim(trial: Trial): { last: number; doublings: number; cost: number } | null {
    const { kind, failed } = trial;
    const errorAfter = (s: number, doublings: number) => predict(trial.before[s], trial.now[s], trial.between[s], doublings);
    const judge = judgeOf(trial);
    if (failed) return null;
    const affordable = affordableDoublings(problem, judge);
    const last = times.findLastIndex((_, s) => !isDone(s) && errorAfter(s, affordable) <= tolerance);
    if (last < 0) return null;
    if (judge === undefined) return { last, doublings: 1, cost: kind === "moving" ? 0 : Infinity };
    let doublings = 1;
    while (doublings < affordable && errorAfter(last, doublings) > tolerance) doublings++;
    return { last, doublings, cost: costAfter(problem, judge, doublings) };
  }

  function judge(trial: Trial, factor: number, end: number): Judgement | null {
    const what = trial.kind === "moving" ? "moving finite volumes" : "finite volumes";
    const cells = cellsOf(problem.grid, factor);
    return keep(`judge-${trial.kind}-${cells.join("-")}-by-${factor}-to-${end}`, () =>
      JUDGE_KINDS[trial.kind].judge(problem, factor, end, tolerance, (time) =>
        onProgress?.(`${what} on ${cells.join(" x ")} cells`, time),
      ),
    );
  }

  function refine(trial: Trial, last: number): void {
    if (trial.judgements.length === 0 && canBeHalved(problem.grid)) {
      const half = judge(trial, 0.5, problem.end);
      if (half !== null) trial.judgements.push(half);
    }
    const coarser = trial.judgements.at(-1) ?? null;
    const end = times[last];
    // A judge that does not reach a snapshot says nothing about how its error falls.
    trial.before = trial.now.map((error, s) => (times[s] <= end ? error : trial.before[s]));
    const doubled = coarser === null ? 1 : Math.log2(cellsOf(problem.grid, trial.factor)[0] / coarser.judge.cells[0]);
    trial.between = trial.between.map((count, s) => (times[s] <= end ? doubled : count));
    const found = judge(trial, trial.factor, end);
    trial.failed = found === null;
    if (found === null) return;
    trial.judgements.push(found);
    trial.failed = found.verdicts.length <= last;
    found.verdicts.forEach((verdict, s) => {
      trial.now[s] = state(s, trial.kind, verdict, coarser?.verdicts[s] ?? null);
    });
    const most = Math.max(...trial.now.map((error, s) => (isDone(s) ? 0 : error)));
    trial.factor *= trial.kind === "moving" && most <= NEARLY * tolerance ? SMALL_STEP : 2;
  }

  return {
    run() {
      for (;;) {
        const aims = trials.flatMap((trial) => {
          const found = aim(trial);
          return found === null ? [] : [{ trial, ...found }];
        });
        if (aims.length === 0) return;
        const untried = aims.find(({ trial }) => judgeOf(trial) === undefined);
        const best = aims.reduce((least, each) => (each.cost < least.cost ? each : least));
        const { trial, last } = untried !== undefined && best.doublings > 1 ? untried : best;
        refine(trial, last);
      }
    },
    judges: () =>
      trials.flatMap(({ judgements }) => (canBeHalved(problem.grid) ? judgements.slice(1) : judgements).map(({ judge }) => judge)),
    outsideInitially: () => trials.flatMap(({ judgements }) => judgements.map(({ outsideInitially }) => outsideInitially))[0] ?? 0,
    heard(kind, s) {
      const verdicts = trials.flatMap((trial) =>
        trial.kind === kind ? trial.judgements.flatMap(({ verdicts }) => verdicts[s] ?? []) : [],
      );
      const verdict = verdicts.at(-1);
      return verdict === undefined ? null : { verdict, coarser: verdicts.at(-2) ?? null };
    },
  };
}

/**
 * The error after some doublings of the cells: each brings a factor of 4 once the density is resolved, and up to then at best half as much again as each of those between the last two judges.
 */
function predict(before: number, now: number, between: number, doublings: number): number {
  if (doublings === 0) return Infinity;
  if (now === Infinity) return 0;
  const gain = before === Infinity ? 4 : Math.min(4, 1.5 * pow(before / now, 1 / between));
  return now / pow(gain, doublings);
}
