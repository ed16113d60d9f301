/**
 * Several real functions evaluated on `count` points at once:
 *
 *   outputs[k][outputStart + i] = f_k(inputs[0][inputStart + i], ..., inputs[d-1][inputStart + i]),   0 <= i < count
 *
 * One array per coordinate (structure of arrays). A block function allocates nothing; it is not re-entrant.
 */
export type BlockFunction = (
  outputs: readonly Float64Array[],
  outputStart: number,
  inputs: readonly Float64Array[],
  inputStart: number,
  count: number,
) => void;

/** out[i] = f(points[.][i]) for i < count. */
export type PointFunction = (out: Float64Array, points: readonly Float64Array[], count: number) => void;

/** Points handled at a time, so that a block of every array in use stays in the L1 cache. */
export const BLOCK = 512;
