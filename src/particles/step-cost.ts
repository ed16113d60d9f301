import { kernelTypeOf } from "../potential/kernels.ts";
import type { Problem } from "../problem/problem.ts";

/** Cost of a step of one particle of n, in those of a particle without K, some 30 ns: with K as many as this counts, the cells of a mesh, the inputs of features, the other particles. */
export function stepCost({ compiled: { kernel }, grid }: Problem, n: number): number {
  return 1 + (kernel === null ? 0 : kernelTypeOf(kernel).cost.atPoints(kernel, n, grid.dimension));
}
