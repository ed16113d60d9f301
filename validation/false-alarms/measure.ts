import { createJudge } from "../../src/comparison/compare.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { type ReferenceData, referenceDataOf } from "../../src/reference/reference-data.ts";
import { binomialInterval } from "../shared/binomial-interval.ts";
import { blocksOf, type KeepPart, keepNoPart } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";
import { drawWell, type Offset, RIGHT, WELL_DEFINITION } from "./draws.ts";

/** Observables by how skewed they are: a mean of few draws is far from normal for the last. */
export const OBSERVABLES = {
  plain: { mean: "x", second: "x^2" },
  skewed: { mean: "x", second: "x^2", growth: "exp(2*x)", fourth: "x^4", step: "1/(1+exp(-20*(x-1.5)))" },
} as const;

export type ObservableSet = keyof typeof OBSERVABLES;

export interface AlarmTrial {
  observables: ObservableSet;
  n: number;
  replicas: number;
  offset: Offset;
}

export interface AlarmsConfig {
  trials: readonly AlarmTrial[];
  comparisons: number;
  falseAlarm: number;
  seed: number;
  /** Of the reference. */
  tolerance: number;
}

/** Of the comparisons of a trial, that are kept one by one. */
const BLOCKS = 10;
const VERDICTS = ["consistent", "inconclusive", "inconsistent"] as const;

/** The verdicts on draws from the exact distribution, or from one that is off. */
export async function measureDrawAlarms(
  config: AlarmsConfig,
  onPart: (share: number) => void = () => {},
  keep: KeepPart = keepNoPart,
) {
  const { trials, comparisons, falseAlarm, seed, tolerance } = config;
  const references: Partial<Record<ObservableSet, ReferenceData>> = {};
  return inSequence(trials, async (trial, t) => {
    const { observables, n, replicas, offset } = trial;
    let judge: ReturnType<typeof createJudge> | null = null;
    const judgeOfTrial = async () => {
      references[observables] ??= await referenceOf(observables, tolerance);
      const reference = references[observables];
      judge ??= createJudge(reference, { times: reference.times, n, falseAlarm });
      return judge;
    };
    const verdicts = { consistent: 0, inconclusive: 0, inconsistent: 0 };
    for (const [from, to] of blocksOf(comparisons, BLOCKS)) {
      const found = await keep(`${t + 1}-from-${from + 1}`, async () => {
        const own = { consistent: 0, inconclusive: 0, inconsistent: 0 };
        const judgeDraws = await judgeOfTrial();
        for (let c = from; c < to; c++) {
          own[judgeDraws(drawWell({ n, replicas, offset, seed, index: t * comparisons + c })).verdict]++;
          onPart((t + (c + 1) / comparisons) / trials.length);
        }
        return own;
      });
      for (const verdict of VERDICTS) verdicts[verdict] += found[verdict];
    }
    // The interval is of the share called inconsistent.
    return { ...trial, comparisons, verdicts, interval: binomialInterval(verdicts.inconsistent, comparisons) };
  });
}

export type AlarmRow = Awaited<ReturnType<typeof measureDrawAlarms>>[number];

async function referenceOf(observables: ObservableSet, tolerance: number): Promise<ReferenceData> {
  const problem = await createProblem({ ...WELL_DEFINITION, observables: OBSERVABLES[observables] });
  return referenceDataOf(await computeReference(problem, { tolerance }));
}

/** Right particles, few of them and many. */
export const RIGHT_TRIALS = (["plain", "skewed"] as const).flatMap((observables) =>
  [2, 10, 100].flatMap((n) => [8, 32].map((replicas): AlarmTrial => ({ observables, n, replicas, offset: RIGHT }))),
);

/** Wrong ones that 32 replicas of 500, or 100 of 200, ought to show. */
export const WRONG_TRIALS = [{ alpha: 0.1 }, { alpha: 0.2 }, { drift: 0.02 }, { drift: 0.05 }].flatMap((wrong): AlarmTrial[] => [
  { observables: "plain", n: 500, replicas: 32, offset: { ...RIGHT, ...wrong } },
  { observables: "plain", n: 200, replicas: 100, offset: { ...RIGHT, ...wrong } },
]);
