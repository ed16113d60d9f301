import { atLeast, atMost, type Claim, consistent, holds, seen, show } from "../claims.ts";
import { draw } from "../shared/draw.ts";
import { resultOf, type StudyResult, tabulate } from "../study.ts";
import type { NoiseConfig, NoiseOutcome } from "./noise.ts";
import type { RenewalConfig, RenewalRow } from "./renewal.ts";
import type { ParticleConfig, ParticleRow, SolverComparison, SolverConfig } from "./solvers.ts";

export const CLAIM =
  "Finite volumes, characteristics and particles of every-death follow the same equation where V has both signs and the dead come back from a prior, and E follows its energy law.";

/** Order 2 divides the defect by 4 from grid to grid, order 1 by 2; a prior that is a point in one variable lowers the order. */
const DEFECT_RATIO = 1.5;
/** Of the energy that is lost. */
const DEFECT_LIMIT = 0.02;

export interface SolverReport {
  name: string;
  comparisons: readonly SolverComparison[];
  particles: readonly (ParticleRow & { law: string })[];
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
      `Errors: of characteristics (tolerance ${settings.solvers.tolerance}) the difference of two levels, of finite volumes that of two grids. Particles: ${settings.particles.replicas} replicas of ${settings.particles.n} at two steps, extrapolated to dt = 0; their means with K are off by O(1 / n) and O(dt^2), below a standard error.`,
      "Particles of net-deficit are left out: what they bring back by chance at finite n dt is shown apart.",
      ...(neverRises ? ["The prior lies where V = 0, so that both laws lose energy at all times."] : []),
    ],
    tables: [
      tabulate(
        `Both solvers at the end (${name})`,
        ["law", "quantity", "characteristics", "level difference", "coarse grid", "fine grid", "difference"],
        comparisons.flatMap(({ law, rows }) => rows.map((row) => ({ law, ...row, difference: row.fine - row.characteristics }))),
        ["law", "quantity", "characteristics", "levelDifference", "coarse", "fine", "difference"],
      ),
      tabulate(
        `Defect of the energy law (${name})`,
        ["law", "energy lost", "coarse grid", "fine grid", "characteristics"],
        comparisons,
        ({ law, dissipated, defects }) => [law, dissipated, defects.coarse, defects.fine, defects.characteristics],
      ),
      tabulate(`Particles (${name})`, ["law", "quantity", "extrapolated", "standard error", "characteristics"], particles, [
        "law",
        "quantity",
        "extrapolated",
        "standardError",
        "expected",
      ]),
    ],
    settings,
  });
}

function claimSolvers(
  { law, rows, converged, potentialRange: [low, high], defects, dissipated, largestRise }: SolverComparison,
  neverRises: boolean,
): Claim[] {
  const { coarse, fine, characteristics, characteristicsError } = defects;
  return [
    ...rows.map((row) =>
      atMost(
        `${law}: ${row.quantity} ${row.fine.toFixed(6)} by finite volumes, ${row.characteristics.toFixed(6)} by characteristics, apart by`,
        converged ? Math.abs(row.fine - row.characteristics) : Number.NaN,
        Math.abs(row.fine - row.coarse) + row.levelDifference,
        "their errors",
      ),
    ),
    holds(`${law}: V on the support goes from ${show(low)} to ${show(high)}`, "both signs", low < 0 && high > 0),
    atMost(
      `${law}: the energy law is off on the fine grid by`,
      Math.abs(fine),
      DEFECT_LIMIT * dissipated,
      `${DEFECT_LIMIT} of what is lost`,
    ),
    atLeast(`${law}: it is off on the coarse grid by a multiple of that`, Math.abs(coarse / fine), DEFECT_RATIO),
    atMost(`${law}: and along characteristics by`, Math.abs(characteristics), characteristicsError, "the difference of two levels"),
    ...(neverRises ? [atMost(`${law}: the largest rise of the energy over a step`, largestRise, 0)] : []),
  ];
}

/** The error of characteristics is taken off before chance is asked. */
function claimParticles({ law, quantity, extrapolated, standardError, expected, error }: ParticleRow & { law: string }) {
  const beyond = Math.max(0, Math.abs(extrapolated - expected) - error);
  return consistent(`${law}: particles have ${quantity} ${extrapolated.toFixed(5)}, from the equation`, {
    z: beyond / standardError,
  });
}

export function reportRenewal(config: RenewalConfig, rows: readonly RenewalRow[]): StudyResult {
  return resultOf({
    name: "reinjection: renewal law",
    claim: "With K = 0 and F > 0 both laws tend to the law of a particle that dies at rate alpha F and comes back from the prior.",
    claims: rows.map(({ law, quantity, predicted, fine, tolerance }) =>
      atMost(
        `${law}: ${quantity} ${fine.toFixed(6)}, renewal law ${predicted.toFixed(6)}, apart by`,
        Math.abs(fine - predicted),
        tolerance,
        "the difference of two grids and what is left of the start",
      ),
    ),
    notes: [`F = x^2 / 2 + ${config.floor}; the renewal law is a double integral, computed apart from any solver.`],
    tables: [
      tabulate(
        `Moments at t = ${config.end}`,
        ["law", "quantity", "renewal law", ...config.cells.map((cells) => `${cells} cells`)],
        rows,
        ["law", "quantity", "predicted", "coarse", "fine"],
      ),
    ],
    settings: config,
  });
}

export function reportNoise(config: NoiseConfig, { expected, levelDifference, meanPotentials, rows }: NoiseOutcome): StudyResult {
  return resultOf({
    name: "reinjection: what chance brings back",
    claim: "Under net-deficit finitely many particles bring back mass by chance alone; it vanishes as n dt grows.",
    claims: [
      holds(
        `Vbar goes from ${show(meanPotentials[0])} to ${show(meanPotentials[1])}: the equation brings nothing back`,
        "below 0",
        Math.max(...meanPotentials) < 0,
      ),
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
    tables: [
      tabulate(`Mean of x at t = 1, dt = ${config.dt}`, ["n", "mean", "standard error", "deviation from the equation"], rows, [
        "n",
        "mean",
        "standardError",
        "deviation",
      ]),
    ],
    figures: [
      {
        title: "Deviation from the equation under net-deficit",
        x: { title: "n", log: true },
        y: { title: "deviation of the mean", log: true },
        traces: [draw("particles", rows, "n", "deviation", { error: "standardError", mode: "markers" })],
      },
    ],
    settings: config,
  });
}
