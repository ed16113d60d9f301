import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Eigenvalues of a symmetric matrix, row major of shape [n, n], in ascending order. */
export function symmetricEigenvalues(matrix: Float64Array, n: number): number[] {
  const decomposition = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), { assumeSymmetric: true });
  return decomposition.realEigenvalues.toSorted((x, y) => x - y);
}

/**
 * Inverse of a symmetric positive semi-definite matrix on the space where its eigenvalues exceed `floor` times the largest, 0 elsewhere; with the
 * dimension of that space and the logarithm of the determinant on it.
 */
export function symmetricInverse(matrix: Float64Array, n: number, floor: number) {
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), {
    assumeSymmetric: true,
  });
  const least = floor * Math.max(...values);
  const inverse = new Float64Array(n * n);
  let rank = 0;
  let logDeterminant = 0;
  values.forEach((value, i) => {
    if (!(value > least)) return;
    rank++;
    logDeterminant += Math.log(value);
    for (let k = 0; k < n; k++) {
      for (let l = 0; l < n; l++) inverse[k * n + l] += (vectors.get(k, i) * vectors.get(l, i)) / value;
    }
  });
  return { inverse, rank, logDeterminant };
}
