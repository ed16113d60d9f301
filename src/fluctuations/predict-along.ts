import { InputError } from "../errors.ts";
import { createStepMap, type WeightedNodes } from "../mean-field-map/step-map.ts";
import type { Problem } from "../problem/problem.ts";
import type { CovarianceParts } from "../schemes/covariance.ts";
import type { StepRule } from "../schemes/growth.ts";
import type { StepNoise } from "../schemes/noise-model.ts";
import { covarianceAlong } from "./adjoint.ts";
import { followMean, type MeanQuantities, measureAlong, type Schedule } from "./mean-path.ts";

/** Of the sums over K. */
const KERNEL_TOLERANCE = 1e-9;
/** Doubles that a path may take: 1 GB. */
const MOST_STORED = 2 ** 27;

/** A scheme at its own steps, or in the limit of small ones. */
export interface Followed {
  rule: StepRule;
  noise: StepNoise;
}

export interface Prediction extends MeanQuantities {
  parts: CovarianceParts;
}

/**
 * The covariance of a scheme along a schedule of steps: a mean path and an adjoint sweep, see mean-path.ts and adjoint.ts.
 *
 * @throws InputError where the path takes too much memory; InvariantError where its steps are unstable.
 */
export function predictAlong(
  problem: Problem,
  { rule, noise }: Followed,
  start: WeightedNodes,
  schedule: Schedule,
  onProgress: (share: number) => void = () => {},
): Prediction {
  const stored = schedule.steps.length * start.weights.length * (2 + problem.grid.dimension);
  if (stored > MOST_STORED) {
    throw new InputError(
      "--dt",
      schedule.steps[0],
      `its ${schedule.steps.length} steps take too much memory`,
      "use a larger dt or fewer nodes",
    );
  }
  const map = createStepMap(problem, rule, { tolerance: KERNEL_TOLERANCE });
  const all = schedule.steps.length;
  // The way back costs about three times as much.
  const path = followMean(map, start, schedule, (step) => onProgress((0.25 * step) / all));
  const [parts] = covarianceAlong(problem, [noise], map, path, KERNEL_TOLERANCE, (step) => onProgress(0.25 + (0.75 * step) / all));
  return { ...measureAlong(problem, map, path), parts };
}
