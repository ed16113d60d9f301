import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FULL_TIME, nextSteps } from "../../src/cli/validate-next.ts";
import type { Verdict } from "../../validation/claims.ts";
import type { TimedResult } from "../../validation/run.ts";
import type { StudySize } from "../../validation/study.ts";
import { problemOf } from "../fixtures.ts";
import { root } from "../sources.ts";
import { parseCommand } from "./parse-command.ts";

const resultOf = (study: string, verdict: Verdict, settings: object = {}): TimedResult => ({
  ...{ study, verdict, name: study, claim: study, findings: [{ text: "", verdict }], notes: [], tables: [], figures: [] },
  ...{ settings: { ...settings }, seconds: 1 },
});
const given = (size: StudySize, problems: string[] = []) => ({ problems, size });
const commandsOf = (text: string) => [...text.matchAll(/: bdpde (.*)$/gm)].map(([, command]) => command);
const next = (results: readonly TimedResult[], size: StudySize) => commandsOf(nextSteps(results, given(size), []));

test("every command that is named after a verdict can be given, and replaces no report", async () => {
  const [drawn, still] = [{ seed: 7 }, { cells: 4 }];
  for (const size of ["quick", "main", "full"] as const) {
    for (const verdict of ["pass", "fail", "inconclusive"] as const) {
      const results = [resultOf("lln", verdict, drawn), resultOf("gibbs", verdict, still), resultOf("order", "pass")];
      const commands = next(results, size);
      expect(commands.length).toBeGreaterThan(0);
      for (const command of commands) {
        await expect(parseCommand(command.split(" ")), command).resolves.toBeUndefined();
        if (command.startsWith("validate")) expect(command).toContain("--report report-next");
      }
    }
  }
});

test("an open claim is told a larger size where there is one, and another draw only where something is drawn", () => {
  expect(next([resultOf("lln", "inconclusive", { seed: 7 })], "main")).toEqual([
    "validate --study lln --full --report report-next",
    "validate --study lln --seed 2 --report report-next",
  ]);
  // A study without a main size ran at its full one, and has no other draw where nothing is random.
  expect(next([resultOf("gibbs", "inconclusive")], "main")).toEqual([]);
  expect(nextSteps([resultOf("gibbs", "inconclusive")], given("main"), [])).toContain("report/report.html");
  expect(next([resultOf("chaos", "fail", { seed: 7 }), resultOf("lln", "inconclusive", { seed: 7 })], "full")).toEqual([
    "validate --study chaos --full --seed 2 --report report-next",
  ]);
});

test("a problem of one's own goes on to a reference, where its dynamics has one", async () => {
  const well = await problemOf({});
  const passed = [resultOf("lln", "pass")];
  expect(commandsOf(nextSteps(passed, given("main", ["my well.json"]), [well]))[0]).toBe(
    "reference 'my well.json' --tolerance 1e-3 --out ref.nc",
  );
  const prior = { x: { type: "normal", mean: 1, sd: 0.4 } } as const;
  const reinjecting = await problemOf({ dynamics: { type: "reinjection", law: "net-deficit", prior } });
  expect(commandsOf(nextSteps(passed, given("main", ["a.json"]), [reinjecting]))).toEqual(["explore a.json"]);
});

test("pages say how long every study takes, as their expected times add up", () => {
  for (const page of ["README.md", "docs/testing.md"]) expect(readFileSync(join(root, page), "utf8")).toContain(FULL_TIME);
});
