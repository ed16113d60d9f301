import { expect, test } from "vitest";
import { fillCentres, withCells } from "../../src/grid/grid.ts";
import { createStream } from "../../src/numerics/random.ts";
import { createNodePotential } from "../../src/spectral/node-potential.ts";
import { problemOf } from "../fixtures.ts";

/** K = e^{-(x - x')^2 / 2} (2 + cos(y - y')), x between walls and y on a circle, as a convolution and as a dense kernel. */
test.each(["convolution", "pairwise"] as const)("W and its gradient are sums over all nodes to 1e-12: %s", async (type) => {
  const problem = await problemOf({
    variables: { x: { min: -4, max: 4, cells: 16 }, y: { min: 0, max: 2 * Math.PI, cells: 16, boundary: "periodic" } },
    potential: {
      F: "x^2",
      K:
        type === "convolution"
          ? { type, expression: "exp(-x^2/2)*(2+cos(y))" }
          : { type, expression: "exp(-(x-x_prime)^2/2)*(2+cos(y-y_prime))" },
    },
    initial: { x: { type: "normal", mean: 0, sd: 1 }, y: { type: "von-mises", mean: 1, concentration: 1 } },
  });
  const grid = withCells(problem.grid, [32, 32]);
  const n = grid.size;
  const potential = createNodePotential(problem.potential, grid);
  const stream = createStream(1, 0);
  const mu = Float64Array.from({ length: n }, () => stream.uniform());
  const [x, y] = grid.axes.map(() => new Float64Array(n));
  fillCentres(grid, 0, n, [x, y]);
  const [V, gradient] = [new Float64Array(n), [new Float64Array(n), new Float64Array(n)]];
  potential.evaluate(V, mu, 0);
  potential.createGradient()?.(gradient, mu);
  let [worst, scale] = [0, 0];
  for (let i = 0; i < n; i += 7) {
    const exact = [x[i] * x[i], 0, 0];
    for (let j = 0; j < n; j++) {
      const [u, v] = [x[i] - x[j], y[i] - y[j]];
      const weight = grid.cellVolume * mu[j] * Math.exp((-u * u) / 2);
      exact[0] += weight * (2 + Math.cos(v));
      exact[1] -= weight * u * (2 + Math.cos(v));
      exact[2] -= weight * Math.sin(v);
    }
    [V, ...gradient].forEach((found, a) => {
      worst = Math.max(worst, Math.abs(found[i] - exact[a]));
      scale = Math.max(scale, Math.abs(exact[a]));
    });
  }
  expect(worst).toBeLessThan(1e-12 * scale);
});
