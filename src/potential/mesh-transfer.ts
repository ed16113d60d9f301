import { basisOfOrder } from "./lagrange-basis.ts";

/** A mesh as the transfers see it: node `origin[a]` of axis a stands at origin[a] spacing[a]; axes with a period wrap. */
export interface MeshLayout {
  spacing: readonly number[];
  periods: readonly number[];
  /** Nodes along each axis; a power of two where it wraps. */
  extent: readonly number[];
  /** Index of the first node of each axis, 0 where it wraps. */
  origin: Int32Array;
  /** Nodes that a particle reaches along each axis. */
  order: number;
}

/** From particles to the mesh and back, by the same interpolation. */
export interface MeshTransfer {
  /** charge[m] = sum_j w_j L_m(theta_j); `weights` null stands for 1/count each. */
  spread(charge: Float64Array, points: readonly Float64Array[], weights: Float64Array | null, count: number): void;
  /** output[i] += sum_m L_m(theta_i) field[m]. */
  read(output: Float64Array, field: Float64Array, points: readonly Float64Array[], count: number): void;
}

/** Tensor products of Lagrange polynomials in one to three dimensions: order^d nodes a particle. */
export function createTensorTransfer(layout: MeshLayout): MeshTransfer {
  const { spacing, periods, extent, origin } = layout;
  const d = spacing.length;
  const { order, evaluate } = basisOfOrder(layout.order);
  const left = order / 2 - 1;
  // A leading axis of one node makes a two-dimensional mesh three-dimensional; axis a of the problem is axis lead + a here.
  const lead = 3 - d;
  const basis = [0, 1, 2].map(() => new Float64Array(order));
  const node = [0, 1, 2].map(() => new Int32Array(order));
  const [w0, w1] = [0, 1].map((axis) => (axis < lead ? 1 : order));
  for (let axis = 0; axis < lead; axis++) basis[axis][0] = 1;
  const [b0, b1, b2] = basis;
  const [n0, n1, n2] = node;

  /** Basis values and flat node indices of one particle, axis by axis. */
  function locate(points: readonly Float64Array[], i: number): void {
    let stride = 1;
    for (let a = d - 1; a >= 0; a--) {
      const n = extent[a];
      const cell = points[a][i] / spacing[a];
      const whole = Math.floor(cell);
      evaluate(basis[lead + a], cell - whole);
      const first = whole - left - origin[a];
      const indices = node[lead + a];
      if (periods[a] === 0) for (let j = 0; j < order; j++) indices[j] = (first + j) * stride;
      // A power of two of nodes: masking is the remainder, for negative indices too.
      else for (let j = 0; j < order; j++) indices[j] = ((first + j) & (n - 1)) * stride;
      stride *= n;
    }
  }

  return {
    spread(charge, points, weights, count) {
      charge.fill(0);
      for (let i = 0; i < count; i++) {
        locate(points, i);
        const weight = weights === null ? 1 / count : weights[i];
        for (let p = 0; p < w0; p++) {
          for (let q = 0; q < w1; q++) {
            const from = n0[p] + n1[q];
            const factor = weight * b0[p] * b1[q];
            for (let r = 0; r < order; r++) charge[from + n2[r]] += factor * b2[r];
          }
        }
      }
    },
    read(output, field, points, count) {
      for (let i = 0; i < count; i++) {
        locate(points, i);
        let total = 0;
        for (let p = 0; p < w0; p++) {
          for (let q = 0; q < w1; q++) {
            const at = n0[p] + n1[q];
            let line = 0;
            for (let r = 0; r < order; r++) line += b2[r] * field[at + n2[r]];
            total += b0[p] * b1[q] * line;
          }
        }
        output[i] += total;
      }
    },
  };
}
