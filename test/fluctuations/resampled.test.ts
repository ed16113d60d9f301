import { expect, test } from "vitest";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { addSystematicNoise } from "../../src/schemes/systematic-noise.ts";
import { problemOf, SKEWED_WELL } from "../fixtures.ts";
import { sized } from "../sizes.ts";

const wellAt = (temperature: number, changes: Partial<ProblemInput>) =>
  problemOf({
    ...SKEWED_WELL,
    initial: { x: { type: "normal", mean: 0.4, sd: 0.6 } },
    time: { end: 1, snapshots: [0.4, 0.6, 1] },
    potential: { F },
    reaction: "energy",
    temperature,
    ...changes,
  });
const bandwidth = { type: "free-energy", bandwidth: 0.4 } as const;
const F = "0.3*x^2 + 0.7*cos(2*x) + 0.15*x";
const K = { type: "convolution", expression: "0.5*cos(x)" } as const;

/**
 * With one step of dt from the nodes of mu_0, l = log(f / Z) of the node and theta = centre + s xi: their joint distribution is that of pairs of a node and of xi, by trapezoidal rules. 150 and 1200 nodes differ by
 * 4e-4 of the noise, and paths of other seeds by 2e-3.
 */
test("the noise of the first resampling is that of the joint distribution of places and weights, pair by pair", async () => {
  const [tau, alpha, dt] = [0.4, 4, 0.2];
  const problem = await wellAt(tau, { alpha, time: { end: dt, snapshots: [dt] } });
  const { snapshots, resamplings } = predictFluctuations(problem, { scheme: "weighted", n: 1e7, dt, resampleBelow: 1 });
  expect(resamplings?.times).toEqual([{ time: dt, share: 1 }]);
  const noises = Array.from({ length: 49 }, (_, q) => -6 + 0.25 * q);
  const nodes = Array.from({ length: 300 }, (_, i) => 0.4 + 0.6 * (-6 + 0.04 * (i + 0.5)));
  const masses = nodes.map((x) => Math.exp(-(((x - 0.4) / 0.6) ** 2) / 2));
  const V = (x: number) => 0.3 * x * x + 0.7 * Math.cos(2 * x) + 0.15 * x;
  const growths = nodes.map((x) => Math.exp(-alpha * dt * V(x)));
  const total = masses.reduce((sum, m) => sum + m, 0);
  const Z = masses.reduce((sum, m, i) => sum + (m / total) * growths[i], 0);
  const pairs = nodes.flatMap((x, i) =>
    noises.map((xi) => ({
      law: ((masses[i] / total) * 0.25 * Math.exp(-0.5 * xi * xi)) / Math.sqrt(2 * Math.PI),
      growth: growths[i] / Z,
      theta: x - dt * (0.6 * x - 1.4 * Math.sin(2 * x) + 0.15) + Math.sqrt(2 * tau * dt) * xi,
    })),
  );
  const influences = [(x: number) => x, (x: number) => x * x, (x: number) => Math.cos(2 * x)].map((phi) =>
    Float64Array.from(pairs, ({ theta }) => phi(theta)),
  );
  const exact = new Float64Array(9);
  const [law, growth] = [pairs.map((pair) => pair.law), pairs.map((pair) => pair.growth)].map((values) =>
    Float64Array.from(values),
  );
  addSystematicNoise(exact, law, growth, influences, 1e7);
  Object.values(snapshots[0].observables).forEach(({ events }, k) => {
    expect(Math.abs(events / exact[4 * k] - 1)).toBeLessThan(0.01);
  });
});

/** All far from a step where some replicas are resampled and others are not: 4 standard deviations of the effective sample size and more. */
const cases = [
  ["at temperature 0, twice", 0, 0.9, { alpha: 6 }, 2000],
  ["at temperature 0 under K, twice", 0, 0.9, { alpha: 12, potential: { F, K } }, 300],
  ["by the energy, twice", 0.4, 0.5, { alpha: 12 }, 1000],
  ["by the energy under K, after each of 5 steps", 0.4, 0.9, { alpha: 12, potential: { F, K } }, 300],
  ["by a smoothed logarithm, once", 0.4, 0.5, { alpha: 6, reaction: bandwidth }, 300],
] as const;
test.each(cases.filter((_, k) => sized(k % 3 === 0, true)))(
  "n Var of particles that are resampled is that of a simulation, and would not be without their noise: %s",
  async (_, tau, resampleBelow, changes, few) => {
    const problem = await wellAt(tau, changes as Partial<ProblemInput>);
    const options = { scheme: "weighted", n: 2000, dt: 0.2, resampleBelow } as const;
    const { snapshots, resamplings } = predictFluctuations(problem, options);
    expect(resamplings?.timing).toBeLessThan(0.06);
    const ensemble = await simulate(problem, { ...options, replicas: sized(few, 4000), seed: 21, workers: 1 });
    const without: number[] = [];
    for (const [s, { statistics }] of ensemble.snapshots.entries()) {
      for (const [name, { nVariance, nVarianceError }] of Object.entries(statistics.observables)) {
        const predicted = snapshots[s].observables[name];
        const z = (nVariance - predicted.nVariance) / nVarianceError;
        expect(Math.abs(z), `${name} at t = ${problem.snapshotTimes[s]}`).toBeLessThan(3);
        without.push(z + predicted.events / nVarianceError);
      }
    }
    expect(Math.max(...without)).toBeGreaterThan(3);
  },
);
