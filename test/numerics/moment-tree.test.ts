import fc from "fast-check";
import { expect, test } from "vitest";
import { createMomentTree, type MomentSums, momentsOf } from "../../src/numerics/moment-tree.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { createStream } from "../../src/numerics/random.ts";

const COLUMNS = 4;

/** Rows of two blocks of two columns; the first of each block is skewed and far from 0. */
function rowsOf(replicas: number, seed: number): Float64Array[] {
  const stream = createStream(seed);
  return Array.from({ length: replicas }, () =>
    Float64Array.from({ length: COLUMNS }, (_, k) => (k % 2 === 0 ? 10 + stream.normal() ** 2 : stream.normal())),
  );
}

function totalOf(rows: readonly (Float64Array | null)[], order: readonly number[]): MomentSums | null {
  const tree = createMomentTree({ replicas: rows.length, columns: COLUMNS, blocks: 2, correlated: 2 });
  for (const r of order) tree.add(r, rows[r]);
  return tree.total();
}

const inOrder = (count: number) => Array.from({ length: count }, (_, r) => r);

test("moments are those of all values", () => {
  for (const replicas of [1, 2, 15, 16, 17, 33, 100, 1000]) {
    const rows = rowsOf(replicas, replicas);
    const sums = totalOf(rows, inOrder(replicas))!;
    for (let k = 0; k < COLUMNS; k++) {
      const expected = sampleMoments(rows.map((row) => row[k]));
      const found = momentsOf(sums, k);
      expect(found.count).toBe(replicas);
      // Each of the log2 unions rounds a few times, relative to sums of positive terms; 1000 eps is far above that and far below any wrong coefficient.
      for (const name of ["mean", "variance", "standardError", "varianceError"] as const) {
        if (Number.isNaN(expected[name])) expect(found[name]).toBeNaN();
        else
          expect(Math.abs(found[name] - expected[name])).toBeLessThanOrEqual(
            1000 * 2 ** -52 * Math.max(1, Math.abs(expected[name])),
          );
      }
    }
  }
});

test("products are those of two columns of a block", () => {
  const rows = rowsOf(77, 3);
  const { products, mean, second } = totalOf(rows, inOrder(77))!;
  const expected = [0, 2].flatMap((first) =>
    [0, 1].flatMap((k) =>
      [0, 1].map((l) =>
        rows.reduce((total, row) => total + (row[first + k] - mean[first + k]) * (row[first + l] - mean[first + l]), 0),
      ),
    ),
  );
  // 77 products of numbers up to some tens.
  for (const [i, value] of expected.entries()) expect(Math.abs(products[i] - value)).toBeLessThan(1e-10);
  expect(products[3]).toBeCloseTo(second[1], 12);
});

test("every order of the replicas gives the same bits, and what is missing is left out", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 150 }), fc.nat(), fc.boolean(), (replicas, seed, gaps) => {
      const stream = createStream(seed % 2 ** 32);
      const rows = rowsOf(replicas, 1).map((row) => (gaps && stream.uniform() < 0.3 ? null : row));
      const order = inOrder(replicas);
      for (let r = replicas - 1; r > 0; r--) {
        const other = stream.below(r + 1);
        [order[r], order[other]] = [order[other], order[r]];
      }
      const [sorted, shuffled] = [totalOf(rows, inOrder(replicas)), totalOf(rows, order)];
      expect(shuffled).toEqual(sorted);
      const there = rows.filter((row) => row !== null);
      expect(sorted?.count ?? 0).toBe(there.length);
      if (sorted !== null) expect(sorted.mean[1]).toBeCloseTo(sampleMoments(there.map((row) => row[1])).mean, 12);
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("a replica that has not been added is an error", () => {
  expect(() => totalOf(rowsOf(40, 1), inOrder(39))).toThrow(RangeError);
});
