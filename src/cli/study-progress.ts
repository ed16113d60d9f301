import { atSize, type Study, type StudySize } from "../../validation/study.ts";
import { type Progress, startProgress } from "./progress.ts";

/** Progress through studies of very different lengths: which one runs, and the share of the expected time that is done. */
export function startStudyProgress(studies: readonly Study[], size: StudySize) {
  const expected = studies.map(({ seconds }) => atSize(seconds, size));
  const before = expected.map((_, k) => expected.slice(0, k).reduce((total, seconds) => total + seconds, 0));
  const progress: Progress = startProgress("studies", before[studies.length - 1] + expected[studies.length - 1]);
  return {
    /** @param share of study k, from 0 to 1. */
    update(k: number, share: number): void {
      progress.update(before[k] + share * expected[k], `${k + 1} of ${studies.length}: ${studies[k].title.toLowerCase()}`);
    },
    /** Study k was finished by an earlier run. */
    skip: (k: number) => progress.skip(before[k] + expected[k]),
    stop: progress.stop,
  };
}
