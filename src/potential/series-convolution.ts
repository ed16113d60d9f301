import { createTrigonometricSums } from "../numerics/trigonometric-sums.ts";
import { bitCount, type KernelSeries, type SeriesTable } from "./kernel-series.ts";
import type { Lattice, LatticeConvolution } from "./lattice.ts";
import { createSeriesReader } from "./series-reader.ts";

/**
 * Convolution with the modes of a kernel. cos m (x - y) = cos m x cos m y + sin m x sin m y, and so for the sine: with the sums a_q of f against the
 * functions q (a set of axes with sines),
 *
 *   int k(x - y) f(y) dy = sum_p sum_q (-1)^|p and q| table_p[m] a_q[m] (function p xor q)(x)
 *
 * Cost: of N cells, N (2 m + 1) products along the last axis for both passes, and as many for each value that is left along those before it, where modes have taken the place of cells.
 */
export function createSeriesConvolution({ extent }: Lattice, { periods, modes, tables }: KernelSeries): LatticeConvolution {
  const axes = extent.map((points, a) => ({ points, period: periods[a], modes: modes[a] }));
  const sums = createTrigonometricSums(axes);
  const coefficients = new Float64Array(sums.size);
  const product = new Float64Array(sums.size);
  const terms = tables.map((each) => each.flatMap((table) => productsOf(table, modes)));
  const three = [...Array<number>(3 - modes.length).fill(0), ...modes];
  return {
    apply(outputs, f) {
      sums.analyse(coefficients, f);
      for (let c = 0; c < outputs.length; c++) {
        const output = outputs[c];
        if (output === null) continue;
        product.fill(0);
        for (const term of terms[c]) addProduct(product, coefficients, term, three);
        sums.synthesise(output, product);
      }
    },
    between(f) {
      sums.analyse(coefficients, f);
      product.fill(0);
      for (const term of terms[0]) addProduct(product, coefficients, term, three);
      return createSeriesReader(axes, product.slice());
    },
  };
}

/** A table times the sums of one set: its sign, the mode each axis begins with, and where mode 0 would be. */
interface Product {
  table: Float64Array;
  sign: number;
  first: readonly number[];
  source: number;
  target: number;
}

/** Three axes for any dimension: missing ones lead, with mode 0 alone. */
function productsOf({ sines, table }: SeriesTable, modes: readonly number[]): Product[] {
  const d = modes.length;
  const strides = modes.map((_, a) => modes.slice(a + 1).reduce((product, m) => product * (2 * m + 1), 1));
  // Sine m of an axis stands modes[axis] places behind cosine m.
  const start = (set: number) => modes.reduce((at, m, a) => at + ((set >> a) & 1 ? m * strides[a] : 0), 0);
  return Array.from({ length: 2 ** d }, (_, q) => ({
    table,
    sign: bitCount(q & sines) % 2 === 0 ? 1 : -1,
    first: [...Array<number>(3 - d).fill(0), ...modes.map((_, a) => ((q | (q ^ sines)) >> a) & 1)],
    source: start(q),
    target: start(q ^ sines),
  }));
}

function addProduct(
  out: Float64Array,
  a: Float64Array,
  { table, sign, first, source, target }: Product,
  m: readonly number[],
): void {
  const stride1 = 2 * m[2] + 1;
  const stride0 = (2 * m[1] + 1) * stride1;
  for (let i = first[0]; i <= m[0]; i++) {
    for (let j = first[1]; j <= m[1]; j++) {
      const entries = (i * (m[1] + 1) + j) * (m[2] + 1);
      const at = i * stride0 + j * stride1;
      const [from, to] = [source + at, target + at];
      for (let k = first[2]; k <= m[2]; k++) out[to + k] += sign * table[entries + k] * a[from + k];
    }
  }
}
