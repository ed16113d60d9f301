import { combine, type Finding, show, showInterval } from "../claims.ts";
import type { StudyResult } from "../study.ts";
import type { AlarmRow, AlarmsConfig } from "./measure.ts";

const isRight = ({ offset }: AlarmRow) => offset.alpha === 0 && offset.drift === 0;

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
  const findings: Finding[] = rows.filter(isRight).map((row): Finding => {
    const { observables, n, replicas, verdicts, interval } = row;
    return {
      text: `${observables} observables, ${replicas} replicas of n = ${n}: ${verdicts.inconsistent} of ${comparisons} right ensembles called inconsistent, 95% interval ${showInterval(interval)} (stated rate ${falseAlarm})`,
      verdict: interval[0] <= falseAlarm ? "pass" : "fail",
    };
  });
  return {
    name: "false alarms: exact draws",
    claim:
      "Independent draws from the exact distribution are called inconsistent no more often than the stated rate, however few and however skewed the observables.",
    verdict: combine(findings),
    findings,
    notes: [
      "A quadratic well, whose distribution is normal at every time in closed form: draws owe nothing to any solver or scheme.",
      "Tests are not independent and share the rate equally, so that alarms are rarer than stated.",
    ],
    tables: [
      {
        title: "Verdicts",
        header: ["draws", "observables", "n", "replicas", "comparisons", "consistent", "inconclusive", "inconsistent", "share, 95% interval"],
        rows: [
          ...rows.map((row) => ({ row, count: comparisons })),
          ...power.map((row) => ({ row, count: powerConfig.comparisons })),
        ].map(({ row, count }) => [
          describe(row),
          row.observables,
          row.n,
          row.replicas,
          count,
          row.verdicts.consistent,
          row.verdicts.inconclusive,
          row.verdicts.inconsistent,
          showInterval(row.interval),
        ]),
      },
    ],
    figures: [],
    settings: { ...config, power: powerConfig },
  }; // biome-ignore format: one result
}
