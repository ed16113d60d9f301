import { measureStatedErrors, type StatedErrorsConfig } from "./stated-errors-measure.ts";
import { reportStatedErrors } from "./stated-errors-report.ts";
import type { Study } from "./study.ts";

export const statedErrorsStudy: Study = {
  name: "stated-errors",
  title: "Stated errors",
  takesProblems: false,
  async run({ quick, progress }) {
    const config: StatedErrorsConfig = { seed: 1, first: 0, count: quick ? 18 : 200, patience: quick ? 5 : 20 };
    return [reportStatedErrors(config, await measureStatedErrors(config, progress))];
  },
};
