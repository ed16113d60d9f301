import type { Grid } from "../grid/grid.ts";
import { createBatchSource } from "./batch.ts";
import { createBatchPotential } from "./batch-potential.ts";
import type { CompiledNetwork } from "./compile-network.ts";
import { createFeatureSums, createFeaturesKernel, featuresDefinition } from "./features.ts";
import { createTargetPotential } from "./point-features.ts";
import type { Potential } from "./potential.ts";

/**
 * The potential of a network with target f: F = -E[f phi], K = E[phi phi'], and E[f^2] / 2 added to the energy, which makes it the loss (3).
 * E is the quadrature of the compiled features, or in each step of particles a batch.
 */
export function createNetworkPotential({ kernel: features, target, batch }: CompiledNetwork, domain: Grid): Potential {
  let constant = 0;
  for (let p = 0; p < target.length; p++) constant += 0.5 * features.weights[p] * target[p] ** 2;
  const definition = featuresDefinition(features, domain);
  const potential: Potential = {
    dimension: domain.dimension,
    ...createTargetPotential(definition, target),
    kernel: createFeaturesKernel(definition),
    atPoints: createFeatureSums(definition, target),
    constant,
  };
  if (batch === null) return potential;
  const rows = { inputs: features.inputs, target };
  // A source remembers its last draw, so each replica has its own.
  return { ...potential, batches: () => createBatchPotential(potential, definition, createBatchSource(batch, rows)) };
}
