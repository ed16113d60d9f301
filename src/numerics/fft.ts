import FFT from "fft.js";

/** Discrete Fourier transform of one length; `input` and `output` hold `2 size` interleaved numbers and must differ. */
type Fft = (output: Float64Array, input: Float64Array) => void;

const plans = new Map<number, Fft>();

/**
 * The transform for a length, a power of two of at least 2. Plans are shared: a transform must not be started inside another. The
 * inverse is the same transform with real and imaginary parts exchanged before and after, divided by the length.
 */
function fft(size: number): Fft {
  let plan = plans.get(size);
  if (plan === undefined) {
    const transform = new FFT(size);
    plan = (output, input) => transform.transform(output, input);
    plans.set(size, plan);
  }
  return plan;
}

/** The least power of two that is at least `n` and at least 2. */
export function powerOfTwoAtLeast(n: number): number {
  let power = 2;
  while (power < n) power *= 2;
  return power;
}

/**
 * Transforms of real arrays in one to three dimensions, zero-padded.
 *
 * A real array of shape `extent` (row major) is placed in the corner of a zero array of shape `padded` (powers of two) and
 * transformed. The spectrum keeps the non-negative half of the last axis: complex, shape [..., padded[d-1] / 2 + 1].
 * Two real rows share one complex transform, and lines known to be zero (or not wanted afterwards) are skipped.
 */
export interface RealFftNd {
  /** Length of a spectrum array, counting real and imaginary parts. */
  spectrumLength: number;
  forward(spectrum: Float64Array, values: Float64Array): void;
  /** Destroys `spectrum`. */
  inverse(values: Float64Array, spectrum: Float64Array): void;
}

const LINES_AT_ONCE = 4;

