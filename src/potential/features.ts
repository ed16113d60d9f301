import { fillCentres, type Grid } from "../grid/grid.ts";
import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import type { GridInteraction, Kernel, PointInteraction } from "./potential.ts";

/**
 * K(theta, theta') = sum_p w_p phi(theta, x_p) phi(theta', x_p): low rank over P quadrature nodes x_p of the inputs, w_p >= 0.
 */
export interface FeaturesDefinition {
  dimension: number;
  /** phi of (theta, x): one output; the slots are the coordinates of theta, then the inputs. */
  value: BlockFunction;
  /** phi and dphi/dtheta_a: dimension + 1 outputs. */
  valueAndGradient: BlockFunction;
  /** Quadrature nodes: inputs[k][p]. */
  inputs: readonly Float64Array[];
  /** w_p, shape [P]. */
  weights: Float64Array;
  /** The axis in which phi is linear, phi = theta_a psi(other axes, x), if there is one: then only psi is tabulated. */
  linearAxis: number | null;
}

/** Entries of a feature table kept in memory (64 MB); a larger one is evaluated anew at each call. */
const MOST_STORED = 2 ** 23;

/**
 * Feature kernel: int K dmu = sum_p w_p phi_p S_p with S_p = int phi_p dmu, O(N P) for N cells or particles. Where phi is linear in
 * one axis of N_c cells a grid costs O(N + N P / N_c).
 */
export function createFeaturesKernel(definition: FeaturesDefinition): Kernel {
  const { linearAxis } = definition;
  return {
    onGrid: (grid) => (linearAxis === null ? denseTable(definition, grid) : separatedTable(definition, grid, linearAxis)),
    atPoints: () => pointFeatures(definition),
    gram(matrix, points, count) {
      const evaluate = featureEvaluator(definition);
      matrix.fill(0, 0, count * count);
      const phi = new Float64Array(count);
      for (let p = 0; p < definition.weights.length; p++) {
        for (let start = 0; start < count; start += BLOCK) {
          evaluate([phi], start, points, start, Math.min(BLOCK, count - start), p);
        }
        for (let i = 0; i < count; i++) {
          for (let j = 0; j < count; j++) matrix[i * count + j] += definition.weights[p] * phi[i] * phi[j];
        }
      }
    },
  };
}

type FeatureEvaluator = (
  outputs: readonly Float64Array[],
  outputStart: number,
  points: readonly Float64Array[],
  start: number,
  count: number,
  p: number,
) => void;

