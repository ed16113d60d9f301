import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../src/errors.ts";
import { createProblem, type Problem } from "../src/problem/problem.ts";
import { parseProblemText } from "../src/problem-file/problem-file.ts";
import { packageRoot } from "../src/version.ts";
import { agreementStudy } from "./agreement/study.ts";
import { chaosStudy } from "./chaos/study.ts";
import { conservationStudy } from "./conservation/study.ts";
import { falseAlarmsStudy } from "./false-alarms/study.ts";
import { figure1Study } from "./figure-1/study.ts";
import { figure2Study } from "./figure-2/study.ts";
import { fluctuationStudy } from "./fluctuations/study.ts";
import { gibbsStudy } from "./gibbs/study.ts";
import { globalConvergenceStudy } from "./global-convergence/study.ts";
import { lawOfLargeNumbersStudy } from "./law-of-large-numbers/study.ts";
import { meanFieldMapStudy } from "./mean-field-map/study.ts";
import { notebookStudy } from "./notebook/study.ts";
import { orderStudy } from "./order/study.ts";
import { plannedPowerStudy } from "./planned-power/study.ts";
import { predictionStudy } from "./predictions/study.ts";
import { proximalStudy } from "./proximal/study.ts";
import { ratesStudy } from "./rates/study.ts";
import { reinjectionStudy } from "./reinjection/study.ts";
import { type KeepPart, keepNoPart } from "./shared/parts.ts";
import { smoothingStudy } from "./smoothing/study.ts";
import { spuriousFixedPointsStudy } from "./spurious-fixed-points/study.ts";
import { statedErrorsStudy } from "./stated-errors/study.ts";
import type { Study, StudyContext, StudyResult, StudySize } from "./study.ts";
import { temperatureFluctuationStudy } from "./temperature-fluctuations/study.ts";
import { wrongSchemesStudy } from "./wrong-schemes/study.ts";

/** The studies, in the order of the report. */
export const STUDIES: readonly Study[] = [
  orderStudy,
  conservationStudy,
  agreementStudy,
  statedErrorsStudy,
  meanFieldMapStudy,
  lawOfLargeNumbersStudy,
  fluctuationStudy,
  predictionStudy,
  wrongSchemesStudy,
  falseAlarmsStudy,
  plannedPowerStudy,
  ratesStudy,
  proximalStudy,
  notebookStudy,
  figure1Study,
  figure2Study,
  reinjectionStudy,
  spuriousFixedPointsStudy,
  globalConvergenceStudy,
  gibbsStudy,
  temperatureFluctuationStudy,
  chaosStudy,
  smoothingStudy,
];

/** Those of the main claims. */
export const MAIN_STUDIES = STUDIES.filter(({ seconds }) => seconds.main !== undefined);

/** No study draws from as many seeds in a row. */
const SEEDS_APART = 10_000;

export interface RunOptions {
  /** Names of studies; default all of them. */
  studies?: readonly string[] | undefined;
  size: StudySize;
  /** Another draw of everything that is random; default 1, the seeds of the studies themselves. */
  seed?: number | undefined;
  workers: number;
  problems: readonly Problem[];
  /** Called as work goes on, with the share of all studies done. */
  onProgress(share: number, study: string): void;
  onResult(result: TimedResult): void;
  /** Keeps parts of a study; default none. */
  keep?: (study: Study) => KeepPart;
}

export interface TimedResult extends StudyResult {
  claim: string;
  study: string;
  seconds: number;
}

/** @throws InputError for a study that does not exist. */
export async function runStudies(options: RunOptions): Promise<TimedResult[]> {
  const chosen = chooseStudies(options.studies);
  const results: TimedResult[] = [];
  for (const [k, study] of chosen.entries()) {
    const started = performance.now();
    const context: StudyContext = {
      size: options.size,
      seedFrom: (own) => own + SEEDS_APART * ((options.seed ?? 1) - 1),
      workers: options.workers,
      problems: options.problems,
      load: loadOwnProblem,
      keep: options.keep?.(study) ?? keepNoPart,
      progress: (share) => options.onProgress((k + share) / chosen.length, study.title),
    };
    const found = await study.run(context);
    const seconds = (performance.now() - started) / 1000 / found.length;
    for (const result of found) {
      const timed = { ...result, claim: result.claim ?? study.claim, study: study.name, seconds };
      results.push(timed);
      options.onResult(timed);
    }
  }
  return results;
}

function chooseStudies(names: readonly string[] | undefined): readonly Study[] {
  if (names === undefined) return STUDIES;
  return names.map((name) => {
    const study = STUDIES.find((candidate) => candidate.name === name);
    if (study === undefined) {
      throw new InputError("--study", name, "no such study", `use one of ${STUDIES.map((candidate) => candidate.name).join(", ")}`);
    }
    return study;
  });
}

/** A problem of the folder `grids/`, by name. */
const loadOwnProblem: StudyContext["load"] = (name, overrides = {}) => {
  const path = join(packageRoot, "grids", `${name}.json`);
  return createProblem(parseProblemText(readFileSync(path, "utf8"), path), overrides);
};
