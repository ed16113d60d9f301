import type { Study } from "../study.ts";
import { measureStatedErrors, type StatedErrorsConfig } from "./measure.ts";
import { reportStatedErrors } from "./report.ts";

export const statedErrorsStudy: Study = {
  name: "stated-errors",
  title: "Stated errors",
  takesProblems: false,
  seconds: { quick: 60, full: 900 },
  async run({ quick, progress }) {
    const config: StatedErrorsConfig = { seed: 1, first: 0, count: quick ? 18 : 200, patience: quick ? 5 : 20 };
    return [reportStatedErrors(config, await measureStatedErrors(config, progress))];
  },
};
