import * as z from "zod";
import { expression } from "../expressions/names.ts";
import type { Grid } from "../grid/grid.ts";
import { BLOCK } from "../numerics/block-function.ts";
import { type CompiledFeatures, compileFeatures, rangeInput } from "./compile-features.ts";
import { type FeaturesDefinition, featureEvaluator } from "./feature-evaluator.ts";
import { createFeatureGradientOnGrid } from "./feature-gradient.ts";
import { createFeatureSumsOnGrid } from "./feature-grid.ts";
import { createFeatureMesh } from "./feature-mesh.ts";
import { type Cloud, createFeatureTables, type FeatureTable, type FeatureTables, meshCoordinates } from "./feature-table.ts";
import { evaluatorsOf, type KernelType } from "./kernel-type.ts";
import { ORDERS } from "./lagrange-basis.ts";
import { createLineFeatures } from "./line-features.ts";
import { LINE_ORDER } from "./line-transfer.ts";
import { createPointFeatures } from "./point-features.ts";
import type { Kernel, PointField, PointInteraction } from "./potential.ts";

const schema = z
  .strictObject({
    type: z.literal("features"),
    expression,
    inputs: z.record(z.string(), rangeInput),
    weight: expression.optional().describe("a function of the inputs, 1 unless given"),
  })
  .describe("K = int weight(x) phi(theta, x) phi(theta', x) dx over the inputs");

export const featuresKernel: KernelType<typeof schema, CompiledFeatures> = {
  schema,
  expression: "φ",
  wraps: false,
  compile: (definition, names) =>
    compileFeatures(definition.expression, "potential.K.expression", definition, "potential.K", names),
  create: (compiled, domain) => createFeaturesKernel(featuresDefinition(compiled, domain)),
  cost: {
    // Two sums over features.
    onGrid: () => 20,
    atPoints: ({ weights }) => weights.length,
  },
  example: ([first]) => ({
    type: "features",
    expression: `exp(-(${first} - z)^2)`,
    inputs: { z: { min: -3, max: 3, points: 32 } },
  }),
};

export function featuresDefinition(compiled: CompiledFeatures, domain: Grid): FeaturesDefinition {
  const { inputs, weights, linearAxis } = compiled;
  return { dimension: domain.dimension, ...evaluatorsOf(compiled), inputs, weights, linearAxis, domain };
}

/**
 * Feature kernel: int K dmu = sum_p w_p phi_p S_p with S_p = int phi_p dmu. On a grid O(N P) for N cells and, where phi is linear
 * in one axis of N_c cells, O(N + N P / N_c). At points O(n P), or O(n + M P) through a mesh of M nodes, see createFeatureSums.
 */
export function createFeaturesKernel(definition: FeaturesDefinition): Kernel {
  return {
    onGrid: (grid) => createFeatureSumsOnGrid(definition, grid),
    gradientOnGrid: (grid) => createFeatureGradientOnGrid(definition, grid),
    atPoints: createFeatureSums(definition, null),
    atSameTargets: () => createLineFeatures(definition),
    ...(definition.linearAxis === null ? {} : { linearAxis: definition.linearAxis }),
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
        const table = tablesOf(order, field.laplacian !== null).covering([sources, [targets, targetCount]], mostNodes);
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
      meshes: {
        read: () => Object.fromEntries([...known].map(([key, { meshes }]) => [key, meshes.read()])),
        takeOver(sizes) {
          for (const [key, grown] of Object.entries(sizes)) {
            const [order, withLaplacian] = key.split(" ");
            tablesOf(Number(order), withLaplacian === "true").meshes.takeOver(grown);
          }
        },
      },
    };
  };
}

/** Nanoseconds, measured, of finding the nodes of each point and its basis, or of a polynomial for each output. */
function costOfPoints(k: number, order: number, count: number, targetCount: number, outputs: number): number {
  return k === 1 && order === LINE_ORDER ? 5 * (count + outputs * targetCount) : (40 * k + 5 * order ** k) * (count + targetCount);
}
