import { type Given, quotePath, seedsOf, validateCommand } from "../../validation/report/command.ts";
import { overallVerdict } from "../../validation/report/page.ts";
import { STUDIES, type TimedResult } from "../../validation/run.ts";
import { refusalOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";

type Step = readonly [what: string, command: string];

/** Of every study at full size on two cores, in words. */
export const FULL_TIME = `${10 * Math.round(STUDIES.reduce((total, { seconds }) => total + seconds.full, 0) / 600)} minutes`;

/** What to do after the verdict of `validate`, in at most four lines: commands that can be given as they stand, in the same folder. */
export function nextSteps(results: readonly TimedResult[], given: Given, problems: readonly Problem[]): string {
  const verdict = overallVerdict(results);
  const { report = "report" } = given;
  // The report that is there is not replaced.
  const next: Given = { ...given, report: `${report}-next` };
  const steps =
    verdict === "pass"
      ? afterPass(next, problems)
      : afterDoubt(results.filter((result) => result.verdict === verdict), next, report); // biome-ignore format: two branches
  return `next:\n${steps.map(([what, command]) => `  ${what}: ${command}\n`).join("")}`;
}

function afterPass(next: Given, problems: readonly Problem[]): Step[] {
  if (problems.length > 0) return judge(next.problems[0], problems[0]);
  const more: Step[] = [
    ["the same report on your own problem", validateCommand({ ...next, problems: ["problem.json"] })],
    [`every study, at full size, in ${FULL_TIME}`, validateCommand({ ...next, size: "full" })],
  ];
  return [...(next.size === "full" ? [] : more), ...judge("double-well")];
}

function judge(path: string, problem?: Problem): Step[] {
  if (problem !== undefined && refusalOf(problem, "reference") !== null) return [["to see it move", `bdpde explore ${quotePath(path)}`]]; // biome-ignore format: one line
  return [
    ["a reference for your own particles", `bdpde reference ${quotePath(path)} --tolerance 1e-3 --out ref.nc`],
    ["and the verdict on them", "bdpde compare ref.nc mine.npz"],
  ];
}

/** Of claims that fail or are open: a larger size where there is one, another draw where anything is drawn. */
function afterDoubt(doubted: readonly TimedResult[], next: Given, report: string): Step[] {
  const studies = [...new Set(doubted.map(({ study }) => study))];
  const larger = STUDIES.some(({ name, seconds }) => studies.includes(name) && seconds.main !== undefined);
  const again = (change: Partial<Given>) => validateCommand({ ...next, ...change }, studies);
  const steps: Step[] = [];
  if (next.size === "quick" || (next.size === "main" && larger))
    steps.push(["with narrower intervals", again({ size: next.size === "quick" ? "main" : "full" })]);
  if (doubted.some(({ settings }) => seedsOf(settings).length > 0))
    steps.push(["with another draw: what fails twice is no chance", again({ seed: (next.seed ?? 1) + 1 })]);
  if (steps.length === 0) steps.push(["how each claim came about, without chance", `${report}/report.html`]);
  return steps;
}
