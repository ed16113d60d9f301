import { combine, type Finding, show } from "../claims.ts";
import type { StudyResult } from "../study.ts";
import type { NoiseConfig, NoiseOutcome } from "./noise.ts";
import type { RenewalConfig, RenewalRow } from "./renewal.ts";
import type { ParticleConfig, ParticleRow, SolverComparison, SolverConfig } from "./solvers.ts";

/** Means over n particles with K are off by O(1 / n) and, extrapolated, by O(dt^2): below a standard error. */
const SCORE_LIMIT = 4;
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
  const findings = [
    ...comparisons.flatMap((comparison) => [
      ...findAgreement(comparison),
      findSigns(comparison),
      ...findEnergyLaw(comparison, neverRises),
    ]),
    ...particles.map(findParticles),
  ];
  return {
    name: `reinjection: ${name}`,
    claim:
      "Finite volumes, characteristics and particles of every-death follow the same equation where V has both signs and the dead come back from a prior, and E follows its energy law.",
    verdict: combine(findings),
    findings,
    notes: [
      `Errors: of characteristics (tolerance ${settings.solvers.tolerance}) the difference of two levels, of finite volumes that of two grids. Particles: ${settings.particles.replicas} replicas of ${settings.particles.n} at two steps, extrapolated to dt = 0.`,
      "Particles of net-deficit are left out: what they bring back by chance at finite n dt is shown apart.",
      ...(neverRises ? ["The prior lies where V = 0, so that both laws lose energy at all times."] : []),
    ],
    tables: [
      {
        title: `Both solvers at the end (${name})`,
        header: ["law", "quantity", "characteristics", "level difference", "coarse grid", "fine grid", "difference"],
        rows: comparisons.flatMap(({ law, rows }) =>
          rows.map(({ quantity, characteristics, levelDifference, coarse, fine }) => [
            law,
            quantity,
            characteristics.toFixed(6),
            show(levelDifference),
            coarse.toFixed(6),
            fine.toFixed(6),
            show(fine - characteristics),
          ]),
        ),
      },
      {
        title: `Defect of the energy law (${name})`,
        header: ["law", "energy lost", "coarse grid", "fine grid", "characteristics"],
        rows: comparisons.map(({ law, dissipated, defects }) => [
          law,
          show(dissipated),
          show(defects.coarse),
          show(defects.fine),
          show(defects.characteristics),
        ]),
      },
      {
        title: `Particles (${name})`,
        header: ["law", "quantity", "extrapolated", "standard error", "characteristics"],
        rows: particles.map(({ law, quantity, extrapolated, standardError, expected }) => [
          law,
          quantity,
          extrapolated.toFixed(5),
          show(standardError),
          expected.toFixed(5),
        ]),
      },
    ],
    figures: [],
    settings,
  };
}

function findAgreement({ law, rows, converged }: SolverComparison): Finding[] {
  return rows.map(({ quantity, characteristics, levelDifference, coarse, fine }) => {
    const off = Math.abs(fine - characteristics);
    const allowed = Math.abs(fine - coarse) + levelDifference;
    return {
      text: `${law}: ${quantity} ${fine.toFixed(6)} by finite volumes, ${characteristics.toFixed(6)} by characteristics, ${show(off)} apart (asked: at most ${show(allowed)}, their errors)`,
      verdict: converged && off <= allowed ? "pass" : "fail",
    };
  });
}

function findSigns({ law, potentialRange: [low, high] }: SolverComparison): Finding {
  return {
    text: `${law}: V on the support goes from ${show(low)} to ${show(high)} (asked: both signs)`,
    verdict: low < 0 && high > 0 ? "pass" : "fail",
  };
}

function findEnergyLaw({ law, defects, dissipated, largestRise }: SolverComparison, neverRises: boolean): Finding[] {
  const { coarse, fine, characteristics, characteristicsError } = defects;
  const ratio = Math.abs(coarse / fine);
  const small = Math.abs(fine) <= DEFECT_LIMIT * dissipated;
  const findings: Finding[] = [
    {
      text: `${law}: the energy law is off by ${show(fine)} of ${show(dissipated)} lost on the fine grid, ${ratio.toFixed(2)} times less than on the coarse one (asked: at most ${DEFECT_LIMIT} of it, and ${DEFECT_RATIO} times less)`,
      verdict: small && ratio >= DEFECT_RATIO ? "pass" : "fail",
    },
    {
      text: `${law}: and by ${show(characteristics)} along characteristics (asked: at most ${show(characteristicsError)}, the difference of two levels)`,
      verdict: Math.abs(characteristics) <= characteristicsError ? "pass" : "fail",
    },
  ];
  if (neverRises) {
    findings.push({
      text: `${law}: the largest rise of the energy over a step is ${show(largestRise)} (asked: none)`,
      verdict: largestRise === 0 ? "pass" : "fail",
    });
  }
  return findings;
}

