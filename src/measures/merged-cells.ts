/** Cells put together, each with enough expected counts. */
export interface MergedCells {
  /** Of each cell, that of the merged cell it belongs to. */
  labels: Int32Array;
  count: number;
}

/**
 * Neighbouring cells put together until each holds at least `least` of the mass, as far as the mass goes: along a line in their order; in more dimensions along the Z-order curve, on which
 * neighbours are near each other in all of them. What is left at the end joins the last. It depends on the masses alone, not on particles.
 *
 * @param masses of sum 1, shape [cells], the first axis slowest
 * @param shape cells of each axis
 */
export function mergeCells(masses: Float64Array, shape: readonly number[], least: number): MergedCells {
  const labels = new Int32Array(masses.length);
  let label = 0;
  let held = 0;
  for (const i of zOrder(shape)) {
    labels[i] = label;
    held += masses[i];
    if (held < least) continue;
    label++;
    held = 0;
  }
  // Of those that were begun last and do not hold enough.
  if (label > 0) for (let i = 0; i < labels.length; i++) labels[i] = Math.min(labels[i], label - 1);
  return { labels, count: Math.max(1, label) };
}

/** out += the masses of cells, by merged cells. */
export function sumCells(out: Float64Array, { labels }: MergedCells, masses: Float64Array): void {
  for (let i = 0; i < labels.length; i++) out[labels[i]] += masses[i];
}

/** The cells in the order of their Z-order codes: the bits of their indices, interleaved. */
function zOrder(shape: readonly number[]): Int32Array {
  const size = shape.reduce((product, cells) => product * cells, 1);
  const order = Int32Array.from({ length: size }, (_, i) => i);
  if (shape.length === 1) return order;
  const bits = Math.ceil(Math.log2(Math.max(...shape)));
  const codes = Float64Array.from(order, (i) => {
    let left = i;
    const index = shape.map(() => 0);
    for (let a = shape.length - 1; a >= 0; a--) {
      index[a] = left % shape[a];
      left = Math.floor(left / shape[a]);
    }
    let code = 0;
    for (let bit = bits - 1; bit >= 0; bit--) for (const k of index) code = 2 * code + ((k >> bit) & 1);
    return code;
  });
  return order.sort((i, j) => codes[i] - codes[j]);
}

/**
 * The Kullback-Leibler divergence of masses q from masses p on the same cells, KL(q | p) = sum_i q_i log(q_i / p_i), in nats. Infinite where q has mass and p none. By the convexity of x log x it is at
 * most that of the measures which the masses are of: what differs within cells is not seen.
 *
 * @param q of sum 1
 * @param p of sum 1
 */
export function divergenceOfMasses(q: Float64Array, p: Float64Array): number {
  let total = 0;
  for (let i = 0; i < q.length; i++) if (q[i] > 0) total += q[i] * Math.log(q[i] / p[i]);
  return Math.max(0, total);
}
