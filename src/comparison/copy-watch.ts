import type { ParticleData } from "../files/particle-data.ts";
import { sampleMoments } from "../numerics/moments.ts";

/**
 * Finds replicas that may be copies of each other (copies.ts) while they go by, without keeping them: of each coordinate at each snapshot a few order statistics, which copies
 * have in common whatever the order of their particles. Independent replicas that agree in all of them are rare, and are looked at again whole.
 */
export interface CopyWatch {
  add(particles: ParticleData): void;
  /** Groups of replicas, in increasing order, that have all their order statistics in common. */
  candidates(): number[][];
}

/** Order statistics of a coordinate. */
const KEPT = 8;
/** The tolerance of copies.ts, and room for what standard deviations of few order statistics miss. */
const SPREAD = 1e-6;
const SIZE = 1e-7;
/** A spread below this share of the size is rounding. */
const POINT = 1e-9;

export function watchCopies(variables: number): CopyWatch {
  const rows: Float64Array[] = [];
  return {
    add({ theta, replicas, times, n }) {
      const kept = Math.min(KEPT, n);
      const sorted = new Float64Array(n);
      for (let r = 0; r < replicas; r++) {
        const row = new Float64Array(times.length * variables * kept);
        let at = 0;
        for (let s = times.length - 1; s >= 0; s--) {
          for (let a = 0; a < variables; a++) {
            const from = (r * times.length + s) * n;
            for (let i = 0; i < n; i++) sorted[i] = theta[(from + i) * variables + a];
            sorted.sort();
            for (let k = 0; k < kept; k++) row[at++] = sorted[kept === 1 ? 0 : Math.round((k * (n - 1)) / (kept - 1))];
          }
        }
        rows.push(row);
      }
    },
    candidates() {
      if (rows.length < 2) return [];
      const tolerances = Float64Array.from(rows[0], (_, k) => {
        const { mean, variance } = sampleMoments(Float64Array.from(rows, (row) => row[k]));
        const sd = Math.sqrt(variance);
        return sd > POINT * Math.abs(mean) ? SPREAD * sd + SIZE * Math.abs(mean) : Infinity;
      });
      const first = tolerances.findIndex((tolerance) => tolerance < Infinity);
      if (first < 0) return [];
      const order = rows.map((_, r) => r).sort((a, b) => rows[a][first] - rows[b][first]);
      const root = rows.map((_, r) => r);
      const rootOf = (r: number): number => (root[r] === r ? r : rootOf(root[r]));
      const alike = (a: Float64Array, b: Float64Array) => a.every((x, k) => Math.abs(x - b[k]) <= tolerances[k]);
      for (let i = 0; i < order.length; i++) {
        const a = order[i];
        for (let j = i + 1; j < order.length && rows[order[j]][first] - rows[a][first] <= tolerances[first]; j++) {
          const b = order[j];
          if (alike(rows[a], rows[b])) root[Math.max(rootOf(a), rootOf(b))] = Math.min(rootOf(a), rootOf(b));
        }
      }
      const groups = new Map<number, number[]>();
      for (const r of root.keys()) groups.set(rootOf(r), [...(groups.get(rootOf(r)) ?? []), r]);
      return [...groups.values()].filter((group) => group.length > 1);
    },
  };
}
