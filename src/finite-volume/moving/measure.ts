import type { Grid } from "../../grid/grid.ts";
import type { EnergyState } from "../../potential/energy.ts";
import type { GridPotential } from "../../potential/potential.ts";
import { createRowVelocity, setVelocity } from "../rows/row-velocity.ts";

/** What a moving density and its potential measure. */
export interface MovingState extends EnergyState {
  rates: FieldRates;
}

/** How a potential changes the density that W stands for. */
export interface FieldRates {
  /** Its standard deviation under mu: the rate, over alpha, at which masses change against each other. */
  deviation: number;
  /** (int sum_a (d_a^2 V)^2 dmu / mass)^(1/2): the rate at which paths come together or part. */
  strain: number;
}

/**
 * Measures masses deposited on the lattice, W, and potentials there: integrals are sums over lattice points, of order 6 in their spacing, gradients of order 4. What is
 * non-negative by its meaning is kept so where rounding would not.
 */
export interface MovingMeasure {
  /** W and V: shape [grid.size]. @param minDensity the least density of the moving cells. */
  state(W: Float64Array, V: Float64Array, minDensity: number): MovingState;
  rates(W: Float64Array, field: Float64Array): FieldRates;
}

export function createMovingMeasure(grid: Grid, potential: GridPotential): MovingMeasure {
  const lines = grid.axes.map((axis) => ({ u: createRowVelocity(axis, 6), V: new Float64Array(axis.cells) }));

  /** int |grad V|^2 dmu and int sum_a (d_a^2 V)^2 dmu. */
  function derivatives(W: Float64Array, V: Float64Array): { squaredGradient: number; squaredStrain: number } {
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
            const w = W[from + i * stride];
            // At the centre of a cell by the cubic between its faces.
            const speed = 0.5 * (u.values[i] + u.values[i + 1]) + 0.125 * (u.slopes[i] - u.slopes[i + 1]);
            const rate = (0.5 * (u.slopes[i] + u.slopes[i + 1])) / width;
            squaredGradient += w * speed * speed;
            squaredStrain += w * rate * rate;
          }
        }
      }
    }
    return { squaredGradient: Math.max(0, squaredGradient), squaredStrain: Math.max(0, squaredStrain) };
  }

  function moments(W: Float64Array, V: Float64Array): { mass: number; mean: number; variance: number } {
    const middle = V[0];
    let mass = 0;
    let first = 0;
    let second = 0;
    for (let i = 0; i < grid.size; i++) {
      const deviation = V[i] - middle;
      mass += W[i];
      first += W[i] * deviation;
      second += W[i] * deviation * deviation;
    }
    const mean = first / mass;
    return { mass, mean: middle + mean, variance: Math.max(0, second - first * mean) };
  }

  return {
    state(W, V, minDensity) {
      const { external, constant } = potential;
      const { mass, mean, variance } = moments(W, V);
      const { squaredGradient, squaredStrain } = derivatives(W, V);
      let ofF = 0;
      for (let i = 0; i < grid.size; i++) ofF += W[i] * external[i];
      return {
        mass,
        energy: 0.5 * (mean * mass + ofF) + constant,
        meanPotential: mean,
        minDensity,
        transportDissipation: squaredGradient,
        potentialVariance: variance,
        potentialSquare: variance + mean * mean * mass,
        rates: { deviation: Math.sqrt(variance / mass), strain: Math.sqrt(squaredStrain / mass) },
      };
    },
    rates(W, field) {
      const { mass, variance } = moments(W, field);
      return { deviation: Math.sqrt(variance / mass), strain: Math.sqrt(derivatives(W, field).squaredStrain / mass) };
    },
  };
}
