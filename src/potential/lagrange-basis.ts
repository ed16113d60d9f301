/** Lagrange basis of one order: the p polynomials on nodes 1 - p/2, ..., p/2, at t in [0, 1). */
export interface Basis {
  order: number;
  evaluate(out: Float64Array, t: number): void;
}

/** In three dimensions mesh nodes are dear and in one or two particles are, so the order differs. */
export function basisFor(dimension: number): Basis {
  return dimension === 3 ? { order: 8, evaluate: lagrangeOfOrder8 } : { order: 6, evaluate: lagrangeOfOrder6 };
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
