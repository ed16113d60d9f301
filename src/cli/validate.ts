import { mkdirSync, rmdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { type Given, validateCommand } from "../../validation/report/command.ts";
import { findEnvironment } from "../../validation/report/environment.ts";
import { overallVerdict, type ReportInfo, renderHtml, renderJson } from "../../validation/report/page.ts";
import { runStudies, STUDIES, type TimedResult } from "../../validation/run.ts";
import type { Verdict } from "../../validation/study.ts";
import { InputError } from "../errors.ts";
import type { Problem } from "../problem/problem.ts";
import { version } from "../version.ts";
import { checkWritable, readProblem, writeWhole } from "./files.ts";
import { parseChoice, parseCount } from "./options.ts";
import { startStudyProgress } from "./study-progress.ts";

const EXIT: Record<Verdict, number> = { pass: 0, fail: 1, inconclusive: 3 };

const names = STUDIES.map(({ name }) => name);

/** @param setExitCode receives the code of the verdict. */
export const createValidateCommand = (setExitCode: (code: number) => void) =>
  new Command("validate")
    .description("Run the studies, each of which judges claims by their numbers, and write a report")
    .argument("[problems...]", "problem files to study in place of each study's own")
    .option("--study <names>", `comma-separated: ${names.join(", ")} (default: all)`, (text: string) =>
      text.split(",").map(parseChoice("--study", names)),
    )
    .option("--report <folder>", "folder for report.html and report.json", "report")
    .option("--quick", "smaller sizes: the same claims with wider intervals", false)
    .option("--workers <count>", "threads for replicas", parseCount("--workers"))
    .action(async (paths, options) => {
      const problems: Problem[] = [];
      for (const path of paths) problems.push(await readProblem(path));
      const { html, json, abandon } = prepareFolder(options.report);
      const started = performance.now();
      const given: Given = { problems: paths, quick: options.quick, workers: options.workers };
      const results = await runAll(options.study ?? names, given, problems).catch((error) => {
        abandon();
        throw error;
      });
      const info: ReportInfo = {
        version,
        ...findEnvironment(),
        command: validateCommand(given, options.study),
        given,
        seconds: (performance.now() - started) / 1000,
      };
      await writeWhole(html, renderHtml(results, info));
      await writeWhole(json, renderJson(results, info));
      const verdict = overallVerdict(results);
      process.stdout.write(`\n${count(results)} in ${info.seconds.toFixed(0)} s; report: ${html}\n`);
      setExitCode(EXIT[verdict]);
    });

/** Runs the studies one after the other, and prints each result when it is there. */
async function runAll(studies: readonly string[], { quick, workers }: Given, problems: readonly Problem[]): Promise<TimedResult[]> {
  const progress = startStudyProgress(studies, quick);
  const results: TimedResult[] = [];
  try {
    for (const [k, study] of studies.entries()) {
      progress.update(k, 0);
      const found = await runStudies({
        studies: [study],
        quick,
        workers: workers ?? availableParallelism(),
        problems,
        onProgress: (share) => progress.update(k, share),
        onResult(result) {
          progress.pause();
          print(result);
        },
      });
      results.push(...found);
    }
  } finally {
    progress.stop();
  }
  return results;
}

/** Creates the folder of the report; `abandon` removes again what was created, unless there is something in it. */
function prepareFolder(folder: string) {
  let created: string | undefined;
  try {
    created = mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new InputError("--report", folder, `cannot be created (${(error as Error).message})`, "choose another folder");
  }
  const html = join(folder, "report.html");
  const json = join(folder, "report.json");
  checkWritable(html, "--report");
  checkWritable(json, "--report");
  const abandon = () => {
    if (created === undefined) return;
    for (let path = resolve(folder); path.length >= created.length; path = dirname(path)) {
      try {
        rmdirSync(path);
      } catch {
        return;
      }
    }
  };
  return { html, json, abandon };
}

function print(result: TimedResult): void {
  process.stdout.write(`\n${result.name} (${result.seconds.toFixed(1)} s): ${result.verdict}\n`);
  for (const { text, verdict } of result.findings) process.stdout.write(`  ${verdict.padEnd(12)}  ${text}\n`);
}

function count(results: readonly TimedResult[]): string {
  return (["pass", "fail", "inconclusive"] as const)
    .map(
      (verdict) =>
        `${results.filter((result) => result.verdict === verdict).length} ${verdict === "inconclusive" ? verdict : `${verdict}ed`}`,
    )
    .join(", ");
}
