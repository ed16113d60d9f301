import { expect, test } from "vitest";
import { distancesTo, marginalsOf } from "../../src/explorer/engine/distances.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { distanceNoise } from "../../src/fluctuations/distance-noise.ts";
import { replicaSteps } from "../../src/particles/replica.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { sized } from "../sizes.ts";

/** Little mass starts in the deeper well: births amplify the noise of the start. */
const wells: ProblemInput = {
  name: "wells",
  variables: { x: { min: -3, max: 3, cells: 200 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.3*x" },
  alpha: 6,
  initial: { x: { type: "normal", mean: 0.5, sd: 0.5 } },
  time: { end: 1, snapshots: 4 },
};
const circle: ProblemInput = {
  name: "circle",
  variables: { x: { min: -Math.PI, max: Math.PI, cells: 128, boundary: "periodic" } },
  potential: { F: "0.3*cos(2*x)", K: { type: "convolution", expression: "cos(x)" } },
  alpha: 2,
  initial: { x: { type: "von-mises", mean: 3, concentration: 2 } },
  time: { end: 1, snapshots: 2 },
};

const n = 400;
const dt = 0.025;
const scheme = "algorithm-1";

const noiseOf = (problem: Problem) => [
  ...distanceNoise(problem, { scheme, n, dt, times: problem.snapshotTimes, probabilities: [0.05, 0.5, 0.95], seed: 5 }),
];

/** W1 of replicas from the equation: shape [snapshots][replicas]. */
function simulated(problem: Problem, replicas: number): number[][] {
  const marginals = solve(problem).snapshots.map(({ density }) => marginalsOf(problem.grid, density));
  const found: number[][] = marginals.map(() => []);
  for (let r = 0; r < replicas; r++) {
    let s = 0;
    for (const { row, points, weights } of replicaSteps(problem, SCHEMES[scheme], { n, dt, seed: 3, gap: false }, r)) {
      if (row !== null) found[s].push(distancesTo(marginals[s++], points, weights, n)[0].distance);
    }
  }
  return found;
}

test.each([
  ["births that amplify early noise", wells],
  ["a kernel on a circle", circle],
])("nine in ten replicas lie in the predicted band, at each time: %s", async (_, input) => {
  const replicas = sized(120, 1000);
  const problem = await createProblem(input);
  const noise = noiseOf(problem);
  const found = simulated(problem, replicas);
  noise.forEach(({ time, quantiles: [[low, middle, high]] }, s) => {
    const scaled = found[s].map((distance) => distance * Math.sqrt(n));
    const inside = scaled.filter((distance) => distance >= low && distance <= high).length / replicas;
    const below = scaled.filter((distance) => distance < middle).length / replicas;
    // A share p of the replicas has the standard error sqrt(p (1 - p) / replicas); 0.03 stands for the bias of dt and finite n and for the quantiles, which come from 1000 draws.
    expect(Math.abs(inside - 0.9), `inside at t = ${time}`).toBeLessThan(4 * Math.sqrt(0.09 / replicas) + 0.03);
    expect(Math.abs(below - 0.5), `below the middle at t = ${time}`).toBeLessThan(4 * Math.sqrt(0.25 / replicas) + 0.03);
  });
});

test("at the start it is that of independent draws, and with births that amplify it three times as much at the end", async () => {
  const problem = await createProblem(wells);
  const noise = noiseOf(problem);
  const draws = solve(problem).snapshots.map(({ density }) => marginalsOf(problem.grid, density)[0].band);
  // Quantiles of 200 bridges at p are those of probabilities within 2%, of 1000 draws within 1%: some 10% of W1.
  [0, 1, 2].forEach((q) => {
    expect(Math.abs(noise[0].quantiles[0][q] / draws[0][q] - 1)).toBeLessThan(0.15);
  });
  expect(noise[4].quantiles[0][1] / draws[4][1]).toBeGreaterThan(1.5);
});

test("a scheme without a theory of its noise has no prediction", async () => {
  const problem = await createProblem(wells);
  const options = { scheme: "resampling-shuffled" as const, n, dt, times: problem.snapshotTimes, probabilities: [0.5], seed: 1 };
  expect(() => [...distanceNoise(problem, options)]).toThrow("no scheme with a prediction");
});
