import { InputError } from "../errors.ts";
import { innerProduct } from "./inner-products.ts";
import type { LossGradient } from "./loss-gradient.ts";
import type { RidgeNetwork } from "./ridge-network.ts";

/**
 * The exact loss of relu units for inputs uniform on the unit sphere of R^d. With t the angle between a and b and s = cos t,
 *
 *   k(a, b) = E[relu(a . x) relu(b . x)] = |a| |b| g(s) / (2 pi d),   g(s) = sin t + (pi - t) cos t,   g'(s) = pi - t,
 *   grad_a k = ((|b| / |a|) sin t a + (pi - t) b) / (2 pi d),
 *
 * the arc-cosine kernel of order 1 (Cho & Saul 2009) over d: a standard normal vector is a uniform direction times an independent length of mean square d. For
 * a student f = sum_i c_i relu(a_i .) and a teacher f* = sum_j e_j relu(b_j .),
 *
 *   L = E[(f - f*)^2] = sum_ii' c_i c_i' k(a_i, a_i') - 2 sum_ij c_i e_j k(a_i, b_j) + sum_jj' e_j e_j' k(b_j, b_j'),
 *
 * a quadratic form in the weights (c, -e). The factor g is flat at t = 0, so that rounding in t costs nothing there; L itself has the rounding of its
 * largest terms. (n + m)^2 kernels of d products.
 */
export function createSphereGradient({ n, d }: { n: number; d: number }, teacher: RidgeNetwork): LossGradient {
  checkRelu(teacher);
  if (teacher.d !== d) throw new InputError("teacher", teacher.d, `the student takes inputs of ${d} numbers`, "use one dimension");
  const m = teacher.n;
  const byC = new Float64Array(n);
  const byA = new Float64Array(n * d);
  const lengths = new Float64Array(n);
  const teacherLengths = lengthsOf(new Float64Array(m), teacher);
  const constant = quadraticForm(teacher, teacherLengths);

  /** Adds a pair's part of the potential of unit i, and of its gradient, with weight w of the unit b: rows p of a and q of b. */
  function addPair(network: RidgeNetwork, i: number, b: Float64Array, j: number, lengthB: number, w: number): void {
    const { a, c } = network;
    const p = i * d;
    const q = j * d;
    const product = lengths[i] * lengthB;
    if (product === 0) return;
    const s = clampCosine(innerProduct(a, p, b, q, d) / product);
    const sine = Math.sqrt((1 - s) * (1 + s));
    const rest = Math.PI - Math.acos(s);
    byC[i] += w * product * (sine + rest * s);
    const along = (c[i] * w * lengthB * sine) / lengths[i];
    const towards = c[i] * w * rest;
    for (let k = 0; k < d; k++) byA[p + k] += along * a[p + k] + towards * b[q + k];
  }

  return {
    c: byC,
    a: byA,
    evaluate(student) {
      checkRelu(student);
      lengthsOf(lengths, student);
      byC.fill(0);
      byA.fill(0);
      let cross = 0;
      let own = 0;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) addPair(student, i, teacher.a, j, teacherLengths[j], -teacher.c[j]);
        cross += student.c[i] * byC[i];
        const before = byC[i];
        for (let j = 0; j < n; j++) addPair(student, i, student.a, j, lengths[j], student.c[j]);
        own += student.c[i] * (byC[i] - before);
      }
      const scale = 1 / (2 * Math.PI * d);
      for (let i = 0; i < n; i++) byC[i] *= 2 * scale;
      for (let k = 0; k < byA.length; k++) byA[k] *= 2 * scale;
      return scale * (own + 2 * cross) + constant;
    },
  };
}

/** E[(f - f*)^2] over the unit sphere. */
export function sphereLoss(student: RidgeNetwork, teacher: RidgeNetwork): number {
  return createSphereGradient(student, teacher).evaluate(student);
}

/** E[f^2] over the unit sphere. */
function quadraticForm({ n, d, c, a }: RidgeNetwork, lengths: Float64Array): number {
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const product = lengths[i] * lengths[j];
      if (product === 0) continue;
      const s = clampCosine(innerProduct(a, i * d, a, j * d, d) / product);
      total += c[i] * c[j] * product * (Math.sqrt((1 - s) * (1 + s)) + (Math.PI - Math.acos(s)) * s);
    }
  }
  return total / (2 * Math.PI * d);
}

/** Rounding can take the cosine of two nearly parallel vectors beyond 1. */
function clampCosine(s: number): number {
  return s > 1 ? 1 : s < -1 ? -1 : s;
}

function lengthsOf(out: Float64Array, { n, d, a }: RidgeNetwork): Float64Array {
  for (let i = 0; i < n; i++) out[i] = Math.sqrt(innerProduct(a, i * d, a, i * d, d));
  return out;
}

function checkRelu({ activation }: RidgeNetwork): void {
  if (activation !== "relu") {
    throw new InputError(
      "activation",
      activation,
      "has no exact loss on the sphere",
      'use "relu", or estimate it from a large batch',
    );
  }
}