function findParticles({ law, quantity, extrapolated, standardError, expected, error }: ParticleRow & { law: string }): Finding {
  const off = Math.abs(extrapolated - expected);
  return {
    text: `${law}: particles have ${quantity} ${extrapolated.toFixed(5)}, ${show(off / standardError)} standard errors from the equation (asked: at most ${SCORE_LIMIT}, and the error of characteristics)`,
    verdict: off <= SCORE_LIMIT * standardError + error ? "pass" : "fail",
  };
}

export function reportRenewal(config: RenewalConfig, rows: readonly RenewalRow[]): StudyResult {
  const findings = rows.map(({ law, quantity, predicted, fine, tolerance }): Finding => {
    const off = Math.abs(fine - predicted);
    return {
      text: `${law}: ${quantity} ${fine.toFixed(6)}, renewal law ${predicted.toFixed(6)}, ${show(off)} apart (asked: at most ${show(tolerance)}, the difference of two grids and what is left of the start)`,
      verdict: off <= tolerance ? "pass" : "fail",
    };
  });
  return {
    name: "reinjection: renewal law",
    claim: "With K = 0 and F > 0 both laws tend to the law of a particle that dies at rate alpha F and comes back from the prior.",
    verdict: combine(findings),
    findings,
    notes: [`F = x^2 / 2 + ${config.floor}; the renewal law is a double integral, computed apart from any solver.`],
    tables: [
      {
        title: `Moments at t = ${config.end}`,
        header: ["law", "quantity", "renewal law", ...config.cells.map((cells) => `${cells} cells`)],
        rows: rows.map(({ law, quantity, predicted, coarse, fine }) => [
          law,
          quantity,
          predicted.toFixed(6),
          coarse.toFixed(6),
          fine.toFixed(6),
        ]),
      },
    ],
    figures: [],
    settings: { ...config },
  };
}

/** Standard errors by which one deviation has to stand above the next. */
const FALL = 3;

export function reportNoise(config: NoiseConfig, { expected, levelDifference, meanPotentials, rows }: NoiseOutcome): StudyResult {
  const falls = rows.slice(1).map((row, k): Finding => {
    const before = rows[k];
    const fall = (before.deviation - row.deviation) / Math.hypot(before.standardError, row.standardError);
    return {
      text: `from n = ${before.n} to ${row.n} the deviation falls from ${show(before.deviation)} to ${show(row.deviation)}, by ${show(fall)} standard errors (asked: at least ${FALL})`,
      verdict: fall >= FALL ? "pass" : "fail",
    };
  });
  const findings: Finding[] = [
    {
      text: `Vbar goes from ${show(meanPotentials[0])} to ${show(meanPotentials[1])}: the equation brings nothing back (asked: below 0)`,
      verdict: Math.max(...meanPotentials) < 0 ? "pass" : "fail",
    },
    ...falls,
  ];
  return {
    name: "reinjection: what chance brings back",
    claim: "Under net-deficit finitely many particles bring back mass by chance alone; it vanishes as n dt grows.",
    verdict: combine(findings),
    findings,
    notes: [
      `Kills less copies of a step have variance n dt alpha int |V| dmu, and their shortfall is drawn from the prior. Where Vbar is about 0 that is a rate of order (alpha int |V| dmu / (n dt))^(1/2). The equation says ${expected.toFixed(4)} within ${show(levelDifference)}.`,
    ],
    tables: [
      {
        title: `Mean of x at t = 1, dt = ${config.dt}`,
        header: ["n", "mean", "standard error", "deviation from the equation"],
        rows: rows.map(({ n, mean, standardError, deviation }) => [n, mean.toFixed(4), show(standardError), show(deviation)]),
      },
    ],
    figures: [
      {
        title: "Deviation from the equation under net-deficit",
        x: { title: "n", log: true },
        y: { title: "deviation of the mean", log: true },
        traces: [
          {
            name: "particles",
            x: rows.map(({ n }) => n),
            y: rows.map(({ deviation }) => deviation),
            errors: rows.map(({ standardError }) => standardError),
            mode: "markers",
          },
        ],
      },
    ],
    settings: { ...config },
  };
}
