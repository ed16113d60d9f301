import { defineStudy } from "../study.ts";
import { measureStatedErrors } from "./measure.ts";
import { reportStatedErrors } from "./report.ts";

export const statedErrorsStudy = defineStudy({
  name: "stated-errors",
  title: "Stated errors",
  claim: "No error that a reference states is below the true one, whatever the problem.",
  takesProblems: false,
  seconds: { quick: 60, full: 900 },
  sizes: {
    quick: { first: 0, count: 18, patience: 5 },
    full: { first: 0, count: 200, patience: 20 },
  },
  async run({ progress, keep, seedFrom }, sizes) {
    const config = { ...sizes, seed: seedFrom(1) };
    return [reportStatedErrors(config, await measureStatedErrors(config, progress, keep))];
  },
});
