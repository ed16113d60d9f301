import { atMost, type Claim, show, showInterval, within } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { shadesOf } from "../shared/colours.ts";
import { guideTrace, MINIMUM_TOLERANCE } from "../shared/decay.ts";
import { draw, drawCurve, drawKey, logLog, logX } from "../shared/draw.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import { type AlphaConfig, type AlphaOutcome, exactExcess, type WellConfig, type WellOutcome, type WellRow } from "./well.ts";

const SCALED_TIME = { title: "scaled time", symbol: "alpha t" };

export function reportWells(wells: readonly WellOutcome[]): StudyResult {
  const looks = shadesOf("pure-birth-death", wells.length);
  return resultOf({
    name: "rates: pure birth-death in a quadratic well",
    claim:
      "Without transport and interaction E - E* = d / (2 alpha t) (1 + O(1/t)): no faster and no slower than t^-1, whatever the start.",
    claims: wells.flatMap(claimWell),
    notes: [
      "F = |theta|^2 / 2. A Gaussian stays one: 1 / s_k(t) = 1 / s_k + alpha t and m_k(t) = m_k s_k(t) / s_k on each axis, so that E = sum_k (s_k(t) + m_k(t)^2) / 2 is known at every t.",
      "With a_k = s_k alpha t the correction to d/2 is the sum over the axes of (-1 / (1 + a_k) + (m_k^2 / s_k) a_k / (1 + a_k)^2) / 2. Its term in 1/t drops out of 2 C(t) - C(t/2), C = alpha t (E - E*); the rest is at most the sum of (1 + 2 m_k^2 / s_k) / a_k^2, which with the tolerance of the energies is what the limit may miss d/2 by.",
      "A fitted slope is an average of local slopes with positive weights, so it must lie between the least and the greatest of the closed form over the same times. The numbers have no noise; the 95% interval of a fit shows the curvature of the line.",
      "E* is E - gap, which without interaction is min F at every time; the last value of E plays no part.",
    ],
    tables: wells.map(({ config, rows, run }) =>
      tabulateFields(
        `d = ${config.axes.length}, alpha = ${show(config.alpha)}: ${run.nodes.join(" x ")} nodes, ${run.steps} steps; constant is alpha t (E - E*)`,
        octaves(rows, config).map((row) => ({ ...row, alphaT: config.alpha * row.time, difference: row.excess - row.exact })),
      ),
    ),
    figures: [
      logLog("E - E* of pure birth-death in a quadratic well", AXES.time, AXES.excess, [
        ...wells.flatMap(({ config: { alpha, end, axes }, rows, slope, run: { dimension: d } }, k) => [
          draw(`d = ${d}, slope ${slope.slope.toFixed(3)} ${showInterval(slope.interval)}`, rows, "time", "excess", { mode: "markers", ...looks[k] }), // biome-ignore format: one call
          drawCurve(`d = ${d}, closed form`, [rows[0].time, end], (t) => exactExcess(axes, alpha * t), { spacing: "log", unnamed: true, ...looks[k] }), // biome-ignore format: one call
          guideTrace(`${d} / (2 alpha t)`, [d / alpha, end], d / (2 * alpha), -1),
        ]),
        drawKey("closed form", { mode: "lines" }),
      ]),
      logX("The constant: alpha t (E - E*) tends to d/2", AXES.time, AXES.scaledExcess, [
        ...wells.flatMap(({ config: { alpha, end, axes }, rows, run: { dimension: d } }, k) => [
          draw(`d = ${d}`, rows, "time", "constant", { mode: "markers", ...looks[k] }),
          drawCurve(`d = ${d}, closed form`, [rows[0].time, end], (t) => alpha * t * exactExcess(axes, alpha * t), { spacing: "log", unnamed: true, ...looks[k] }), // biome-ignore format: one call
          guideTrace(`${d}/2`, [rows[0].time, end], d / 2, 0),
        ]),
        drawKey("closed form", { mode: "lines" }),
      ]),
    ],
    settings: { wells: wells.map(({ config }) => config) },
  });
}

