import { BLOCK } from "../numerics/block-function.ts";
import { type FeaturesDefinition, featureEvaluator, MOST_STORED } from "./feature-evaluator.ts";
import { createPointFeatures } from "./point-features.ts";
import type { ValueSum } from "./potential.ts";

/** Tables that are kept: one for each way in which a caller moves its targets. */
const TABLES = 3;

/** psi_p at targets, where phi = theta_a psi in a linear coordinate a and phi = psi without one; table[p targets + i]. */
interface Table {
  /** The coordinates of the targets, but for the linear one. */
  places: readonly Float64Array[];
  psi: Float64Array;
}

/**
 * sum_j w_j K(., theta_j) at targets, for features, where the same targets come again and again: their features are kept, and with a linear coordinate they are the same
 * whatever that is. Where a table is too large for the memory, as createPointFeatures. Cost: P evaluations of phi for each new target and each point, and P products for each target.
 */
export function createLineFeatures(definition: FeaturesDefinition): ValueSum {
  const { dimension, weights: quadrature, linearAxis } = definition;
  const P = quadrature.length;
  const evaluate = featureEvaluator(definition);
  const direct = createPointFeatures(definition, null);
  const tables: Table[] = [];
  const placesOf = (targets: readonly Float64Array[]) => targets.filter((_, a) => a !== linearAxis);

  /** phi_p at points, in blocks. */
  function features(out: Float64Array, points: readonly Float64Array[], count: number): void {
    for (let p = 0; p < P; p++) {
      for (let start = 0; start < count; start += BLOCK) {
        evaluate([out], p * count + start, points, start, Math.min(BLOCK, count - start), p);
      }
    }
  }

  function tableOf(targets: readonly Float64Array[], count: number): Table {
    const places = placesOf(targets);
    const known = tables.findIndex((table) => table.places.every((x, a) => agree(x, places[a], count)));
    const table =
      known >= 0 ? tables.splice(known, 1)[0] : { places: places.map((x) => x.slice(0, count)), psi: new Float64Array(P * count) };
    if (known < 0) {
      const ones = new Float64Array(count).fill(1);
      features(table.psi, Array.from({ length: dimension }, (_, a) => (a === linearAxis ? ones : targets[a])), count); // biome-ignore format: one call
    }
    tables.unshift(table);
    tables.length = Math.min(tables.length, TABLES);
    return table;
  }

  return (out, targets, targetCount, points, weights, count) => {
    if (TABLES * P * targetCount > MOST_STORED) {
      direct.addAt({ value: out, gradient: null, laplacian: null }, targets, targetCount, points, weights, count);
      return;
    }
    const phi = new Float64Array(P * count);
    features(phi, points, count);
    const { psi } = tableOf(targets, targetCount);
    const sums = new Float64Array(targetCount);
    for (let p = 0; p < P; p++) {
      let moment = 0;
      for (let j = 0; j < count; j++) moment += weights[j] * phi[p * count + j];
      moment *= quadrature[p];
      for (let i = 0, at = p * targetCount; i < targetCount; i++, at++) sums[i] += moment * psi[at];
    }
    const factor = linearAxis === null ? null : targets[linearAxis];
    for (let i = 0; i < targetCount; i++) out[i] += factor === null ? sums[i] : factor[i] * sums[i];
  };
}

function agree(x: Float64Array, y: Float64Array, count: number): boolean {
  if (x.length !== count) return false;
  for (let i = 0; i < count; i++) if (x[i] !== y[i]) return false;
  return true;
}
