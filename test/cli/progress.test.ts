import { expect, test } from "vitest";
import { startProgress } from "../../src/cli/progress.ts";
import { createDisplay } from "../../src/cli/progress-display.ts";
import { useStillClock } from "./still-clock.ts";

const clock = useStillClock();

test("the time that is left follows from the time of drawing: where nothing is done it grows", () => {
  let done = 1;
  const display = createDisplay({ label: "work", total: 10, unit: "steps" }, () => ({ done, before: 0 }));
  for (clock.now of [10_000, 20_000]) display.draw();
  done = 5;
  clock.now = 30_000;
  display.draw();
  expect(clock.lines).toEqual([
    "work: 1.00 of 10 steps, about 90 s left\n",
    "work: 1.00 of 10 steps, about 3 min left\n",
    "work: 5.00 of 10 steps, about 30 s left\n",
  ]);
});

test("no time is said before there is a pace: with less than 5% done in less than 5 s", () => {
  let done = 0.4;
  const display = createDisplay({ label: "work", total: 10, unit: undefined }, () => ({ done, before: 0 }));
  clock.now = 4000;
  display.setLabel("begun");
  done = 0.5;
  display.setLabel("further");
  done = 0.2;
  clock.now = 10_000;
  display.draw();
  done = 0;
  display.setLabel("again");
  expect(clock.lines).toEqual([
    "begun: 4% of all\n",
    "further: 5% of all, about 76 s left\n",
    "further: 2% of all, about 8 min left\n",
    "again: 0% of all\n",
  ]);
});

test("the time that is left follows from the pace of this run, not from what an earlier one had done", () => {
  const progress = startProgress("work", 10, "steps");
  progress.skip(8);
  for (const [now, done] of [
    [10_000, 9],
    [20_000, 9.5],
  ]) {
    clock.now = now;
    progress.update(done);
  }
  // A part that begins again from 0.
  clock.now = 30_000;
  progress.update(3);
  expect(clock.lines).toEqual([
    "work: 9.00 of 10 steps, about 10 s left\n",
    "work: 9.50 of 10 steps, about 7 s left\n",
    "work: 3.00 of 10 steps, about 70 s left\n",
  ]);
});
