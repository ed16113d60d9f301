import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Eigenvalues of a symmetric matrix, row major of shape [n, n], in ascending order. */
export function symmetricEigenvalues(matrix: Float64Array, n: number): number[] {
  const decomposition = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), { assumeSymmetric: true });
  return decomposition.realEigenvalues.toSorted((x, y) => x - y);
}
