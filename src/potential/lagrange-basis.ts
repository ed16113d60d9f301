/** Lagrange basis of one order: the p polynomials on nodes 1 - p/2, ..., p/2, at t in [0, 1). */
export interface Basis {
  order: number;
  evaluate(out: Float64Array, t: number): void;
}

/**
 * Orders worth choosing from, by dimension: a low one where particles are dear, since each reaches order^d nodes, and a high one where
 * the mesh is, since its spacing is then several times wider.
 */
export const ORDERS = [
  [6, 12],
  [6, 12],
  [8, 12],
] as const;

/** @param order even; 6 and 8 are written out, others go through loops. */
export function basisOfOrder(order: number): Basis {
  if (order === 6) return { order, evaluate: lagrangeOfOrder6 };
  return { order, evaluate: order === 8 ? lagrangeOfOrder8 : lagrangeOfAnyOrder(order) };
}

/** L_j(t) = prod_{m != j} (t - t_m) / (t_j - t_m) by prefix products from the left and suffix products from the right. */
function lagrangeOfAnyOrder(order: number): Basis["evaluate"] {
  const node = (j: number) => j + 1 - order / 2;
  const factor = Float64Array.from({ length: order }, (_, j) => {
    let product = 1;
    for (let m = 0; m < order; m++) if (m !== j) product *= node(j) - node(m);
    return 1 / product;
  });
  return (out, t) => {
    let prefix = 1;
    for (let j = 0; j < order; j++) {
      out[j] = factor[j] * prefix;
      prefix *= t - node(j);
    }
    let suffix = 1;
    for (let j = order - 1; j >= 0; j--) {
      out[j] *= suffix;
      suffix *= t - node(j);
    }
  };
}

/** The products of (t - m) over all nodes m but one, as prefixes and suffixes, times 1 / prod_{m != j} (j - m). */
function lagrangeOfOrder6(out: Float64Array, t: number): void {
  const p1 = t + 2;
  const p2 = p1 * (t + 1);
  const p3 = p2 * t;
  const p4 = p3 * (t - 1);
  const s1 = t - 3;
  const s2 = s1 * (t - 2);
  const s3 = s2 * (t - 1);
  const s4 = s3 * t;
  out[0] = (-1 / 120) * s4 * (t + 1);
  out[1] = (1 / 24) * p1 * s4;
  out[2] = (-1 / 12) * p2 * s3;
  out[3] = (1 / 12) * p3 * s2;
  out[4] = (-1 / 24) * p4 * s1;
  out[5] = (1 / 120) * p4 * (t - 2);
}

function lagrangeOfOrder8(out: Float64Array, t: number): void {
  const p1 = t + 3;
  const p2 = p1 * (t + 2);
  const p3 = p2 * (t + 1);
  const p4 = p3 * t;
  const p5 = p4 * (t - 1);
  const p6 = p5 * (t - 2);
  const s1 = t - 4;
  const s2 = s1 * (t - 3);
  const s3 = s2 * (t - 2);
  const s4 = s3 * (t - 1);
  const s5 = s4 * t;
  const s6 = s5 * (t + 1);
  out[0] = (-1 / 5040) * s6 * (t + 2);
  out[1] = (1 / 720) * p1 * s6;
  out[2] = (-1 / 240) * p2 * s5;
  out[3] = (1 / 144) * p3 * s4;
  out[4] = (-1 / 144) * p4 * s3;
  out[5] = (1 / 240) * p5 * s2;
  out[6] = (-1 / 720) * p6 * s1;
  out[7] = (1 / 5040) * p6 * (t - 3);
}
