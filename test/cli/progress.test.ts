import { expect, test } from "vitest";
import { createDisplay } from "../../src/cli/progress-display.ts";
import { useStillClock } from "./still-clock.ts";

const clock = useStillClock();

test("the time that is left follows from the time of drawing: where nothing is done it grows", () => {
  let done = 1;
  const display = createDisplay({ label: "work", total: 10, unit: "steps" }, () => done);
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
  const display = createDisplay({ label: "work", total: 10, unit: undefined }, () => done);
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