function claimWell(well: WellOutcome): Claim[] {
  const { config, run, rows, slope, minimum, exactSlope, slopeTolerance, localSlopes, limit, limitTolerance } = well;
  const d = config.axes.length;
  const error = Math.max(...rows.map(({ excess, exact }) => Math.abs(excess - exact)));
  const last = rows[rows.length - 1];
  const falls = `d = ${d}: E - E* falls like t^${slope.slope.toFixed(4)} over t = ${show(slope.from)} to ${show(slope.to)}, interval by curvature, between the local slopes of the closed form there`;
  const refit = `d = ${d}: the same fit to the closed form differs by`;
  const tends = `d = ${d}: alpha t (E - E*) is ${last.constant.toFixed(5)} at alpha t = ${show(config.alpha * last.time)} and tends to ${limit.toFixed(6)}, from d/2`;
  const anyTime = `d = ${d}: E - E* from the closed form at any time`;
  return [
    atMost(`d = ${d}: E* by the gap, from min F = 0`, Math.abs(minimum), MINIMUM_TOLERANCE),
    atMost(anyTime, run.converged ? error : Number.NaN, config.tolerance, "the solver's tolerance"),
    within(falls, slope.interval, localSlopes, 4),
    atMost(refit, Math.abs(slope.slope - exactSlope), slopeTolerance, "by the tolerance of the energies"),
    atMost(tends, Math.abs(limit - d / 2), limitTolerance),
  ];
}

export function reportAlphas(config: AlphaConfig, outcome: AlphaOutcome): StudyResult {
  const { wells, collapse, collapseTolerance, spread, exponent, localSlopes } = outcome;
  const d = config.axes.length;
  const looks = shadesOf("pure-birth-death", wells.length);
  const limits = wells.map(({ limit }) => limit);
  const tends = `alpha t (E - E*) tends to ${Math.min(...limits).toFixed(6)} at least and ${Math.max(...limits).toFixed(6)} at most over alpha = ${config.alphas.join(", ")}: from d/2, in units of what is allowed`;
  const off = Math.max(...wells.map(({ limit, limitTolerance }) => Math.abs(limit - d / 2) / limitTolerance));
  const collapses = `at the same t, E - E* differs by a factor of up to ${show(spread)} between alphas, and at the same alpha t by a share of itself of`;
  const power = `at t = ${show(config.end)}, E - E* goes with the power of alpha, between the local slopes of the closed form there`;
  return resultOf({
    name: "rates: alpha sets the prefactor",
    claim: "Under pure birth-death E - E* depends on alpha t alone, so that alpha divides the prefactor of t^-1 and not its power.",
    claims: [
      atMost(tends, off, 1, "see the table"),
      atMost(collapses, collapse, collapseTolerance, "by the tolerance of the energies"),
      within(power, [exponent, exponent], localSlopes, 4),
    ],
    notes: [
      "The quadratic well again, with the same times for every alpha. Times are spaced by powers of two, so that the same alpha t is met under several alphas.",
      "The allowed distance of a limit from d/2 is that of the quadratic well: the term in 1/t^2 and the tolerance of the energies.",
      "With transport time has a second scale, that of the gradient, and the curves do not collapse: see the crossing times of the double well.",
    ],
    tables: [
      tabulateFields(
        `At t = ${show(config.end)}; constant is alpha t (E - E*)`,
        wells.map(({ config: { alpha, end }, rows, limit, limitTolerance, slope }) => {
          const { excess, constant } = rows[rows.length - 1];
          const fit = { slope: slope.slope.toFixed(4), interval: showInterval(slope.interval, 4) };
          return { alpha, alphaT: alpha * end, excess, constant, limit: limit.toFixed(7), limitTolerance, ...fit };
        }),
      ),
    ],
    figures: [
      logLog("E - E* against t under several alphas", AXES.time, AXES.excess, [
        ...wells.flatMap(({ config: { alpha, end, axes }, rows }, k) => {
          const exact = (t: number) => exactExcess(axes, alpha * t);
          const name = `alpha = ${alpha}`;
          return [
            drawCurve(name, [rows[0].time, end], exact, { spacing: "log", label: name, ...looks[k] }),
            draw(name, rows, "time", "excess", { mode: "markers", unnamed: true, ...looks[k] }),
          ];
        }),
        guideTrace("d / (2 t)", [1, config.end], d / 2, -1),
      ]),
      logLog("The same against alpha t: one curve", SCALED_TIME, AXES.excess, [
        ...wells.map(({ config: { alpha }, rows }, k) =>
          draw(`alpha = ${alpha}`, rows, ({ time }) => alpha * time, "excess", { mode: "markers", ...looks[k] }),
        ),
        guideTrace("d / (2 alpha t)", [1, config.end * Math.max(...config.alphas)], d / 2, -1),
      ]),
    ],
    settings: config,
  });
}

/** One row an octave, the last among them. */
function octaves(rows: readonly WellRow[], { perOctave }: WellConfig): WellRow[] {
  return rows.filter((_, k) => (rows.length - 1 - k) % perOctave === 0);
}