/** Feature p on a block of points: the value alone if one output is asked for, otherwise the gradient after it. */
function featureEvaluator(definition: FeaturesDefinition): FeatureEvaluator {
  const { dimension, inputs, value, valueAndGradient } = definition;
  const inputSlots = inputs.map(() => new Float64Array(BLOCK));
  const slots = [...Array.from({ length: dimension }, () => new Float64Array(BLOCK)), ...inputSlots];
  return (outputs, outputStart, points, start, count, p) => {
    for (let a = 0; a < dimension; a++) {
      const x = points[a];
      const slot = slots[a];
      for (let i = 0; i < count; i++) slot[i] = x[start + i];
    }
    for (let k = 0; k < inputs.length; k++) inputSlots[k].fill(inputs[k][p], 0, count);
    (outputs.length === 1 ? value : valueAndGradient)(outputs, outputStart, slots, 0, count);
  };
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
  return {
    apply(out, mu) {
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
  return {
    apply(out, mu) {
      for (let r = 0; r < others; r++) {
        let total = 0;
        for (let i = 0; i < cells; i++) total += amplitudes[i] * mu[base[r] + i * stride];
        moment[r] = total * grid.cellVolume;
      }
      response.fill(0);
      for (let p = 0; p < P; p++) {
        const at = p * others;
        let total = 0;
        for (let r = 0; r < others; r++) total += table[at + r] * moment[r];
        total *= definition.weights[p];
        for (let r = 0; r < others; r++) response[r] += total * table[at + r];
      }
      for (let r = 0; r < others; r++) {
        for (let i = 0; i < cells; i++) out[base[r] + i * stride] = amplitudes[i] * response[r];
      }
    },
  };
}

/** Features are evaluated once where a table of them fits (MOST_STORED numbers), otherwise once for the moments and once to read. */
function pointFeatures(definition: FeaturesDefinition): PointInteraction {
  const { dimension, weights: quadrature } = definition;
  const P = quadrature.length;
  const evaluate = featureEvaluator(definition);
  const scratch = Array.from({ length: dimension + 1 }, () => new Float64Array(BLOCK));
  let table = scratch.map(() => new Float64Array(0));
  const moments = new Float64Array(P);
  return {
    add(value, gradient, points, weights, count) {
      const width = gradient === null ? 1 : dimension + 1;
      const keeps = count * P * width <= MOST_STORED;
      if (keeps && table[width - 1].length < count * P) table = scratch.map((_, c) => new Float64Array(c < width ? count * P : 0));
      const phi = (keeps ? table : scratch).slice(0, width);
      const forMoments = keeps ? phi : [scratch[0]];
      /** Where feature p of the block from `start` stands. */
      const place = (start: number, block: number, p: number) => (keeps ? start * P + p * block : 0);

      moments.fill(0);
      for (let start = 0; start < count; start += BLOCK) {
        const block = Math.min(BLOCK, count - start);
        for (let p = 0; p < P; p++) {
          const at = place(start, block, p);
          evaluate(forMoments, at, points, start, block, p);
          let total = 0;
          if (weights === null) {
            for (let i = 0; i < block; i++) total += phi[0][at + i];
            total /= count;
          } else for (let i = 0; i < block; i++) total += weights[start + i] * phi[0][at + i];
          moments[p] += total * quadrature[p];
        }
      }
      for (let start = 0; start < count; start += BLOCK) {
        const block = Math.min(BLOCK, count - start);
        for (let p = 0; p < P; p++) {
          const at = place(start, block, p);
          if (!keeps) evaluate(phi, 0, points, start, block, p);
          const factor = moments[p];
          if (value !== null) for (let i = 0; i < block; i++) value[start + i] += factor * phi[0][at + i];
          if (gradient === null) continue;
          for (let a = 0; a < dimension; a++) {
            const target = gradient[a];
            const slope = phi[a + 1];
            for (let i = 0; i < block; i++) target[start + i] += factor * slope[at + i];
          }
        }
      }
    },
  };
}

/**
 * F(theta) = -sum_p w_p f_p phi(theta, x_p) of a network that fits a target f (4), and its gradient: O(N P).
 * With the kernel of the same features, E + (1/2) sum_p w_p f_p^2 is the loss (3).
 */
export function createTargetPotential(
  definition: FeaturesDefinition,
  target: Float64Array,
): { external: BlockFunction; externalGradient: BlockFunction } {
  const { dimension, weights } = definition;
  const evaluate = featureEvaluator(definition);
  const phi = Array.from({ length: dimension + 1 }, () => new Float64Array(BLOCK));
  const accumulate =
    (features: readonly Float64Array[], skip: number): BlockFunction =>
    (outputs, outputStart, inputs, inputStart, count) => {
      outputs.forEach((out) => {
        out.fill(0, outputStart, outputStart + count);
      });
      for (let done = 0; done < count; done += BLOCK) {
        const block = Math.min(BLOCK, count - done);
        for (let p = 0; p < weights.length; p++) {
          evaluate(features, 0, inputs, inputStart + done, block, p);
          const factor = -weights[p] * target[p];
          for (let k = 0; k < outputs.length; k++) {
            const out = outputs[k];
            const term = features[k + skip];
            for (let i = 0; i < block; i++) out[outputStart + done + i] += factor * term[i];
          }
        }
      }
    };
  return { external: accumulate([phi[0]], 0), externalGradient: accumulate(phi, 1) };
}
