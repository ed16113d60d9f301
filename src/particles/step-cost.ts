import { kernelTypeOf } from "../potential/kernels.ts";
import type { Problem } from "../problem/problem.ts";

/** Cost of a step of one particle of n, in those of a particle without K, some 30 ns: with K, or a kernel estimate, as many as this counts, the cells of a mesh, the inputs of features, the other particles. */
export function stepCost({ compiled: { kernel, smoothing }, grid }: Problem, n: number): number {
  const sums = [kernel, smoothing].flatMap((each) => each ?? []);
  return sums.reduce((cost, each) => cost + kernelTypeOf(each).cost.atPoints(each, n, grid.dimension), 1);
}
