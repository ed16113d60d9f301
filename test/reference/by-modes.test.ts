import { describe, expect, test } from "vitest";
import { l1Distance } from "../../src/grid/density.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { densityOnLine } from "../../src/measures/line-measure.ts";
import { wasserstein1 } from "../../src/measures/wasserstein.ts";
import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import { createStream } from "../../src/numerics/random.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { computeReference, largest, type Reference } from "../../src/reference/reference.ts";
import { describeReference } from "../../src/reference/reference-dataset.ts";
import { gaussianAt, type QuadraticCase } from "../../validation/shared/gaussian-closed-form.ts";
import { problemOf, SKEWED_WELL } from "../fixtures.ts";
import { sized } from "../sizes.ts";
import { createStoppingStore, untilItEnds } from "../stopped.ts";

const RULE = gaussLegendre(8, -0.5, 0.5);

function averagesOf({ axes: [{ min, width, cells }] }: Grid, rho: (x: number) => number): Float64Array {
  return Float64Array.from({ length: cells }, (_, i) =>
    RULE.nodes.reduce((total, node, q) => total + RULE.weights[q] * rho(min + (i + 0.5 + node) * width), 0),
  );
}

interface Truth {
  density: Float64Array;
  energy: number;
  observables: Record<string, number>;
}

/** No stated error is below the true one; returns the largest that is stated. */
function expectHonest({ problem: { grid }, snapshots }: Reference, s: number, truth: Truth): number {
  const { errors, ...found } = snapshots[s];
  expect(l1Distance(grid, found.density, truth.density)).toBeLessThanOrEqual(errors.l1);
  const [a, b] = [found.density, truth.density].map((density) => densityOnLine(grid.axes[0], density));
  expect(wasserstein1(a, b)).toBeLessThanOrEqual(errors.wasserstein1);
  expect(Math.abs(found.energy - truth.energy)).toBeLessThanOrEqual(errors.energy);
  for (const [name, value] of Object.entries(truth.observables))
    expect(Math.abs(found.observables[name] - value), name).toBeLessThanOrEqual(errors.observables[name]);
  return largest(errors);
}

const well = ({ k, c, temperature, alpha, reaction, mean, sd }: QuadraticCase): Partial<ProblemInput> => ({
  variables: { x: { min: -6, max: 6, cells: 96 } },
  potential: { F: `${k / 2}*(x - ${c})^2` },
  initial: { x: { type: "normal", mean, sd } },
  alpha,
  temperature,
  reaction,
  observables: { mean: "x", second: "x^2" },
});

function gaussianTruth(grid: Grid, time: number, quadratic: QuadraticCase): Truth {
  const { mean: m, variance: v } = gaussianAt(time, quadratic);
  const { k, c, temperature } = quadratic;
  return {
    density: averagesOf(grid, (x) => Math.exp(-((x - m) ** 2) / (2 * v)) / Math.sqrt(2 * Math.PI * v)),
    energy: 0.5 * k * (v + (m - c) ** 2) - 0.5 * temperature * Math.log(2 * Math.PI * Math.E * v),
    observables: { mean: m, second: m * m + v },
  };
}

