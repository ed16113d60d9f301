import { expect, test } from "vitest";
import { createStream } from "../../src/numerics/random.ts";
import { addToLeaf, buildFenwickTree, createFenwickTree, findLeaf } from "../../src/schemes/fenwick-tree.ts";

test.each([1, 2, 3, 7, 8, 9, 100])("a tree of %d changing leaves finds the leaf at which the sum passes a target", (size) => {
  const stream = createStream(3);
  const leaves = Array.from({ length: size }, () => stream.below(4));
  const nodes = createFenwickTree(size);
  nodes.set(leaves, 1);
  buildFenwickTree(nodes);
  for (let change = 0; change < 50; change++) {
    const t = stream.below(size);
    const by = stream.below(5) - Math.min(2, leaves[t]);
    leaves[t] += by;
    addToLeaf(nodes, t, by);
    // Whole numbers: every sum is exact, and unit k of them all belongs to one leaf.
    const owners = leaves.flatMap((count, leaf) => Array.from({ length: count }, () => leaf));
    expect(nodes.at(-1)).toBe(owners.length);
    expect(owners.map((_, k) => findLeaf(nodes, k))).toEqual(owners);
  }
});
