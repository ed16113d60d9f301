import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import type { Verdict } from "../../validation/claims.ts";
import { type Given, validateCommand } from "../../validation/report/command.ts";
import { findEnvironment } from "../../validation/report/environment.ts";
import type { ReportInfo } from "../../validation/report/info.ts";
import { overallVerdict, renderHtml, renderJson } from "../../validation/report/page.ts";
import { loadScripts } from "../../validation/report/scripts.ts";
import { MAIN_STUDIES, runStudies, STUDIES, type TimedResult } from "../../validation/run.ts";
import type { KeepPart } from "../../validation/shared/parts.ts";
import type { Study } from "../../validation/study.ts";
import { identityOfProblem } from "../ensembles/plan.ts";
import { InputError } from "../errors.ts";
import type { Problem } from "../problem/problem.ts";
import { version } from "../version.ts";
import { type Checkpoint, openCheckpoint, sayGoesOn } from "./checkpoint.ts";
import { problemPath } from "./examples.ts";
import { inputsOf, readProblem } from "./files.ts";
import { parseChoice, parseCount } from "./options.ts";
import { type ReportContent, unfinishedReport, withReport } from "./report-files.ts";
import { formatVerdict, screenText } from "./screen.ts";
import { startStudyProgress } from "./study-progress.ts";
import { FULL_TIME, nextSteps } from "./validate-next.ts";

const EXIT: Record<Verdict, number> = { pass: 0, fail: 1, inconclusive: 3 };

const ALL = "all";
const names = STUDIES.map(({ name }) => name);
const ownAlone = STUDIES.filter(({ takesProblems }) => !takesProblems).map(({ name }) => name);

function named(studies: readonly string[]): string {
  return `${studies.slice(0, -1).join(", ")} and ${studies.at(-1)}`;
}

const FOLDER = "report";

/** @param setExitCode receives the code of the verdict. */
export const createValidateCommand = (setExitCode: (code: number) => void) =>
  new Command("validate")
    .argument(
      "[problems...]",
      `problem files, or names of examples, to study in place of each study's own; not for ${named(ownAlone)}`,
    )
    .option(
      "--study <names>",
      `comma-separated, or ${ALL}: ${names.join(", ")} (default: those of the main claims, ${named(MAIN_STUDIES.map(({ name }) => name))})`,
      (text: string) => text.split(",").map(parseChoice("--study", [ALL, ...names])),
    )
    .addOption(
      new Option("--full", `all studies, at full size: narrower intervals, in ${FULL_TIME}`).default(false).conflicts("quick"),
    )
    .option("--report <folder>", "folder for report.html and report.json", FOLDER)
    .option("--force", "replace the report in that folder", false)
    .option(
      "--resume [folder]",
      "keep finished studies and their parts in a folder, and run only the others if the same command was stopped (default: resume/ in that of the report)",
    )
    .option("--quick", "the smallest sizes, to try things: intervals may be too wide to decide", false)
    .option("--seed <integer>", "another draw of everything that is random (default: 1)", parseCount("--seed"))
    .option("--workers <count>", "threads for replicas", parseCount("--workers"))
    .action(async (paths, options) => {
      const studies = chooseStudies(options, paths.length > 0);
      const problems: Problem[] = [];
      const files = paths.map(problemPath);
      for (const file of files) problems.push(await readProblem(file));
      const inputs = files.flatMap((file, k) => inputsOf(file, problems[k]));
      const started = performance.now();
      const { seed, workers, report } = options;
      const given: Given = {
        problems: paths,
        size: sizeOf(options),
        seed,
        workers,
        report: report === FOLDER ? undefined : report,
      };
      const environment = findEnvironment();
      const scripts = await loadScripts();
      const results: TimedResult[] = [];

      function render(left: readonly Study[]): ReportContent {
        const info: ReportInfo = {
          version,
          ...environment,
          command: validateCommand(given, options.study),
          given,
          seconds: (performance.now() - started) / 1000,
          unfinished: left.map(({ title }) => title),
        };
        const html = renderHtml(results, info, scripts);
        return [html, renderJson(results, info, html)];
      }

      try {
        await withReport(report, { inputs, force: options.force }, async ({ html, keep, finish }) => {
          const checkpoint = openStudies(options);
          await runAll(studies, given, problems, checkpoint, (found, left) => {
            results.push(...found);
            if (left.length > 0) keep(render(left));
          });
          finish(render([]));
          const seconds = (performance.now() - started) / 1000;
          process.stdout.write(
            `\n${count(results)} in ${seconds.toFixed(0)} s; report: ${html}\n${nextSteps(results, given, problems)}`,
          );
          setExitCode(EXIT[overallVerdict(results)]);
        });
      } catch (error) {
        const kept = results.length === 0 ? null : unfinishedReport(report);
        if (kept !== null) process.stderr.write(`${kept} holds the studies that were finished before this error:\n`);
        throw error;
      }
    });

