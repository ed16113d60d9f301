import type { Grid } from "../grid/grid.ts";
import { createAccumulator } from "../numerics/sum.ts";
import { createGaussianSmoothing } from "../potential/gaussian-smoothing.ts";
import type { Problem } from "../problem/problem.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import { bandwidthOf } from "../problem-file/smoothing.ts";

interface ReactionState {
  mu: Float64Array;
  /** mu where it reacts: mu itself, or mu without what is below rounding. */
  faded: Float64Array;
  V: Float64Array;
  alpha: number;
  tau: number;
}

/** out <- -alpha (R - Rbar) m; returns Cov(V_tau, R) = int (V_tau - its mean) (R - Rbar) dm. Shapes [grid.size]. */
export type ReactionRate = (out: Float64Array, state: ReactionState) => number;

/** For the R of a problem: V, V + tau log mu, or V + tau log(k_eps * mu), with Rbar = int R dm / int dm, so that mass is conserved. m log mu is 0 where m is. */
export function createReactionRate(problem: Problem, grid: Grid): ReactionRate {
  const { logTerm } = thermalTermsOf(problem);
  const smooth = logTerm === "smoothed" ? createGaussianSmoothing(grid, bandwidthOf(problem.definition)) : null;
  const smoothed = new Float64Array(smooth === null ? 0 : grid.size);
  const [R, free] = [new Float64Array(grid.size), new Float64Array(grid.size)];
  return (out, { mu, faded, V, alpha, tau }) => {
    smooth?.(smoothed, mu);
    const under = smooth === null ? mu : smoothed;
    const ofLog = logTerm === "none" ? 0 : tau;
    const [mass, mean, freeMean] = [createAccumulator(), createAccumulator(), createAccumulator()];
    for (let i = 0; i < mu.length; i++) {
      const m = faded[i];
      R[i] = ofLog > 0 && under[i] > 0 ? V[i] + ofLog * Math.log(under[i]) : V[i];
      free[i] = tau > 0 && m > 0 ? V[i] + tau * Math.log(mu[i]) : V[i];
      mass.add(m);
      mean.add(m * R[i]);
      freeMean.add(m * free[i]);
    }
    const Rbar = mean.value() / mass.value();
    const centre = freeMean.value() / mass.value();
    const covariance = createAccumulator();
    for (let i = 0; i < mu.length; i++) {
      const excess = faded[i] * (R[i] - Rbar);
      covariance.add(excess * (free[i] - centre));
      out[i] = -alpha * excess;
    }
    return grid.cellVolume * covariance.value();
  };
}