export function createRealFftNd(extent: readonly number[], padded: readonly number[]): RealFftNd {
  const d = extent.length;
  const rowLength = extent[d - 1];
  const rowSize = padded[d - 1];
  const half = rowSize / 2 + 1;
  const rowPlan = fft(rowSize);
  const scale = 1 / padded.reduce((product, n) => product * n, 1);
  const spectralShape = [...padded.slice(0, d - 1), half];
  const strides = spectralShape.map((_, a) => spectralShape.slice(a + 1).reduce((p, n) => p * n, 1));
  const spectrumLength = 2 * spectralShape.reduce((p, n) => p * n, 1);
  const rows = extent.slice(0, d - 1).reduce((p, n) => p * n, 1);
  const rowOffsets = Array.from({ length: rows }, (_, r) => {
    let rest = r;
    let offset = 0;
    for (let a = d - 2; a >= 0; a--) {
      offset += (rest % extent[a]) * strides[a];
      rest = Math.floor(rest / extent[a]);
    }
    return 2 * offset;
  });
  const rowIn = new Float64Array(2 * rowSize);
  const rowOut = new Float64Array(2 * rowSize);

  function forwardRows(spectrum: Float64Array, values: Float64Array): void {
    for (let r = 0; r < rows; r += 2) {
      const paired = r + 1 < rows;
      rowIn.fill(0);
      for (let i = 0; i < rowLength; i++) rowIn[2 * i] = values[r * rowLength + i];
      if (paired) for (let i = 0; i < rowLength; i++) rowIn[2 * i + 1] = values[(r + 1) * rowLength + i];
      rowPlan(rowOut, rowIn);
      // z = a + i b with a, b real: A(k) = (Z(k) + conj Z(-k)) / 2 and B(k) = (Z(k) - conj Z(-k)) / 2i.
      const first = rowOffsets[r];
      const second = paired ? rowOffsets[r + 1] : -1;
      for (let k = 0; k < half; k++) {
        const m = k === 0 ? 0 : rowSize - k;
        const re = rowOut[2 * k];
        const im = rowOut[2 * k + 1];
        const reM = rowOut[2 * m];
        const imM = rowOut[2 * m + 1];
        spectrum[first + 2 * k] = 0.5 * (re + reM);
        spectrum[first + 2 * k + 1] = 0.5 * (im - imM);
        if (paired) {
          spectrum[second + 2 * k] = 0.5 * (im + imM);
          spectrum[second + 2 * k + 1] = 0.5 * (reM - re);
        }
      }
    }
  }

  function inverseRows(values: Float64Array, spectrum: Float64Array): void {
    for (let r = 0; r < rows; r += 2) {
      const paired = r + 1 < rows;
      const first = rowOffsets[r];
      const second = paired ? rowOffsets[r + 1] : -1;
      // Z = A + i B, extended to negative frequencies by the symmetry of real sequences.
      for (let k = 0; k < half; k++) {
        const aRe = spectrum[first + 2 * k];
        const aIm = spectrum[first + 2 * k + 1];
        const bRe = paired ? spectrum[second + 2 * k] : 0;
        const bIm = paired ? spectrum[second + 2 * k + 1] : 0;
        rowIn[2 * k + 1] = aRe - bIm;
        rowIn[2 * k] = aIm + bRe;
        if (k > 0 && k < half - 1) {
          rowIn[2 * (rowSize - k) + 1] = aRe + bIm;
          rowIn[2 * (rowSize - k)] = bRe - aIm;
        }
      }
      rowPlan(rowOut, rowIn);
      for (let i = 0; i < rowLength; i++) values[r * rowLength + i] = scale * rowOut[2 * i + 1];
      if (paired) for (let i = 0; i < rowLength; i++) values[(r + 1) * rowLength + i] = scale * rowOut[2 * i];
    }
  }

  // Along axis a < d - 1: the axes before it hold data below `extent` only, the axes after it everywhere.
  const outerAxes = Array.from({ length: d - 1 }, (_, a) => {
    const offsets: number[] = [];
    const count = extent.slice(0, a).reduce((p, n) => p * n, 1);
    for (let o = 0; o < count; o++) {
      let rest = o;
      let offset = 0;
      for (let b = a - 1; b >= 0; b--) {
        offset += (rest % extent[b]) * strides[b];
        rest = Math.floor(rest / extent[b]);
      }
      offsets.push(offset);
    }
    const size = padded[a];
    // Beyond `extent` the inputs stay zero.
    const inputs = Array.from({ length: LINES_AT_ONCE }, () => new Float64Array(2 * size));
    const outputs = inputs.map(() => new Float64Array(2 * size));
    return { size, stride: strides[a], offsets, inputs, outputs, plan: fft(size) };
  });

  /** `from` and `to`: how much of a line is read and written. Parts are exchanged (swap = 1) for the inverse. */
  function transformAxis(spectrum: Float64Array, axis: number, from: number, to: number, swap: 0 | 1): void {
    const { stride, offsets, inputs, outputs, plan, size } = outerAxes[axis];
    if (from < size) for (const line of inputs) line.fill(0, 2 * from);
    for (const offset of offsets) {
      for (let j = 0; j < stride; j += LINES_AT_ONCE) {
        const batch = Math.min(LINES_AT_ONCE, stride - j);
        for (let k = 0; k < from; k++) {
          const at = 2 * (offset + k * stride + j);
          for (let b = 0; b < batch; b++) {
            const line = inputs[b];
            line[2 * k + swap] = spectrum[at + 2 * b];
            line[2 * k + 1 - swap] = spectrum[at + 2 * b + 1];
          }
        }
        for (let b = 0; b < batch; b++) plan(outputs[b], inputs[b]);
        for (let k = 0; k < to; k++) {
          const at = 2 * (offset + k * stride + j);
          for (let b = 0; b < batch; b++) {
            const line = outputs[b];
            spectrum[at + 2 * b] = line[2 * k + swap];
            spectrum[at + 2 * b + 1] = line[2 * k + 1 - swap];
          }
        }
      }
    }
  }

  return {
    spectrumLength,
    forward(spectrum, values) {
      forwardRows(spectrum, values);
      for (let a = d - 2; a >= 0; a--) transformAxis(spectrum, a, extent[a], padded[a], 0);
    },
    inverse(values, spectrum) {
      for (let a = 0; a <= d - 2; a++) transformAxis(spectrum, a, padded[a], extent[a], 1);
      inverseRows(values, spectrum);
    },
  };
}
