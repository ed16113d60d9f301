import { show, showInterval } from "../claims.ts";
import { claimRate } from "../shared/binomial-interval.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import type { Offset } from "./draws.ts";
import type { AlarmRow, AlarmsConfig } from "./measure.ts";

function describe({ alpha, drift }: Offset): string {
  if (alpha !== 0) return `alpha off by ${show(100 * alpha)}%`;
  return drift !== 0 ? `drift off by ${show(100 * drift)}%` : "right";
}

type Trials = [config: AlarmsConfig, rows: readonly AlarmRow[]];

export function reportDrawAlarms([config, rows]: Trials, [powerConfig, power]: Trials): StudyResult {
  return resultOf({
    name: "false alarms: exact draws",
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
      tabulateFields(
        "Verdicts",
        [...rows, ...power].map(({ offset, verdicts, interval, ...row }) => ({
          ...{ draws: describe(offset), ...row, ...verdicts, "share, 95% interval": showInterval(interval) },
        })),
      ),
    ],
    settings: { ...config, power: powerConfig },
  });
}
