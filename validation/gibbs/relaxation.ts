import { solve } from "../../src/finite-volume/solve.ts";
import { fitLine, type LineFit } from "../../src/numerics/statistics.ts";
import { DYNAMICS } from "../../src/problem/dynamics.ts";
import { type Relaxing, relaxingWell, rootsOfWell, SPECTRUM, TILT } from "./problems.ts";
import { relaxationRates } from "./spectrum.ts";

/**
 * How fast mu_t tends to Gibbs, G. Near it mu = G (1 + f), and with L f = tau f'' - F' f'
 *
 *   d_t f = L f                              Langevin: the slowest f dies at the least eigenvalue above 0, of order e^{-barrier / tau}
 *   d_t f = L f - alpha tau f                with births and deaths by F + tau log mu: at that eigenvalue + alpha tau
 *   d_t f = - alpha tau f                    without motion: at alpha tau
 *
 * so that the rate is at least alpha tau, whatever the barrier (Lu, Lu & Nolen 2019).
 */
export interface RelaxationRow extends Relaxing {
  /** The least eigenvalue above 0 (0 without motion) + alpha tau. */
  predicted: number;
  /** -log int |mu - G| against t. */
  fit: LineFit;
  points: number;
  steps: number;
}

/** The range of int |mu - G| in which its rate is measured: slower than all others, and above rounding. */
const WINDOW = [1e-10, 1e-5] as const;
const DECADES = 11;
const SNAPSHOTS = 60;

/** Steps of the finite volumes, in units of the time of the decay: their error of the rate is 0.4 of their square, 2e-4. */
const STEP = 0.02;

export async function measureRelaxation(setting: Relaxing, cells: number): Promise<RelaxationRow> {
  const { temperature, alpha, dynamics } = setting;
  const predicted = (DYNAMICS[dynamics].transport ? ratesAt(temperature)[1] : 0) + alpha * temperature;
  const problem = await relaxingWell(setting, cells, Math.ceil((DECADES * Math.LN10) / predicted), SNAPSHOTS);
  const { snapshots, steps } = solve(problem, { maxStep: STEP / predicted });
  const used = snapshots
    .map(({ time, gibbsResidual }) => ({ time, residual: gibbsResidual ?? Number.NaN }))
    .filter(({ residual }) => residual > WINDOW[0] && residual < WINDOW[1]);
  const fit = fitLine(
    used.map(({ time }) => time),
    used.map(({ residual }) => -Math.log(residual)),
  );
  return { ...setting, predicted, fit, points: used.length, steps };
}

/** All rates of Langevin dynamics in the well, from 0. */
export const ratesAt = (temperature: number) => relaxationRates(temperature, SPECTRUM);

/** The least of them above 0 by the formula of Eyring and Kramers, for tau to 0: the rate of escape from the shallow well. */
export function escapeRate(temperature: number): number {
  const { top, shallow, barrier } = rootsOfWell(TILT);
  const curvature = (x: number) => Math.abs(SPECTRUM.curvature(x));
  return (Math.sqrt(curvature(top) * curvature(shallow)) / (2 * Math.PI)) * Math.exp(-barrier / temperature);
}
