import type { RandomStream } from "../numerics/random.ts";
import type { FeaturesDefinition } from "./feature-evaluator.ts";
import { createFeatureMesh } from "./feature-mesh.ts";
import { createPsi, tabulate } from "./feature-samples.ts";
import { type Cloud, createFeatureTables, type FeatureTable, type MeshCoordinates, meshCoordinates } from "./feature-table.ts";
import { LINE_ORDER } from "./line-transfer.ts";
import { createPointFeatures } from "./point-features.ts";
import { createPointPotential } from "./point-potential.ts";
import type { PointInteraction, Potential, StepPotential } from "./potential.ts";

/** P inputs x_p with weights and targets: w_p and f_p in V = c sum_p w_p ((int phi_p dmu) - f_p) psi_p. */
export interface Batch {
  inputs: readonly Float64Array[];
  weights: Float64Array;
  target: Float64Array;
}

/** Fills a batch with independent inputs, such that sums over it have E as their mean. */
export type DrawBatch = (batch: Batch, stream: RandomStream) => void;

/** What a potential needs for batches. */
export interface BatchSource {
  size: number;
  draw: DrawBatch;
}

/** The potential that moves and kills particles: F and K as they are, or by one batch a step for both. */
export function createStepPotential(potential: Potential): StepPotential {
  return potential.batches?.() ?? { ...createPointPotential(potential), draw() {} };
}

const MESH_TOLERANCE = 1e-7;

/**
 * V of a network by batches. Directly O(n P) a step; where phi is smooth in at most two coordinates z beside c, and points are more than
 * nodes, through the mesh of z on which the whole quadrature is interpolated to 1e-7: O(n + P nodes), features at the nodes for each batch.
 *
 * @param features of the whole quadrature.
 */
export function createBatchPotential(
  potential: Potential,
  features: FeaturesDefinition,
  { size, draw }: BatchSource,
): StepPotential {
  const batch: Batch = {
    inputs: features.inputs.map(() => new Float64Array(size)),
    weights: new Float64Array(size),
    target: new Float64Array(size),
  };
  const drawn: FeaturesDefinition = { ...features, inputs: batch.inputs, weights: batch.weights };
  const direct = createPointFeatures(drawn, batch.target);
  const coordinates = meshCoordinates(features);
  const mesh = coordinates === null ? null : createBatchMesh(features, drawn, coordinates, batch, direct);
  const sums = mesh?.sums ?? direct;
  return {
    ...createPointPotential({ ...potential, atPoints: () => sums }),
    draw(stream) {
      draw(batch, stream);
      mesh?.forget();
    },
  };
}

/** The sums of a batch through a mesh; `forget` when the batch has changed. */
interface BatchMesh {
  sums: PointInteraction;
  forget(): void;
}

function createBatchMesh(
  features: FeaturesDefinition,
  drawn: FeaturesDefinition,
  coordinates: MeshCoordinates,
  { target }: Batch,
  direct: PointInteraction,
): BatchMesh {
  const tables = createFeatureTables(features, coordinates, MESH_TOLERANCE, LINE_ORDER, false);
  const psi = createPsi(drawn, coordinates.columns, false);
  const apply = createFeatureMesh(drawn, coordinates, target);
  let whole: FeatureTable | null = null;
  let ofBatch: FeatureTable | null = null;

  function tableFor(clouds: readonly Cloud[]): FeatureTable | null {
    const count = clouds.reduce((total, [, n]) => total + n, 0);
    // Features at a node cost as much as at a point.
    const found = tables.covering(clouds, count / 2);
    if (found === null) return null;
    if (ofBatch === null || found !== whole) {
      whole = found;
      ofBatch = { ...found, components: tabulate(psi, found.layout, coordinates.axes, found.nodes) };
    }
    return ofBatch;
  }

  const addAt: PointInteraction["addAt"] = (field, targets, targetCount, points, weights, count) => {
    const table =
      field.laplacian === null
        ? tableFor([
            [points, count],
            [targets, targetCount],
          ])
        : null;
    if (table === null) direct.addAt(field, targets, targetCount, points, weights, count);
    else apply(table, field, targets, targetCount, points, weights, count);
  };
  return {
    sums: {
      add: (value, gradient, points, weights, count) =>
        addAt({ value, gradient, laplacian: null }, points, count, points, weights, count),
      addAt,
    },
    forget() {
      ofBatch = null;
    },
  };
}
