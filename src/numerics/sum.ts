import type { Carried } from "./carried.ts";

/**
 * Sums of long arrays. Four interleaved partial sums over blocks of 512, the block totals added with Neumaier's
 * compensation: the error stays below 64 eps sum |x| whatever the length, at the cost of a plain loop.
 */
export function sum(x: Float64Array, start = 0, end = x.length): number {
  const total = createAccumulator();
  for (let b = start; b < end; b += 512) {
    const stop = Math.min(b + 512, end);
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let i = b;
    for (; i + 3 < stop; i += 4) {
      s0 += x[i];
      s1 += x[i + 1];
      s2 += x[i + 2];
      s3 += x[i + 3];
    }
    for (; i < stop; i++) s0 += x[i];
    total.add(s0 + s1 + (s2 + s3));
  }
  return total.value();
}

/** A running sum with Neumaier's compensation, for ledgers over many steps. */
export interface Accumulator {
  add(term: number): void;
  value(): number;
  carried: Carried;
}

export function createAccumulator(): Accumulator {
  const carried = { total: 0, lost: 0 };
  return {
    add(term) {
      const { total } = carried;
      const next = total + term;
      carried.lost += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total;
      carried.total = next;
    },
    value: () => carried.total + carried.lost,
    carried,
  };
}
