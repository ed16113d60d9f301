import { type DenseStep, evaluateDense } from "../numerics/dormand-prince.ts";
import { countBelow } from "../numerics/search.ts";

/** A solution of the flow at every time of the run, by the dense output of its steps. */
export interface Trajectory {
  end: number;
  steps: number;
  /** The state at time t in [0, end], into `state`. */
  at(state: Float64Array, t: number): void;
}

export interface TrajectoryRecorder {
  /** To be called with each step of the integrator, first to last. */
  record(step: DenseStep): void;
  finish(): Trajectory;
}

/** Keeps 8 doubles for each entry of the state and step; costs three right-hand sides a step. */
export function createTrajectoryRecorder(start: Float64Array): TrajectoryRecorder {
  const ends: number[] = [0];
  const coefficients: Float64Array[] = [];
  return {
    record(step) {
      ends.push(step.to);
      coefficients.push(step.coefficients());
    },
    finish: () => ({
      end: ends[ends.length - 1],
      steps: coefficients.length,
      at(state, t) {
        if (coefficients.length === 0) {
          state.set(start);
          return;
        }
        const step = Math.min(coefficients.length - 1, Math.max(0, countBelow(ends, t) - 1));
        evaluateDense(state, coefficients[step], ends[step], ends[step + 1], t);
      },
    }),
  };
}
