import { createJudge } from "../../src/comparison/compare.ts";
import type { ReferenceData } from "../../src/reference/reference-data.ts";
import type { Runnable } from "../../src/schemes/scheme.ts";
import { binomialInterval } from "../shared/binomial-interval.ts";
import { ensembleOf } from "../shared/ensemble.ts";

export interface AlarmConfig {
  reference: ReferenceData;
  /** A right one, and the noise model that is its own. */
  scheme: Runnable;
  law: string;
  comparisons: number;
  n: number;
  replicas: number;
  dt: number;
  seed: number;
  /** First random stream of the seed that is used; comparisons x replicas of them are. */
  first: number;
  /** False-alarm rates stated. */
  rates: readonly number[];
}

/** Repeats one comparison of right particles with fresh streams. At rates that were not stated to the judge, its p-values decide. */
export function measureAlarms(config: AlarmConfig, onComparison: (share: number) => void = () => {}) {
  const { reference, scheme, law, comparisons, n, replicas, dt, seed, rates } = config;
  const { problem, times } = reference;
  const falseAlarm = Math.min(...rates);
  const judge = createJudge(reference, { times, n, dt, dtBias: "map", falseAlarm });
  // n Var of each observable at each time, and its correlation with the next.
  const noiseTests = problem.observables.length * (2 * times.length - 1);
  const verdicts = { consistent: 0, inconclusive: 0, inconsistent: 0 };
  // Of each comparison, the smallest p-value times the number of tests: below the rate where it gives an alarm.
  const smallest: number[] = [];
  const smallestOfNoise: number[] = [];
  for (let c = 0; c < comparisons; c++) {
    const found = judge(ensembleOf(problem, scheme, { n, dt, replicas, seed, first: config.first + c * replicas }));
    verdicts[found.verdict]++;
    const tests = [...found.means, ...(found.joint ?? []), ...(found.distances ?? [])];
    smallest.push(found.tests * Math.min(...tests.map(({ pValue }) => pValue)));
    const own = found.noise?.fits.find((fit) => fit.scheme === law);
    smallestOfNoise.push(noiseTests * (own?.pValue ?? Number.NaN));
    onComparison((c + 1) / comparisons);
  }
  const rate = (values: readonly number[]) =>
    rates.map((stated) => {
      const count = values.filter((value) => value < stated).length;
      return { stated, count, interval: binomialInterval(count, comparisons) };
    });
  return { verdicts, alarms: rate(smallest), noiseAlarms: rate(smallestOfNoise), smallest, smallestOfNoise };
}

export type AlarmOutcome = ReturnType<typeof measureAlarms>;
export type AlarmRate = AlarmOutcome["alarms"][number];
