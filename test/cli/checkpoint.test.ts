import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openCheckpoint } from "../../src/cli/checkpoint.ts";
import { type RecordedSolution, runSteps, type Steps } from "../../src/cli/solve-recorded.ts";
import { solveMovingSteps } from "../../src/finite-volume/moving/solve-moving.ts";
import { solveSteps } from "../../src/finite-volume/solve.ts";
import type { Carried } from "../../src/numerics/carried.ts";
import { createStream } from "../../src/numerics/random.ts";
import type { GridSnapshot } from "../../src/problem/snapshot.ts";
import { problemOf } from "../fixtures.ts";
import { bdpde, emptyFolder } from "./run.ts";

const PROBLEM = {
  name: "kept",
  variables: { x: { min: -3, max: 3, cells: 64 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution" as const, expression: "0.5*exp(-2*x^2)" } },
  alpha: 2,
  initial: { x: { type: "normal" as const, mean: 0.1, sd: 0.6 } },
  time: { end: 0.4, snapshots: [0, 0.1, 0.2, 0.4] },
  observables: { mean: "x" },
};

test.each([
  ["fixed", solveSteps],
  ["moving", solveMovingSteps],
] as const)("a run on %s cells that is stopped again and again ends with the same numbers and densities", async (_, steps) => {
  const problem = await problemOf(PROBLEM);
  const kept: number[] = [];
  const run = (begin: (from: Carried | undefined) => Steps<GridSnapshot>, folder: string | null) => {
    const densities: GridSnapshot[] = [];
    const checkpoint = folder === null ? null : openCheckpoint("--checkpoint", folder, 1e-9, {});
    const onSnapshot = (snapshot: GridSnapshot) => densities.push(snapshot);
    const solution = runSteps({
      begin,
      end: problem.end,
      onStep: () => {},
      onKept: (time) => kept.push(time),
      onSnapshot,
      checkpoint,
      name: "run",
    });
    return { solution, densities };
  };
  const expected = run((from) => steps(problem, { from }), null);
  const stream = createStream(1);
  const folder = emptyFolder();
  /** Throws before one of the next few steps. */
  function* stopping(inner: Steps<GridSnapshot>): Steps<GridSnapshot> {
    for (let left = 1 + Math.floor(7 * stream.uniform()); ; left--) {
      const { done, value } = inner.next();
      if (done) return value as Omit<RecordedSolution, "snapshots">;
      if (left === 0) throw new Error("stopped");
      yield value;
    }
  }
  let found: ReturnType<typeof run> | null = null;
  let stops = 0;
  while (found === null) {
    try {
      found = run((from) => stopping(steps(problem, { from })), folder);
    } catch (error) {
      expect((error as Error).message).toBe("stopped");
      stops++;
    }
  }
  expect(stops).toBeGreaterThan(3);
  expect(found).toEqual(expected);
  // Each run but the first began with a state that was kept, later than the one before.
  expect(kept).toHaveLength(stops);
  expect(kept).toEqual(kept.toSorted((a, b) => a - b));
});

/** What a summary holds, but for recorded times. */
const summaryIn = (path: string) => JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), elapsedSeconds: null });

function problemFile(): string {
  const path = join(emptyFolder(), "problem.json");
  writeFileSync(path, JSON.stringify(PROBLEM));
  return path;
}

test.each([[["--flux", "upwind"]], [["--grid", "moving"]], [["--tolerance", "1e-4"]]])(
  "solve %s --checkpoint says where it goes on, and writes the same again",
  async (options) => {
    const [file, folder] = [problemFile(), emptyFolder()];
    const at = (name: string) => join(folder, name);
    const solve = (name: string, ...more: string[]) =>
      bdpde("solve", file, ...options, "--out", at(`${name}.nc`), "--summary", at(`${name}.json`), ...more);
    const checkpoint = ["--checkpoint", at("kept"), "--checkpoint-every", "1e-9"];
    const plain = await solve("plain");
    const first = await solve("first", ...checkpoint);
    const second = await solve("second", ...checkpoint);
    expect([plain.code, first.code, second.code]).toEqual([0, 0, 0]);
    expect(first.stderr).not.toMatch(/goes on/);
    expect(second.stderr).toMatch(/^goes on from t = 0.4 \(step \d+\)$/m);
    for (const name of ["first", "second"]) {
      expect(readFileSync(at(`${name}.nc`)).equals(readFileSync(at("plain.nc")))).toBe(true);
      expect(summaryIn(at(`${name}.json`))).toBe(summaryIn(at("plain.json")));
    }
  },
);

test("a damaged state is set aside and the run begins again; the folder of another run is refused", async () => {
  const [file, folder] = [problemFile(), emptyFolder()];
  const checkpoint = ["--checkpoint", folder, "--checkpoint-every", "1e-9"];
  const whole = await bdpde("solve", file, ...checkpoint);
  writeFileSync(join(folder, "run.kept"), readFileSync(join(folder, "run.kept")).subarray(0, 1000));
  const again = await bdpde("solve", file, ...checkpoint);
  expect([again.code, again.stdout]).toEqual([0, whole.stdout]);
  expect(again.stderr).toMatch(/warning: .*run.kept is damaged; it is set aside as run.kept.damaged and computed again/);
  expect(readdirSync(folder)).toContain("run.kept.damaged");
  const other = await bdpde("solve", file, "--end", "0.2", ...checkpoint);
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(
    /^error: --checkpoint = .*: holds the work of another command: its problem.time.end is 0.4, and this one's 0.2; choose another folder\n$/,
  );
  const lonely = await bdpde("solve", file, "--checkpoint-every", "5");
  expect([lonely.code, lonely.stderr]).toEqual([2, expect.stringMatching(/--checkpoint-every = 5: given without --checkpoint/)]);
});
