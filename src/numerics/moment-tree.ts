/**
 * Moments of replicas, summed along a fixed binary tree: the same bits in whatever order the replicas come and however they were shared out.
 *
 * Replica r belongs to leaf floor(r / 16). A leaf has the two-pass sums of its replicas,
 *
 *   mean,   M_p = sum_r (x_r - mean)^p, p = 2, 3, 4,   C_kl = sum_r (x_rk - mean_k) (x_rl - mean_l),
 *
 * and the node (h, i) is the union of (h - 1, 2i) and (h - 1, 2i + 1), by the formulas of Chan, Golub & LeVeque (1983) and Pebay (SAND2008-6212) for two sets A and B,
 * with d = mean_B - mean_A and n = n_A + n_B:
 *
 *   mean = mean_A + d n_B / n,   M_2 = M_2A + M_2B + d^2 n_A n_B / n,   C_kl = C_klA + C_klB + d_k d_l n_A n_B / n
 *   M_3 = M_3A + M_3B + d^3 n_A n_B (n_A - n_B) / n^2 + 3 d (n_A M_2B - n_B M_2A) / n
 *   M_4 = M_4A + M_4B + d^4 n_A n_B (n_A^2 - n_A n_B + n_B^2) / n^3 + 6 d^2 (n_A^2 M_2B + n_B^2 M_2A) / n^2 + 4 d (n_A M_3B - n_B M_3A) / n
 *
 * Memory: the rows of the leaves that are not complete, and a node for each gap in what has come: some log2(replicas) nodes and a leaf for each worker, whatever the
 * number of replicas.
 */
import { momentsFromSums, type SampleMoments } from "./moments.ts";

export const LEAF = 16;

/** Sums of a set of replicas. */
export interface MomentSums {
  count: number;
  /** Shape [columns] each: the mean, and the sums of powers 2, 3 and 4 of the differences from it. */
  mean: Float64Array;
  second: Float64Array;
  third: Float64Array;
  fourth: Float64Array;
  /** Sums of products of differences, shape [blocks, columns of a block, columns of a block]; see MomentTreeOptions. */
  products: Float64Array;
}

export interface MomentTreeOptions {
  replicas: number;
  /** Of a row: the numbers of one replica. */
  columns: number;
  /** Products are summed for the first `correlated` columns of each of `blocks` blocks of equal length. */
  blocks: number;
  correlated: number;
}

export interface MomentTree {
  /** Adds a replica once, in any order, and keeps a copy of it; null where it is missing and is to be left out. */
  add(replica: number, row: Float64Array | null): void;
  /** The sums of all. @throws RangeError while a replica has not been added; null where all are missing. */
  total(): MomentSums | null;
}

export function createMomentTree(options: MomentTreeOptions): MomentTree {
  const { replicas } = options;
  const leaves = Math.ceil(replicas / LEAF);
  /** Rows of the leaves that are not complete. */
  const open = new Map<number, { left: number; rows: (Float64Array | null)[] }>();
  /** Nodes that wait for their neighbour, by height and place. */
  const waiting = new Map<string, MomentSums | null>();
  let root: { sums: MomentSums | null } | null = null;

  const place = (height: number, index: number, sums: MomentSums | null): void => {
    // A node that alone covers all is the root; one whose neighbour would begin behind the end goes up as it is.
    if (2 ** height >= leaves) {
      root = { sums };
      return;
    }
    const other = `${height} ${index ^ 1}`;
    if (waiting.has(other)) {
      const neighbour = waiting.get(other) ?? null;
      waiting.delete(other);
      place(height + 1, index >> 1, index % 2 === 0 ? union(sums, neighbour, options) : union(neighbour, sums, options));
    } else if (index % 2 === 0 && (index + 1) * 2 ** height >= leaves) place(height + 1, index >> 1, sums);
    else waiting.set(`${height} ${index}`, sums);
  };

  return {
    add(replica, row) {
      const index = Math.floor(replica / LEAF);
      const size = Math.min(LEAF, replicas - index * LEAF);
      const leaf = open.get(index) ?? { left: size, rows: new Array(size).fill(null) };
      open.set(index, leaf);
      leaf.rows[replica - index * LEAF] = row?.slice() ?? null;
      if (--leaf.left > 0) return;
      open.delete(index);
      place(0, index, leafOf(leaf.rows, options));
    },
    total() {
      if (root === null) throw new RangeError("a replica is missing");
      return root.sums;
    },
  };
}

function leafOf(all: readonly (Float64Array | null)[], options: MomentTreeOptions): MomentSums | null {
  const rows = all.filter((row) => row !== null);
  if (rows.length === 0) return null;
  const sums = emptySums(rows.length, options);
  const { mean, second, third, fourth } = sums;
  for (let k = 0; k < mean.length; k++) {
    for (const row of rows) mean[k] += row[k] / rows.length;
    for (const row of rows) {
      const d = row[k] - mean[k];
      second[k] += d * d;
      third[k] += d * d * d;
      fourth[k] += d * d * (d * d);
    }
  }
  eachProduct(options, (at, k, l) => {
    for (const row of rows) sums.products[at] += (row[k] - mean[k]) * (row[l] - mean[l]);
  });
  return sums;
}

function union(a: MomentSums | null, b: MomentSums | null, options: MomentTreeOptions): MomentSums | null {
  if (a === null || b === null) return a ?? b;
  const [nA, nB] = [a.count, b.count];
  const n = nA + nB;
  const share = (nA * nB) / n;
  const sums = emptySums(n, options);
  for (let k = 0; k < sums.mean.length; k++) {
    const d = b.mean[k] - a.mean[k];
    const dd = d * d;
    sums.mean[k] = a.mean[k] + (d * nB) / n;
    sums.second[k] = a.second[k] + b.second[k] + dd * share;
    sums.third[k] =
      a.third[k] + b.third[k] + (dd * d * share * (nA - nB)) / n + (3 * d * (nA * b.second[k] - nB * a.second[k])) / n;
    sums.fourth[k] =
      a.fourth[k] +
      b.fourth[k] +
      (dd * dd * share * (nA * nA - nA * nB + nB * nB)) / (n * n) +
      (6 * dd * (nA * nA * b.second[k] + nB * nB * a.second[k])) / (n * n) +
      (4 * d * (nA * b.third[k] - nB * a.third[k])) / n;
  }
  eachProduct(options, (at, k, l) => {
    sums.products[at] = a.products[at] + b.products[at] + (b.mean[k] - a.mean[k]) * (b.mean[l] - a.mean[l]) * share;
  });
  return sums;
}

function emptySums(count: number, { columns, blocks, correlated }: MomentTreeOptions): MomentSums {
  const zeros = () => new Float64Array(columns);
  const products = new Float64Array(blocks * correlated * correlated);
  return { count, mean: zeros(), second: zeros(), third: zeros(), fourth: zeros(), products };
}

function eachProduct({ columns, blocks, correlated }: MomentTreeOptions, visit: (at: number, k: number, l: number) => void): void {
  const width = columns / blocks;
  for (let s = 0, at = 0; s < blocks; s++) {
    for (let k = 0; k < correlated; k++) for (let l = 0; l < correlated; l++) visit(at++, s * width + k, s * width + l);
  }
}

/** Moments of one column; NaN as in sampleMoments where there are too few replicas. */
export function momentsOf({ count, mean, second, fourth }: MomentSums, column: number): SampleMoments {
  return momentsFromSums(count, mean[column], second[column], fourth[column]);
}
