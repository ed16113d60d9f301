import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/problem/problem.ts";
import { runStudies } from "../../validation/run.ts";
import { problemOf } from "../fixtures.ts";

const results = (studies: string[], problems: Problem[]) =>
  runStudies({ studies, size: "quick", workers: 1, problems, onProgress() {}, onResult() {} });
const cells = (count: number) => ({ x: { min: -4, max: 4, cells: count } });

describe("problems that a study does not fit", () => {
  test("are left out with the reason, and the others go on", async () => {
    const silent = await problemOf({ observables: {} });
    const still = await problemOf({ dynamics: "pure-birth-death" });
    const found = await results(["agreement", "lln"], [still, silent]);
    expect(found.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    const texts = found.flatMap(({ findings }) => findings.map(({ text }) => text));
    expect(texts).toContainEqual(expect.stringMatching(/nothing moves/));
    expect(texts).toContainEqual(expect.stringMatching(/^not studied: observables/));
    expect(found.map(({ study }) => study)).toEqual(["agreement", "agreement", "lln", "lln"]);
  });

  test("never fail where nothing happens, or errors fall faster than they must", async () => {
    const flat = await problemOf({ potential: { F: "0" }, variables: cells(64) });
    const slope = await problemOf({ potential: { F: "x" }, variables: cells(64) });
    const attracting = await problemOf({
      ...{ dynamics: "pure-birth-death", alpha: 2, variables: cells(64) },
      potential: { F: "x^2/2", K: { type: "convolution", expression: "exp(-x^2)" } },
    });
    const found = await results(["order", "conservation"], [attracting, flat, slope]);
    const failed = found.flatMap(({ findings }) => findings.filter(({ verdict }) => verdict === "fail").map(({ text }) => text));
    expect(failed).toEqual([]);
    for (const { findings } of found) for (const { text } of findings) expect(text).not.toMatch(/NaN/);
  });
});
