import type { FeaturesDefinition } from "./feature-evaluator.ts";
import type { FeatureTable, MeshCoordinates } from "./feature-table.ts";
import type { PointField } from "./potential.ts";

/** The sums of point-features.ts through a table on a mesh that covers all points; otherwise as PointInteraction.addAt. */
export type FeatureMesh = (
  table: FeatureTable,
  field: PointField,
  targets: readonly Float64Array[],
  targetCount: number,
  points: readonly Float64Array[],
  weights: Float64Array | null,
  count: number,
) => void;

/** Targets read at a time, so that the samples read stay in the L2 cache. */
const CHUNK = 8192;

/**
 * sum_j w_j K(., theta_j) for K = sum_p w_p phi_p phi_p with phi = c psi(z) (c = 1 where phi is linear in no axis), through the
 * nodes Z_m of a mesh of the coordinates z alone:
 *
 *   charge[m] = sum_j w_j c_j L_m(z_j)                  L_m: piecewise Lagrange polynomials
 *   S_p       = sum_m charge[m] psi_p(Z_m) - f_p        the moments, less the target of a network
 *   g[m]      = sum_p w_p S_p psi_p(Z_m)                its slopes and its Laplacian from those of psi
 *   V         = c g(z),  dV/dc = g(z),  dV/dz_a = c (dg/dz_a)(z),  lap V = c (lap g)(z)        read back with the same L
 *
 * so that points cost O(n + P nodes) in place of O(n P). The error is that of the table, see createFeatureTables.
 *
 * @param target f_p of F = -sum_p w_p f_p phi_p, which is then added to the sum; null for the sum alone.
 */
export function createFeatureMesh(
  { linearAxis, weights: quadrature }: FeaturesDefinition,
  { columns }: MeshCoordinates,
  target: Float64Array | null,
): FeatureMesh {
  const factors = new Float64Array(quadrature.length);
  let charge = new Float64Array(0);
  let fields: Float64Array[] = [];
  let amplitudes = new Float64Array(0);
  let reads: Float64Array[] = [];

  function makeRoom({ nodes, components }: FeatureTable, count: number): void {
    if (charge.length !== nodes) charge = new Float64Array(nodes);
    if (fields.length !== components.length || fields[0].length !== nodes) fields = components.map(() => new Float64Array(nodes));
    if (linearAxis === null) return;
    if (amplitudes.length < count) amplitudes = new Float64Array(count);
    if (reads.length < components.length) reads = components.map(() => new Float64Array(CHUNK));
  }

  /** w_j c_j, shape [count]; w_j itself where phi is linear in no axis. */
  function amplitudesOf(points: readonly Float64Array[], weights: Float64Array | null, count: number): Float64Array | null {
    if (linearAxis === null) return weights;
    const c = points[linearAxis];
    if (weights === null) for (let j = 0; j < count; j++) amplitudes[j] = c[j] / count;
    else for (let j = 0; j < count; j++) amplitudes[j] = weights[j] * c[j];
    return amplitudes;
  }

  return (table, { value, gradient, laplacian }, targets, targetCount, points, weights, count) => {
    const { nodes, components, transfer } = table;
    makeRoom(table, count);
    const places = (theta: readonly Float64Array[]) => columns.map((a) => theta[a]);
    transfer.spread(charge, places(points), amplitudesOf(points, weights, count), count);
    for (let p = 0; p < factors.length; p++) {
      factors[p] = quadrature[p] * (dot(charge, components[0], p * nodes, nodes) - (target === null ? 0 : target[p]));
    }
    const outputs = [value, ...columns.map((a) => gradient?.[a] ?? null), laplacian].slice(0, components.length);
    const slope = linearAxis === null ? null : (gradient?.[linearAxis] ?? null);
    const wanted = outputs.map((output, c) => output !== null || (c === 0 && slope !== null));
    for (let c = 0; c < components.length; c++) if (wanted[c]) combine(fields[c], factors, components[c], nodes);
    if (linearAxis === null) {
      transfer.read(outputs, fields, places(targets), targetCount);
      return;
    }
    for (let start = 0; start < targetCount; start += CHUNK) {
      const end = Math.min(start + CHUNK, targetCount);
      const z = columns.map((a) => targets[a].subarray(start, end));
      const found = wanted.map((isWanted, k) => (isWanted ? reads[k].fill(0) : null));
      transfer.read(found, fields, z, end - start);
      for (let k = 0; k < outputs.length; k++) addProducts(outputs[k], targets[linearAxis], reads[k], start, end);
      if (slope !== null) for (let i = start; i < end; i++) slope[i] += reads[0][i - start];
    }
  };
}

/** out[i] += x[i] y[i - start] for start <= i < end. */
function addProducts(out: Float64Array | null, x: Float64Array, y: Float64Array, start: number, end: number): void {
  if (out === null) return;
  for (let i = start; i < end; i++) out[i] += x[i] * y[i - start];
}

/** sum_m x[m] row[at + m], four sums at a time, since each addition has to wait for the one before. */
function dot(x: Float64Array, row: Float64Array, at: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let m = 0;
  for (; m + 3 < count; m += 4) {
    s0 += x[m] * row[at + m];
    s1 += x[m + 1] * row[at + m + 1];
    s2 += x[m + 2] * row[at + m + 2];
    s3 += x[m + 3] * row[at + m + 3];
  }
  for (; m < count; m++) s0 += x[m] * row[at + m];
  return s0 + s1 + (s2 + s3);
}

/** out[m] = sum_p factors[p] table[p nodes + m], four rows at a time to write less often. */
function combine(out: Float64Array, factors: Float64Array, table: Float64Array, nodes: number): void {
  out.fill(0);
  let p = 0;
  for (; p + 3 < factors.length; p += 4) {
    const row0 = p * nodes;
    const row1 = row0 + nodes;
    const row2 = row1 + nodes;
    const row3 = row2 + nodes;
    const f0 = factors[p];
    const f1 = factors[p + 1];
    const f2 = factors[p + 2];
    const f3 = factors[p + 3];
    for (let m = 0; m < nodes; m++) {
      out[m] += f0 * table[row0 + m] + f1 * table[row1 + m] + f2 * table[row2 + m] + f3 * table[row3 + m];
    }
  }
  for (; p < factors.length; p++) {
    for (let m = 0; m < nodes; m++) out[m] += factors[p] * table[p * nodes + m];
  }
}
