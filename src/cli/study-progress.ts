import type { Study } from "../../validation/study.ts";
import { type Progress, startProgress } from "./progress.ts";

/**
 * Seconds of each study on two cores: only their proportions matter, as the pace is that of the run itself. All measured once, but for
 * figure 1 at full size, which is extrapolated.
 */
export const STUDY_SECONDS: Readonly<Record<string, { quick: number; full: number }>> = {
  order: { quick: 7, full: 7 },
  conservation: { quick: 2, full: 3 },
  agreement: { quick: 6, full: 24 },
  "mean-field-map": { quick: 10, full: 30 },
  lln: { quick: 33, full: 33 },
  fluctuations: { quick: 22, full: 24 },
  predictions: { quick: 42, full: 680 },
  "wrong-schemes": { quick: 17, full: 103 },
  rates: { quick: 5, full: 72 },
  proximal: { quick: 3, full: 10 },
  notebook: { quick: 8, full: 27 },
  "figure-1": { quick: 32, full: 600 },
  "figure-2": { quick: 8, full: 1124 },
  reinjection: { quick: 9, full: 15 },
  "spurious-fixed-points": { quick: 2, full: 16 },
  "global-convergence": { quick: 4, full: 7 },
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
    pause: progress.pause,
    stop: progress.stop,
  };
}
