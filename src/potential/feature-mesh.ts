import type { FeaturesDefinition } from "./feature-evaluator.ts";
import type { FeatureTable, MeshCoordinates } from "./feature-table.ts";
import type { PointField } from "./potential.ts";

/** The sums of point-features.ts through a table of the features on a mesh; otherwise as PointInteraction.addAt. */
export type FeatureMesh = (
  table: FeatureTable,
  field: PointField,
  targets: readonly Float64Array[],
  targetCount: number,
  points: readonly Float64Array[],
  weights: Float64Array | null,
  count: number,
) => void;

/**
 * sum_j w_j K(., theta_j) for K = sum_p w_p phi_p phi_p with phi = c psi(z) (c = 1 where phi is linear in no axis), through the nodes Z_m
 * of a mesh of the coordinates z alone:
 *
 *   charge[m] = sum_j w_j c_j L_m(z_j)             L_m: piecewise Lagrange polynomials
 *   S_p       = sum_m charge[m] psi_p(Z_m) - f_p   the moments, less the target of a network
 *   g[m]      = sum_p w_p S_p psi_p(Z_m)           and its slopes and Laplacian from those of psi
 *   V         = c g(z),  dV/dc = g(z),  grad_z V = c (grad g)(z),  lap V = c (lap g)(z)       read back with the same L
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
  let charge = new Float64Array(0);
  let fields: Float64Array[] = [];
  let scratch = new Float64Array(0);

  /** Room for the nodes of a table and for as many points. */
  function makeRoom({ nodes, components }: FeatureTable, count: number): void {
    if (charge.length !== nodes || fields.length < components.length) {
      charge = new Float64Array(nodes);
      fields = components.map(() => new Float64Array(nodes));
    }
    if (scratch.length < count) scratch = new Float64Array(count);
  }

  /** w_j c_j into scratch; w_j itself where phi is linear in no axis. */
  function amplitudes(points: readonly Float64Array[], weights: Float64Array | null, count: number): Float64Array | null {
    if (linearAxis === null) return weights;
    const c = points[linearAxis];
    if (weights === null) for (let j = 0; j < count; j++) scratch[j] = c[j] / count;
    else for (let j = 0; j < count; j++) scratch[j] = weights[j] * c[j];
    return scratch;
  }

  /** fields[c] = sum_p w_p S_p components[c], for those that are wanted. */
  function respond({ nodes, components }: FeatureTable, wanted: readonly boolean[]): void {
    for (const field of fields) field.fill(0);
    for (let p = 0; p < quadrature.length; p++) {
      const at = p * nodes;
      const factor = quadrature[p] * (dot(charge, components[0], at, nodes) - (target === null ? 0 : target[p]));
      for (let c = 0; c < components.length; c++) if (wanted[c]) addScaled(fields[c], factor, components[c], at, nodes);
    }
  }

  return (table, { value, gradient, laplacian }, targets, targetCount, points, weights, count) => {
    const { transfer } = table;
    makeRoom(table, Math.max(count, targetCount));
    const places = (theta: readonly Float64Array[]) => columns.map((a) => theta[a]);
    transfer.spread(charge, places(points), amplitudes(points, weights, count), count);
    const slope = linearAxis === null ? null : (gradient?.[linearAxis] ?? null);
    const outputs = [value, ...columns.map((a) => gradient?.[a] ?? null), laplacian].slice(0, table.components.length);
    respond(table, outputs.map((output, c) => output !== null || (c === 0 && slope !== null))); // biome-ignore format: one row
    const z = places(targets);
    outputs.forEach((output, c) => {
      if (linearAxis === null) {
        if (output !== null) transfer.read(output, fields[c], z, targetCount);
        return;
      }
      const reads = c === 0 ? slope : null;
      if (output === null && reads === null) return;
      scratch.fill(0, 0, targetCount);
      transfer.read(scratch, fields[c], z, targetCount);
      if (output !== null) addProducts(output, targets[linearAxis], scratch, targetCount);
      if (reads !== null) for (let i = 0; i < targetCount; i++) reads[i] += scratch[i];
    });
  };
}

function addProducts(out: Float64Array, x: Float64Array, y: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) out[i] += x[i] * y[i];
}

function addScaled(out: Float64Array, factor: number, row: Float64Array, at: number, count: number): void {
  for (let m = 0; m < count; m++) out[m] += factor * row[at + m];
}

/** Four sums at a time, since each addition has to wait for the one before. */
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
