import type { Study } from "../../validation/study.ts";
import { type Progress, startProgress } from "./progress.ts";

/** Seconds of each study in one whole run on two cores: only their proportions matter, as the pace is that of the run itself. */
export const STUDY_SECONDS: Readonly<Record<string, { quick: number; full: number }>> = {
  order: { quick: 3, full: 2 },
  conservation: { quick: 2, full: 2 },
  agreement: { quick: 4, full: 19 },
  "stated-errors": { quick: 60, full: 900 },
  "mean-field-map": { quick: 5, full: 25 },
  lln: { quick: 8, full: 23 },
  fluctuations: { quick: 9, full: 19 },
  predictions: { quick: 34, full: 213 },
  "wrong-schemes": { quick: 14, full: 34 },
  "false-alarms": { quick: 20, full: 240 },
  rates: { quick: 5, full: 19 },
  proximal: { quick: 3, full: 9 },
  notebook: { quick: 7, full: 23 },
  "figure-1": { quick: 25, full: 257 },
  "figure-2": { quick: 7, full: 686 },
  reinjection: { quick: 6, full: 13 },
  "spurious-fixed-points": { quick: 2, full: 12 },
  "global-convergence": { quick: 3, full: 8 },
};

/** Progress through studies of very different lengths: which one runs, and the share of the expected time that is done. */
export function startStudyProgress(studies: readonly Study[], quick: boolean) {
  const expected = studies.map(({ name }) => STUDY_SECONDS[name][quick ? "quick" : "full"]);
  const before = expected.map((_, k) => expected.slice(0, k).reduce((total, seconds) => total + seconds, 0));
  const progress: Progress = startProgress("studies", before[studies.length - 1] + expected[studies.length - 1]);
  return {
    /** @param share of study k, from 0 to 1. */
    update(k: number, share: number): void {
      progress.update(before[k] + share * expected[k], `${k + 1} of ${studies.length}: ${studies[k].title.toLowerCase()}`);
    },
    stop: progress.stop,
  };
}
