import { expect, test } from "vitest";
import { framesOfSteps, withFrames } from "../../../src/explorer/engine/frame-times.ts";
import { createProblem } from "../../../src/problem/problem.ts";
import type { ProblemInput } from "../../../src/problem-file/problem-file.ts";

async function framesWith(snapshots: ProblemInput["time"]["snapshots"], cells = 64): Promise<number[]> {
  const problem = await createProblem({
    name: "well",
    variables: { x: { min: -4, max: 4, cells } },
    potential: { F: "0.5*x^2" },
    alpha: 1,
    initial: { x: { type: "normal", mean: 0.5, sd: 0.6 } },
    time: { end: 2, snapshots },
  });
  return [...(await createProblem(withFrames(problem.definition))).snapshotTimes];
}

test("few snapshots leave at least a hundred frames, every snapshot among them; many are kept as they are", async () => {
  expect(await framesWith(5)).toEqual(Array.from({ length: 101 }, (_, k) => k / 50));
  expect(await framesWith(7)).toHaveLength(106);
  expect(await framesWith(100)).toHaveLength(101);
  expect(await framesWith(400)).toHaveLength(401);
  const list = await framesWith([0.1, 0.25, 2]);
  expect(list).toEqual(expect.arrayContaining([0.1, 0.25, 2]));
  expect(list.length).toBeGreaterThan(100);
  expect(list.every((time, k) => k === 0 || (time > list[k - 1] && time - list[k - 1] < 1.91 / 100))).toBe(true);
});

test("where cells are many there are as many frames as are kept", async () => {
  // 2^25 numbers in all, of which 2^20 cells and half of 20000 particles a frame: 31 frames.
  expect((await framesWith(5, 2 ** 20)).length).toBe(31);
});

test("particles are recorded at the frames that their steps meet", () => {
  const times = Array.from({ length: 11 }, (_, k) => k / 10);
  expect(framesOfSteps(times, 0.2)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(framesOfSteps(times, 0.05)).toHaveLength(11);
});
