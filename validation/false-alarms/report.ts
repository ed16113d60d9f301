import { show, showInterval } from "../claims.ts";
import { claimRate } from "../shared/binomial-interval.ts";
import { resultOf, type StudyResult, tabulate } from "../study.ts";
import type { AlarmRow, AlarmsConfig, AlarmTrial } from "./measure.ts";

export const CLAIM =
  "Independent draws from the exact distribution are called inconsistent no more often than the stated rate, however few and however skewed the observables.";

function describe({ offset: { alpha, drift } }: AlarmTrial): string {
  if (alpha !== 0) return `alpha off by ${show(100 * alpha)}%`;
  return drift !== 0 ? `drift off by ${show(100 * drift)}%` : "right";
}

export function reportDrawAlarms(
  config: AlarmsConfig,
  rows: readonly AlarmRow[],
  power: readonly AlarmRow[],
  powerConfig: AlarmsConfig,
): StudyResult {
  return resultOf({
    name: "false alarms: exact draws",
    claim: CLAIM,
    claims: rows.map(({ observables, n, replicas, comparisons, verdicts: { inconsistent } }) => {
      const what = `${observables} observables, ${replicas} replicas of n = ${n}`;
      const found = `${inconsistent} of ${comparisons} right ensembles called inconsistent`;
      return claimRate(`${what}: ${found}`, inconsistent, comparisons, config.falseAlarm);
    }),
    notes: [
      "A quadratic well, whose distribution is normal at every time in closed form: draws owe nothing to any solver or scheme.",
      "Tests are not independent and share the rate equally, so that alarms are rarer than stated.",
    ],
    tables: [
      tabulate(
        "Verdicts",
        [
          "draws",
          "observables",
          "n",
          "replicas",
          "comparisons",
          "consistent",
          "inconclusive",
          "inconsistent",
          "share, 95% interval",
        ],
        [...rows, ...power],
        ({ verdicts, interval, ...row }) => [
          ...[describe(row), row.observables, row.n, row.replicas, row.comparisons],
          ...[verdicts.consistent, verdicts.inconclusive, verdicts.inconsistent, showInterval(interval)],
        ],
      ),
    ],
    settings: { ...config, power: powerConfig },
  });
}
