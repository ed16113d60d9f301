import type { Kernel } from "../potential/potential.ts";
import { difference, type PointMeasure } from "./point-measure.ts";

/**
 * The maximum mean discrepancy in the kernel of the problem itself,
 *
 *   MMD(a, b) = (int int K d(a - b) d(a - b))^(1/2) = sup {int f da - int f db : |f| <= 1 in the space of K}
 *
 * so that MMD^2 / 2 is the interaction energy of the difference of both measures. A metric if K determines measures, otherwise blind to what
 * K does not see; 0 is then no proof that the measures agree. Periodic axes as the kernel has them.
 *
 * A sum over the points of both measures with signed weights, at the cost of the kernel at so many points. MMD^2 is right to 4 tol max|K| where
 * K is summed on a particle mesh of tolerance tol `tolerance` (default 1e-7), and to a few eps max|K| otherwise; where the error makes it
 * negative the result is 0. Thus MMD is blind below 2 (tol max|K|)^(1/2): 6e-4 max|K|^(1/2) on a mesh.
 *
 * Source: A. Gretton et al., A kernel two-sample test, J. Mach. Learn. Res. 13 (2012).
 *
 * @throws InputError if the measures differ in dimension or are no probability measures, or the kernel cannot take so many points.
 */
export function mmd(kernel: Kernel, a: PointMeasure, b: PointMeasure, tolerance?: number): number {
  const { points, weights, count } = difference(a, b);
  const field = new Float64Array(count);
  kernel.atPoints(tolerance).add(field, null, points, weights, count);
  let square = 0;
  for (let i = 0; i < count; i++) square += weights[i] * field[i];
  return Math.sqrt(Math.max(0, square));
}
