import type { BlockFunction } from "../numerics/block-function.ts";
import { createRealFftNd, powerOfTwoAtLeast } from "../numerics/fft.ts";
import { type Lattice, type LatticeConvolution, type Parity, sampleKernel } from "./lattice.ts";

/**
 * Convolution on a lattice by zero-padded FFT, O(N log N).
 *
 * A periodic axis of a power of two points is transformed as it is; any other axis is padded to at least 2 n - 1 points, with the
 * kernel at wrapped displacements where the axis is periodic. A displacement of exactly half a period has two images, of which
 * the mean is taken. Memory: one complex half spectrum, and one real half spectrum for each kernel.
 *
 * @throws InputError for a kernel that is not finite at some displacement.
 */
export function createPaddedConvolution(lattice: Lattice, kernel: BlockFunction, parities: readonly Parity[]): LatticeConvolution {
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
