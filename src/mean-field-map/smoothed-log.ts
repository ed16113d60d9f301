import type { Grid } from "../grid/grid.ts";
import { createGaussianSmoothing, type Smoothing } from "../potential/gaussian-smoothing.ts";
import type { Problem } from "../problem/problem.ts";
import { bandwidthOf } from "../problem-file/smoothing.ts";
import { refuseCoarseNodes, type WeightedNodes } from "./weighted-nodes.ts";

/** tau log(k_eps * mu) at nodes, each of which is in its own estimate; a density per unit of volume. */
export interface SmoothedLog {
  /** values_j += tau log(sum_i k_eps(theta_j - theta_i) w_i). */
  add(values: Float64Array, nodes: WeightedNodes, temperature: number): void;
  /** out_i += tau sum_j s_j k_eps(theta_j - theta_i) / (k_eps * mu)(theta_j): the transpose of its derivative in the masses. */
  addTranspose(out: Float64Array, strengths: Float64Array, nodes: WeightedNodes, temperature: number): void;
}

/** @throws InputError, where it is taken, for a bandwidth that nodes without a lattice do not resolve. */
export function createSmoothedLog(problem: Problem): SmoothedLog {
  const { smoothing, definition } = problem;
  const sums = smoothing?.atPoints(0);
  let onLattice: { lattice: Grid; smooth: Smoothing } | null = null;
  /** sum_i k_eps(theta_j - theta_i) m_i. */
  function smooth(masses: Float64Array, nodes: WeightedNodes): Float64Array {
    const { points, lattice } = nodes;
    const out = new Float64Array(masses.length);
    if (lattice === undefined) {
      refuseCoarseNodes(problem, nodes);
      sums?.add(out, null, points, masses, masses.length);
      return out;
    }
    if (onLattice?.lattice !== lattice) onLattice = { lattice, smooth: createGaussianSmoothing(lattice, bandwidthOf(definition)) };
    onLattice.smooth(out, masses);
    for (let j = 0; j < out.length; j++) out[j] /= lattice.cellVolume;
    return out;
  }
  return {
    add(values, nodes, temperature) {
      const estimate = smooth(nodes.weights, nodes);
      // Where nothing is near there is no mass, and what decides there changes nothing.
      for (let j = 0; j < values.length; j++) if (estimate[j] > 0) values[j] += temperature * Math.log(estimate[j]);
    },
    addTranspose(out, strengths, nodes, temperature) {
      const estimate = smooth(nodes.weights, nodes);
      const shares = strengths.map((s, j) => (estimate[j] > 0 ? (temperature * s) / estimate[j] : 0));
      const field = smooth(shares, nodes);
      for (let j = 0; j < out.length; j++) out[j] += field[j];
    },
  };
}
