import { createJudge } from "../../src/comparison/compare.ts";
import type { Comparison } from "../../src/comparison/comparison.ts";
import { type Plan, planComparison } from "../../src/comparison/plan/plan.ts";
import type { WrongTerm } from "../../src/comparison/scheme-means.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { referenceDataOf } from "../../src/reference/reference-data.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { ensembleOf } from "../shared/ensemble.ts";
import { blocksOf, type KeepPart, keepNoPart } from "../shared/parts.ts";

export interface PlanCase {
  problem: Problem;
  detect: WrongTerm;
}

export interface PlanConfig extends PlanCase {
  /** Ensembles with each sign of the error, and right ones. */
  comparisons: number;
  seed: number;
  tolerance: number;
}

/** Ensembles of one kind: with an error of the equation, or right. */
export interface PlanRow {
  error: number;
  comparisons: number;
  /** A test of a mean, or of means together, fails. */
  found: number;
  /** The verdict of the whole comparison, W1 included. */
  inconsistent: number;
}

/** Of the ensembles of one kind, that are kept one by one. */
const BLOCKS = 10;

/** The sizes that `planComparison` chooses, and how often ensembles of these sizes are called inconsistent: with the error of either sign, and without. */
export async function measurePlan(
  { problem, detect, comparisons, seed, tolerance }: PlanConfig,
  onShare: (share: number) => void = () => {},
  keep: KeepPart = keepNoPart,
): Promise<{ plan: Plan; rows: PlanRow[] }> {
  const reference = referenceDataOf(await computeReference(problem, { tolerance }));
  const plan = await keep("plan", () => planComparison(problem, { detect, reference }));
  const { scheme, n, replicas, dt, falseAlarm, tests } = plan;
  const judge = createJudge(reference, { times: reference.times, n, dt, scheme, falseAlarm });
  const errors = [detect.size, -detect.size, 0];
  const rows: PlanRow[] = [];
  for (const [k, error] of errors.entries()) {
    const row: PlanRow = { error, comparisons, found: 0, inconsistent: 0 };
    for (const [from, to] of blocksOf(comparisons, BLOCKS)) {
      const own = await keep(`error-${k + 1}-from-${from + 1}`, async () => {
        const block = { found: 0, inconsistent: 0 };
        const wrong = await withError(problem, { of: detect.of, size: error });
        for (let c = from; c < to; c++) {
          const first = (k * comparisons + c) * replicas;
          const particles = ensembleOf(wrong.problem, SCHEMES[scheme], { n, dt: wrong.stretch * dt, replicas, seed, first });
          const comparison = judge({ ...particles, times: reference.times, dt, scheme });
          if (findsByMeans(comparison, falseAlarm / tests)) block.found++;
          if (comparison.verdict === "inconsistent") block.inconsistent++;
          onShare((k + (c + 1) / comparisons) / errors.length);
        }
        return block;
      });
      row.found += own.found;
      row.inconsistent += own.inconsistent;
    }
    rows.push(row);
  }
  return { plan, rows };
}

const findsByMeans = ({ means, joint }: Comparison, significance: number) =>
  [...means, ...(joint ?? [])].some(({ pValue }) => pValue < significance);

/** A drift times 1 + e is a clock that goes so much faster: steps and times longer by 1 + e, alpha and the temperature smaller by it. */
async function withError(problem: Problem, { of, size }: WrongTerm): Promise<{ problem: Problem; stretch: number }> {
  const { alpha, temperature = 0, time } = problem.definition;
  if (typeof alpha !== "number" || typeof temperature !== "number")
    throw new TypeError("a rate that changes in time has no factor here");
  const factor = 1 + size;
  if (of === "temperature") return { problem: await changeProblem(problem, { temperature: factor * temperature }), stretch: 1 };
  if (of === "alpha") return { problem: await changeProblem(problem, { alpha: factor * alpha }), stretch: 1 };
  const snapshots = problem.snapshotTimes.map((at) => factor * at);
  const stretched = await changeProblem(problem, {
    alpha: alpha / factor,
    ...(temperature === 0 ? {} : { temperature: temperature / factor }),
    time: { end: factor * time.end, snapshots },
  });
  return { problem: stretched, stretch: factor };
}
