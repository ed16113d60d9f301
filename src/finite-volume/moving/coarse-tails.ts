import type { MovingGrid } from "../../grid/moving-grid.ts";
import { densitiesOf } from "../../grid/moving-grid.ts";
import type { Carried } from "../../numerics/carried.ts";
import type { Problem } from "../../problem/problem.ts";

/**
 * Mass of tails that cells are too coarse for, and what births may make of it. In a cell beside one of more than e times its density the projection has an error as large as the mass
 * itself. With tau the share of the mass in such cells,
 *
 *   misplaced <- max(tau, misplaced e^{int alpha (Rbar - min R) dt}),   R = V at temperature 0,
 *
 * a bound on the share of the mass that may be wrong: as long as nothing grows that is the mass of the tails, but 1e-9 of the mass may become all of it.
 */
export interface CoarseTails {
  /** Takes in the time since the last call. @param growth Rbar - min R as it is now. */
  record(time: number, growth: () => number, masses: Float64Array): void;
  misplaced(): number;
  carried: Carried;
}

/** @param grows whether masses change against each other. @param relaxes whether R = V_tau: errors of log mu, and with them the share, then decay at the rate alpha tau. */
export function createCoarseTails(
  { alpha, temperature }: Pick<Problem, "alpha" | "temperature">,
  grid: MovingGrid,
  grows: boolean,
  relaxes: boolean,
): CoarseTails {
  const carried = { misplaced: 0, last: 0, growth: 0 };
  return {
    record(time, growth, masses) {
      const now = grows ? growth() : 0;
      const relaxation = relaxes ? temperature.at((carried.last + time) / 2) : 0;
      const rate = Math.max(carried.growth, now) - relaxation;
      const factor = rate === 0 ? 1 : Math.exp(rate * alpha.integral(carried.last, time));
      carried.misplaced = Math.min(1, Math.max(coarseShare(grid, masses), carried.misplaced * factor));
      carried.growth = now;
      carried.last = time;
    },
    misplaced: () => carried.misplaced,
    carried,
  };
}

/** tau. */
function coarseShare(grid: MovingGrid, masses: Float64Array): number {
  const { axes, strides, size } = grid.domain;
  const densities = densitiesOf(grid, masses);
  let coarse = 0;
  let total = 0;
  for (let i = 0; i < size; i++) {
    total += masses[i];
    const limit = Math.E * densities[i];
    for (let a = 0; a < axes.length; a++) {
      const { cells, periodic } = axes[a];
      const index = Math.floor(i / strides[a]) % cells;
      const back = index > 0 ? i - strides[a] : periodic ? i + (cells - 1) * strides[a] : i;
      const ahead = index < cells - 1 ? i + strides[a] : periodic ? i - (cells - 1) * strides[a] : i;
      if (densities[back] <= limit && densities[ahead] <= limit) continue;
      coarse += masses[i];
      break;
    }
  }
  return coarse / total;
}
