import { fillCentres, type Grid } from "../grid/grid.ts";
import { BLOCK } from "../numerics/block-function.ts";
import { type FeaturesDefinition, featureEvaluator, MOST_STORED } from "./feature-evaluator.ts";
import type { GridGradient } from "./potential.ts";

/**
 * Gradient of int K dmu = sum_p w_p phi_p S_p, S_p = int phi_p dmu, on the N cells of a grid. With phi = c psi(z), c = 1 where phi is linear in no axis,
 *
 *   S_p = sum_z psi_p(z) sum_c c mu(c, z) cellVolume,   dV/dc = sum_p w_p S_p psi_p(z),   dV/dz_a = c sum_p w_p S_p dpsi_p/dz_a(z)
 *
 * Cost: O(N + (d + 1) P N / N_c), N_c the cells of the axis of c (1 without one). null where the table of psi and its slopes would have more than MOST_STORED entries.
 */
export function createFeatureGradientOnGrid(definition: FeaturesDefinition, grid: Grid): GridGradient | null {
  const { linearAxis, weights, dimension } = definition;
  const P = weights.length;
  const { cells, min, width } = linearAxis === null ? { cells: 1, min: 0.5, width: 1 } : grid.axes[linearAxis];
  const stride = linearAxis === null ? 1 : grid.strides[linearAxis];
  const others = grid.size / cells;
  if (others * P * (dimension + 1) > MOST_STORED) return null;
  const amplitudes = Float64Array.from({ length: cells }, (_, i) => min + (i + 0.5) * width);
  /** Flat index of the cell with c index 0 for each z. */
  const base = Int32Array.from({ length: others }, (_, r) => Math.floor(r / stride) * stride * cells + (r % stride));
  const tables = tabulate(definition, grid, base);
  const [charge, moments, response] = [new Float64Array(others), new Float64Array(P), new Float64Array(others)];

  return (out, mu) => {
    for (let r = 0; r < others; r++) {
      let total = 0;
      for (let i = 0; i < cells; i++) total += amplitudes[i] * mu[base[r] + i * stride];
      charge[r] = total * grid.cellVolume;
    }
    for (let p = 0; p < P; p++) {
      let total = 0;
      for (let r = 0; r < others; r++) total += tables[0][p * others + r] * charge[r];
      moments[p] = weights[p] * total;
    }
    for (let a = 0; a < dimension; a++) {
      const table = a === linearAxis ? tables[0] : tables[a + 1];
      response.fill(0);
      for (let p = 0; p < P; p++) for (let r = 0; r < others; r++) response[r] += moments[p] * table[p * others + r];
      for (let r = 0; r < others; r++) {
        for (let i = 0; i < cells; i++) out[a][base[r] + i * stride] = (a === linearAxis ? 1 : amplitudes[i]) * response[r];
      }
    }
  };
}

/** psi and its slopes at the cells `base`, each [p][cell]: phi at c = 1. */
function tabulate(definition: FeaturesDefinition, grid: Grid, base: Int32Array): Float64Array[] {
  const { linearAxis, weights, dimension } = definition;
  const evaluate = featureEvaluator(definition);
  const tables = Array.from({ length: dimension + 1 }, () => new Float64Array(base.length * weights.length));
  const points = grid.axes.map(() => new Float64Array(BLOCK));
  const corner = grid.axes.map(() => new Float64Array(1));
  for (let start = 0; start < base.length; start += BLOCK) {
    const count = Math.min(BLOCK, base.length - start);
    for (let r = 0; r < count; r++) {
      fillCentres(grid, base[start + r], 1, corner);
      points.forEach((x, a) => {
        x[r] = a === linearAxis ? 1 : corner[a][0];
      });
    }
    for (let p = 0; p < weights.length; p++) evaluate(tables, p * base.length + start, points, 0, count, p);
  }
  return tables;
}
