import { partsOf } from "../shared/parts.ts";
import { defineStudy } from "../study.ts";
import { type AlarmsConfig, measureDrawAlarms, RIGHT_TRIALS, WRONG_TRIALS } from "./measure.ts";
import { reportDrawAlarms } from "./report.ts";

export const falseAlarmsStudy = defineStudy({
  name: "false-alarms",
  title: "False alarms",
  claim:
    "Independent draws from the exact distribution are called inconsistent no more often than the stated rate, however few and however skewed the observables.",
  takesProblems: false,
  seconds: { quick: 20, full: 240 },
  sizes: { quick: { right: 100, wrong: 20 }, full: { right: 1000, wrong: 100 } },
  async run({ progress, keep, seedFrom }, { right, wrong }) {
    const config: AlarmsConfig = {
      trials: RIGHT_TRIALS,
      comparisons: right,
      falseAlarm: 0.01,
      seed: seedFrom(2019),
      tolerance: 1e-3,
    };
    const rows = await measureDrawAlarms(config, (share) => progress(0.7 * share), partsOf(keep, "right"));
    const powerConfig: AlarmsConfig = { ...config, trials: WRONG_TRIALS, comparisons: wrong, seed: config.seed + 1 };
    const power = await measureDrawAlarms(powerConfig, (share) => progress(0.7 + 0.3 * share), partsOf(keep, "wrong"));
    return [reportDrawAlarms([config, rows], [powerConfig, power])];
  },
});
