import { symmetricInverse } from "../numerics/eigenvalues.ts";
import { sampleMoments, varies } from "../numerics/moments.ts";
import { fisherTail, studentTail } from "../numerics/tails.ts";

/**
 * P-value of "the mean over replicas is within `allowance` of the reference", from Student's t of the excess over the allowance: at most the stated
 * rate of false alarms wherever in the allowed interval the true mean lies.
 */
export function meanTest(deviation: number, standardError: number, allowance: number, replicas: number): number {
  const beyond = Math.abs(deviation) - allowance;
  if (beyond <= 0) return 1;
  return standardError > 0 ? studentTail(beyond / standardError, replicas - 1) : 0;
}

/**
 * Hotelling's test of several means together: T^2 = R (d - b)' S^-1 (d - b) at the allowed b, |b_k| <= allowances[k], that explains most. S is the
 * sample covariance over replicas of the observables, directions in which it vanishes being left out (observables may depend on each other, or be
 * the same on all particles).
 *
 * @param rows means of one replica each.
 * @returns null where there are too few replicas for so many observables.
 */
export function jointTest(
  rows: readonly Float64Array[],
  reference: Float64Array,
  allowances: Float64Array,
): { statistic: number; pValue: number } | null {
  const R = rows.length;
  const moments = Array.from(reference, (_, k) => sampleMoments(rows.map((row) => row[k])));
  const kept = moments.flatMap(({ variance, mean }, k) =>
    varies(variance, Math.max(Math.abs(mean), Math.abs(mean - reference[k]))) ? [k] : [],
  );
  const P = kept.length;
  if (P < 2 || R < P + 2) return null;
  const scale = kept.map((k) => Math.sqrt(moments[k].variance));
  const correlation = new Float64Array(P * P);
  for (const row of rows) {
    const z = kept.map((k, i) => (row[k] - moments[k].mean) / scale[i]);
    for (let i = 0; i < P; i++) for (let j = 0; j < P; j++) correlation[i * P + j] += (z[i] * z[j]) / (R - 1);
  }
  const { inverse: A, rank: p } = symmetricInverse(correlation, P, SINGULAR);
  const d = Float64Array.from(kept, (k, i) => (moments[k].mean - reference[k]) / scale[i]);
  const distance = leastDistance(
    A,
    d,
    Float64Array.from(kept, (k, i) => allowances[k] / scale[i]),
  );
  const statistic = R * distance;
  return { statistic, pValue: fisherTail(((R - p) * statistic) / (p * (R - 1)), p, R - p) };
}

/** Eigenvalues of a correlation matrix below this are rounding. */
const SINGULAR = 1e-9;

/** Descent by which turns in each coordinate are taken to have come to the minimum. */
const NEGLIGIBLE = 1e-9;

/**
 * min (d - b)' A (d - b) over the box |b_k| <= box_k, a convex function: by turns in each coordinate, and where observables nearly follow from each other, so that turns creep along a
 * valley, by Newton steps in the coordinates within the box (an active set: Nocedal & Wright, Numerical Optimization, 2006, algorithm 16.3).
 */
function leastDistance(A: Float64Array, d: Float64Array, box: Float64Array): number {
  const P = d.length;
  // Where every deviation is allowed, this is the minimum already.
  const b = d.map((value, k) => Math.min(box[k], Math.max(-box[k], value)));
  for (let sweep = 0, moved = true; moved && sweep < 200; sweep++) {
    moved = false;
    for (let k = 0; k < P; k++) {
      let others = 0;
      for (let l = 0; l < P; l++) if (l !== k) others += A[k * P + l] * (d[l] - b[l]);
      const best = A[k * P + k] > 0 ? d[k] + others / A[k * P + k] : 0;
      const next = Math.min(box[k], Math.max(-box[k], best));
      if (next !== b[k]) moved = true;
      b[k] = next;
    }
  }
  const byTurns = squareOf(A, d, b);
  descend(b, A, d, box);
  const least = squareOf(A, d, b);
  return least < (1 - NEGLIGIBLE) * byTurns ? least : byTurns;
}

/** (d - b)' A (d - b). */
function squareOf(A: Float64Array, d: Float64Array, b: Float64Array): number {
  const P = d.length;
  let total = 0;
  for (let k = 0; k < P; k++) for (let l = 0; l < P; l++) total += A[k * P + l] * (d[k] - b[k]) * (d[l] - b[l]);
  return total;
}

/** b goes to the minimum: by steps to that over the free coordinates, up to the wall of the box that is met first; once there, the wall is left that holds it back most. */
function descend(b: Float64Array, A: Float64Array, d: Float64Array, box: Float64Array): void {
  const P = d.length;
  const held = new Set([...b.keys()].filter((k) => Math.abs(b[k]) >= box[k]));
  for (let step = 0; step < 20 * P; step++) {
    const slope = b.map((_, k) => d.reduce((sum, value, l) => sum + A[k * P + l] * (value - b[l]), 0));
    const free = [...b.keys()].filter((k) => !held.has(k));
    const F = free.length;
    const own = Float64Array.from({ length: F * F }, (_, e) => A[free[Math.floor(e / F)] * P + free[e % F]]);
    const { inverse } = F > 0 ? symmetricInverse(own, F, Number.EPSILON) : { inverse: own };
    const moves = free.map((_, i) => free.reduce((sum, l, j) => sum + inverse[i * F + j] * slope[l], 0));
    const descent = free.reduce((sum, k, i) => sum + slope[k] * moves[i], 0);
    if (!(descent > NEGLIGIBLE * squareOf(A, d, b))) {
      const left = [...held].filter((k) => slope[k] * b[k] < 0);
      if (left.length === 0) return;
      held.delete(left.reduce((most, k) => (Math.abs(slope[k]) * box[k] > Math.abs(slope[most]) * box[most] ? k : most)));
      continue;
    }
    let share = 1;
    let wall: number | null = null;
    free.forEach((k, i) => {
      const room = moves[i] > 0 ? box[k] - b[k] : -box[k] - b[k];
      if (share * Math.abs(moves[i]) <= Math.abs(room)) return;
      share = room / moves[i];
      wall = k;
    });
    free.forEach((k, i) => {
      b[k] = Math.min(box[k], Math.max(-box[k], b[k] + share * moves[i]));
    });
    if (wall !== null) held.add(wall);
  }
}
