import { expect, test } from "vitest";
import { withEarlier } from "../../../src/explorer/state/earlier-runs.ts";
import type { EarlierRun } from "../../../src/explorer/state/view.ts";
import { madeUpRun } from "../panels/made-up-run.ts";

const { particles } = madeUpRun(1);
const settings = (n: number) => ({ scheme: "algorithm-1" as const, n, dt: 0.25, seed: 0 });

/** The lines that are left by runs of these n, each begun in a gesture; the last is still on show. */
function linesOf(runs: readonly [n: number, gesture: number][]): string[] {
  let earlier: readonly EarlierRun[] = [];
  runs.slice(0, -1).forEach(([n, begun], k) => {
    earlier = withEarlier(earlier, settings(n), particles, { begun, ended: runs[k + 1][1] });
  });
  return earlier.map(({ label }) => label.replace(/,.*$/, ""));
}

test("a slider that is dragged leaves one line a release", () => {
  // 100 stood before; 200 to 400 are passed by in gesture 1, at whose end 500 stays until gesture 2.
  expect(linesOf([[100, 0], [200, 1], [300, 1], [400, 1], [500, 1], [600, 2]])).toEqual(["n = 100", "n = 500"]); // biome-ignore format: one list
  expect(
    linesOf([
      [100, 1],
      [200, 2],
      [300, 3],
    ]),
  ).toEqual(["n = 100", "n = 200"]);
});

test("a run of which one frame was seen leaves no line, and one that is run again leaves one", () => {
  expect(withEarlier([], settings(10), particles.slice(0, 1), { begun: 1, ended: 2 })).toEqual([]);
  expect(linesOf([[100, 1], [200, 2], [100, 3], [300, 4]])).toEqual(["n = 200", "n = 100"]); // biome-ignore format: one list
});
