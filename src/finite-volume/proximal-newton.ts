import type { Grid } from "../grid/grid.ts";
import { sum } from "../numerics/sum.ts";
import type { GridPotential } from "../potential/potential.ts";

/**
 * The Newton systems of the implicit reaction, by conjugate gradients in L2(nu):
 *
 *   (I + a P K nu P) x = b,   P f = f - int f dnu / int dnu,   <f, g> = int f g dnu
 *
 * Symmetric positive definite there for K positive semi-definite. Each iteration costs one evaluation of int K dnu and about 20 ns a
 * cell; there are about as many as a P K nu P has eigenvalues above 1, which are few, K being compact. Three arrays of grid.size.
 */
export interface NewtonSystem {
  /**
   * @param x the solution; @param b with P b = b, overwritten; all of shape [grid.size].
   * @param rounding of b, below which its norm per mass is not resolved.
   * @returns the iterations and <b, x> = <A x, x> > 0.
   */
  solve(x: Float64Array, b: Float64Array, nu: Float64Array, a: number, rounding: number): { iterations: number; product: number };
}

/** Residual relative to b: 1e-3 costs as much up to a = 1e3, but ten times as many Newton steps at a = 1e6. */
const FORCING = 1e-6;
const MOST_ITERATIONS = 500;

export function createNewtonSystem(grid: Grid, potential: GridPotential): NewtonSystem {
  const { external } = potential;
  const [direction, image, weighted] = Array.from({ length: 3 }, () => new Float64Array(grid.size));

  /** image = (I + a P K nu P) direction. */
  function applySystem(nu: Float64Array, a: number): void {
    for (let i = 0; i < nu.length; i++) weighted[i] = nu[i] * direction[i];
    potential.evaluate(image, weighted);
    for (let i = 0; i < nu.length; i++) image[i] = direction[i] + a * (image[i] - external[i]);
    removeMean(image, nu);
  }

  return {
    solve(x, b, nu, a, rounding) {
      x.fill(0);
      direction.set(b);
      let square = inner(b, b, nu);
      const enough = Math.max(FORCING ** 2 * square, rounding ** 2 * sum(nu));
      let product = 0;
      let iterations = 0;
      while (square > enough && iterations < MOST_ITERATIONS) {
        applySystem(nu, a);
        const curvature = inner(direction, image, nu);
        // Only rounding is left, where K is positive semi-definite; x so far will do.
        if (!(curvature > 0)) break;
        const length = square / curvature;
        product += length * square;
        for (let i = 0; i < x.length; i++) {
          x[i] += length * direction[i];
          b[i] -= length * image[i];
        }
        const next = inner(b, b, nu);
        const share = next / square;
        for (let i = 0; i < x.length; i++) direction[i] = b[i] + share * direction[i];
        square = next;
        iterations++;
      }
      // A Richardson step, which makes x as good on cells that nu does not weigh. The remainder of b is orthogonal to b itself.
      for (let i = 0; i < x.length; i++) x[i] += b[i];
      return { iterations, product: grid.cellVolume * (iterations > 0 ? product : square) };
    },
  };
}

function inner(f: Float64Array, g: Float64Array, nu: Float64Array): number {
  let total = 0;
  for (let i = 0; i < f.length; i++) total += nu[i] * f[i] * g[i];
  return total;
}

/** f <- P f. */
export function removeMean(f: Float64Array, nu: Float64Array): void {
  let weight = 0;
  let total = 0;
  for (let i = 0; i < f.length; i++) {
    weight += nu[i];
    total += nu[i] * f[i];
  }
  const mean = total / weight;
  for (let i = 0; i < f.length; i++) f[i] -= mean;
}
