import type { Grid } from "../grid/grid.ts";
import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";

/** Entries of a feature table kept in memory (64 MB); a larger one is evaluated anew at each call. */
export const MOST_STORED = 2 ** 23;

/**
 * K(theta, theta') = sum_p w_p phi(theta, x_p) phi(theta', x_p): low rank over P quadrature nodes x_p of the inputs, w_p >= 0.
 */
export interface FeaturesDefinition {
  dimension: number;
  /** phi of (theta, x): one output; the slots are the coordinates of theta, then the inputs. */
  value: BlockFunction;
  /** phi and dphi/dtheta_a: dimension + 1 outputs. */
  valueAndGradient: BlockFunction;
  /** The same, then the Laplacian of phi in theta: dimension + 2 outputs. */
  valueGradientLaplacian: BlockFunction;
  /** Quadrature nodes: inputs[k][p]. */
  inputs: readonly Float64Array[];
  /** w_p, shape [P]. */
  weights: Float64Array;
  /** The axis in which phi is linear, phi = theta_a psi(other axes, x), if there is one: then only psi is tabulated. */
  linearAxis: number | null;
  /** Where a mesh is tested, and its periods; without it sums over points are direct. */
  domain?: Grid;
}

export type FeatureEvaluator = (
  outputs: readonly Float64Array[],
  outputStart: number,
  points: readonly Float64Array[],
  start: number,
  count: number,
  p: number,
) => void;

/** Feature p on a block of points: its value, its gradient after it, and its Laplacian last, as many as there are outputs. */
export function featureEvaluator(definition: FeaturesDefinition): FeatureEvaluator {
  const { dimension, inputs, value, valueAndGradient, valueGradientLaplacian } = definition;
  const inputSlots = inputs.map(() => new Float64Array(BLOCK));
  const slots = [...Array.from({ length: dimension }, () => new Float64Array(BLOCK)), ...inputSlots];
  return (outputs, outputStart, points, start, count, p) => {
    for (let a = 0; a < dimension; a++) {
      const x = points[a];
      const slot = slots[a];
      for (let i = 0; i < count; i++) slot[i] = x[start + i];
    }
    for (let k = 0; k < inputs.length; k++) inputSlots[k].fill(inputs[k][p], 0, count);
    const program = outputs.length === 1 ? value : outputs.length === dimension + 1 ? valueAndGradient : valueGradientLaplacian;
    program(outputs, outputStart, slots, 0, count);
  };
}
