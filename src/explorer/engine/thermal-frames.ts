import type { MovingSnapshot } from "../../finite-volume/moving/solve-moving.ts";
import { createAccumulator } from "../../numerics/sum.ts";
import { createGaussianSmoothing } from "../../potential/gaussian-smoothing.ts";
import { termsOf } from "../../problem/dynamics.ts";
import type { Problem } from "../../problem/problem.ts";
import { isWarm, thermalTermsOf } from "../../problem/thermal.ts";
import { bandwidthOf } from "../../problem-file/smoothing.ts";
import type { ThermalFrame, ThermalSetup } from "./frames.ts";
import { levelsHolding } from "./levels.ts";
import { type Plane, projectDensity, projectPotential } from "./planes.ts";

/** Shares of the mass of Gibbs that its contours hold. */
export const GIBBS_SHARES = [0.5, 0.9] as const;

/** Logarithms of empty cells are of this, as in the finite volumes. */
const LEAST = 1e-300;

/** What a run shows of its temperature all the way; null without one. */
export function thermalSetupOf(problem: Problem): ThermalSetup | null {
  if (!isWarm(problem)) return null;
  const { logTerm, descends } = thermalTermsOf(problem);
  const temperatures = problem.snapshotTimes.map((time) => problem.temperature.at(time));
  return { temperatures, logTerm, descends, reacts: termsOf(problem).reaction !== null };
}

/**
 * At a temperature tau > 0, for the density mu and its potential V of a frame, shapes [grid.size], drawn on planes:
 *
 *   Gibbs   e^{-V / tau} / Z
 *   R       V + tau log mu, or V + tau log(k_eps * mu) where that is what births and deaths follow,   Rbar = int R dmu / mass
 *   E       E_tau - tau int mu log mu
 *
 * with the entropy of the cells that follow the mass, where there are any: on the grid that is drawn their density is an average, of a smaller int mu log mu. Without births and deaths R is V_tau = V + tau log mu, down which mass moves; it is null where they follow V. null at a time with tau = 0.
 */
export function createThermalFrames(
  problem: Problem,
  planes: readonly Plane[],
): (time: number, mu: Float64Array, V: Float64Array, freeEnergy: number, own: OwnCells | null) => ThermalFrame | null {
  const { grid, temperature } = problem;
  const setup = thermalSetupOf(problem);
  if (setup === null) return () => null;
  const { logTerm, reacts } = setup;
  const smooth = logTerm === "smoothed" ? createGaussianSmoothing(grid, bandwidthOf(problem.definition)) : null;
  const inLogarithm = smooth === null ? null : new Float64Array(grid.size);
  const values = new Float64Array(grid.size);

  return (time, mu, V, freeEnergy, own) => {
    const tau = temperature.at(time);
    if (tau === 0) return null;
    fillGibbs(values, V, tau, grid.cellVolume);
    const gibbs = planes.map((plane) => projectDensity(plane, values));
    const levels = grid.dimension === 1 ? [] : gibbs.map((density) => levelsHolding(density, GIBBS_SHARES));
    const [mass, mean] = [createAccumulator(), createAccumulator()];
    if (inLogarithm !== null) smooth?.(inLogarithm, mu);
    for (let i = 0; i < mu.length; i++) {
      const m = mu[i];
      values[i] = V[i] + tau * Math.log(Math.max(inLogarithm === null ? m : inLogarithm[i], LEAST));
      mass.add(m);
      mean.add(m * values[i]);
    }
    return {
      gibbs,
      levels,
      energy: freeEnergy - tau * (own === null ? negativeEntropy(mu, () => grid.cellVolume) : entropyOfCells(own)),
      driving:
        reacts && logTerm === "none"
          ? null
          : { values: planes.map((plane) => projectPotential(plane, values, mu)), mean: mean.value() / mass.value() },
    };
  };
}

/** Cells that follow the mass, and their masses. */
type OwnCells = Pick<MovingSnapshot, "edges" | "masses">;

/** int mu log mu of a density on cells of these volumes. */
function negativeEntropy(mu: Float64Array, volumeOf: (cell: number) => number): number {
  const total = createAccumulator();
  for (let i = 0; i < mu.length; i++) if (mu[i] > 0) total.add(volumeOf(i) * mu[i] * Math.log(mu[i]));
  return total.value();
}

function entropyOfCells({ edges, masses }: OwnCells): number {
  const volumes = new Float64Array(masses.length).fill(1);
  let stride = 1;
  for (const along of edges.toReversed()) {
    const cells = along.length - 1;
    for (let i = 0; i < volumes.length; i++) {
      const k = Math.floor(i / stride) % cells;
      volumes[i] *= along[k + 1] - along[k];
    }
    stride *= cells;
  }
  return negativeEntropy(
    masses.map((mass, i) => mass / volumes[i]),
    (i) => volumes[i],
  );
}

/** Shapes [grid.size]. */
function fillGibbs(out: Float64Array, V: Float64Array, tau: number, cellVolume: number): void {
  let least = Infinity;
  for (let i = 0; i < V.length; i++) if (V[i] < least) least = V[i];
  const total = createAccumulator();
  for (let i = 0; i < V.length; i++) {
    out[i] = Math.exp((least - V[i]) / tau);
    total.add(out[i]);
  }
  const factor = 1 / (cellVolume * total.value());
  for (let i = 0; i < V.length; i++) out[i] *= factor;
}
