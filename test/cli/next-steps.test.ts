import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { type Compared, type NextStep, nextSteps } from "../../src/cli/next-steps.ts";
import type { Comparison, LikelyCause, MeanComparison } from "../../src/comparison/comparison.ts";
import type { StepBias } from "../../src/comparison/step-bias.ts";
import { problemOf } from "../fixtures.ts";
import { parseCommand } from "./parse-command.ts";

const MEAN: MeanComparison = {
  time: 1,
  observable: "wave",
  particles: 0,
  standardError: 0.01,
  reference: 0,
  dtCorrection: 0,
  referenceError: 1e-3,
  dtBias: 0,
  finiteSizeBias: 0,
  pValue: 0.5,
  leftOut: false,
  detectable: 0.1,
  hidden: false,
};
const SUBTRACTED: StepBias = { dtBias: "map", subtracted: true, chosen: "by default", reason: "" };
const NONE: StepBias = { dtBias: "none", subtracted: false, chosen: "by default", reason: "" };
const RIGHT: Comparison = {
  verdict: "consistent",
  reasons: [],
  falseAlarm: 0.01,
  tests: 10,
  significance: 1e-3,
  replicas: 16,
  n: 100,
  dt: 0.05,
  scheme: "algorithm-1",
  stepBias: SUBTRACTED,
  explainedBySteps: null,
  effectiveSizes: null,
  means: [MEAN],
  detectableErrors: [{ of: "alpha", size: 0.08, observable: "wave", time: 1 }],
  likelyCauses: null,
  joint: null,
  distances: null,
  distanceNull: null,
  divergences: null,
  gaps: null,
  noise: null,
  outside: { particles: 0, total: 3200, first: null, wrapped: 0 },
  needed: null,
  notes: [],
};
const UNSURE: Partial<Comparison> = { verdict: "inconclusive" };
const WRONG: Partial<Comparison> = { verdict: "inconsistent", means: [{ ...MEAN, pValue: 1e-9 }] };
const blind = (allowed: Partial<MeanComparison>): Partial<Comparison> => ({
  ...UNSURE,
  means: [{ ...MEAN, detectable: Infinity, ...allowed }],
});
const alpha: LikelyCause = { of: "alpha", size: 0.5, standardError: 0.02, explained: 0.957 };
const drift: LikelyCause = { of: "drift", size: -0.1, standardError: 0.01, explained: 0.91 };

const given =
  "--variables x=position,y=weight --times 0,1 --dt 0.05 --false-alarm=0.02 --axes replica,snapshot,particle,variable --seed 7";
const ARGS = ["compare", "ref.nc", "my own.npz", ...given.split(" "), "--report", "a.html", "--plot=a.svg", "--summary", "-", "--force"]; // biome-ignore format: one line
const KEPT = `compare ref.nc 'my own.npz' ${given}`;

async function stepsOf(changes: Partial<Comparison>, more: Partial<Compared> = {}): Promise<NextStep[]> {
  const problem = await problemOf({});
  const compared = { reference: { problem, tolerance: 1e-3 }, referencePath: "my ref.nc", power: 0.25, args: ARGS, ...more };
  return nextSteps({ ...RIGHT, ...changes }, compared);
}

/** As a shell reads it. */
const wordsOf = (line: string) =>
  execFileSync("sh", ["-c", `printf '%s\\n' ${line}`], { encoding: "utf8" })
    .trimEnd()
    .split("\n");

