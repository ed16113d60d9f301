declare module "fft.js" {
  export default class FFT {
    constructor(size: number);
    /** out = DFT of data; both hold interleaved real and imaginary parts and must differ. */
    transform(out: Float64Array, data: Float64Array): void;
    /** out = inverse DFT of data, divided by the size. */
    inverseTransform(out: Float64Array, data: Float64Array): void;
  }
}
