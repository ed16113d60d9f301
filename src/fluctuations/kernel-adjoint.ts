import { intoPeriod } from "../grid/grid.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import type { MeshSizes, PointInteraction, PointPotential } from "../potential/potential.ts";
import type { Problem } from "../problem/problem.ts";

/**
 * What the adjoint of a step needs of K beyond V and grad V, at the weighted nodes:
 *
 *   sources:  value_j += sum_i s_i K(theta_i, theta_j)               and its gradient in theta_j
 *   dipoles:  value_j += sum_i m_i . grad_1 K(theta_i, theta_j)      and its gradient in theta_j
 *   hessian:  out_j    = Hess V(theta_j) m_j
 *
 * Derivatives along m are central differences of order 4 over a quarter of the narrowest cell, so that any kernel will do: a function
 * that the grid of the problem resolves (three cells and more) is differentiated to some 1e-5 of its size, a smoother one to far less.
 *
 * Cost: as much as V for 1, 4 and 4 times the nodes.
 */
export interface KernelAdjoint {
  sources(value: Float64Array, gradient: readonly Float64Array[] | null, nodes: WeightedNodes, strengths: Float64Array): void;
  dipoles(
    value: Float64Array,
    gradient: readonly Float64Array[] | null,
    nodes: WeightedNodes,
    moments: readonly Float64Array[],
  ): void;
  hessian(out: readonly Float64Array[], nodes: WeightedNodes, moments: readonly Float64Array[]): void;
  /** Of the sums of sources and dipoles. */
  meshes: MeshSizes | undefined;
}

/** (f(x - 2h) - 8 f(x - h) + 8 f(x + h) - f(x + 2h)) / 12h. */
const STENCIL = [
  [-2, 1 / 12],
  [-1, -8 / 12],
  [1, 8 / 12],
  [2, -1 / 12],
] as const;

/** @param tolerance of the sums over K; see Kernel.atPoints. */
export function createKernelAdjoint(problem: Problem, potential: PointPotential, nodes: number, tolerance: number): KernelAdjoint {
  const { grid } = problem;
  const d = grid.dimension;
  const interaction: PointInteraction | null = problem.potential.kernel?.atPoints(tolerance) ?? null;
  const h = Math.min(...grid.axes.map((axis) => (axis.max - axis.min) / axis.cells)) / 4;
  const shifted = grid.axes.map(() => new Float64Array(STENCIL.length * nodes));
  const strengths = new Float64Array(STENCIL.length * nodes);
  const slopes = grid.axes.map(() => new Float64Array(STENCIL.length * nodes));
  const sizes = new Float64Array(nodes);

  /** Every node moved along its moment by the steps of the stencil. */
  function shift(points: readonly Float64Array[], moments: readonly Float64Array[]): void {
    for (let j = 0; j < nodes; j++) {
      let square = 0;
      for (let a = 0; a < d; a++) square += moments[a][j] ** 2;
      sizes[j] = Math.sqrt(square);
      const unit = sizes[j] > 0 ? h / sizes[j] : 0;
      STENCIL.forEach(([offset], s) => {
        for (let a = 0; a < d; a++)
          shifted[a][s * nodes + j] = intoPeriod(points[a][j] + offset * unit * moments[a][j], grid.axes[a]);
      });
    }
  }

  return {
    meshes: interaction?.meshes,
    sources(value, gradient, { points }, weights) {
      interaction?.addAt({ value, gradient, laplacian: null }, points, nodes, points, weights, nodes);
    },
    dipoles(value, gradient, { points }, moments) {
      if (interaction === null) return;
      shift(points, moments);
      STENCIL.forEach(([, weight], s) => {
        for (let j = 0; j < nodes; j++) strengths[s * nodes + j] = (weight * sizes[j]) / h;
      });
      interaction.addAt({ value, gradient, laplacian: null }, points, nodes, shifted, strengths, STENCIL.length * nodes);
    },
    hessian(out, { points, weights }, moments) {
      shift(points, moments);
      potential.field({ value: null, gradient: slopes, laplacian: null }, shifted, STENCIL.length * nodes, points, weights, nodes);
      for (let a = 0; a < d; a++) {
        out[a].fill(0);
        STENCIL.forEach(([, weight], s) => {
          for (let j = 0; j < nodes; j++) out[a][j] += ((weight * sizes[j]) / h) * slopes[a][s * nodes + j];
        });
      }
    },
  };
}
