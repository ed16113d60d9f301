import { type Given, validateCommand } from "../../validation/report/command.ts";
import { overallVerdict } from "../../validation/report/page.ts";
import type { TimedResult } from "../../validation/run.ts";

/** What to do after the verdict of `validate`, in at most three lines. */
export function nextSteps(results: readonly TimedResult[], given: Given): string {
  const verdict = overallVerdict(results);
  const undone = [...new Set(results.filter((result) => result.verdict === verdict).map(({ study }) => study))];
  const again = (change: Partial<Given>) => validateCommand({ ...given, ...change }, undone);
  const anotherDraw = again({ seed: (given.seed ?? 1) + 1 });
  const steps = {
    pass: given.problems.length > 0 ? JUDGE(given.problems[0]) : given.size === "full" ? JUDGE("double-well") : MORE,
    inconclusive: [
      given.size === "full"
        ? ["with another draw", anotherDraw]
        : ["with narrower intervals", again({ size: given.size === "quick" ? "main" : "full" })],
    ],
    fail: [["again, with another draw: what fails twice is no chance", anotherDraw]],
  }[verdict];
  return `next:\n${steps.map(([what, command]) => `  ${what}: ${command}\n`).join("")}`;
}

type Step = readonly [what: string, command: string];

const JUDGE = (problem: string): Step[] => [
  ["a reference for your own particles", `bdpde reference ${problem} --tolerance 1e-3 --out ref.nc`],
  ["and the verdict on them", "bdpde compare ref.nc mine.npz"],
];

const MORE: readonly Step[] = [
  ["the same report on your own problem", "bdpde validate problem.json"],
  ["every study, at full size, in 40 minutes", "bdpde validate --full"],
  JUDGE("double-well")[0],
];
