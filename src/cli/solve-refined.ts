import type { Keep } from "../numerics/keep.ts";
import type { Problem } from "../problem/problem.ts";
import { type Checkpoint, sayParts } from "./checkpoint.ts";
import { startStages } from "./progress.ts";
import type { MethodOptions } from "./solve-method.ts";

/** What a method that refines until it agrees is given by the command line. */
interface RefinedOptions {
  tolerance?: number;
  nodes?: number | Record<string, number>;
  keep?: Keep;
  onProgress(refinement: number, time: number): void;
}

/** Runs such a method with its options and a checkpoint, and says how far it is. */
export function solveRefined<Solution>(
  problem: Problem,
  { tolerance, nodes }: MethodOptions,
  checkpoint: Checkpoint | null,
  solve: (problem: Problem, options: RefinedOptions) => Solution,
): Solution {
  if (checkpoint !== null) sayParts(checkpoint);
  const progress = startStages(problem.name, problem.end);
  try {
    return solve(problem, {
      onProgress: (refinement, time) => progress.update(`refinement ${refinement + 1}`, time),
      ...(tolerance === undefined ? {} : { tolerance }),
      ...(nodes === undefined ? {} : { nodes }),
      ...(checkpoint === null ? {} : { keep: checkpoint.keep }),
    });
  } finally {
    progress.stop();
  }
}
