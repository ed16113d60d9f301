import type { Grid } from "../../grid/grid.ts";
import type { EnergyState } from "../../potential/energy.ts";
import type { GridPotential } from "../../potential/potential.ts";
import { createRowVelocity, setVelocity } from "../rows/row-velocity.ts";

/** What a moving density and its potential measure. */
export interface MovingState extends EnergyState {
  /** (int sum_a (d_a^2 V)^2 dmu / mass)^(1/2): the rate at which paths come together or part. */
  strain: number;
}

/**
 * Measures masses deposited on the lattice, W, and the potential there: integrals are sums over lattice points, of order 6 in their spacing, gradients of order 4. What is
 * non-negative by its meaning is kept so where rounding would not.
 *
 * @param W shape [grid.size]. @param minDensity the least density of the moving cells.
 */
export function createMovingMeasure(grid: Grid, potential: GridPotential) {
  const lines = grid.axes.map((axis) => ({ u: createRowVelocity(axis, 6), V: new Float64Array(axis.cells) }));
  return (W: Float64Array, V: Float64Array, minDensity: number): MovingState => {
    const { external } = potential;
    const middle = V[0];
    let mass = 0;
    let first = 0;
    let second = 0;
    let ofF = 0;
    for (let i = 0; i < grid.size; i++) {
      const deviation = V[i] - middle;
      mass += W[i];
      first += W[i] * deviation;
      second += W[i] * deviation * deviation;
      ofF += W[i] * external[i];
    }
    const mean = first / mass;
    const meanPotential = middle + mean;
    const variance = Math.max(0, second - first * mean);
    let dissipation = 0;
    let strain = 0;
    for (let a = 0; a < grid.dimension; a++) {
      const { u, V: line } = lines[a];
      const { cells, width } = grid.axes[a];
      const stride = grid.strides[a];
      for (let slab = 0; slab < grid.size; slab += stride * cells) {
        for (let from = slab; from < slab + stride; from++) {
          for (let i = 0; i < cells; i++) line[i] = V[from + i * stride];
          setVelocity(u, line);
          for (let i = 0; i < cells; i++) {
            const w = W[from + i * stride];
            // At the centre of a cell by the cubic between its faces.
            const speed = 0.5 * (u.values[i] + u.values[i + 1]) + 0.125 * (u.slopes[i] - u.slopes[i + 1]);
            const rate = (0.5 * (u.slopes[i] + u.slopes[i + 1])) / width;
            dissipation += w * speed * speed;
            strain += w * rate * rate;
          }
        }
      }
    }
    return {
      mass,
      energy: 0.5 * (meanPotential * mass + ofF) + potential.constant,
      meanPotential,
      minDensity,
      transportDissipation: Math.max(0, dissipation),
      potentialVariance: variance,
      potentialSquare: variance + meanPotential * meanPotential * mass,
      strain: Math.sqrt(Math.max(0, strain) / mass),
    };
  };
}
