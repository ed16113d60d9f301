import type { BlockFunction } from "../numerics/block-function.ts";
import { powerOfTwoAtLeast } from "../numerics/fft.ts";
import { createLatticeConvolution } from "./grid-convolution.ts";
import type { LatticeConvolution, Parity } from "./lattice.ts";
import { createFieldTransfer, type FieldTransfer } from "./mesh-reader.ts";
import { type MeshSpacing, MOST_MESH_NODES } from "./mesh-spacing.ts";
import type { PointField, PointInteraction } from "./potential.ts";

/** Thrown (and caught by the caller) when the particles have spread so far that no affordable mesh covers them. */
export class MeshTooLargeError extends Error {
  override readonly name = "MeshTooLargeError";
}

export interface ParticleMesh extends PointInteraction {
  /** Nodes along each axis: 0 where it does not wrap and has seen no points. */
  extent(): readonly number[];
  growTo(extent: readonly number[]): void;
}

/**
 * Sums over particles for a smooth convolution kernel, O(n + M log M) for a mesh of M nodes.
 *
 *   K(x - y) ~ sum_ab L_a(x) K(X_a - X_b) L_b(y),    L_a: piecewise Lagrange polynomials on a uniform mesh
 *
 * Weights are spread to the mesh with L, convolved with K and its derivatives (grid-convolution.ts), and read back with the same L; no kernel
 * needs a known transform. With the degree p - 1 the error of one factor along an axis of spacing H is below c_p H^p max|d^p K|,
 * c_6 = 0.0049, c_8 = 0.0011, c_12 = 0.00006. The mesh follows the particles (its origin moves in whole cells, so the convolution is kept)
 * and grows when they spread.
 *
 * @param kernel the outputs K, dK/dx_1, ..., dK/dx_d of the displacement, and the Laplacian of K if `withLaplacian`.
 */
export function createParticleMesh(
  kernel: BlockFunction,
  withLaplacian: boolean,
  { spacing, periods, order, tolerance }: MeshSpacing,
): ParticleMesh {
  const d = spacing.length;
  const left = order / 2 - 1;
  let capacity = periods.map((period, a) => (period === 0 ? 0 : Math.round(period / spacing[a])));
  const origin = new Int32Array(d);
  const parities: Parity[] = ["even", ...Array.from({ length: d }, (): Parity => "odd"), ...(withLaplacian ? EVEN : [])];
  let convolution: LatticeConvolution | null = null;
  let transfer: FieldTransfer | null = null;
  let charge = new Float64Array(0);
  let fields: Float64Array[] = [];

  function cover(clouds: readonly (readonly [points: readonly Float64Array[], count: number])[]): void {
    let grown = convolution === null;
    const extent = [...capacity];
    for (let a = 0; a < d; a++) {
      if (periods[a] !== 0) continue;
      let low = Infinity;
      let high = -Infinity;
      for (const [points, count] of clouds) {
        const x = points[a];
        for (let i = 0; i < count; i++) {
          if (x[i] < low) low = x[i];
          if (x[i] > high) high = x[i];
        }
      }
      // One cell to spare on either side: the transfer may round a particle on a node into the cell beside it.
      const first = Math.floor(low / spacing[a]) - left - 1;
      const needed = Math.floor(high / spacing[a]) + order - left + 1 - first;
      if (!(needed <= MOST_MESH_NODES)) throw new MeshTooLargeError();
      if (needed > extent[a]) {
        // All that the same padded transform can hold.
        extent[a] = powerOfTwoAtLeast(2 * needed) / 2;
        grown = true;
      }
      origin[a] = first - Math.floor((extent[a] - needed) / 2);
    }
    if (!grown) return;
    const nodes = extent.reduce((product, n) => product * n, 1);
    // The mesh there is stays as it was.
    if (nodes > MOST_MESH_NODES) throw new MeshTooLargeError();
    capacity = extent;
    convolution = createLatticeConvolution({ extent, spacing, periods }, kernel, parities, SHARE * tolerance);
    transfer = createFieldTransfer({ spacing, periods, extent, origin, order });
    charge = new Float64Array(nodes);
    fields = parities.map(() => new Float64Array(nodes));
  }

  function addAt(
    { value, gradient, laplacian }: PointField,
    targets: readonly Float64Array[],
    targetCount: number,
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): void {
    cover(targets === points && targetCount <= count ? [[points, count]] : [[points, count], [targets, targetCount]]); // biome-ignore format: one row
    if (convolution === null || transfer === null) throw new Error("the mesh is built when it first covers points");
    transfer.spread(charge, points, weights, count);
    const outputs = parities.map((_, c) => (c === 0 ? value : c <= d ? (gradient?.[c - 1] ?? null) : laplacian));
    const wanted = fields.map((field, c) => (outputs[c] === null ? null : field));
    convolution.apply(wanted, charge);
    transfer.read(outputs, fields, targets, targetCount);
  }

  return {
    add: (value, gradient, points, weights, count) =>
      addAt({ value, gradient, laplacian: null }, points, count, points, weights, count),
    addAt,
    extent: () => capacity,
    growTo(extent) {
      if (extent.every((nodes, a) => nodes === capacity[a])) return;
      capacity = [...extent];
      // It is made again for the next points.
      convolution = null;
    },
  };
}

/** Of the tolerance for the convolution; interpolation has the rest. */
const SHARE = 0.01;

const EVEN: readonly Parity[] = ["even"];
