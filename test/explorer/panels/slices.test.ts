import { expect, test } from "vitest";
import { slicedParticles, sliceOf, sliceThrough } from "../../../src/explorer/panels/slices.ts";
import { madeUpRun } from "./made-up-run.ts";

test("a slice holds the values at one cell of the hidden axis, the others in their order", () => {
  const axes = [2, 3, 4].map((cells) => ({ cells }));
  const values = Float32Array.from({ length: 24 }, (_, i) => 100 * Math.floor(i / 12) + 10 * (Math.floor(i / 4) % 3) + (i % 4));
  expect([...sliceThrough(values, axes, 2, 3)]).toEqual([3, 13, 23, 103, 113, 123]);
  expect([...sliceThrough(values, axes, 1, 2)]).toEqual([20, 21, 22, 23, 120, 121, 122, 123]);
  expect([...sliceThrough(values, axes, 0, 1)]).toEqual([100, 101, 102, 103, 110, 111, 112, 113, 120, 121, 122, 123]);
});

test("a plane of three variables is cut through the third, at the middle of a cell, and particles near it are drawn", () => {
  const { setup, particles } = madeUpRun(3);
  expect(sliceOf(setup, 0, null)).toBeNull();
  expect(sliceOf(madeUpRun(2).setup, 0, 3)).toBeNull();
  const slice = sliceOf(setup, 1, 16)!;
  expect(slice).toMatchObject({ plane: 1, hidden: 1, cell: 16, at: 0.0625, half: 0.2 });
  const { drawn } = slicedParticles(particles[0], slice);
  const near = particles[0].drawn[1].filter((y) => Math.abs(y - 0.0625) <= 0.2);
  expect(near.length).toBeGreaterThan(0);
  expect([...drawn[1]]).toEqual([...near]);
  expect(drawn.map(({ length }) => length)).toEqual([near.length, near.length, near.length]);
});
