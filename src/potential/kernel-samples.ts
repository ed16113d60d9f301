import type { BlockFunction } from "../numerics/block-function.ts";
import { erf } from "../numerics/erf.ts";
import type { Parity } from "./lattice.ts";

/** Places along an axis, each with its next image of a period: the weights of both sum to 1. */
export interface Images {
  places: readonly [Float64Array, Float64Array];
  weights: readonly [Float64Array, Float64Array];
  /** Ranges of the places in which an image has a weight. */
  ranges: readonly [Range[], Range[]];
}

type Range = readonly [from: number, to: number];

/**
 * A period in `intervals` equal parts, in ascending order about 0: at their ends, both of which are half a period away, where their number is even; at their
 * middles where it is odd. Displacements of at most `reach` have no second image. In the gap between the kernel goes over into its next image,
 *
 *   w(z) k(z) + (1 - w(z)) k(z - period),   w from 1 to 0 as erfc.
 */
export function imagesOf(intervals: number, period: number, reach: number): Images {
  const count = placesOf(intervals);
  const places: [Float64Array, Float64Array] = [new Float64Array(count), new Float64Array(count)];
  const weights: [Float64Array, Float64Array] = [new Float64Array(count).fill(1), new Float64Array(count)];
  for (let j = 0; j < count; j++) {
    const doubled = 2 * j - count + 1;
    const z = (doubled / (2 * intervals)) * period;
    places[0][j] = z;
    places[1][j] = z > 0 ? z - period : z + period;
    const halfway = Math.abs(doubled) === intervals;
    if (!halfway && Math.abs(z) <= reach) continue;
    weights[0][j] = halfway ? 0.5 : 0.5 - 0.5 * erf(6 * ((2 * Math.abs(z) - period) / (period - 2 * reach)));
    weights[1][j] = 1 - weights[0][j];
  }
  const within = weights[1].indexOf(0);
  const ends: Range[] = within < 0 ? [[0, count]] : [[0, within], [count - within, count]]; // biome-ignore format: one row
  return { places, weights, ranges: [[[0, count]], ends] };
}

export const placesOf = (intervals: number) => intervals + 1 - (intervals % 2);

/** One place. */
export function imagesAt(z: number): Images {
  return {
    places: [Float64Array.of(z), Float64Array.of(z)],
    weights: [Float64Array.of(1), Float64Array.of(0)],
    ranges: [[[0, 1]], []],
  };
}

/**
 * Samples at all combinations of places, the last axis running fastest; false if the kernel is not finite somewhere.
 *
 * @param mirrored the parities of the components where the places are symmetric about 0 on every axis: half of the samples are then taken from the others.
 */
export function sampleImages(
  samples: readonly Float64Array[],
  kernel: BlockFunction,
  axes: readonly Images[],
  mirrored: readonly Parity[] | null,
): boolean {
  const d = axes.length;
  const last = axes[d - 1];
  const length = last.places[0].length;
  const displacement = axes.map(() => new Float64Array(length));
  const row = samples.map(() => new Float64Array(length));
  const rows = samples[0].length / length;
  const sampled = mirrored === null ? rows : Math.ceil(rows / 2);
  for (let r = 0; r < sampled; r++) {
    for (let pattern = 0; pattern < 2 ** d; pattern++) {
      const image = pattern >> (d - 1);
      if (last.ranges[image].length === 0) continue;
      let weight = 1;
      let rest = r;
      for (let a = d - 2; a >= 0; a--) {
        const { places, weights } = axes[a];
        const [other, q] = [(pattern >> a) & 1, rest % places[0].length];
        weight *= weights[other][q];
        displacement[a].fill(places[other][q]);
        rest = Math.floor(rest / places[0].length);
      }
      if (weight === 0) continue;
      displacement[d - 1].set(last.places[image]);
      for (const [from, to] of last.ranges[image]) {
        kernel(row, from, displacement, from, to - from);
        for (let c = 0; c < samples.length; c++) addRange(samples[c], r * length, row[c], last.weights[image], weight, from, to);
      }
    }
  }
  if (mirrored !== null) {
    for (let c = 0; c < samples.length; c++) mirror(samples[c], sampled * length, mirrored[c]);
  }
  return samples.every(allFinite);
}

/** out[at + i] += weight weights[i] row[i] for from <= i < to. */
function addRange(
  out: Float64Array,
  at: number,
  row: Float64Array,
  weights: Float64Array,
  weight: number,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) if (weights[i] > 0) out[at + i] += weight * weights[i] * row[i];
}

/** The samples from `start` on, by those at the opposite places. */
function mirror(values: Float64Array, start: number, parity: Parity): void {
  const last = values.length - 1;
  const sign = parity === "even" ? 1 : -1;
  for (let i = start; i <= last; i++) values[i] = sign * values[last - i];
}

function allFinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/** max|k| of each component; odd ones are parts of one gradient. */
export function scalesOf(samples: readonly Float64Array[], parities: readonly Parity[]): number[] {
  const each = samples.map(largestSize);
  const slope = Math.max(0, ...each.filter((_, c) => parities[c] === "odd"));
  return each.map((scale, c) => (parities[c] === "odd" ? slope : scale));
}

function largestSize(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]) > largest) largest = Math.abs(values[i]);
  return largest;
}
