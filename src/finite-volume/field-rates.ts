import type { Grid } from "../grid/grid.ts";
import { createRowVelocity, setVelocity } from "./rows/row-velocity.ts";

/** How fast a potential changes a density, and what of it a step has to resolve. */
export interface FieldRates {
  /** (int (V - Vbar)^2 dmu / mass)^(1/2): the rate, over alpha, at which masses change against each other. */
  deviation: number;
  /** (int sum_a (d_a^2 V)^2 dmu / mass)^(1/2), in 1/time: how fast paths come together or part. */
  strain: number;
  /** (int |grad V|^2 dmu / mass)^(1/2) over the shortest side of the domain, in 1/time: how fast mass crosses it, so that what reaches walls is seen on its way. */
  crossing: number;
  /** int |grad V|^2 dmu / mass. */
  squaredGradient: number;
}

/**
 * Rates of a potential under a density, both on a grid: at the centres of cells gradients of order 4 and second derivatives of order 2. What is non-negative by its meaning is kept so where weights are
 * negative here and there. About 10 ns a cell and axis.
 *
 * @param mu weights up to a factor, V: shapes [grid.size].
 */
export type FieldRatesOf = (mu: Float64Array, V: Float64Array) => FieldRates;

export function createFieldRates(grid: Grid): FieldRatesOf {
  const lines = grid.axes.map((axis) => ({ u: createRowVelocity(axis, 6), V: new Float64Array(axis.cells) }));
  const shortest = Math.min(...grid.axes.map(({ min, max }) => max - min));
  return (mu, V) => {
    const middle = V[0];
    let mass = 0;
    let first = 0;
    let second = 0;
    for (let i = 0; i < grid.size; i++) {
      const deviation = V[i] - middle;
      mass += mu[i];
      first += mu[i] * deviation;
      second += mu[i] * deviation * deviation;
    }
    let squaredGradient = 0;
    let squaredStrain = 0;
    for (let a = 0; a < grid.dimension; a++) {
      const { u, V: line } = lines[a];
      const { cells, width } = grid.axes[a];
      const stride = grid.strides[a];
      for (let slab = 0; slab < grid.size; slab += stride * cells) {
        for (let from = slab; from < slab + stride; from++) {
          for (let i = 0; i < cells; i++) line[i] = V[from + i * stride];
          setVelocity(u, line);
          for (let i = 0; i < cells; i++) {
            const w = mu[from + i * stride];
            // At the centre of a cell by the cubic between its faces.
            const speed = 0.5 * (u.values[i] + u.values[i + 1]) + 0.125 * (u.slopes[i] - u.slopes[i + 1]);
            const rate = (0.5 * (u.slopes[i] + u.slopes[i + 1])) / width;
            squaredGradient += w * speed * speed;
            squaredStrain += w * rate * rate;
          }
        }
      }
    }
    const atLeastZero = (x: number) => Math.max(0, x / mass);
    return {
      deviation: Math.sqrt(atLeastZero(second - (first * first) / mass)),
      strain: Math.sqrt(atLeastZero(squaredStrain)),
      crossing: Math.sqrt(atLeastZero(squaredGradient)) / shortest,
      squaredGradient: atLeastZero(squaredGradient),
    };
  };
}
