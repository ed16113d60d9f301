import { atLeast, atMost, type Claim, consistent, holds, seen, show } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { shadesOf } from "../shared/colours.ts";
import { draw, logLog } from "../shared/draw.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import type { NoiseConfig, NoiseOutcome } from "./noise.ts";
import type { RenewalConfig, RenewalRow } from "./renewal.ts";
import type { ParticleConfig, ParticleRow, SolverComparison, SolverConfig } from "./solvers.ts";

export const CLAIM =
  "Finite volumes, characteristics and particles of every-death follow the same equation where V has both signs and the dead come back from a prior, and E follows its energy identity.";

/** Order 2 divides the defect by 4 from grid to grid, order 1 by 2; a prior that is a point in one variable lowers the order. */
const DEFECT_RATIO = 1.5;
/** Of the energy that is lost. */
const DEFECT_LIMIT = 0.02;

export interface SolverReport {
  name: string;
  comparisons: readonly SolverComparison[];
  particles: readonly ParticleRow[];
  /** mu_b where V = 0, so that the energy cannot rise. */
  neverRises: boolean;
  settings: { solvers: SolverConfig; particles: ParticleConfig; problem: unknown };
}

export function reportSolvers({ name, comparisons, particles, neverRises, settings }: SolverReport): StudyResult {
  return resultOf({
    name: `reinjection: ${name}`,
    claim: CLAIM,
    claims: [...comparisons.flatMap((comparison) => claimSolvers(comparison, neverRises)), ...particles.map(claimParticles)],
    notes: [
      `Errors: of characteristics (tolerance ${settings.solvers.tolerance}) the difference of two refinements; of finite volumes the same of two grids, and more where three grids show that it falls by less than 2. Particles: ${settings.particles.replicas} replicas of ${settings.particles.n} at two steps, extrapolated to dt = 0; their means with K are off by O(1 / n) and O(dt^2), below a standard error.`,
      "Particles of net-deficit are left out: what they bring back by chance at finite n dt is shown apart.",
      ...(neverRises ? ["The prior lies where V = 0, so that both rules lose energy at all times."] : []),
    ],
    tables: [
      tabulateFields(
        `Both solvers at the end (${name}), on a coarse and on a fine grid`,
        comparisons.flatMap(({ rule, rows }) => rows.map((row) => ({ rule, ...row, difference: row.fine - row.characteristics }))),
      ),
      tabulateFields(
        `Defect of the energy identity (${name})`,
        comparisons.map(({ rule, dissipated, defects: { characteristicsError: _, ...defects } }) => ({
          rule,
          dissipated,
          ...defects,
        })),
      ),
      tabulateFields(
        `Particles (${name})`,
        particles.map(({ levelDifference: _, ...row }) => row),
      ),
    ],
    settings,
  });
}

function claimSolvers(
  { rule, rows, converged, potentialRange: [low, high], defects, dissipated, largestRise }: SolverComparison,
  neverRises: boolean,
): Claim[] {
  const { coarse, fine, characteristics, characteristicsError } = defects;
  const apart = "the difference of two refinements";
  const lost = `${DEFECT_LIMIT} of the energy lost`;
  return [
    ...rows.map(({ quantity, fine: onFine, characteristics: onNodes, levelDifference, gridError }) => {
      const what = `${rule}: ${quantity} ${onFine.toFixed(6)} by finite volumes, ${onNodes.toFixed(6)} by characteristics, apart by`;
      const difference = converged && gridError < Infinity ? Math.abs(onFine - onNodes) : Number.NaN;
      return atMost(what, difference, gridError + levelDifference, "their errors");
    }),
    holds(`${rule}: V on the support goes from ${show(low)} to ${show(high)}`, "both signs", low < 0 && high > 0),
    atMost(`${rule}: the energy identity is off on the fine grid by`, Math.abs(fine), DEFECT_LIMIT * dissipated, lost),
    atLeast(`${rule}: it is off on the coarse grid by a multiple of that`, Math.abs(coarse / fine), DEFECT_RATIO),
    atMost(`${rule}: and along characteristics by`, Math.abs(characteristics), characteristicsError, apart),
    ...(neverRises ? [atMost(`${rule}: the largest rise of the energy over a step`, largestRise, 0)] : []),
  ];
}

/** The error of characteristics is taken off before the test against chance. */
function claimParticles({ rule, quantity, extrapolated, standardError, characteristics, levelDifference }: ParticleRow) {
  const z = Math.max(0, Math.abs(extrapolated - characteristics) - levelDifference) / standardError;
  return consistent(`${rule}: particles have ${quantity} ${extrapolated.toFixed(5)}, from the equation`, { z });
}

export function reportRenewal(config: RenewalConfig, rows: readonly RenewalRow[]): StudyResult {
  return resultOf({
    name: "reinjection: a renewal process",
    claim:
      "With K = 0 and F > 0 both rules tend to the distribution of a particle that dies at rate alpha F and comes back from the prior.",
    claims: rows.map(({ rule, quantity, predicted, fine, tolerance }) => {
      const what = `${rule}: ${quantity} ${fine.toFixed(6)}, renewal process ${predicted.toFixed(6)}, apart by`;
      return atMost(what, Math.abs(fine - predicted), tolerance, "the difference of two grids and the remainder of the start");
    }),
    notes: [`F = x^2 / 2 + ${config.floor}; the prediction is a double integral, computed apart from any solver.`],
    tables: [
      tabulateFields(
        `Moments at t = ${config.end}, on ${config.cells.join(" and ")} cells`,
        rows.map(({ tolerance: _, ...row }) => row),
      ),
    ],
    settings: config,
  });
}

export function reportNoise(config: NoiseConfig, { expected, levelDifference, meanPotentials, rows }: NoiseOutcome): StudyResult {
  const [from, to] = meanPotentials.map(show);
  return resultOf({
    name: "reinjection: what chance brings back",
    claim: "Under net-deficit finitely many particles bring back mass by chance alone; it vanishes as n dt grows.",
    claims: [
      holds(`Vbar goes from ${from} to ${to}: the equation brings nothing back`, "below 0", Math.max(...meanPotentials) < 0),
      ...rows.slice(1).map((row, k) => {
        const before = rows[k];
        const fall = (before.deviation - row.deviation) / Math.hypot(before.standardError, row.standardError);
        const what = `from n = ${before.n} to ${row.n} the deviation falls from ${show(before.deviation)} to ${show(row.deviation)}, by`;
        return seen(what, { z: fall });
      }),
    ],
    notes: [
      `Kills less copies of a step have variance n dt alpha int |V| dmu, and their shortfall is drawn from the prior. Where Vbar is about 0 that is a rate of order (alpha int |V| dmu / (n dt))^(1/2). The equation says ${expected.toFixed(4)} within ${show(levelDifference)}.`,
    ],
    tables: [tabulateFields(`Mean of x at t = 1, dt = ${config.dt}, and its deviation from the equation`, rows)],
    figures: [
      logLog(
        "Deviation from the equation under net-deficit",
        AXES.particles,
        { title: "deviation of the mean", symbol: "|m - m*|" },
        [
          draw("particles, +- 1 standard error", rows, "n", "deviation", { error: "standardError", mode: "markers", ...shadesOf("reinjection net-deficit", 1)[0] }), // biome-ignore format: one call
        ],
      ),
    ],
    settings: config,
  });
}
