import { fitLine } from "../../src/numerics/statistics.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import { bracketMinimum, excessOf, octaveTimes, runDecay, slopeOverLastDecade } from "../shared/decay.ts";
import type { KeepPart } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";

/**
 * Pure birth-death on F = |theta|^2 / 2. With tau = alpha t, mu_t is mu_0 e^{-tau F} normalised, so a product of N(m_k, s_k) stays one:
 *
 *   1 / s_k(tau) = 1 / s_k + tau,    m_k(tau) = m_k s_k(tau) / s_k,    Fbar = 1/2 sum_k (s_k(tau) + m_k(tau)^2),    E* = min F = 0
 *
 * With a_k = s_k tau, tau Fbar = 1/2 sum_k (1 - 1 / (1 + a_k) + (m_k^2 / s_k) a_k / (1 + a_k)^2) = d/2 (1 + O(1 / tau)).
 */
export interface WellConfig {
  /** mu_0: a normal distribution for each axis. */
  axes: readonly { mean: number; sd: number }[];
  alpha: number;
  end: number;
  octaves: number;
  perOctave: number;
  tolerance: number;
  /** Nodes along each axis of the first refinement. */
  nodes?: number;
}

export type WellOutcome = Awaited<ReturnType<typeof measureWell>>;
export type WellRow = WellOutcome["rows"][number];

const NAMES = ["x", "y", "z"];

function wellProblem({ axes, alpha }: Pick<WellConfig, "axes" | "alpha">): Promise<Problem> {
  const names = NAMES.slice(0, axes.length);
  return createProblem({
    name: `quadratic-well-${axes.length}d`,
    variables: Object.fromEntries(names.map((name) => [name, { min: -6, max: 6, cells: 64 }])),
    potential: { F: names.map((name) => `0.5*${name}^2`).join(" + ") },
    alpha,
    dynamics: "pure-birth-death",
    initial: Object.fromEntries(names.map((name, k) => [name, { type: "normal" as const, ...axes[k] }])),
    time: { end: 1, snapshots: 1 },
  });
}

export async function measureWell(config: WellConfig) {
  const { axes, alpha, end, octaves, perOctave, tolerance, nodes } = config;
  const problem = await wellProblem(config);
  const times = octaveTimes(end, octaves, perOctave);
  const run = await runDecay(problem, { dynamics: "pure-birth-death", times, tolerance, nodes });
  const bracket = bracketMinimum(problem, [run]);
  const rows = excessOf(run, bracket).map(({ time, value }) => ({
    time,
    excess: value,
    exact: exactExcess(axes, alpha * time),
    /** alpha t (E - E*). */
    constant: alpha * time * value,
  }));
  const slope = slopeOverLastDecade(run, bracket);
  if (slope === null) throw new RangeError("too few snapshots above the floor for a slope");
  const used = rows.filter(({ time }) => time >= slope.from && time <= slope.to);
  const exact = fitLine(
    used.map(({ time }) => Math.log(time)),
    used.map((row) => Math.log(row.exact)),
  );
  const local = used.map(({ time }) => localSlope(axes, alpha * time));
  const last = rows[rows.length - 1];
  const half = rows[rows.length - 1 - perOctave];
  return {
    config,
    run,
    /** E* by the gap, which is 0 here. */
    minimum: bracket.low,
    rows,
    slope,
    /** Slope of the same fit to the closed form, and the least and greatest local slope of that over the points of the fit. */
    exactSlope: exact.slope,
    localSlopes: [Math.min(...local), Math.max(...local)] as const,
    // Of a fitted slope, from the tolerance of the energies: sum |x - mean x| / sum (x - mean x)^2 <= 1 / sd(x) = sqrt(12) / log 10 < 2 for points equally spaced over a decade.
    slopeTolerance: (2 * tolerance) / last.exact,
    /** 2 C(t) - C(t/2) at the end, C = alpha t (E - E*): the limit of C but for a term in 1 / t^2. */
    limit: 2 * last.constant - half.constant,
    limitTolerance: secondOrder(axes, alpha * end) + 2.5 * tolerance * alpha * end,
  };
}

/** s_k(tau) and m_k(tau). */
function momentsAt(axes: WellConfig["axes"], tau: number) {
  return axes.map(({ mean, sd }) => {
    const variance = 1 / (1 / sd ** 2 + tau);
    return { variance, centre: (mean * variance) / sd ** 2 };
  });
}

/** E - E* at tau = alpha t. */
export function exactExcess(axes: WellConfig["axes"], tau: number): number {
  return momentsAt(axes, tau).reduce((total, { variance, centre }) => total + 0.5 * (variance + centre ** 2), 0);
}

/** d log(E - E*) / d log tau of the closed form, from s' = -s^2 and m' = -s m. */
function localSlope(axes: WellConfig["axes"], tau: number): number {
  const fall = ({ variance, centre }: { variance: number; centre: number }) => 0.5 * variance ** 2 + variance * centre ** 2;
  const change = momentsAt(axes, tau).reduce((total, moments) => total - fall(moments), 0);
  return (tau * change) / exactExcess(axes, tau);
}

/**
 * Bound on 2 C(tau) - C(tau / 2) - d/2: the two terms of an axis leave -1 / ((1 + a)(2 + a)) and
 * (m^2 / s) a (3 + 2 a) / ((1 + a)^2 (2 + a)^2), at most 1 / a^2 and 2 (m^2 / s) / a^2.
 */
function secondOrder(axes: WellConfig["axes"], tau: number): number {
  return axes.reduce((total, { mean, sd }) => total + (1 + (2 * mean ** 2) / sd ** 2) / (sd ** 2 * tau) ** 2, 0);
}

export interface AlphaConfig extends Omit<WellConfig, "alpha"> {
  alphas: readonly number[];
}

export type AlphaOutcome = Awaited<ReturnType<typeof measureAlphas>>;

/** The same well and the same times under several alphas, each a power of two so that values of alpha t recur. */
export async function measureAlphas(config: AlphaConfig, onRun: () => void = () => {}, keep?: KeepPart) {
  const { alphas, axes, end, perOctave, tolerance } = config;
  const wells = await inSequence(alphas, (alpha) => measureWell({ ...config, alpha }), onRun, keep);
  /** The largest ratio of E - E* between alphas at the same time in units of `unit`. */
  const ratio = (unit: (alpha: number) => number) => {
    const groups = new Map<number, number[]>();
    for (const { config: well, rows } of wells)
      for (const { time, excess } of rows) {
        const k = Math.round(perOctave * Math.log2(time / unit(well.alpha)));
        groups.set(k, [...(groups.get(k) ?? []), excess]);
      }
    return Math.max(...Array.from(groups.values(), (values) => Math.max(...values) / Math.min(...values)));
  };
  const ends = wells.map(({ rows }) => rows[rows.length - 1].excess);
  const local = alphas.map((alpha) => localSlope(axes, alpha * end));
  return {
    wells,
    /** Largest relative difference of E - E* between two alphas at the same alpha t, and what the tolerances of two energies allow. */
    collapse: ratio((alpha) => 1 / alpha) - 1,
    collapseTolerance: (2 * tolerance) / Math.min(...ends),
    /** Largest ratio of E - E* between two alphas at the same t. */
    spread: ratio(() => 1),
    /** d log(E - E*) / d log alpha at the end. */
    exponent: fitLine(alphas.map(Math.log), ends.map(Math.log)).slope,
    /** Least and greatest slope of the closed form over the alphas at the end, where E - E* depends on alpha t alone. */
    localSlopes: [Math.min(...local), Math.max(...local)] as const,
  };
}
