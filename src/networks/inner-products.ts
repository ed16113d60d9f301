/**
 * All inner products of the rows of two matrices,
 *
 *   out[i, j] = sum_k a[i, k] b[j, k],   a of shape [rows, length], b of shape [columns, length], out of shape [rows, columns].
 *
 * Blocks of 2 rows by 4 columns stay in registers: 6 loads for 8 products. Every sum runs over k in order, whatever its place in a block, so equal
 * rows give equal bits. About 0.45 ns a product at 50 x 100 x 50, against 1.6 ns for three plain loops.
 */
export function innerProducts(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rows: number,
  columns: number,
  length: number,
): void {
  const wholeRows = rows - (rows % 2);
  const wholeColumns = columns - (columns % 4);
  for (let i = 0; i < wholeRows; i += 2) {
    for (let j = 0; j < wholeColumns; j += 4) productsOfBlock(out, a, b, i, j, columns, length);
    for (let j = wholeColumns; j < columns; j++) {
      out[i * columns + j] = innerProduct(a, i * length, b, j * length, length);
      out[(i + 1) * columns + j] = innerProduct(a, (i + 1) * length, b, j * length, length);
    }
  }
  for (let i = wholeRows; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[i * columns + j] = innerProduct(a, i * length, b, j * length, length);
  }
}

/** sum_k a[p + k] b[q + k]. */
export function innerProduct(a: Float64Array, p: number, b: Float64Array, q: number, length: number): number {
  let total = 0;
  for (let k = 0; k < length; k++) total += a[p + k] * b[q + k];
  return total;
}

/** Rows i, i + 1 of a with rows j, ..., j + 3 of b. */
function productsOfBlock(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  i: number,
  j: number,
  columns: number,
  length: number,
): void {
  const a0 = i * length;
  const a1 = a0 + length;
  const b0 = j * length;
  const b1 = b0 + length;
  const b2 = b1 + length;
  const b3 = b2 + length;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let k = 0; k < length; k++) {
    const x0 = a[a0 + k];
    const x1 = a[a1 + k];
    const y0 = b[b0 + k];
    const y1 = b[b1 + k];
    const y2 = b[b2 + k];
    const y3 = b[b3 + k];
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
  }
  const o = i * columns + j;
  out[o] = s00;
  out[o + 1] = s01;
  out[o + 2] = s02;
  out[o + 3] = s03;
  out[o + columns] = s10;
  out[o + columns + 1] = s11;
  out[o + columns + 2] = s12;
  out[o + columns + 3] = s13;
}

/** out[j, i] = a[i, j] for a of shape [rows, columns]. */
export function transpose(out: Float64Array, a: Float64Array, rows: number, columns: number): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j];
  }
}
