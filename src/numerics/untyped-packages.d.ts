declare module "fft.js" {
  export default class FFT {
    constructor(size: number);
    /** out = DFT of data; both hold interleaved real and imaginary parts and must differ. */
    transform(out: Float64Array, data: Float64Array): void;
    /** out = inverse DFT of data, divided by the size. */
    inverseTransform(out: Float64Array, data: Float64Array): void;
  }
}

declare module "jstat" {
  interface Jstat {
    studentt: { inv(p: number, dof: number): number; cdf(x: number, dof: number): number };
    /** The regularised incomplete beta function I_x(a, b). */
    ibeta(x: number, a: number, b: number): number;
    normal: { cdf(x: number, mean: number, sd: number): number; inv(p: number, mean: number, sd: number): number };
    chisquare: { cdf(x: number, dof: number): number };
  }
  const jstat: { jStat: Jstat };
  export default jstat;
}
