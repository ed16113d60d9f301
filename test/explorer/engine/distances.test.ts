import { expect, test } from "vitest";
import { distancesTo, marginalsOf } from "../../../src/explorer/engine/distances.ts";
import { createStream } from "../../../src/numerics/random.ts";
import { createProblem } from "../../../src/problem/problem.ts";

const problem = await createProblem({
  name: "two distributions",
  variables: {
    x: { min: -5, max: 5, cells: 200 },
    angle: { min: -Math.PI, max: Math.PI, cells: 100, boundary: "periodic" },
  },
  potential: { F: "0.1*x^2" },
  alpha: 1,
  initial: { x: { type: "normal", mean: 0.5, sd: 0.8 }, angle: { type: "von-mises", mean: 3, concentration: 2 } },
  time: { end: 1, snapshots: 1 },
});
const marginals = marginalsOf(problem.grid, problem.initial.cellAverages(problem.grid).density);

test("nine in ten samples of n independent draws lie in the band, on each axis and for each n", () => {
  const samples = 200;
  for (const n of [100, 1600]) {
    const points = problem.grid.axes.map(() => new Float64Array(n));
    const inside = [0, 0];
    const below = [0, 0];
    for (let s = 0; s < samples; s++) {
      problem.initial.sample(points, n, createStream(n, s));
      distancesTo(marginals, points, null, n).forEach(({ distance, band: [low, middle, high] }, a) => {
        if (distance >= low && distance <= high) inside[a]++;
        if (distance < middle) below[a]++;
      });
    }
    // Quantiles come from 200 bridges and shares from 200 samples: the standard errors of a share p are sqrt(2 p (1 - p) / 200) = 0.03 and 0.05.
    for (const a of [0, 1]) {
      expect(Math.abs(inside[a] / samples - 0.9), `axis ${a}, n = ${n}`).toBeLessThan(4 * 0.03);
      expect(Math.abs(below[a] / samples - 0.5), `axis ${a}, n = ${n}`).toBeLessThan(4 * 0.05);
    }
  }
});

test("positions on a periodic axis count by their place on the circle", () => {
  const n = 50;
  const points = problem.grid.axes.map(() => new Float64Array(n));
  problem.initial.sample(points, n, createStream(1));
  const before = distancesTo(marginals, points, null, n)[1].distance;
  const turned = [points[0], points[1].map((angle, i) => angle + 2 * Math.PI * (i % 3))];
  expect(distancesTo(marginals, turned, null, n)[1].distance).toBeCloseTo(before, 12);
});
