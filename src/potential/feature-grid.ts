import { fillCentres, type Grid } from "../grid/grid.ts";
import { BLOCK, type PointFunction } from "../numerics/block-function.ts";
import { type FeaturesDefinition, featureEvaluator, MOST_STORED } from "./feature-evaluator.ts";
import type { GridInteraction } from "./potential.ts";

/**
 * int K dmu = sum_p w_p phi_p S_p with S_p = int phi_p dmu, on the N cells of a grid: O(N P), or where phi is linear in one axis of
 * N_c cells O(N + N P / N_c).
 */
export function createFeatureSumsOnGrid(definition: FeaturesDefinition, grid: Grid): GridInteraction {
  const { linearAxis } = definition;
  return linearAxis === null ? denseTable(definition, grid) : separatedTable(definition, grid, linearAxis);
}

function denseTable(definition: FeaturesDefinition, grid: Grid): GridInteraction {
  const P = definition.weights.length;
  const N = grid.size;
  const evaluate = featureEvaluator(definition);
  const coordinates = grid.axes.map(() => new Float64Array(BLOCK));
  const scratch = [new Float64Array(P * BLOCK)];
  /** phi_p at cells start ... start + count - 1 as [p][cell], into scratch. */
  const evaluateBlock = (start: number, count: number) => {
    fillCentres(grid, start, count, coordinates);
    for (let p = 0; p < P; p++) evaluate(scratch, p * count, coordinates, 0, count, p);
    return scratch[0];
  };
  const blocks = Math.ceil(N / BLOCK);
  const countOf = (b: number) => Math.min(BLOCK, N - b * BLOCK);
  const stored =
    N * P <= MOST_STORED
      ? Array.from({ length: blocks }, (_, b) => evaluateBlock(b * BLOCK, countOf(b)).slice(0, P * countOf(b)))
      : null;
  const table = (b: number) => (stored === null ? evaluateBlock(b * BLOCK, countOf(b)) : stored[b]);
  const moments = new Float64Array(P);
  /** moments[p] <- w_p S_p. */
  function takeMoments(mu: Float64Array): void {
    moments.fill(0);
    for (let b = 0; b < blocks; b++) {
      const phi = table(b);
      const count = countOf(b);
      for (let p = 0; p < P; p++) {
        let total = 0;
        for (let i = 0; i < count; i++) total += phi[p * count + i] * mu[b * BLOCK + i];
        moments[p] += total;
      }
    }
    for (let p = 0; p < P; p++) moments[p] *= grid.cellVolume * definition.weights[p];
  }
  return {
    between: {
      exact: true,
      of(mu) {
        takeMoments(mu);
        return createReader(definition, moments.slice());
      },
    },
    apply(out, mu) {
      takeMoments(mu);
      out.fill(0);
      for (let b = 0; b < blocks; b++) {
        const phi = table(b);
        const count = countOf(b);
        for (let p = 0; p < P; p++) {
          for (let i = 0; i < count; i++) out[b * BLOCK + i] += moments[p] * phi[p * count + i];
        }
      }
    },
  };
}

/** phi = c psi: moments of c mu over the axis of c first, then psi over the remaining cells. */
function separatedTable(definition: FeaturesDefinition, grid: Grid, axis: number): GridInteraction {
  const P = definition.weights.length;
  const { cells, min, width } = grid.axes[axis];
  const stride = grid.strides[axis];
  const others = grid.size / cells;
  const amplitudes = Float64Array.from({ length: cells }, (_, i) => min + (i + 0.5) * width);
  /** Flat index of the cell with c index 0 for each of the other cells. */
  const base = Int32Array.from({ length: others }, (_, r) => Math.floor(r / stride) * stride * cells + (r % stride));
  const points = grid.axes.map(() => new Float64Array(others));
  const corner = grid.axes.map(() => new Float64Array(1));
  for (let r = 0; r < others; r++) {
    fillCentres(grid, base[r], 1, corner);
    for (let a = 0; a < grid.dimension; a++) points[a][r] = a === axis ? 1 : corner[a][0];
  }
  const evaluate = featureEvaluator(definition);
  const table = new Float64Array(others * P);
  for (let p = 0; p < P; p++) {
    for (let start = 0; start < others; start += BLOCK) {
      evaluate([table], p * others + start, points, start, Math.min(BLOCK, others - start), p);
    }
  }
  const moment = new Float64Array(others);
  const response = new Float64Array(others);
  const moments = new Float64Array(P);
  /** moments[p] <- w_p S_p. */
  function takeMoments(mu: Float64Array): void {
    for (let r = 0; r < others; r++) {
      let total = 0;
      for (let i = 0; i < cells; i++) total += amplitudes[i] * mu[base[r] + i * stride];
      moment[r] = total * grid.cellVolume;
    }
    for (let p = 0; p < P; p++) {
      const at = p * others;
      let total = 0;
      for (let r = 0; r < others; r++) total += table[at + r] * moment[r];
      moments[p] = total * definition.weights[p];
    }
  }
  return {
    between: {
      exact: true,
      of(mu) {
        takeMoments(mu);
        return createReader(definition, moments.slice());
      },
    },
    apply(out, mu) {
      takeMoments(mu);
      response.fill(0);
      for (let p = 0; p < P; p++) {
        const at = p * others;
        for (let r = 0; r < others; r++) response[r] += moments[p] * table[at + r];
      }
      for (let r = 0; r < others; r++) {
        for (let i = 0; i < cells; i++) out[base[r] + i * stride] = amplitudes[i] * response[r];
      }
    },
  };
}

/** sum_p moments[p] phi_p at points. */
function createReader(definition: FeaturesDefinition, moments: Float64Array): PointFunction {
  const evaluate = featureEvaluator(definition);
  const phi = [new Float64Array(BLOCK)];
  return (out, points, count) => {
    out.fill(0, 0, count);
    for (let start = 0; start < count; start += BLOCK) {
      const block = Math.min(BLOCK, count - start);
      for (let p = 0; p < moments.length; p++) {
        evaluate(phi, 0, points, start, block, p);
        for (let i = 0; i < block; i++) out[start + i] += moments[p] * phi[0][i];
      }
    }
  };
}
