import type { BlockFunction } from "../numerics/block-function.ts";
import { halton } from "../numerics/halton.ts";
import { pow } from "../numerics/pow.ts";
import { wrapDisplacement } from "./direct-sum.ts";
import { basisOfOrder } from "./lagrange-basis.ts";

/** Largest number of mesh nodes over all axes. */
export const MOST_MESH_NODES = 2 ** 22;

/** A mesh spacing for each axis, the order of the interpolation and the tolerance it is for; periodic axes hold a power of two of spacings. */
export interface MeshSpacing {
  spacing: readonly number[];
  periods: readonly number[];
  order: number;
  /** Of the kernel, as a share of max|k|, max|grad k| and max|lap k|. */
  tolerance: number;
}

/**
 * The coarsest spacing, for interpolation of the given order, of a ladder (halving on periodic axes, an eighth of an octave elsewhere) at which the kernel and its
 * gradient, and its Laplacian where it has that output, are interpolated to `tolerance` of their maxima (of |K|, |grad K| and |lap K|), or null where even the finest affordable mesh
 * misses it: a kernel with a kink.
 * Each axis is tested alone, half way between nodes, at displacements that include 0, half a period, and spread-out points
 * (a Halton sequence); both factors and all axes then add up, hence the share 1 / (2 d) of the tolerance for each.
 */
export function chooseMeshSpacing(
  kernel: BlockFunction,
  withLaplacian: boolean,
  scales: readonly number[],
  periods: readonly number[],
  tolerance: number,
  order: number,
): MeshSpacing | null {
  const d = scales.length;
  const components = withLaplacian ? d + 2 : d + 1;
  const samples = samplePoints(scales, periods);
  const count = samples[0].length;
  const outputs = () => Array.from({ length: components }, () => new Float64Array(count));
  const exact = outputs();
  const shifted = outputs();
  const estimate = outputs();
  const points = samples.map((x) => x.slice());
  kernel(exact, 0, points, 0, count);
  const scaleOfGradient = Math.max(...exact.slice(1, d + 1).map(largest));
  const scaleOf = exact.map((values, c) => (c >= 1 && c <= d ? scaleOfGradient : largest(values)));
  const mostNodes = pow(MOST_MESH_NODES, 1 / d) / 2;
  const { evaluate } = basisOfOrder(order);
  const basis = new Float64Array(order);
  evaluate(basis, 0.5);

  const spacing: number[] = [];
  for (let a = 0; a < d; a++) {
    let h = (periods[a] === 0 ? scales[a] : periods[a]) / 8;
    for (;;) {
      if (scales[a] / h > mostNodes) return null;
      for (const component of estimate) component.fill(0);
      for (let j = 0; j < order; j++) {
        const shift = (j - order / 2 + 0.5) * h;
        for (let i = 0; i < count; i++) points[a][i] = wrapDisplacement(samples[a][i] + shift, periods[a]);
        kernel(shifted, 0, points, 0, count);
        for (let c = 0; c < components; c++) for (let i = 0; i < count; i++) estimate[c][i] += basis[j] * shifted[c][i];
      }
      points[a].set(samples[a]);
      const share = tolerance / (2 * d);
      const good = estimate.every((component, c) => {
        const allowed = share * scaleOf[c];
        return component.every((v, i) => Math.abs(v - exact[c][i]) <= allowed);
      });
      if (good) break;
      h /= periods[a] === 0 ? pow(2, 1 / 8) : 2;
    }
    spacing.push(h);
  }
  return { spacing, periods, order, tolerance };
}

/** Displacements in the box of half-widths `scales`: 0, the half periods, and 200 Halton points. */
function samplePoints(scales: readonly number[], periods: readonly number[]): Float64Array[] {
  return scales.map((scale, a) => {
    const reach = periods[a] === 0 ? scale : periods[a] / 2;
    const spread = Array.from({ length: 200 }, (_, i) => reach * (2 * halton(i, a) - 1));
    const half = periods[a] === 0 ? reach : 0.4999999 * periods[a];
    return Float64Array.from([0, 1e-9 * reach, half, -half, ...spread]);
  });
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
