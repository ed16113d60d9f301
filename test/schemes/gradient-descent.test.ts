import { expect, test } from "vitest";
import { createStream } from "../../src/numerics/random.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { countOutside } from "../../src/schemes/population.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { createStepper } from "../../src/schemes/stepper.ts";
import { problemOf } from "../fixtures.ts";

test("without K gradient descent is explicit Euler of x' = -F'(x), for every particle", async () => {
  const problem = await problemOf({
    potential: { F: "x^2/2" },
    dynamics: "gradient-descent",
    time: { end: 1, snapshots: 4 },
  });
  const dt = 0.05;
  const { records, scheme } = await simulate(problem, { n: 100, dt, keepPositions: true, seed: 9 });
  expect(scheme).toBe("gradient-descent");
  const positions = records[0].positions!;
  const x = positions.slice(0, 100);
  for (let s = 1; s <= 4; s++) {
    for (let step = 0; step < 5; step++) for (let i = 0; i < x.length; i++) x[i] -= dt * x[i];
    expect(positions.slice(100 * s, 100 * (s + 1))).toEqual(x);
  }
});

test("with K a particle is driven by all, itself included", async () => {
  const problem = await problemOf({
    potential: { F: "0*x", K: { type: "convolution", expression: "exp(-x^2)" } },
    dynamics: "gradient-descent",
  });
  const x = Float64Array.of(-0.3, 0.1, 1);
  const points = [x.slice()];
  createStepper(SCHEMES["gradient-descent"], problem, 3).step(points, 0, 0.1, createStream(1));
  const slope = (d: number) => -2 * d * Math.exp(-d * d);
  // Three terms of order 1 times dt.
  points[0].forEach((moved, i) => {
    const force = x.reduce((sum, other) => sum + slope(x[i] - other) / 3, 0);
    expect(moved).toBeCloseTo(x[i] - 0.1 * force, 15);
  });
  // They repel each other: the outer two move outwards.
  expect(points[0][0]).toBeLessThan(-0.3);
  expect(points[0][2]).toBeGreaterThan(1);
});

test.each(["algorithm-1", "gradient-descent"] as const)("%s wraps particles on a periodic axis", async (scheme) => {
  const x = { min: -1, max: 1, cells: 16 };
  const y = { min: -4, max: 4, cells: 16 };
  const normal = { type: "normal" as const, mean: 0.2, sd: 0.3 };
  const initial = { x: normal, y: normal };
  // A constant drift has no periodic potential: it is taken from an axis that does not wrap.
  const { potential } = await problemOf({ variables: { x, y }, potential: { F: "-3*x - 3*y" }, initial });
  const wrapping = await problemOf({
    variables: { x: { ...x, boundary: "periodic" }, y },
    potential: { F: "-3*y" },
    alpha: 0,
    dynamics: scheme === "algorithm-1" ? "birth-death" : "gradient-descent",
    initial,
    time: { end: 1.5, snapshots: 1 },
  });
  const { records, snapshots } = await simulate({ ...wrapping, potential }, { n: 500, dt: 0.05, keepPositions: true });
  const positions = records[0].positions!;
  for (let i = 0; i < 500; i++) {
    const [x0, y0, x1, y1] = [positions[2 * i], positions[2 * i + 1], positions[1000 + 2 * i], positions[1000 + 2 * i + 1]];
    expect(x1).toBeGreaterThanOrEqual(-1);
    expect(x1).toBeLessThan(1);
    // 4.5 to the right, up to whole periods of 2; thirty roundings of numbers below 2, each of 2e-16.
    const periods = (x0 + 4.5 - x1) / 2;
    expect(Math.abs(periods - Math.round(periods))).toBeLessThan(1e-14);
    // The axis that does not wrap lets them go, and they are counted there.
    expect(y1).toBeCloseTo(y0 + 4.5, 12);
  }
  const outside = [...positions.slice(1000)].filter((y, k) => k % 2 === 1 && y > 4).length;
  expect(snapshots[1].outside).toBe(outside / 500);
  expect(snapshots[0].outside).toBe(0);
  expect(outside).toBeGreaterThan(400);
});

test("outside means beyond any end of the domain, or nowhere", async () => {
  const { grid } = await problemOf({
    variables: { x: { min: -1, max: 1, cells: 8 }, y: { min: 0, max: 2, cells: 8 } },
    initial: { x: { type: "normal", mean: 0, sd: 0.1 }, y: { type: "normal", mean: 1, sd: 0.1 } },
  });
  const points = [Float64Array.of(0, -1, 1, 1.001, 0, 0, Number.NaN, 9), Float64Array.of(1, 0, 2, 1, -0.001, 2.001, 1, 9)];
  expect(countOutside(points, grid, 8)).toBe(5);
  expect(countOutside(points, grid, 7)).toBe(4);
});
