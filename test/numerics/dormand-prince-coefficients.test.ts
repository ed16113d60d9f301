import { describe, expect, it } from "vitest";
import { DENSE, FIFTH_ORDER_ERROR, STAGES, THIRD_ORDER } from "../../src/numerics/dormand-prince-coefficients.ts";

const LAST = [1, 6, 7, 8, 9, 10, 11, 12];
const B = spread(LAST, STAGES[12].weights);

/** A row over the stages 1..16, at 0..15. */
function spread(stages: readonly number[], weights: readonly number[]): number[] {
  const row = new Array<number>(16).fill(0);
  stages.forEach((stage, i) => {
    row[stage - 1] = weights[i];
  });
  return row;
}

/** A rooted tree: its elementary weight at each stage, that of the exact solution (1 / density), and the rounding in the former. */
interface Tree {
  order: number;
  density: number;
  weights: number[];
  rounding: number[];
}

/** A tree from its branches: weight_i = product over branches of sum_j a_ij weight_j, with a running bound of the rounding. */
function grow(branches: readonly Tree[]): Tree {
  const order = branches.reduce((total, branch) => total + branch.order, 1);
  const weights = new Array<number>(16).fill(1);
  const rounding = new Array<number>(16).fill(0);
  for (const branch of branches) {
    STAGES.forEach(({ from, weights: a }, i) => {
      let total = 0;
      let bound = 0;
      from.forEach((j, k) => {
        total += a[k] * branch.weights[j - 1];
        // Half an ulp for the coefficient, half for the product, and at most one for each of the sums it enters.
        bound += Math.abs(a[k]) * (branch.rounding[j - 1] + (1 + from.length) * Number.EPSILON * Math.abs(branch.weights[j - 1]));
      });
      rounding[i] = rounding[i] * Math.abs(total) + Math.abs(weights[i]) * bound;
      weights[i] *= total;
    });
  }
  return { order, density: branches.reduce((product, branch) => product * branch.density, order), weights, rounding };
}

/** Every rooted tree of up to `most` vertices. */
function rootedTrees(most: number): Tree[] {
  const trees: Tree[] = [];
  const choose = (left: number, from: number, branches: Tree[]): Tree[] => {
    if (left === 0) return [grow(branches)];
    return trees
      .slice(from)
      .flatMap((tree, k) => (tree.order > left ? [] : choose(left - tree.order, from + k, [...branches, tree])));
  };
  for (let order = 1; order <= most; order++) trees.push(...choose(order - 1, 0, []));
  return trees;
}

/** How far sum_i row_i weight_i lies from `expected`, in units of the rounding to be expected; the row_i are sums of terms of that `magnitude`. */
function residual(tree: Tree, row: readonly number[], expected: number, magnitude = row.map(Math.abs)): number {
  const total = row.reduce((sum, b, i) => sum + b * tree.weights[i], 0);
  const bound = magnitude.reduce((sum, b, i) => sum + b * (tree.rounding[i] + 16 * Number.EPSILON * Math.abs(tree.weights[i])), 0);
  return Math.abs(total - expected) / bound;
}

describe("the tableau", () => {
  const trees = rootedTrees(8);

  it("has rows that sum to their nodes, and weights that integrate powers up to 7", () => {
    for (const { node, weights } of STAGES) {
      expect(Math.abs(weights.reduce((a, b) => a + b, 0) - node)).toBeLessThan(1e-14);
    }
    // The b_i are at most 6, so that a term rounds by 6 eps / 2 or so.
    for (let k = 0; k < 8; k++) {
      const found = B.reduce((total, b, i) => total + b * STAGES[i].node ** k, 0);
      expect(Math.abs(found - 1 / (k + 1))).toBeLessThan(1e-14);
    }
  });

  it("satisfies each of the 200 conditions of order 8, and of order 9 not all", () => {
    expect(trees.length).toBe(200);
    for (const tree of trees) expect(residual(tree, B, 1 / tree.density)).toBeLessThan(1);
    expect(Math.max(...rootedTrees(9).map((tree) => residual(tree, B, 1 / tree.density)))).toBeGreaterThan(1e6);
  });

  it("has embedded solutions of order 5 and 3 and no higher", () => {
    const fifth = spread(LAST, FIFTH_ORDER_ERROR);
    const third = spread([1, 9, 12], THIRD_ORDER).map((weight, i) => B[i] - weight);
    for (const [row, order] of [
      [fifth, 5],
      [third, 3],
    ] as const) {
      for (const tree of trees) if (tree.order <= order) expect(residual(tree, row, 0)).toBeLessThan(1);
      expect(Math.max(...trees.filter((tree) => tree.order === order + 1).map((tree) => residual(tree, row, 0)))).toBeGreaterThan(
        1e6,
      );
    }
  });

  it("satisfies each of the 85 conditions of order 7 of the interpolant, everywhere in the step", () => {
    const one = (stage: number) => spread([stage], [1]);
    const rows = [B, one(1), one(13), ...DENSE.map((weights) => spread([...LAST, 13, 14, 15, 16], weights))];
    for (const s of [0.1, 0.37, 0.5, 0.81, 1]) {
      const r = 1 - s;
      const square = s * s * r * r;
      // The cubic Hermite polynomial with the slopes k_1 and k_13, and a remainder that vanishes twice at both ends.
      const hermite = [s * s * (3 - 2 * s), s * r * r, -s * s * r];
      const factors = [...hermite, square, square * s, square * s * r, square * s * s * r];
      const row = B.map((_, i) => factors.reduce((total, factor, k) => total + factor * rows[k][i], 0));
      const magnitude = B.map((_, i) => factors.reduce((total, factor, k) => total + Math.abs(factor * rows[k][i]), 0));
      for (const tree of trees.filter((each) => each.order <= 7)) {
        expect(residual(tree, row, s ** tree.order / tree.density, magnitude)).toBeLessThan(1);
      }
    }
  });
});
