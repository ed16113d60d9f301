import { InputError } from "../errors.ts";
import { createStepMap, type StepMap } from "../mean-field-map/step-map.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import { type Keep, keepNothing, keepWithin } from "../numerics/keep.ts";
import { meshesOfTolerance, takeOverMeshes } from "../potential/point-potential.ts";
import type { Problem } from "../problem/problem.ts";
import type { CovarianceParts } from "../schemes/covariance.ts";
import type { StepRule } from "../schemes/growth.ts";
import type { StepNoise } from "../schemes/noise-model.ts";
import { covarianceAlong } from "./adjoint.ts";
import { followMean, type MeanPath, type MeanQuantities, measureAlong, type Schedule } from "./mean-path.ts";
import { alongPath, type Resamplings, resamplingsOf } from "./weight-path.ts";

/** Of the sums over K. */
const KERNEL_TOLERANCE = 1e-9;
/** Doubles that a path may take: 1 GB. */
const MOST_STORED = 2 ** 27;
/** Doubles of a path that is kept as a whole, 128 MB, beside its parts. */
const MOST_KEPT = 2 ** 24;

/** A scheme at its own steps, or in the limit of small ones. */
export interface Followed {
  rule: StepRule;
  noise: StepNoise;
}

export interface Prediction extends MeanQuantities {
  parts: CovarianceParts;
  /** Of weighted particles; null where they are not resampled. */
  resamplings: Resamplings | null;
}

/**
 * The covariance of a scheme along a schedule of steps: a mean path and an adjoint sweep, see mean-path.ts and adjoint.ts.
 *
 * @param keep keeps the result, the path and its parts, and the way back so far.
 * @throws InputError where the path takes too much memory; InvariantError where its steps are unstable.
 */
export function predictAlong(
  problem: Problem,
  { rule, noise }: Followed,
  start: WeightedNodes,
  schedule: Schedule,
  onProgress: (share: number) => void = () => {},
  keep: Keep = keepNothing,
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
  const all = schedule.steps.length;
  const shared = meshesOfTolerance(problem.potential, KERNEL_TOLERANCE);
  const { prediction, grown } = keep("prediction", () => {
    const map = createStepMap(problem, rule, { tolerance: KERNEL_TOLERANCE });
    // The way back costs about three times as much.
    const follow = () => followMean(map, start, schedule, (step) => onProgress((0.25 * step) / all), keepWithin(keep, "path"));
    const path = stored > MOST_KEPT ? follow() : keepPath(keep, map, follow);
    const onStep = (step: number) => onProgress(0.25 + (0.75 * step) / all);
    const noises = alongPath(noise, problem.grid, map, path);
    const parts = covarianceAlong(problem, noises, map, path, KERNEL_TOLERANCE, onStep, keep);
    return {
      prediction: { ...measureAlong(problem, map, path), parts: parts[0], resamplings: resamplingsOf(noises, parts, path) },
      grown: shared.map((meshes) => meshes.read()),
    };
  });
  // Where it was kept, what comes after it finds the tables of features as it left them.
  takeOverMeshes(shared, grown);
  return prediction;
}

function keepPath(keep: Keep, { potential }: StepMap, follow: () => MeanPath): MeanPath {
  const { path, meshes } = keep("path", () => ({ path: follow(), meshes: potential.meshes?.read() }));
  takeOverMeshes([potential.meshes], [meshes]);
  return path;
}