/** The folder of --resume, where it is given: it may hold studies of other sizes and problems beside these. */
function openStudies({ resume, report }: { resume?: string | true | undefined; report: string }): Checkpoint | null {
  if (resume === undefined) return null;
  return openCheckpoint("--resume", resume === true ? join(report, "resume") : resume, 0, { command: "validate" });
}

/** A name for the results of a study: with it stands a digest of all that they depend on. */
function nameOf({ name }: Study, { size, seed }: Given, problems: readonly Problem[]): string {
  const digest = createHash("sha256").update(JSON.stringify({ name, size, seed, problems: problems.map(identityOfProblem) }));
  return `${name}-${digest.digest("hex").slice(0, 24)}`;
}

/** The parts of a study of that name that are kept beside its results. */
const partName = (study: string, part: string) => `${study}-${part}`;

const partsThere = (checkpoint: Checkpoint | null, study: string) =>
  checkpoint?.names.filter((name) => name.startsWith(partName(study, ""))).length ?? 0;

function partsIn(checkpoint: Checkpoint, study: string): KeepPart {
  return async <Part>(part: string, compute: () => Part | Promise<Part>): Promise<Part> => {
    const name = partName(study, part);
    const found = checkpoint.get(name);
    if (found !== undefined) return found as Part;
    const value = await compute();
    checkpoint.put(name, value);
    return value;
  };
}

const sizeOf = ({ quick, full }: { quick: boolean; full: boolean }) => (full ? "full" : quick ? "quick" : "main");

/** Studies that have problems of their own are left out where files are given, and refused where `--study` names one together with files. */
function chooseStudies(options: { study?: readonly string[] | undefined; full: boolean }, withFiles: boolean): readonly Study[] {
  const { full, study } = options;
  const all = study === undefined ? full : study.includes(ALL);
  const requested = all ? undefined : study;
  const chosen = all ? STUDIES : study === undefined ? MAIN_STUDIES : STUDIES.filter(({ name }) => study.includes(name));
  if (!withFiles) return chosen;
  const wrong = chosen.find(({ takesProblems }) => !takesProblems);
  if (requested !== undefined && wrong !== undefined) {
    throw new InputError(
      "--study",
      wrong.name,
      "a study of its own problems, which takes no files",
      "leave out the files, or the study",
    );
  }
  return chosen.filter(({ takesProblems }) => takesProblems);
}

/** Runs the studies one after the other, and prints each result when it is there. */
async function runAll(
  studies: readonly Study[],
  given: Given,
  problems: readonly Problem[],
  checkpoint: Checkpoint | null,
  onStudy: (found: readonly TimedResult[], left: readonly Study[]) => void,
): Promise<void> {
  const { size, seed, workers } = given;
  const names = studies.map((study) => nameOf(study, given, problems));
  const there = studies.filter((_, k) => checkpoint?.names.includes(names[k]));
  const begun = studies.map(({ name }, k) => ({ name, parts: there.includes(studies[k]) ? 0 : partsThere(checkpoint, names[k]) }));
  const parts = begun.flatMap(({ name, parts }) => (parts === 0 ? [] : [`${parts} ${parts === 1 ? "part" : "parts"} of ${name}`]));
  const finished =
    there.length === 0 ? [] : [`${there.length} finished of ${studies.length}: ${there.map(({ name }) => name).join(", ")}`];
  if (finished.length + parts.length > 0) sayGoesOn([...finished, ...parts].join("; "));
  const progress = startStudyProgress(studies, size);
  try {
    for (const [k, study] of studies.entries()) {
      progress.update(k, 0);
      const kept = checkpoint?.get(names[k]) as TimedResult[] | undefined;
      if (kept !== undefined) progress.skip(k);
      kept?.forEach(print);
      const found =
        kept ??
        (await runStudies({
          studies: [study.name],
          size,
          seed,
          workers: workers ?? availableParallelism(),
          problems,
          onProgress: (share) => progress.update(k, share),
          onResult: print,
          ...(checkpoint === null ? {} : { keep: () => partsIn(checkpoint, names[k]) }),
        }));
      if (kept === undefined) checkpoint?.put(names[k], found);
      onStudy(found, studies.slice(k + 1));
    }
  } finally {
    progress.stop();
  }
}

const VERDICT_WIDTH = "inconclusive".length;

function print(result: TimedResult): void {
  process.stdout.write(`\n${result.name} (${result.seconds.toFixed(1)} s): ${formatVerdict(result.verdict)}\n`);
  for (const { text, verdict } of result.findings) {
    process.stdout.write(`${screenText(`  ${formatVerdict(verdict, VERDICT_WIDTH)}  `, text)}\n`);
  }
}

function count(results: readonly TimedResult[]): string {
  return (["pass", "fail", "inconclusive"] as const)
    .map(
      (verdict) =>
        `${results.filter((result) => result.verdict === verdict).length} ${verdict === "inconclusive" ? verdict : `${verdict}ed`}`,
    )
    .join(", ");
}
