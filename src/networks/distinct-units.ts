import { innerProduct } from "./inner-products.ts";
import type { RidgeNetwork } from "./ridge-network.ts";

/**
 * How many units differ: i and j are the same where |theta_i - theta_j| <= tolerance (|theta_i| + |theta_j|), theta = (c, a). Clones get the same gradient
 * to the bit, so they stay the same until one of them dies.
 */
export function countDistinctUnits({ n, d, c, a }: RidgeNetwork, tolerance = 1e-12): number {
  const sizes = Float64Array.from({ length: n }, (_, i) => Math.sqrt(c[i] ** 2 + innerProduct(a, i * d, a, i * d, d)));
  return countApart(n, (i, j) => {
    let square = (c[i] - c[j]) ** 2;
    const limit = (tolerance * (sizes[i] + sizes[j])) ** 2;
    for (let k = 0; k < d && square <= limit; k++) square += (a[i * d + k] - a[j * d + k]) ** 2;
    return square <= limit;
  });
}

/**
 * How many directions a_i / |a_i| the units have, where two within arccos `cosine` of one another count once: units are taken by falling |c_i| |a_i|, and
 * one that is near none of those kept is kept. Units with |c_i| |a_i| below a thousandth of the largest are left out.
 */
export function countDirections({ n, d, c, a }: RidgeNetwork, cosine = 0.95): number {
  const lengths = Float64Array.from({ length: n }, (_, i) => Math.sqrt(innerProduct(a, i * d, a, i * d, d)));
  const strength = lengths.map((length, i) => length * Math.abs(c[i]));
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => strength[j] - strength[i]);
  const strong = order.filter((i) => strength[i] > 1e-3 * strength[order[0]]);
  return countApart(strong.length, (p, q) => {
    const [i, j] = [strong[p], strong[q]];
    return innerProduct(a, i * d, a, j * d, d) >= cosine * lengths[i] * lengths[j];
  });
}

/** The number of 0, ..., n - 1 that are kept: each that is the same as none kept before it. */
function countApart(n: number, same: (i: number, j: number) => boolean): number {
  const kept: number[] = [];
  for (let i = 0; i < n; i++) if (!kept.some((j) => same(i, j))) kept.push(i);
  return kept.length;
}
