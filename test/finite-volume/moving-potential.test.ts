import { expect, test } from "vitest";
import { createMovingStepper } from "../../src/finite-volume/moving/moving-stepper.ts";
import { fillCentres } from "../../src/grid/grid.ts";
import { createPointPotential } from "../../src/potential/point-potential.ts";
import { problemOf } from "../fixtures.ts";

const KERNELS = [
  { type: "convolution" as const, expression: "exp(-(x^2 + y^2)/0.8)" },
  { type: "features" as const, expression: "exp(-(x - u)^2 - y*u/4)", inputs: { u: { min: -2, max: 2, points: 24 } } },
  { type: "pairwise" as const, expression: "exp(-(x - x_prime)^2)*(1 + y*y_prime)" },
];

test.each(KERNELS)(
  "V of the masses of moving cells tends to the dense sum over a fine quadrature, at order 3 at least: $type",
  async (K) => {
    const errors = [];
    for (const cells of [20, 40]) {
      const problem = await problemOf({
        variables: { x: { min: -3, max: 3, cells }, y: { min: -3, max: 3, cells } },
        potential: { F: "0.25*x^2 + 0.5*y^2", K },
        initial: { x: { type: "normal", mean: 0.2, sd: 0.5 }, y: { type: "normal", mean: -0.1, sd: 0.4 } },
      });
      const { grid } = problem;
      const stepper = createMovingStepper(problem, grid, { uniform: 0.15, growth: 0.4, passes: 6 }, 1);
      const { points, weights } = problem.initial.quadrature({ counts: [48, 48], bulk: 7.5 });
      const centres = [new Float64Array(grid.size), new Float64Array(grid.size)];
      fillCentres(grid, 0, grid.size, centres);
      const dense = new Float64Array(grid.size);
      const field = { value: dense, gradient: null, laplacian: null };
      createPointPotential(problem.potential, 0).field(field, centres, grid.size, points, weights, weights.length);
      errors.push(Math.max(...dense.map((v, i) => Math.abs(v - stepper.V[i]))));
    }
    // The quadrature itself is exact to 1e-12; at 40 cells a standard deviation of 0.4 has 20 of its own.
    expect(errors[1]).toBeLessThan(2e-5);
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(3);
  },
);
