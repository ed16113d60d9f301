import { InputError } from "../errors.ts";
import type { BlockFunction, PointFunction } from "../numerics/block-function.ts";
import { wrapDisplacement } from "./direct-sum.ts";

/** A lattice of `extent` points an axis, `spacing` apart; `periods[a]` is 0 where axis a does not wrap. */
export interface Lattice {
  extent: readonly number[];
  spacing: readonly number[];
  periods: readonly number[];
}

/** out[m] = sum_n k(x_m - x_n) f[n] on a lattice; `kernels[c]` is component c of a block function of the displacement. */
export interface LatticeConvolution {
  /** Applies the kernels to the same f: one forward transform, one inverse for each output; an output of null is left out. */
  apply(outputs: readonly (Float64Array | null)[], f: Float64Array): void;
  /**
   * sum_n k(x - x_n) f[n] of the first component at any places x, in spacings from the first point: by the same modes, so that k is as near as they are between the displacements of
   * the lattice. Left out where they are not known.
   */
  between?(f: Float64Array): PointFunction;
}

/** An even kernel has a real spectrum and an odd one an imaginary spectrum: one number a frequency is kept. */
export type Parity = "even" | "odd";

/**
 * samples[c] = component c of the kernel at the displacements of a padded lattice; index p stands for p or p - padded, whichever is
 * nearer 0.
 */
export function sampleKernel(
  samples: readonly Float64Array[],
  kernel: BlockFunction,
  padded: readonly number[],
  { extent, spacing, periods }: Lattice,
): void {
  const d = padded.length;
  const rowLength = padded[d - 1];
  const displacement = padded.map(() => new Float64Array(rowLength));
  const row = samples.map(() => new Float64Array(rowLength));
  const wrapping = periods.flatMap((period, a) => (period === 0 ? [] : [a]));
  const images = 2 ** wrapping.length;
  const steps = padded.map((n, a) =>
    Float64Array.from({ length: n }, (_, p) => {
      const m = p <= n / 2 ? p : p - n;
      // Beyond the extent no pair of points has this displacement (padding): NaN marks the entry.
      return Math.abs(m) >= extent[a] && padded[a] !== extent[a] ? Number.NaN : wrapDisplacement(m * spacing[a], periods[a]);
    }),
  );
  const rows = samples[0].length / rowLength;
  const within = Uint8Array.from(steps[d - 1], (x) => (Number.isNaN(x) ? 0 : 1));
  // A displacement of half a period along a wrapping axis has two images: the mean over all sign patterns is taken.
  for (let r = 0; r < rows; r++) {
    let rest = r;
    for (let a = d - 2; a >= 0; a--) {
      displacement[a].fill(steps[a][rest % padded[a]]);
      rest = Math.floor(rest / padded[a]);
    }
    let beyond = false;
    for (let a = 0; a < d - 1; a++) if (Number.isNaN(displacement[a][0])) beyond = true;
    if (beyond) continue;
    for (let pattern = 0; pattern < images; pattern++) {
      displacement[d - 1].set(steps[d - 1]);
      wrapping.forEach((a, bit) => {
        const image = ((pattern >> bit) & 1 ? -0.5 : 0.5) * periods[a];
        const x = displacement[a];
        for (let i = 0; i < rowLength; i++) if (isHalfway(x[i], 0.5 * periods[a])) x[i] = image;
      });
      kernel(row, 0, displacement, 0, rowLength);
      for (let c = 0; c < samples.length; c++) {
        const bad = addRow(samples[c], r * rowLength, row[c], within, images);
        if (bad >= 0) throw notFinite(displacement, bad);
      }
    }
  }
}

/** out[at + i] += row[i] / images where i is within; the first such i where row is not finite, otherwise -1. */
function addRow(out: Float64Array, at: number, row: Float64Array, within: Uint8Array, images: number): number {
  for (let i = 0; i < within.length; i++) {
    if (within[i] === 0) continue;
    const value = row[i];
    // Not finite: no number, or beyond all of them.
    if (value - value !== 0) return i;
    out[at + i] += value / images;
  }
  return -1;
}

function notFinite(displacement: readonly Float64Array[], i: number): InputError {
  const where = displacement.map((x) => Number(x[i].toPrecision(6))).join(", ");
  return new InputError(
    "potential.K",
    undefined,
    `K or its gradient is not finite at displacement (${where})`,
    "change K so that it is finite at every displacement within the domain",
  );
}

function isHalfway(displacement: number, halfway: number): boolean {
  return Math.abs(Math.abs(displacement) - halfway) < 1e-12 * halfway;
}
