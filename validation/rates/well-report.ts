import { combine, type Finding, judgeInterval, show, showInterval } from "../claims.ts";
import { guideTrace, MINIMUM_TOLERANCE } from "../shared/decay.ts";
import type { StudyResult } from "../study.ts";
import type { AlphaConfig, AlphaOutcome, WellConfig, WellOutcome, WellRow } from "./well.ts";

export function reportWells(wells: readonly WellOutcome[]): StudyResult {
  const findings = wells.flatMap(findingsOfWell);
  return {
    name: "rates: pure birth-death in a quadratic well",
    claim:
      "Without transport and interaction E - E* = d / (2 alpha t) (1 + O(1/t)): no faster and no slower than t^-1, whatever the start.",
    verdict: combine(findings),
    findings,
    notes: [
      "F = |theta|^2 / 2. A Gaussian stays one: 1 / s_k(t) = 1 / s_k + alpha t and m_k(t) = m_k s_k(t) / s_k on each axis, so that E = sum_k (s_k(t) + m_k(t)^2) / 2 is known at every t.",
      "With a_k = s_k alpha t the correction to d/2 is the sum over the axes of (-1 / (1 + a_k) + (m_k^2 / s_k) a_k / (1 + a_k)^2) / 2. Its term in 1/t drops out of 2 C(t) - C(t/2), C = alpha t (E - E*); what is left is at most the sum of (1 + 2 m_k^2 / s_k) / a_k^2, which with the tolerance of the energies is what the limit may miss d/2 by.",
      "A fitted slope is an average of local slopes with positive weights, so it must lie between the least and the greatest of the closed form over the same times. The numbers have no noise; the 95% interval of a fit shows the curvature of the line.",
      "E* is E - gap, which without interaction is min F at every time; the last value of E plays no part.",
    ],
    tables: wells.map(({ config, rows, run }) => ({
      title: `d = ${config.axes.length}, alpha = ${show(config.alpha)}: ${run.nodes.join(" x ")} nodes, ${run.steps} steps`,
      header: ["t", "alpha t", "E - E*", "closed form", "difference", "alpha t (E - E*)"],
      rows: octaves(rows, config).map((row) => [
        row.time,
        config.alpha * row.time,
        row.excess,
        row.exact,
        row.excess - row.exact,
        row.constant.toFixed(6),
      ]),
    })),
    figures: [
      {
        title: "E - E* of pure birth-death in a quadratic well",
        x: { title: "t", log: true },
        y: { title: "E - E*", log: true },
        traces: wells.flatMap(({ config, rows, slope, run }) => [
          {
            name: `d = ${run.dimension}: ${slope.slope.toFixed(3)}`,
            x: rows.map(({ time }) => time),
            y: rows.map(({ excess }) => excess),
            mode: "markers" as const,
          },
          guideTrace(
            `${run.dimension} / (2 alpha t)`,
            [run.dimension / config.alpha, config.end],
            run.dimension / (2 * config.alpha),
            -1,
          ),
        ]),
      },
      {
        title: "The constant: alpha t (E - E*) tends to d/2",
        x: { title: "t", log: true },
        y: { title: "alpha t (E - E*)" },
        traces: wells.flatMap(({ config, rows, run }) => [
          {
            name: `d = ${run.dimension}`,
            x: rows.map(({ time }) => time),
            y: rows.map(({ constant }) => constant),
            mode: "lines+markers" as const,
          },
          guideTrace(`${run.dimension}/2`, [rows[0].time, config.end], run.dimension / 2, 0),
        ]),
      },
    ],
    settings: { wells: wells.map(({ config }) => config) },
  };
}

function findingsOfWell(well: WellOutcome): Finding[] {
  const { config, run, rows, slope, minimum, exactSlope, slopeTolerance, localSlopes, limit, limitTolerance } = well;
  const d = config.axes.length;
  const error = Math.max(...rows.map(({ excess, exact }) => Math.abs(excess - exact)));
  const last = rows[rows.length - 1];
  const off = Math.abs(slope.slope - exactSlope);
  return [
    {
      text: `d = ${d}: E* by the gap is ${show(minimum)} (asked: min F = 0 within ${MINIMUM_TOLERANCE})`,
      verdict: Math.abs(minimum) <= MINIMUM_TOLERANCE ? "pass" : "fail",
    },
    {
      text: `d = ${d}: E - E* is within ${show(error)} of the closed form at every time (asked: the solver's tolerance, ${config.tolerance})`,
      verdict: run.converged && error <= config.tolerance ? "pass" : "fail",
    },
    {
      text: `d = ${d}: E - E* falls like t^${slope.slope.toFixed(4)} over t = ${show(slope.from)} to ${show(slope.to)}, interval by curvature ${showInterval(slope.interval, 4)}; asked: between the local slopes of the closed form there, ${showInterval(localSlopes, 4)}`,
      verdict: judgeInterval(slope.interval, localSlopes),
    },
    {
      text: `d = ${d}: the same fit to the closed form differs by ${show(off)} (the tolerance of the energies allows ${show(slopeTolerance)})`,
      verdict: off <= slopeTolerance ? "pass" : "fail",
    },
    {
      text: `d = ${d}: alpha t (E - E*) is ${last.constant.toFixed(5)} at alpha t = ${show(config.alpha * last.time)} and tends to ${limit.toFixed(6)} (asked: d/2 = ${d / 2} within ${show(limitTolerance)})`,
      verdict: Math.abs(limit - d / 2) <= limitTolerance ? "pass" : "fail",
    },
  ];
}

