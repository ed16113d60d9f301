import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDisplay } from "../../src/cli/progress-display.ts";

/** Not on a terminal, with a clock that stands where it is put. */
let lines: string[];
let now: number;

beforeEach(() => {
  lines = [];
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => vi.restoreAllMocks());

test("the time that is left follows from the time of drawing: where nothing is done it grows", () => {
  let done = 1;
  const display = createDisplay({ label: "work", total: 10, unit: "steps" }, () => done);
  for (now of [10_000, 20_000]) display.draw();
  done = 5;
  now = 30_000;
  display.draw();
  expect(lines).toEqual([
    "work: 1.00 of 10 steps, about 90 s left\n",
    "work: 1.00 of 10 steps, about 3 min left\n",
    "work: 5.00 of 10 steps, about 30 s left\n",
  ]);
});

test("no time is said before there is a pace: with less than 5% done in less than 5 s", () => {
  let done = 0.4;
  const display = createDisplay({ label: "work", total: 10, unit: undefined }, () => done);
  now = 4000;
  display.setLabel("begun");
  done = 0.5;
  display.setLabel("further");
  done = 0.2;
  now = 10_000;
  display.draw();
  done = 0;
  display.setLabel("again");
  expect(lines).toEqual([
    "begun: 4% of all\n",
    "further: 5% of all, about 76 s left\n",
    "further: 2% of all, about 8 min left\n",
    "again: 0% of all\n",
  ]);
});
