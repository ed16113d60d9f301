import { consistent, show, showInterval } from "../claims.ts";
import { binomialTail } from "../shared/binomial-interval.ts";
import { resultOf, type StudyResult, tabulate } from "../study.ts";
import type { AlarmRow, AlarmsConfig } from "./measure.ts";

export const CLAIM =
  "Independent draws from the exact distribution are called inconsistent no more often than the stated rate, however few and however skewed the observables.";

function describe({ offset: { alpha, drift } }: AlarmRow): string {
  if (alpha !== 0) return `alpha off by ${show(100 * alpha)}%`;
  return drift !== 0 ? `drift off by ${show(100 * drift)}%` : "right";
}

export function reportDrawAlarms(
  config: AlarmsConfig,
  rows: readonly AlarmRow[],
  power: readonly AlarmRow[],
  powerConfig: AlarmsConfig,
): StudyResult {
  const { comparisons, falseAlarm } = config;
  const counted = [...rows.map((row) => ({ row, count: comparisons })), ...power.map((row) => ({ row, count: powerConfig.comparisons }))]; // biome-ignore format: one list
  return resultOf({
    name: "false alarms: exact draws",
    claim: CLAIM,
    claims: rows.map(({ observables, n, replicas, verdicts: { inconsistent }, interval }) =>
      consistent(
        `${observables} observables, ${replicas} replicas of n = ${n}: ${inconsistent} of ${comparisons} right ensembles called inconsistent, 95% interval ${showInterval(interval)}; as many at the stated rate ${falseAlarm}`,
        { p: binomialTail(inconsistent, comparisons, falseAlarm) },
      ),
    ),
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
        counted,
        ({ row, count }) => [
          ...[describe(row), row.observables, row.n, row.replicas, count],
          ...[row.verdicts.consistent, row.verdicts.inconclusive, row.verdicts.inconsistent, showInterval(row.interval)],
        ],
      ),
    ],
    settings: { ...config, power: powerConfig },
  });
}
