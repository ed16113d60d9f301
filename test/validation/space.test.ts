import { expect, test } from "vitest";
import { drawInSpace, levelAround } from "../../validation/conservation/space.ts";
import { problemOf } from "../fixtures.ts";

test("the surface around half of a Gaussian lies where the chi-square distribution says", () => {
  const places = Array.from({ length: 40 }, (_, i) => (i - 19.5) / 5);
  const density = Float64Array.from(
    places.flatMap((x) => places.flatMap((y) => places.map((z) => Math.exp(-(x * x + y * y + z * z) / 2)))),
  );
  // The median of chi-square with three degrees of freedom is 2.36597. 48 cells at one distance hold 0.0075 of the mass, which is 0.006 of the
  // level; three such sets may lie at nearly the same distance.
  expect(Math.abs(levelAround(density, 0.5) - Math.exp(-2.36597 / 2))).toBeLessThan(0.018);
  expect(levelAround(density, 1)).toBe(Math.min(...density));
});

test("a density in space is drawn at its first and its last time, by axes that hold its surfaces", async () => {
  const axis = { min: -4, max: 4, cells: 12 };
  const law = { type: "normal", mean: 0.5, sd: 0.8 } as const;
  const problem = await problemOf({
    variables: { x: axis, y: axis, z: axis },
    potential: { F: "0.5*(x^2+y^2+z^2)" },
    initial: { x: law, y: law, z: law },
    time: { end: 0.5, snapshots: 2 },
  });
  const { traces, x, z } = drawInSpace(problem);
  expect(traces.map(({ name }) => name)).toEqual(["t = 0", "t = 0.5"]);
  const levels = traces.map((trace) => (trace.kind === "surfaces" ? trace.levels : [0, 0]));
  for (const [outer, inner] of levels) expect(inner).toBeGreaterThan(outer);
  // The well draws the mass together.
  expect(levels[1][1]).toBeGreaterThan(levels[0][1]);
  expect(x.range).toEqual(z?.range);
  expect(x.range?.[0]).toBeGreaterThan(-4);
});
