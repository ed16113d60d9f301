import { expect, test } from "vitest";
import { startStudyProgress } from "../../src/cli/study-progress.ts";
import { STUDIES } from "../../validation/run.ts";
import { useStillClock } from "./still-clock.ts";

const studies = (...names: string[]) => names.map((name) => STUDIES.find((study) => study.name === name)!);

const clock = useStillClock();

test("each study is announced by its number and its name", () => {
  const progress = startStudyProgress(studies("order", "lln"), "quick");
  progress.update(0, 0);
  progress.update(1, 0);
  expect(clock.lines[0]).toBe("1 of 2: order of convergence: 0% of all\n");
  expect(clock.lines[1]).toMatch(/^2 of 2: law of large numbers: /);
});

test("the time that is left counts a long study for more than a short one", () => {
  const left = (second: string) => {
    const progress = startStudyProgress(studies("conservation", second), "full");
    clock.now = 10_000;
    progress.update(1, 0);
    clock.now = 0;
    return Number(/about (\d+) min left/.exec(clock.lines[clock.lines.length - 1])?.[1] ?? 0);
  };
  expect(left("predictions")).toBeGreaterThan(5 * left("wrong-schemes"));
});

test("studies that an earlier run had finished tell no pace", () => {
  const progress = startStudyProgress(studies("predictions", "conservation"), "full");
  progress.skip(0);
  clock.now = 10_000;
  progress.update(1, 0.5);
  // Half of the second study took 10 s.
  expect(clock.lines[clock.lines.length - 1]).toMatch(/about 10 s left\n$/);
});
