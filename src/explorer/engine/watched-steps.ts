import { solveMovingSteps } from "../../finite-volume/moving/solve-moving.ts";
import { type Solution, type SolveStep, solveSteps } from "../../finite-volume/solve.ts";
import type { Problem } from "../../problem/problem.ts";
import type { GridKind } from "./configuration.ts";

/** Where a run of any kind of cells stands after a step. */
export interface WatchedStep extends Pick<SolveStep, "time" | "snapshot" | "V" | "wallMass"> {
  /** At a snapshot of moving cells: their edges, shape [cells + 1] for each axis, and their masses, shape [grid.size]. */
  own: { edges: readonly Float64Array[]; masses: Float64Array } | null;
}

/** A solve one step at a time. @throws Error where moving cells fail before the end. */
export function* watchSteps(problem: Problem, kind: GridKind): Generator<WatchedStep, Omit<Solution, "snapshots">, void> {
  if (kind !== "moving") {
    const steps = solveSteps(problem, kind === "large-steps" ? { flux: "large-step" } : {});
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      yield { ...value, own: null };
    }
  }
  const steps = solveMovingSteps(problem);
  for (;;) {
    const { done, value } = steps.next();
    if (!done) {
      yield { ...value, own: value.snapshot };
      continue;
    }
    if (value.failure !== null) throw new Error(value.failure);
    return value;
  }
}
