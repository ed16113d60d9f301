/**
 * Columns s_r with sum_r s_r s_r^T = W for a symmetric positive semi-definite W (row major, shape [size, size]): Cholesky's factorisation with
 * pivots, ended where the largest pivot left is lost in rounding. Overwrites W. About size^2 rank / 2 multiplications.
 */
export function factorColumns(W: Float64Array, size: number): Float64Array[] {
  const columns: Float64Array[] = [];
  let first = 0;
  for (let i = 0; i < size; i++) first = Math.max(first, W[i * (size + 1)]);
  while (columns.length < size) {
    let pivot = 0;
    for (let i = 1; i < size; i++) if (W[i * (size + 1)] > W[pivot * (size + 1)]) pivot = i;
    const largest = W[pivot * (size + 1)];
    if (!(largest > size * Number.EPSILON * first)) break;
    const root = Math.sqrt(largest);
    const column = Float64Array.from({ length: size }, (_, i) => W[i * size + pivot] / root);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) W[i * size + j] -= column[i] * column[j];
    }
    columns.push(column);
  }
  return columns;
}

/** W += s s^T. */
export function addOuter(W: Float64Array, column: Float64Array): void {
  const size = column.length;
  for (let i = 0; i < size; i++) {
    const factor = column[i];
    if (factor === 0) continue;
    for (let j = 0; j < size; j++) W[i * size + j] += factor * column[j];
  }
}
