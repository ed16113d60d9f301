import { fillCentres, type Grid } from "../grid/grid.ts";
import { BLOCK } from "../numerics/block-function.ts";
import { type FeaturesDefinition, featureEvaluator, MOST_STORED } from "./feature-evaluator.ts";
import { createFeatureMesh } from "./feature-mesh.ts";
import { type Cloud, createFeatureTables, type FeatureTable, type FeatureTables, meshCoordinates } from "./feature-table.ts";
import { ORDERS } from "./lagrange-basis.ts";
import { LINE_ORDER } from "./line-transfer.ts";
import { createPointFeatures } from "./point-features.ts";
import type { GridInteraction, Kernel, PointField, PointInteraction } from "./potential.ts";

/**
 * Feature kernel: int K dmu = sum_p w_p phi_p S_p with S_p = int phi_p dmu. On a grid O(N P) for N cells and, where phi is linear
 * in one axis of N_c cells, O(N + N P / N_c). At points O(n P), or O(n + M P) through a mesh of M nodes, see createFeatureSums.
 */
export function createFeaturesKernel(definition: FeaturesDefinition): Kernel {
  const { linearAxis } = definition;
  return {
    onGrid: (grid) => (linearAxis === null ? denseTable(definition, grid) : separatedTable(definition, grid, linearAxis)),
    atPoints: createFeatureSums(definition, null),
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

const MESH_TOLERANCE = 1e-7;
/** Points and targets for which a table is worth making; fewer are summed directly. */
const FEWEST_POINTS = 128;
/** Tolerances whose tables are kept for those to come; a finer and finer solver would fill the memory. */
const TOLERANCES_SHARED = 2;

/**
 * Sums over points of a feature kernel: by the features themselves where points are few, and through a mesh of the coordinates in
 * which they are not linear where that costs less. Always by themselves without a domain, beyond two such coordinates, and where a
 * feature is not smooth enough. What this makes shares its tables of features with what it made before for the same tolerance.
 *
 * @param target f_p of F = -sum_p w_p f_p phi_p, which is then added to the sum at no cost; null for the sum alone.
 */
export function createFeatureSums(
  definition: FeaturesDefinition,
  target: Float64Array | null,
): (tolerance?: number) => PointInteraction {
  const coordinates = meshCoordinates(definition);
  const shared = new Map<number, Map<string, FeatureTables>>();
  return (tolerance = MESH_TOLERANCE) => {
    const direct = createPointFeatures(definition, target);
    if (coordinates === null || tolerance === 0) return direct;
    const known = shared.get(tolerance) ?? new Map<string, FeatureTables>();
    const [oldest] = shared.keys();
    shared.delete(shared.size === TOLERANCES_SHARED && !shared.has(tolerance) ? oldest : tolerance);
    shared.set(tolerance, known);
    const mesh = createFeatureMesh(definition, coordinates, target);
    const k = coordinates.columns.length;
    const P = definition.weights.length;
    const orders = ORDERS[k - 1].toReversed();
    const tablesOf = (order: number, withLaplacian: boolean): FeatureTables => {
      const key = `${order} ${withLaplacian}`;
      const tables = known.get(key) ?? createFeatureTables(definition, coordinates, tolerance, order, withLaplacian);
      known.set(key, tables);
      return tables;
    };

    function addAt(
      field: PointField,
      targets: readonly Float64Array[],
      targetCount: number,
      points: readonly Float64Array[],
      weights: Float64Array | null,
      count: number,
    ): void {
      const outputs = (field.value === null ? 0 : 1) + (field.gradient === null ? 0 : k) + (field.laplacian === null ? 0 : 1);
      // Nanoseconds, measured: a feature alone and with its derivatives; below, a product on the mesh.
      let least = P * (15 * count + 25 * targetCount);
      let best: FeatureTable | null = null;
      const sources: Cloud = [points, count];
      // Making a larger table, or finding that there is none, would take as long as many direct sums.
      const mostNodes = Math.max(256, (count + targetCount) / 4);
      for (const order of count + targetCount < FEWEST_POINTS ? [] : orders) {
        const costOf = (nodes: number) => costOfPoints(k, order, count, targetCount, outputs) + 0.8 * P * (1 + outputs) * nodes;
        if (costOf(order ** k) >= least) continue;
        const table = tablesOf(order, field.laplacian !== null)([sources, [targets, targetCount]], mostNodes);
        // The higher order comes first: where it finds no mesh, the lower one finds none either.
        if (table === null) break;
        if (costOf(table.nodes) >= least) continue;
        least = costOf(table.nodes);
        best = table;
      }
      if (best === null) direct.addAt(field, targets, targetCount, points, weights, count);
      else mesh(best, field, targets, targetCount, points, weights, count);
    }

    return {
      add: (value, gradient, points, weights, count) =>
        addAt({ value, gradient, laplacian: null }, points, count, points, weights, count),
      addAt,
      holding: direct.holding,
    };
  };
}

/** Nanoseconds, measured, of finding the nodes of each point and its basis, or of a polynomial for each output. */
function costOfPoints(k: number, order: number, count: number, targetCount: number, outputs: number): number {
  return k === 1 && order === LINE_ORDER ? 5 * (count + outputs * targetCount) : (40 * k + 5 * order ** k) * (count + targetCount);
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
