import { InputError } from "../errors.ts";
import { formatNumber } from "../figures/numbers.ts";
import { marginalMasses } from "../grid/density.ts";
import { centres } from "../grid/grid.ts";
import { pow } from "../numerics/pow.ts";
import type { Problem } from "../problem/problem.ts";
import { refuseLogOfDensity, thermalTermsOf } from "../problem/thermal.ts";
import { bandwidthOf } from "../problem-file/smoothing.ts";

/**
 * Whether n particles with births and deaths can follow the reaction of a problem at a temperature. R = V + tau log mu they cannot, having no density. R = V + tau log(k_eps * mu) they can where
 * eps is at least the spacing of the particles at the start,
 *
 *   (s_1 ... s_d / n)^(1/d),      s_a the standard deviation of mu_0 along axis a:
 *
 * below it a particle sees little but itself, and the logarithm is that of its own share.
 *
 * @throws InputError with the remedy.
 */
export function checkReaction(problem: Problem, n: number): void {
  const { logTerm } = thermalTermsOf(problem);
  if (logTerm === "none") return;
  refuseLogOfDensity(problem);
  const bandwidth = bandwidthOf(problem.definition);
  const d = problem.grid.dimension;
  const volume = deviationsOf(problem).reduce((product, sd) => product * sd, 1);
  const spacing = pow(volume / n, 1 / d);
  if (bandwidth >= spacing) return;
  const enough = Math.ceil(volume / pow(bandwidth, d));
  throw new InputError(
    "reaction.bandwidth",
    bandwidth,
    `below the spacing ${formatNumber(spacing)} of ${n} particles`,
    `use --n ${enough} or more, or a larger bandwidth`,
  );
}

/** Standard deviations of mu_0 along each axis, of its cells. */
function deviationsOf({ initial, grid }: Problem): number[] {
  const { density } = initial.cellAverages(grid);
  return grid.axes.map((axis, a) => {
    const masses = marginalMasses(grid, density, a);
    const places = centres(axis);
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    const mean = masses.reduce((sum, mass, i) => sum + mass * places[i], 0) / total;
    return Math.sqrt(masses.reduce((sum, mass, i) => sum + mass * (places[i] - mean) ** 2, 0) / total);
  });
}
