import { type ComparisonJudge, createJudge } from "../../src/comparison/compare.ts";
import type { ReferenceData } from "../../src/reference/reference-data.ts";
import type { Runnable } from "../../src/schemes/scheme.ts";
import { binomialInterval } from "../shared/binomial-interval.ts";
import { type EnsembleOptions, ensembleOf } from "../shared/ensemble.ts";
import { blocksOf, type KeepPart, keepNoPart } from "../shared/parts.ts";

export interface AlarmConfig extends EnsembleOptions {
  reference: ReferenceData;
  /** Of ensembles at n and dt, where several share one. */
  judge?: ComparisonJudge;
  /** A right one, and the noise model that is its own. */
  scheme: Runnable;
  noiseModel: string;
  comparisons: number;
  /** False-alarm rates stated. */
  rates: readonly number[];
}

/** Of the comparisons, that are kept one by one. */
const BLOCKS = 10;

/** Repeats one comparison of right particles with fresh streams. At rates that were not stated to the judge, its p-values decide. */
export async function measureAlarms(
  config: AlarmConfig,
  onComparison: (share: number) => void = () => {},
  keep: KeepPart = keepNoPart,
) {
  const { reference, scheme, noiseModel, comparisons, rates, judge: shared, ...ensemble } = config;
  const { problem, times } = reference;
  const { n, dt, replicas } = ensemble;
  const judge = shared ?? createJudge(reference, { times, n, dt, dtBias: "map", falseAlarm: Math.min(...rates) });
  // n Var of each observable at each time, and its correlation with the next.
  const noiseTests = problem.observables.length * (2 * times.length - 1);
  const verdicts = { consistent: 0, inconclusive: 0, inconsistent: 0 };
  // Of each comparison, the smallest p-value times the number of tests: below the rate where it gives an alarm.
  const smallest: number[] = [];
  const smallestOfNoise: number[] = [];
  const compareOne = (c: number) => {
    const found = judge(ensembleOf(problem, scheme, { ...ensemble, first: ensemble.first + c * replicas }));
    const tests = [...found.means, ...(found.joint ?? []), ...(found.distances ?? [])];
    const own = found.noise?.fits.find((fit) => fit.scheme === noiseModel);
    onComparison((c + 1) / comparisons);
    return {
      verdict: found.verdict,
      smallest: found.tests * Math.min(...tests.map(({ pValue }) => pValue)),
      ofNoise: noiseTests * (own?.pValue ?? Number.NaN),
    };
  };
  for (const [from, to] of blocksOf(comparisons, BLOCKS)) {
    const block = await keep(`from-${from + 1}`, () => Array.from({ length: to - from }, (_, k) => compareOne(from + k)));
    for (const found of block) {
      verdicts[found.verdict]++;
      smallest.push(found.smallest);
      smallestOfNoise.push(found.ofNoise);
    }
  }
  const rowsOf = (what: string, values: readonly number[]) =>
    rates.map((stated) => {
      const count = values.filter((value) => value < stated).length;
      return { what, stated, count, interval: binomialInterval(count, comparisons) };
    });
  const [alarms, noiseAlarms] = [rowsOf("comparison", smallest), rowsOf("noise model", smallestOfNoise)];
  return { verdicts, alarms, noiseAlarms, smallest, smallestOfNoise };
}

export type AlarmOutcome = Awaited<ReturnType<typeof measureAlarms>>;
