import { gaussLegendre } from "../numerics/quadrature.ts";

/**
 * E|D| of the net change of population D in one step, D the sum of n independent births and deaths: for each node, n w_j particles of
 * which each is born (c_j < 0) or dies (c_j > 0) with probability p_j = |c_j|. From the characteristic function,
 *
 *   E|D| = (1/pi) int_0^pi (1 - Re phi(t)) / (1 - cos t) dt,   phi(t) = exp(n sum_j w_j log(1 + p_j (e^{+-it} - 1)))
 *
 * (Fejer's kernel: |d| = (1/pi) int_0^pi (1 - cos dt) / (1 - cos t) dt for whole d). Nothing is assumed small.
 *
 * Cost: some 150 evaluations of phi, each of at most 2 BINS complex logarithms.
 */
export function expectedChange(weights: Float64Array, chances: Float64Array, n: number): number {
  const { births, deaths, largest } = binned(weights, chances);
  if (largest === 0) return 0;
  let mean = 0;
  let variance = 0;
  for (let b = 0; b <= BINS; b++) {
    const p = (b * largest) / BINS;
    mean += n * p * (births[b] - deaths[b]);
    variance += n * p * (1 - p) * (births[b] + deaths[b]);
  }
  // phi turns and falls on this scale, and is gone beyond the second: panels are short up to there and double from then on.
  const scale = 1 / Math.sqrt(variance + mean * mean + 1);
  const gone = Math.min(Math.PI, 9 / Math.sqrt(variance + 1e-300));
  let total = 0;
  for (let from = 0, width = 0; from < Math.PI; from += width) {
    width = Math.min(Math.PI - from, Math.max(scale / 4, from < gone ? Math.min(from, 6 * scale) : from));
    for (let k = 0; k < RULE.nodes.length; k++) {
      const t = from + width * RULE.nodes[k];
      total += width * RULE.weights[k] * integrand(t, births, deaths, largest, n);
    }
  }
  return total / Math.PI;
}

/** E|D| as dt -> 0 at fixed lambda = n dt alpha M, M = int |Vt| dmu: births and deaths are Poisson, lambda / 2 each, and D has a Skellam distribution. */
export function expectedSkellam(lambda: number): number {
  if (lambda === 0) return 0;
  // lambda e^{-lambda} (I0 + I1)(lambda), by the integral of e^{lambda cos t} (1 + cos t), which neither overflows nor cancels.
  const width = Math.min(Math.PI, 12 / Math.sqrt(lambda));
  let total = 0;
  for (let panel = 0; panel < PANELS; panel++) {
    for (let k = 0; k < RULE.nodes.length; k++) {
      const t = (width * (panel + RULE.nodes[k])) / PANELS;
      total += ((RULE.weights[k] * width) / PANELS) * Math.exp(-2 * lambda * Math.sin(t / 2) ** 2) * (1 + Math.cos(t));
    }
  }
  return (lambda * total) / Math.PI;
}

const RULE = gaussLegendre(16, 0, 1);
const PANELS = 4;
const BINS = 128;

/** Mass of the nodes by probability: shared between the two ends of a bin, so that the mean of p is kept. */
function binned(weights: Float64Array, chances: Float64Array) {
  let largest = 0;
  for (let j = 0; j < chances.length; j++) if (weights[j] > 0) largest = Math.max(largest, Math.abs(chances[j]));
  const births = new Float64Array(BINS + 1);
  const deaths = new Float64Array(BINS + 1);
  if (largest === 0) return { births, deaths, largest };
  for (let j = 0; j < chances.length; j++) {
    if (weights[j] === 0) continue;
    const place = (Math.abs(chances[j]) / largest) * BINS;
    const low = Math.min(BINS - 1, Math.floor(place));
    const side = chances[j] > 0 ? deaths : births;
    side[low] += weights[j] * (low + 1 - place);
    side[low + 1] += weights[j] * (place - low);
  }
  return { births, deaths, largest };
}

function integrand(t: number, births: Float64Array, deaths: Float64Array, largest: number, n: number): number {
  const sine = Math.sin(t);
  const versine = 2 * Math.sin(t / 2) ** 2;
  let modulus = 0;
  let angle = 0;
  for (let b = 1; b <= BINS; b++) {
    const mass = births[b] + deaths[b];
    if (mass === 0) continue;
    const p = (b * largest) / BINS;
    // 1 + p (e^{it} - 1) = 1 - p versine + i p sine; deaths have the conjugate.
    modulus += 0.5 * mass * Math.log1p(-2 * p * (1 - p) * versine);
    angle += (births[b] - deaths[b]) * Math.atan2(p * sine, 1 - p * versine);
  }
  const size = n * modulus;
  // 1 - e^size cos(n angle), without cancellation where t is small.
  return (-Math.expm1(size) + Math.exp(size) * 2 * Math.sin((n * angle) / 2) ** 2) / versine;
}