test.each<[string, Partial<Comparison>, RegExp, string | null]>([
  ["consistent", {}, /error of half that size/, "plan P.json --detect alpha=4% --reference 'my ref.nc'"],
  ["no term is known", { detectableErrors: null }, /half/, "plan P.json --detect sd=0.05 --reference 'my ref.nc'"],
  ["hidden by the reference", { ...UNSURE, needed: 5000, means: [{ ...MEAN, hidden: true }] }, /make a finer one/, "reference P.json --tolerance 0.0001 --out finer.nc"],
  ["more particles would do", { ...UNSURE, needed: 5000 }, /run 50 replicas of n = 100/, "plan P.json --detect sd=0.25 --reference 'my ref.nc'"],
  ["an allowance for the reference", blind({ referenceError: 1 }), /error of the reference: make/, "reference P.json --tolerance 0.0001 --out finer.nc"],
  ["one for subtracted steps", blind({ dtBias: 1 }), /run smaller ones$/, null],
  ["one for the steps of any scheme", { ...blind({ dtBias: 1 }), stepBias: { ...SUBTRACTED, subtracted: false } }, /or name the scheme/, `${KEPT} --scheme algorithm-1`],
  ["one for finite n", blind({ finiteSizeBias: 1 }), /bias of n = 100/, "plan P.json --detect sd=0.25 --reference 'my ref.nc'"],
  ["one replica", { ...UNSURE, replicas: 1 }, /12 independent replicas or more/, "plan P.json --detect sd=0.25 --reference 'my ref.nc'"],
  ["nothing of these", UNSURE, /without rare large values/, "plan P.json --detect sd=0.25 --reference 'my ref.nc'"],
  ["wrong from the start", { ...WRONG, means: [{ ...MEAN, time: 0, pValue: 0 }] }, /^wrong from t = 0 \(wave\)/, null],
  ["wrong by steps", { ...WRONG, stepBias: NONE, explainedBySteps: true }, /allow for the steps/, `${KEPT} --dt-bias map`],
  ["wrong, of no named scheme", { ...WRONG, stepBias: NONE, scheme: null }, /if the scheme is one of those here/, `${KEPT} --scheme algorithm-1`],
  ["outside", { ...WRONG, outside: { ...RIGHT.outside, particles: 320 } }, /^10% of the particles are outside/, null],
  ["wrong", WRONG, /beside them/, "particles P.json --n 100 --dt 0.05 --replicas 16 --out ours.npz"],
])("%s: the step, and a command that can be typed", async (_, changes, text, command) => {
  const steps = await stepsOf(changes);
  expect(steps.length).toBeLessThanOrEqual(3);
  expect(steps).toContainEqual({ text: expect.stringMatching(text), command });
  for (const step of steps) if (step.command !== null) await parseCommand(wordsOf(step.command));
}); // biome-ignore format: one row each

test("what is said of wrong particles needs no look at the reasons", async () => {
  const reasons = ["steps of dt = 0.05 explain the means", "use a finer reference"];
  expect(await stepsOf({ ...WRONG, reasons })).toEqual(await stepsOf(WRONG));
  expect(await stepsOf({ ...UNSURE, reasons })).toEqual(await stepsOf(UNSURE));
});

test("an option that is given is replaced, and operands stay operands", async () => {
  const bySteps = { ...WRONG, stepBias: NONE, explainedBySteps: true };
  const steps = await stepsOf(bySteps, { args: ["compare", "--dt-bias", "0", "--force", "--", "ref.nc", "-mine.npz"] });
  expect(steps[1].command).toBe("compare --dt-bias map -- ref.nc -mine.npz");
  await parseCommand(wordsOf(steps[1].command!));
});

describe("the causes of wrong means", () => {
  const said = async (changes: Partial<Comparison>) => (await stepsOf({ ...WRONG, ...changes }))[0].text;

  test("are all that explain alike, with what their errors are", async () => {
    const one = "first seen at t = 1 (wave): an alpha of 1.5 (+- 0.02 by the noise alone) times that of the problem would explain 95% of the deviations of the means";
    expect(await said({ likelyCauses: [alpha] })).toBe(one);
    const two = await said({ likelyCauses: [alpha, drift] });
    expect(two).toBe(`${one}, or a drift of 0.9 (+- 0.01 by the noise alone) times that of the problem would explain 91%; these means do not tell them apart`);
    expect(await said({ likelyCauses: [] })).toMatch(/\(wave\); no error of one term explains it/);
  }); // biome-ignore format: one sentence each

  test("come after the steps, where nothing is known of these", async () => {
    const first = /\(wave\); the steps of dt come first, whose effect is not known; apart from them, an alpha of 1.5/;
    expect(await said({ likelyCauses: [alpha], stepBias: NONE })).toMatch(first);
    expect(await said({ likelyCauses: [alpha], stepBias: NONE, explainedBySteps: false })).toMatch(/\(wave\): an alpha/);
    expect(await said({ likelyCauses: [alpha], stepBias: NONE, explainedBySteps: true })).toMatch(
      /: the steps of dt would explain it$/,
    );
  });
});
