import { expect, test } from "vitest";
import type { Grid } from "../../src/grid/grid.ts";
import { gaussLegendre, tensorProduct } from "../../src/numerics/quadrature.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { computeReference, largest } from "../../src/reference/reference.ts";
import { problemOf } from "../fixtures.ts";

/**
 * A Gaussian stays one under F = k x^2 / 2 along each axis: with p = 1 / variance,
 *
 *   transport   m' = -k m,             p' = 2 k p
 *   reaction    m' = -alpha k m / p,   p' = alpha k        so that with both   p = (p_0 + alpha / 2) e^{2 k t} - alpha / 2
 *
 * and m p e^{-k t} is constant without transport or with both, m e^{k t} without reaction.
 */
function exactGaussian(k: number, alpha: number, dynamics: string, m0: number, sd0: number, t: number) {
  const p0 = 1 / sd0 ** 2;
  if (dynamics === "gradient-descent") return { m: m0 * Math.exp(-k * t), p: p0 * Math.exp(2 * k * t) };
  if (dynamics === "pure-birth-death") return { m: (m0 * p0) / (p0 + alpha * k * t), p: p0 + alpha * k * t };
  const p = (p0 + alpha / 2) * Math.exp(2 * k * t) - alpha / 2;
  return { m: (m0 * p0 * Math.exp(k * t)) / p, p };
}

const axes = { x: { k: 1, m: 0.5, sd: 0.6 }, y: { k: 0.5, m: -0.2, sd: 0.5 } };
type Name = keyof typeof axes;

function gaussianProblem(names: readonly Name[], dynamics: NonNullable<ProblemInput["dynamics"]>, cells: number): Promise<Problem> {
  return problemOf({
    variables: Object.fromEntries(names.map((name) => [name, { min: -4, max: 4, cells }])),
    potential: { F: names.map((name) => `${axes[name].k / 2}*${name}^2`).join(" + ") },
    alpha: 2,
    dynamics,
    initial: Object.fromEntries(names.map((name) => [name, { type: "normal" as const, mean: axes[name].m, sd: axes[name].sd }])),
    time: { end: 0.75, snapshots: [0.25, 0.75] },
    observables: Object.fromEntries(names.flatMap((name) => [[name, name], [`${name} squared`, `${name}^2`]])), // biome-ignore format: one line
  });
}

/** Cell averages of a product of Gaussians, with six Gauss points an axis: the cells are at most half as wide as a deviation. */
function averages(grid: Grid, gaussians: readonly { m: number; p: number }[]): Float64Array {
  const { nodes, weights } = tensorProduct(grid.axes.map((axis) => gaussLegendre(6, -axis.width / 2, axis.width / 2)));
  return Float64Array.from({ length: grid.size }, (_, i) => {
    let total = 0;
    for (let q = 0; q < weights.length; q++) {
      let value = weights[q];
      gaussians.forEach(({ m, p }, a) => {
        const { min, width, cells } = grid.axes[a];
        const x = min + ((Math.floor(i / grid.strides[a]) % cells) + 0.5) * width + nodes[a][q];
        value *= Math.sqrt(p / (2 * Math.PI)) * Math.exp((-p * (x - m) ** 2) / 2);
      });
      total += value;
    }
    return total / grid.cellVolume;
  });
}

const cases = [
  { names: ["x"], cells: 128, tolerance: 1e-2 },
  { names: ["x"], cells: 128, tolerance: 1e-4 },
  { names: ["x", "y"], cells: 32, tolerance: 1e-2 },
] as const;

for (const dynamics of ["gradient-descent", "pure-birth-death", "birth-death"] as const) {
  for (const { names, cells, tolerance } of cases) {
    test(`${dynamics} in ${names.join(", ")} at ${tolerance}: no stated error is below the true one, or above the tolerance`, async () => {
      const problem = await gaussianProblem(names, dynamics, cells);
      const reference = await computeReference(problem, { tolerance });
      expect(reference.reached).toBe(true);
      for (const { time, density, energy, observables, errors } of reference.snapshots) {
        const gaussians = names.map((name) => exactGaussian(axes[name].k, 2, dynamics, axes[name].m, axes[name].sd, time));
        const exact = averages(problem.grid, gaussians);
        const l1 = problem.grid.cellVolume * density.reduce((sum, value, i) => sum + Math.abs(value - exact[i]), 0);
        expect(l1).toBeLessThanOrEqual(errors.l1);
        const second = gaussians.map(({ m, p }) => m * m + 1 / p);
        const exactEnergy = names.reduce((sum, name, a) => sum + (axes[name].k / 2) * second[a], 0);
        expect(Math.abs(energy - exactEnergy)).toBeLessThanOrEqual(errors.energy);
        names.forEach((name, a) => {
          expect(Math.abs(observables[name] - gaussians[a].m)).toBeLessThanOrEqual(errors.observables[name]);
          expect(Math.abs(observables[`${name} squared`] - second[a])).toBeLessThanOrEqual(errors.observables[`${name} squared`]);
        });
        expect(largest(errors)).toBeLessThanOrEqual(tolerance);
      }
    });
  }
}
