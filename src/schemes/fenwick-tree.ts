/**
 * Prefix sums of m numbers that change one at a time, for m a power of two (Fenwick 1994). With 1-based places
 *
 *   nodes[k] = sum of the leaves in (k - lowest bit of k, k],      nodes[m] = sum of all
 *
 * so that changing a leaf and finding the leaf at which the prefix sum passes a target both take log2 m additions. nodes[0] is unused.
 */
export function createFenwickTree(leaves: number): Float64Array {
  let size = 1;
  while (size < leaves) size *= 2;
  return new Float64Array(size + 1);
}

/** Turns leaves, leaf t at nodes[t + 1], into the tree over them: O(m). */
export function buildFenwickTree(nodes: Float64Array): void {
  for (let k = 1; k < nodes.length; k++) {
    const parent = k + (k & -k);
    if (parent < nodes.length) nodes[parent] += nodes[k];
  }
}

/** Adds to leaf t, counted from 0. */
export function addToLeaf(nodes: Float64Array, t: number, change: number): void {
  for (let k = t + 1; k < nodes.length; k += k & -k) nodes[k] += change;
}

/** The first leaf t with leaf_0 + ... + leaf_t > target, for leaves >= 0 and target below their sum. */
export function findLeaf(nodes: Float64Array, target: number): number {
  let t = 0;
  let left = target;
  for (let half = nodes.length - 1; half > 0; half >>= 1) {
    const next = t + half;
    if (next < nodes.length && nodes[next] <= left) {
      t = next;
      left -= nodes[next];
    }
  }
  return t;
}
