import { meanOf } from "../numerics/moments.ts";
import { gaussLegendre } from "../numerics/quadrature.ts";
import { sum } from "../numerics/sum.ts";
import type { Influence } from "./covariance.ts";

/**
 * n times the covariance that systematic resampling adds, where particles stand in the order of the mean partition (those that shrink,
 * then those that grow) and at random within each part.
 *
 * In a part with share q of the particles and excess offspring b = n W - 1 of a particle, the rounding r of the running sum of b is a
 * random walk on the circle, r <- r + b mod 1, uniform at all times; the offspring of particle i are off by s(r) - s(r + b), s the saw
 * tooth. The walk is diagonal in Fourier space, so that the variance of a sum of phi over the part is n q times
 *
 *   E[phi^2 {b} (1 - {b})] - 4 Re sum_{l >= 1} (E phi - chi_l)^2 / ((1 - psi_l) (2 pi l)^2),
 *   chi_l = E[phi e^{2 pi i l b}],   psi_l = E[e^{2 pi i l b}],   {b} = b - floor(b),
 *
 * as n -> infinity; for small b this is E[phi^2 |b|] - E[phi |b|]^2 / E|b|: as many picks as there must be, each size-biased. A
 * constant in phi changes nothing.
 *
 * How many picks there must be is B = n q E|b|, the same in both parts, rounded down or up: this adds {B} (1 - {B}) / n times the square of
 * the difference of the size-biased means of the two parts, which matters where a step has few events.
 *
 * Cost: some 100 exponentials a node, and as many products for each influence.
 */
export function addSystematicNoise(
  matrix: Float64Array,
  before: Float64Array,
  growth: Float64Array,
  influences: readonly Influence[],
  n: number,
): void {
  addPart(matrix, before, growth, influences, (b) => b < 0);
  addPart(matrix, before, growth, influences, (b) => b >= 0);
  const shrinks = before.map((w, j) => w * Math.max(0, 1 - growth[j]));
  const grows = before.map((w, j) => w * Math.max(0, growth[j] - 1));
  addRounding(matrix, shrinks, grows, influences, n, 1 / n);
}

/** Adds the noise of rounding the number of picks B = n sum shrinks, times `scale` and not 1/n. */
export function addRounding(
  matrix: Float64Array,
  shrinks: Float64Array,
  grows: Float64Array,
  influences: readonly Influence[],
  n: number,
  scale: number,
): void {
  const down = sum(shrinks);
  const up = sum(grows);
  if (!(down > 0 && up > 0)) return;
  const picks = n * down;
  const fraction = picks - Math.floor(picks);
  const gaps = influences.map((u) => (u === null ? 0 : meanOf(u, grows) / up - meanOf(u, shrinks) / down));
  const count = influences.length;
  for (let k = 0; k < count; k++) {
    for (let l = 0; l < count; l++) matrix[k * count + l] += scale * fraction * (1 - fraction) * gaps[k] * gaps[l];
  }
}

/** Frequencies up to here one by one; beyond, where the summand changes little from one to the next, by an integral. */
const SINGLY = 16;
/** Frequencies l with l max|b| beyond this do not count: the distribution of b is spread out. */
const LAST = 12;
const RULE = gaussLegendre(12, 0, 1);

/** Frequencies with the weights of their sum. */
function frequencies(largest: number): { l: number[]; weight: number[] } {
  const l: number[] = [];
  const weight: number[] = [];
  for (let k = 1; k <= SINGLY; k++) {
    l.push(k);
    weight.push(1);
  }
  const end = LAST / largest;
  for (let from = SINGLY + 0.5; from < end; from *= 2) {
    for (let k = 0; k < RULE.nodes.length; k++) {
      l.push(from * (1 + RULE.nodes[k]));
      weight.push(from * RULE.weights[k]);
    }
  }
  return { l, weight };
}

function addPart(
  matrix: Float64Array,
  before: Float64Array,
  growth: Float64Array,
  influences: readonly Influence[],
  belongs: (b: number) => boolean,
): void {
  const members: number[] = [];
  let share = 0;
  let largest = 0;
  for (let j = 0; j < before.length; j++) {
    if (before[j] === 0 || !belongs(growth[j] - 1)) continue;
    members.push(j);
    share += before[j];
    largest = Math.max(largest, Math.abs(growth[j] - 1));
  }
  if (largest < 1e-14) return;
  const count = influences.length;
  const size = members.length;
  const w = Float64Array.from(members, (j) => before[j] / share);
  const b = Float64Array.from(members, (j) => growth[j] - 1);
  const centred = influences.map((u) =>
    u === null
      ? null
      : centre(
          w,
          Float64Array.from(members, (j) => u[j]),
        ),
  );

  const rounding = w.map((mass, j) => mass * (b[j] - Math.floor(b[j])) * (1 - b[j] + Math.floor(b[j])));
  for (let k = 0; k < count; k++) {
    const u = centred[k];
    if (u === null) continue;
    for (let m = 0; m < count; m++) {
      const v = centred[m];
      if (v === null) continue;
      let total = 0;
      for (let j = 0; j < size; j++) total += rounding[j] * u[j] * v[j];
      matrix[k * count + m] += share * total;
    }
  }
  const real = new Float64Array(count);
  const imaginary = new Float64Array(count);
  const cosine = new Float64Array(size);
  const sine = new Float64Array(size);
  const { l, weight } = frequencies(largest);
  for (let f = 0; f < l.length; f++) {
    const angle = 2 * Math.PI * l[f];
    let psiReal = 0;
    let psiImaginary = 0;
    for (let j = 0; j < size; j++) {
      cosine[j] = w[j] * Math.cos(angle * b[j]);
      sine[j] = w[j] * Math.sin(angle * b[j]);
      psiReal += cosine[j];
      psiImaginary += sine[j];
    }
    for (let k = 0; k < count; k++) {
      const u = centred[k];
      real[k] = 0;
      imaginary[k] = 0;
      if (u === null) continue;
      for (let j = 0; j < size; j++) {
        real[k] += u[j] * cosine[j];
        imaginary[k] += u[j] * sine[j];
      }
    }
    // 1 / (1 - psi), psi the characteristic function.
    const gap = 1 - psiReal;
    const square = gap * gap + psiImaginary * psiImaginary;
    if (square < 1e-24) continue;
    const factor = (-4 * share * weight[f]) / (angle * angle * square);
    for (let k = 0; k < count; k++) {
      for (let m = 0; m < count; m++) {
        const productReal = real[k] * real[m] - imaginary[k] * imaginary[m];
        const productImaginary = real[k] * imaginary[m] + imaginary[k] * real[m];
        matrix[k * count + m] += factor * (productReal * gap - productImaginary * psiImaginary);
      }
    }
  }
}

function centre(weights: Float64Array, values: Float64Array): Float64Array {
  const mean = meanOf(values, weights);
  for (let j = 0; j < values.length; j++) values[j] -= mean;
  return values;
}