export function reportAlphas(config: AlphaConfig, outcome: AlphaOutcome): StudyResult {
  const { wells, collapse, collapseTolerance, spread, exponent, localSlopes } = outcome;
  const d = config.axes.length;
  const limits = wells.map(({ limit }) => limit);
  const worst = Math.max(...wells.map(({ limit, limitTolerance }) => Math.abs(limit - d / 2) / limitTolerance));
  const findings: Finding[] = [
    {
      text: `alpha t (E - E*) tends to ${Math.min(...limits).toFixed(6)} at least and ${Math.max(...limits).toFixed(6)} at most over alpha = ${config.alphas.join(", ")}: d/2 within ${show(worst)} of what is allowed (asked: at most 1; see the table)`,
      verdict: worst <= 1 ? "pass" : "fail",
    },
    {
      text: `at the same alpha t, E - E* differs by at most ${show(collapse)} of itself between alphas (the tolerance of the energies allows ${show(collapseTolerance)}); at the same t by a factor of up to ${show(spread)}`,
      verdict: collapse <= collapseTolerance ? "pass" : "fail",
    },
    {
      text: `at t = ${show(config.end)}, E - E* goes with alpha^${exponent.toFixed(4)} (asked: between the local slopes of the closed form there, ${showInterval(localSlopes, 4)})`,
      verdict: judgeInterval([exponent, exponent], localSlopes),
    },
  ];
  return {
    name: "rates: alpha sets the prefactor",
    claim: "Under pure birth-death E - E* depends on alpha t alone, so that alpha divides the prefactor of t^-1 and not its power.",
    verdict: combine(findings),
    findings,
    notes: [
      "The quadratic well again, with the same times for every alpha. Times are spaced by powers of two, so that the same alpha t is met under several alphas.",
      "The allowed distance of a limit from d/2 is that of the quadratic well: the term in 1/t^2 and the tolerance of the energies.",
      "With transport time has a second scale, that of the gradient, and the curves do not collapse: see the crossing times of the double well.",
    ],
    tables: [
      {
        title: `At t = ${show(config.end)}`,
        header: ["alpha", "alpha t", "E - E*", "alpha t (E - E*)", "limit", "allowed from d/2", "slope in t", "low", "high"],
        rows: wells.map(({ config: { alpha, end }, rows, limit, limitTolerance, slope }) => {
          const { excess, constant } = rows[rows.length - 1];
          return [
            alpha,
            alpha * end,
            excess,
            constant.toFixed(6),
            limit.toFixed(7),
            limitTolerance,
            slope.slope.toFixed(4),
            slope.interval[0].toFixed(4),
            slope.interval[1].toFixed(4),
          ];
        }),
      },
    ],
    figures: (["t", "alpha t"] as const).map((axis) => ({
      title: axis === "t" ? "E - E* against t under several alphas" : "The same against alpha t: one curve",
      x: { title: axis, log: true },
      y: { title: "E - E*", log: true },
      traces: [
        ...wells.map(({ config: { alpha }, rows }) => ({
          name: `alpha = ${alpha}`,
          x: rows.map(({ time }) => (axis === "t" ? time : alpha * time)),
          y: rows.map(({ excess }) => excess),
          mode: axis === "t" ? ("lines+markers" as const) : ("markers" as const),
        })),
        guideTrace(
          axis === "t" ? "d / (2 t)" : "d / (2 alpha t)",
          [1, config.end * (axis === "t" ? 1 : Math.max(...config.alphas))],
          d / 2,
          -1,
        ),
      ],
    })),
    settings: { ...config },
  };
}

/** One row an octave, the last among them. */
function octaves(rows: readonly WellRow[], { perOctave }: WellConfig): WellRow[] {
  return rows.filter((_, k) => (rows.length - 1 - k) % perOctave === 0);
}
