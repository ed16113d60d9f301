import { basisOfOrder } from "./lagrange-basis.ts";
import type { MeshLayout, MeshTransfer } from "./mesh-transfer.ts";

/** The order this transfer is written for. */
export const LINE_ORDER = 6;
const ORDER = LINE_ORDER;

/**
 * The transfer of order 6 on one axis, through powers instead of basis values: with s = t - 1/2 the place of a particle in its cell and
 * L_j(t) = sum_k C[j][k] s^k,
 *
 *   sum_i w_i L_j = sum_k C[j][k] (sum_i w_i s_i^k)        moments of each cell first, then its six nodes
 *   sum_j L_j f_j = sum_k (sum_j C[j][k] f_j) s^k          a polynomial for each cell, evaluated by Horner's rule
 *
 * so that a particle costs six multiplications either way (5 ns) and the conversion is paid once a cell.
 */
export function createLineTransfer(layout: MeshLayout): MeshTransfer {
  const { extent, origin } = layout;
  const h = layout.spacing[0];
  const n = extent[0];
  const wraps = layout.periods[0] !== 0;
  const left = ORDER / 2 - 1;
  // Cell c lies between nodes c and c + 1; on an axis that does not wrap the outermost ones lack nodes and hold no particles.
  const firstCell = wraps ? 0 : left;
  const endCell = wraps ? n : n - ORDER + left + 1;
  const coefficients = new Float64Array(ORDER * n);
  const inverse = 1 / h;
  const nodeOf = (c: number, j: number) => (wraps ? (c - left + j) & (n - 1) : c - left + j);

  return {
    spread(charge, points, weights, count) {
      const x = points[0];
      const start = origin[0];
      coefficients.fill(0);
      for (let i = 0; i < count; i++) {
        const place = x[i] * inverse;
        const whole = Math.floor(place);
        const s = place - whole - 0.5;
        const at = ORDER * (wraps ? whole & (n - 1) : whole - start);
        let power = weights === null ? 1 : weights[i];
        coefficients[at] += power;
        coefficients[at + 1] += power *= s;
        coefficients[at + 2] += power *= s;
        coefficients[at + 3] += power *= s;
        coefficients[at + 4] += power *= s;
        coefficients[at + 5] += power * s;
      }
      charge.fill(0);
      const scale = weights === null ? 1 / count : 1;
      for (let c = firstCell; c < endCell; c++) {
        if (isEmpty(coefficients, ORDER * c)) continue;
        for (let j = 0; j < ORDER; j++) {
          let total = 0;
          for (let k = 0; k < ORDER; k++) total += POWERS[ORDER * j + k] * coefficients[ORDER * c + k];
          charge[nodeOf(c, j)] += scale * total;
        }
      }
    },
    read(output, field, points, count) {
      const x = points[0];
      const start = origin[0];
      for (let c = firstCell; c < endCell; c++) {
        for (let k = 0; k < ORDER; k++) {
          let total = 0;
          for (let j = 0; j < ORDER; j++) total += POWERS[ORDER * j + k] * field[nodeOf(c, j)];
          coefficients[ORDER * c + k] = total;
        }
      }
      for (let i = 0; i < count; i++) {
        const place = x[i] * inverse;
        const whole = Math.floor(place);
        const s = place - whole - 0.5;
        const at = ORDER * (wraps ? whole & (n - 1) : whole - start);
        output[i] +=
          coefficients[at] +
          s *
            (coefficients[at + 1] +
              s * (coefficients[at + 2] + s * (coefficients[at + 3] + s * (coefficients[at + 4] + s * coefficients[at + 5]))));
      }
    },
  };
}

/** Whether all moments of a cell are 0; signed weights may cancel in the first and leave the others. */
function isEmpty(moments: Float64Array, from: number): boolean {
  for (let k = 0; k < ORDER; k++) if (moments[from + k] !== 0) return false;
  return true;
}

/** C[j][k]: the basis polynomials in powers of t - 1/2, by interpolation of L_j at six points (divided differences). */
const POWERS = powersOfBasis();

function powersOfBasis(): Float64Array {
  const { evaluate } = basisOfOrder(ORDER);
  const nodes = Array.from({ length: ORDER }, (_, m) => m - 2.5);
  const basis = new Float64Array(ORDER);
  const result = new Float64Array(ORDER * ORDER);
  const samples = nodes.map((s) => {
    evaluate(basis, s + 0.5);
    return basis.slice();
  });
  for (let j = 0; j < ORDER; j++) {
    // Newton's form, expanded from the highest difference down.
    const differences = samples.map((values) => values[j]);
    for (let order = 1; order < ORDER; order++) {
      for (let m = ORDER - 1; m >= order; m--) differences[m] = (differences[m] - differences[m - 1]) / order;
    }
    const polynomial = new Float64Array(ORDER);
    for (let m = ORDER - 1; m >= 0; m--) {
      for (let k = ORDER - 1; k > 0; k--) polynomial[k] = polynomial[k - 1] - nodes[m] * polynomial[k];
      polynomial[0] = differences[m] - nodes[m] * polynomial[0];
    }
    result.set(polynomial, ORDER * j);
  }
  return result;
}
