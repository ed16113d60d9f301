import { InputError } from "../errors.ts";
import type { BlockFunction } from "../numerics/block-function.ts";
import { createRealFftNd, powerOfTwoAtLeast } from "../numerics/fft.ts";
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
}

/** An even kernel has a real spectrum and an odd one an imaginary spectrum: one number a frequency is kept. */
export type Parity = "even" | "odd";

/**
 * Convolution on a lattice by zero-padded FFT, O(N log N).
 *
 * A periodic axis of a power of two points is transformed as it is; any other axis is padded to at least 2 n - 1 points, with the
 * kernel at wrapped displacements where the axis is periodic. A displacement of exactly half a period has two images, of which
 * the mean is taken. Memory: one complex half spectrum, and one real half spectrum for each kernel.
 *
 * @throws InputError for a kernel that is not finite at some displacement.
 */
export function createLatticeConvolution(lattice: Lattice, kernel: BlockFunction, parities: readonly Parity[]): LatticeConvolution {
  const { extent, periods } = lattice;
  const circular = extent.map((n, a) => periods[a] !== 0 && powerOfTwoAtLeast(n) === n);
  const padded = extent.map((n, a) => (circular[a] ? n : powerOfTwoAtLeast(2 * n - 1)));
  const size = padded.reduce((product, n) => product * n, 1);
  const whole = createRealFftNd(padded, padded);
  const transform = createRealFftNd(extent, padded);
  const spectrum = new Float64Array(transform.spectrumLength);

  const samples = parities.map(() => new Float64Array(size));
  sampleKernel(samples, kernel, padded, lattice);
  const spectra = parities.map((parity) => {
    // Removed from the list so that its memory is free before the next spectrum is made.
    whole.forward(spectrum, samples.shift() as Float64Array);
    const kept = new Float64Array(spectrum.length / 2);
    const part = parity === "even" ? 0 : 1;
    for (let k = 0; k < kept.length; k++) kept[k] = spectrum[2 * k + part];
    return kept;
  });
  const scratch = parities.length > 1 ? new Float64Array(spectrum.length) : spectrum;

  return {
    apply(outputs, f) {
      transform.forward(spectrum, f);
      for (let c = 0; c < outputs.length; c++) {
        const output = outputs[c];
        if (output === null) continue;
        const kept = spectra[c];
        if (parities[c] === "even") {
          for (let k = 0; k < kept.length; k++) {
            scratch[2 * k] = kept[k] * spectrum[2 * k];
            scratch[2 * k + 1] = kept[k] * spectrum[2 * k + 1];
          }
        } else {
          for (let k = 0; k < kept.length; k++) {
            const re = spectrum[2 * k];
            scratch[2 * k] = -kept[k] * spectrum[2 * k + 1];
            scratch[2 * k + 1] = kept[k] * re;
          }
        }
        transform.inverse(output, scratch);
      }
    },
  };
}

/**
 * samples[c] = component c of the kernel at the displacements of a padded lattice; index p stands for p or p - padded, whichever is
 * nearer 0.
 */
function sampleKernel(
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
  // A displacement of half a period along a wrapping axis has two images: the mean over all sign patterns is taken.
  for (let r = 0; r < rows; r++) {
    let rest = r;
    for (let a = d - 2; a >= 0; a--) {
      displacement[a].fill(steps[a][rest % padded[a]]);
      rest = Math.floor(rest / padded[a]);
    }
    if (displacement.slice(0, d - 1).some((x) => Number.isNaN(x[0]))) continue;
    for (let pattern = 0; pattern < images; pattern++) {
      displacement[d - 1].set(steps[d - 1]);
      wrapping.forEach((a, bit) => {
        const image = ((pattern >> bit) & 1 ? -0.5 : 0.5) * periods[a];
        const x = displacement[a];
        for (let i = 0; i < rowLength; i++) if (isHalfway(x[i], 0.5 * periods[a])) x[i] = image;
      });
      kernel(row, 0, displacement, 0, rowLength);
      for (let c = 0; c < samples.length; c++) {
        for (let i = 0; i < rowLength; i++) {
          if (Number.isNaN(steps[d - 1][i])) continue;
          if (!Number.isFinite(row[c][i])) throw notFinite(displacement, i);
          samples[c][r * rowLength + i] += row[c][i] / images;
        }
      }
    }
  }
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