describe("at a temperature no stated error is below the true one:", () => {
  test.each([
    { k: 1.3, c: 0.2, temperature: 0.5, alpha: 0, reaction: "energy", mean: 0.5, sd: 0.6 },
    { k: 1.3, c: 0.2, temperature: 0.1, alpha: 0.8, reaction: "energy", mean: 0.5, sd: 0.6 },
    { k: 0.7, c: -0.3, temperature: 0.3, alpha: 0.8, reaction: "free-energy", mean: 0.5, sd: 0.6 },
  ] as const)("Gaussians by modes: %o", async (quadratic) => {
    const problem = await problemOf(well(quadratic));
    const reference = await computeReference(problem, { tolerance: 1e-3 });
    expect(reference).toMatchObject({ reached: true, stoppedBy: null });
    reference.snapshots.forEach((snapshot, s) => {
      expect(snapshot.judgedBy).toBe("finite volumes");
      expectHonest(reference, s, gaussianTruth(problem.grid, snapshot.time, quadratic));
      // What finite volumes differ by is explained by their own error, and left out.
      for (const error of Object.values(snapshot.errors.observables)) expect(error).toBeLessThan(1e-6);
    });
  });

  test("random quadratic wells, whichever method comes to the end", async () => {
    const stream = createStream(7);
    for (let k = 0; k < sized(4, 8); k++) {
      const draw = (from: number, to: number) => from + (to - from) * stream.uniform();
      const quadratic = {
        k: draw(0.3, 2), c: draw(-1, 1), temperature: draw(0.05, 0.6), alpha: draw(0, 2), mean: draw(-1, 1), sd: draw(0.3, 0.9),
        reaction: k % 2 === 0 ? "energy" : "free-energy",
      } as const; // biome-ignore format: two lines
      const problem = await problemOf(well(quadratic));
      const reference = await computeReference(problem, { tolerance: 1e-2 });
      const largestStated = expectHonest(reference, 1, gaussianTruth(problem.grid, 1, quadratic));
      expect(largestStated).toBeLessThanOrEqual(1e-2);
    }
  });

  test("a Gibbs distribution, after a long time", async () => {
    const F = (x: number) => 0.25 * (x * x - 1) ** 2 + 0.15 * x;
    const rho = (x: number) => Math.exp(-F(x) / 0.5);
    const problem = await problemOf({ ...SKEWED_WELL, temperature: 0.5, alpha: 8, time: { end: 5, snapshots: [5] } });
    const reference = await computeReference(problem, { tolerance: 1e-3 });
    const rule = gaussLegendre(200, -3.5, 3.5);
    const integral = (phi: (x: number) => number) =>
      rule.nodes.reduce((total, x, q) => total + rule.weights[q] * phi(x) * rho(x), 0);
    const Z = integral(() => 1);
    expectHonest(reference, 0, {
      density: averagesOf(problem.grid, (x) => rho(x) / Z),
      energy: -0.5 * Math.log(Z),
      observables: { mean: integral((x) => x) / Z, second: integral((x) => x * x) / Z, wave: integral((x) => Math.cos(2 * x)) / Z },
    });
  });

  const without = [
    ["a domain with mass at its walls", { variables: { x: { min: -2, max: 2, cells: 64 } } }, /modes are periodic/],
    ["a start with jumps", { initial: { x: { type: "uniform", min: -1, max: 1 } } }, /refinements of Fourier modes/],
  ] as const;
  test.each(without.slice(0, sized(1, 2)))("finite volumes alone, on %s", async (_, changes, stoppedBy) => {
    const cold = { ...SKEWED_WELL, temperature: 0.3, reaction: "energy", alpha: 0.5, ...changes } as const;
    const reference = await computeReference(await problemOf(cold), { tolerance: 1e-2 });
    expect(reference.stoppedBy).toMatch(stoppedBy);
    // The same on a wide and fine grid: particles know of no walls.
    const fine = { min: -4, max: 4, cells: 512 };
    const wide = await computeReference(await problemOf({ ...cold, variables: { x: fine } }), { tolerance: 3e-2 });
    reference.snapshots.forEach(({ observables, errors, energy }, s) => {
      const truth = wide.snapshots[s];
      expect(Math.abs(energy - truth.energy)).toBeLessThanOrEqual(errors.energy + truth.errors.energy);
      for (const [name, mean] of Object.entries(observables))
        expect(Math.abs(mean - truth.observables[name])).toBeLessThanOrEqual(
          errors.observables[name] + truth.errors.observables[name],
        );
    });
  });
});

test("an F that changes in time has a reference, at temperature 0 as well", async () => {
  // m' = -(1 + t)(m - 0.2), v' = -2 (1 + t) v.
  const problem = await problemOf({ ...SKEWED_WELL, alpha: 0, potential: { F: "0.5*(1 + t)*(x - 0.2)^2" } });
  const { snapshots, judges } = await computeReference(problem, { tolerance: 1e-2 });
  expect(judges[0].grid).toBe("moving");
  expect(snapshots[1].judgedBy).toBe("moving finite volumes");
  const factor = Math.exp(-1.5);
  const mean = 0.2 + (0.1 - 0.2) * factor;
  const { observables, errors } = snapshots[1];
  expect(Math.abs(observables.mean - mean)).toBeLessThanOrEqual(errors.observables.mean);
  expect(Math.abs(observables.second - mean ** 2 - 0.36 * factor ** 2)).toBeLessThanOrEqual(errors.observables.second);
  expect(errors.observables.second).toBeLessThan(1e-3);
});

test("a reference by modes that is stopped again and again has the same numbers, and its file says who found and judged them", async () => {
  const small = { temperature: 0.4, variables: { x: { min: -4, max: 4, cells: 64 } }, time: { end: 0.3, snapshots: [0, 0.3] } };
  const changes = { ...small, observables: { mean: "x" } };
  const { problem: _, ...expected } = await computeReference(await problemOf(changes), { tolerance: 1e-2 });
  const { keep } = createStoppingStore(1);
  const { result, stops } = await untilItEnds(async () => computeReference(await problemOf(changes), { tolerance: 1e-2, keep }));
  const { problem: __, ...found } = result;
  expect(stops).toBeGreaterThan(3);
  expect(found).toEqual(expected);
  const { attributes, series, nodes } = describeReference(result);
  expect(attributes.method).toBe("Fourier modes, judged by finite volumes");
  expect(nodes).toBeNull();
  const named = Object.fromEntries(series.map((each) => [each.name, each]));
  expect(named.judged).toMatchObject({ values: Int8Array.of(1, 1), description: expect.stringContaining("4 Fourier modes") });
  expect(named.energy.description).toContain("tau int mu log mu");
  expect(named.gibbs_residual.values).toHaveLength(2);
});
