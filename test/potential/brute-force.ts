import { basisOfOrder } from "../../src/potential/lagrange-basis.ts";
import type { PointField } from "../../src/potential/potential.ts";
import type { Shape } from "./kernels.ts";

/** A kernel of two points and its derivatives in the first: [K, dK/dtheta_1, ..., dK/dtheta_d, Laplacian of K]. */
export type Pair = (theta: readonly number[], other: readonly number[]) => readonly number[];

export interface Cloud {
  points: readonly Float64Array[];
  count: number;
  weights: Float64Array | null;
}

/** The kernel k(theta - theta'), the displacement brought to [-period/2, period/2) on the axes that have one. */
export function displaced(shape: Shape, periods: readonly number[]): Pair {
  return (theta, other) =>
    shape(
      theta.map((x, a) => {
        const step = x - other[a];
        return periods[a] === 0 ? step : step - periods[a] * Math.floor(step / periods[a] + 0.5);
      }),
    );
}

/** g(theta) k(theta - theta') g(theta') with g(theta) = 1 + sin(theta_1) / 2: symmetric, and no function of the displacement. */
export function modulated(shape: Shape): Pair {
  return (theta, other) => {
    const values = shape(theta.map((x, a) => x - other[a]));
    const [k, slope] = values;
    const [sine, cosine] = [Math.sin(theta[0]) / 2, Math.cos(theta[0]) / 2];
    const product = values.map((value) => (1 + sine) * value);
    product[1] += cosine * k;
    product[product.length - 1] += 2 * cosine * slope - sine * k;
    return product.map((value) => value * (1 + Math.sin(other[0]) / 2));
  };
}

/** [component][i] of sum_j w_j K(target_i, point_j) and its derivatives, and sum |w| times the largest |K|, |dK| and |lap K| met. */
export function bruteForce(pair: Pair, targets: readonly Float64Array[], targetCount: number, { points, weights, count }: Cloud) {
  const components = points.length + 2;
  const sums = Array.from({ length: components }, () => new Float64Array(targetCount));
  const bounds = new Array<number>(components).fill(0);
  const weightOf = (j: number) => (weights === null ? 1 / count : weights[j]);
  let total = 0;
  for (let j = 0; j < count; j++) total += Math.abs(weightOf(j));
  for (let i = 0; i < targetCount; i++) {
    const theta = targets.map((x) => x[i]);
    for (let j = 0; j < count; j++) {
      const other = points.map((x) => x[j]);
      pair(theta, other).forEach((value, c) => {
        sums[c][i] += weightOf(j) * value;
        bounds[c] = Math.max(bounds[c], Math.abs(value) * total);
      });
    }
  }
  bounds.fill(Math.max(...bounds.slice(1, components - 1)), 1, components - 1);
  return { sums, bounds };
}

export interface WholeField extends PointField {
  value: Float64Array;
  gradient: Float64Array[];
  laplacian: Float64Array;
  /** All of these, one after the other. */
  components: Float64Array[];
}

/** A field of `length` points that starts from `start`. */
export function wholeField(dimension: number, length: number, start = 0): WholeField {
  const components = Array.from({ length: dimension + 2 }, () => new Float64Array(length).fill(start));
  return { value: components[0], gradient: components.slice(1, -1), laplacian: components[dimension + 1], components };
}

/**
 * How many times its tolerance a mesh may miss K by. With P_1, ..., P_2d the interpolations of both factors along all axes,
 *
 *   K - P_1 ... P_2d K = sum_k P_1 ... P_k (K - P_{k+1} K),    each term at most L^k (tolerance / 2d),
 *
 * where L = max sum_j |L_j| is that of the middle cell, at t = 1/2. The spacing was tested at sampled displacements: twice for those
 * between them. L grows with the order, so that 12, the highest in use, serves for all.
 */
export function meshFactor(dimension: number, order = 12): number {
  const basis = new Float64Array(order);
  basisOfOrder(order).evaluate(basis, 0.5);
  const lebesgue = basis.reduce((total, value) => total + Math.abs(value), 0);
  let sum = 0;
  for (let k = 0; k < 2 * dimension; k++) sum += lebesgue ** k;
  return (2 * sum) / (2 * dimension);
}
