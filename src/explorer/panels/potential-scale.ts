import type { MeanFieldFrame, RunSetup } from "../engine/frames.ts";
import { deathThresholdOf, drivingOf } from "./death-threshold.ts";
import { padded, type Range, stepAbove } from "./ranges.ts";

const BINS = 512;
const SHARE = 0.95;
/** Differences of a constant potential from its mean in single precision, in units of that mean. */
const ROUNDING = 1e-6;
const histogram = new Float64Array(BINS);

/**
 * The size of |V - threshold| that 95% of the mass does not exceed, within 1/512 of its largest value: a scale for the eye where a potential grows
 * fast in places that no mass reaches. Where there is no mass every cell counts the same. 0 where V is the threshold everywhere.
 */
export function massSpread(V: ArrayLike<number>, mu: ArrayLike<number>, threshold: number): number {
  let largest = 0;
  let mass = 0;
  for (let i = 0; i < V.length; i++) {
    const size = Math.abs(V[i] - threshold);
    if (size > largest && size < Infinity) largest = size;
    if (mu[i] > 0 && mu[i] < Infinity) mass += mu[i];
  }
  if (largest <= ROUNDING * Math.abs(threshold)) return 0;
  histogram.fill(0);
  let total = 0;
  for (let i = 0; i < V.length; i++) {
    const bin = Math.floor((Math.abs(V[i] - threshold) / largest) * BINS);
    const weight = mass > 0 ? mu[i] : 1;
    if (!(bin >= 0 && weight > 0 && weight < Infinity)) continue;
    histogram[Math.min(BINS - 1, bin)] += weight;
    total += weight;
  }
  let sum = 0;
  for (let bin = 0; bin < BINS; bin++) {
    sum += histogram[bin];
    if (sum >= SHARE * total) return ((bin + 1) / BINS) * largest;
  }
  return largest;
}

interface FrameScale {
  spread: number;
  lowest: number;
  /** The largest |V - threshold| mu, to be multiplied by alpha. */
  fastest: number;
}

const scales = new WeakMap<Float32Array, FrameScale>();

function scaleOf(V: Float32Array, mu: Float32Array, threshold: number): FrameScale {
  const known = scales.get(V);
  if (known) return known;
  let lowest = Infinity;
  let fastest = 0;
  for (let i = 0; i < V.length; i++) {
    if (V[i] < lowest && V[i] > -Infinity) lowest = V[i];
    const rate = Math.abs(V[i] - threshold) * mu[i];
    if (rate > fastest && rate < Infinity) fastest = rate;
  }
  const spread = massSpread(V, mu, threshold);
  const scale =
    spread > 0 ? { spread, lowest: lowest < Infinity ? lowest : threshold, fastest } : { spread, lowest: threshold, fastest: 0 };
  scales.set(V, scale);
  return scale;
}

export interface PotentialScale {
  /** From the minimum of V to a little above most of the mass. */
  range: Range;
  /** Largest |V - threshold| of a symmetric colour scale. */
  spread: number;
  /** Largest alpha |V - threshold| mu. */
  fastest: number;
}

/** Scales that hold what was seen up to the frame on show, as those of the density. */
export function potentialScale(
  meanField: readonly MeanFieldFrame[],
  plane: number,
  shown: number,
  setup: Pick<RunSetup, "dynamics" | "thermal" | "rates">,
): PotentialScale {
  let low = Infinity;
  let high = -Infinity;
  let spread = 0;
  let fastest = 0;
  for (let k = 0; k <= shown; k++) {
    const frame = meanField[k];
    if (!frame?.potentials[plane]) continue;
    const driving = drivingOf(frame, plane);
    const threshold = deathThresholdOf(setup, driving.mean).value;
    if (!driving.values || !Number.isFinite(threshold)) continue;
    const scale = scaleOf(driving.values, frame.densities[plane], threshold);
    // A logarithm falls without end where there is no mass.
    const lowest = frame.thermal?.driving ? Math.max(scale.lowest, threshold - 1.5 * scale.spread) : scale.lowest;
    low = Math.min(low, lowest, threshold);
    high = Math.max(high, threshold + 1.5 * scale.spread);
    spread = Math.max(spread, scale.spread);
    fastest = Math.max(fastest, (setup.rates[k] ?? 0) * scale.fastest);
    if (frame.thermal?.driving) {
      // V is drawn beside it.
      const { meanPotential } = frame.record;
      const plain = scaleOf(frame.potentials[plane], frame.densities[plane], meanPotential);
      low = Math.min(low, plain.lowest);
      high = Math.max(high, meanPotential + 1.5 * plain.spread);
    }
  }
  return { range: padded(low <= high ? [low, high] : null, 0.08), spread: stepAbove(spread), fastest };
}
