import type { Study } from "../study.ts";
import { type AlarmsConfig, measureDrawAlarms, RIGHT_TRIALS, WRONG_TRIALS } from "./measure.ts";
import { reportDrawAlarms } from "./report.ts";

export const falseAlarmsStudy: Study = {
  name: "false-alarms",
  title: "False alarms",
  takesProblems: false,
  seconds: { quick: 20, full: 240 },
  async run({ quick, progress }) {
    const config: AlarmsConfig = {
      trials: RIGHT_TRIALS,
      comparisons: quick ? 100 : 1000,
      falseAlarm: 0.01,
      seed: 2019,
      tolerance: 1e-3,
    };
    const rows = await measureDrawAlarms(config, (share) => progress(0.7 * share));
    const powerConfig: AlarmsConfig = { ...config, trials: WRONG_TRIALS, comparisons: quick ? 20 : 100, seed: config.seed + 1 };
    const power = await measureDrawAlarms(powerConfig, (share) => progress(0.7 + 0.3 * share));
    return [reportDrawAlarms(config, rows, power, powerConfig)];
  },
};
