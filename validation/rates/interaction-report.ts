import { combine, type Finding, judgeInterval, show, showInterval, type Verdict } from "../claims.ts";
import { excessTrace, guideTrace } from "../shared/decay.ts";
import type { StudyResult } from "../study.ts";
import { type DecayOutcome, type InteractionConfig, type InteractionOutcome, limitOf } from "./interaction.ts";

export const CLAIM = "Also with interaction t (E - E*) stays bounded under birth-death, with transport and without.";

/** The half-width of an interval for the limit of alpha t (E - E*), in units of it, above which it decides nothing. */
const WIDEST = 0.02;

/**
 * What is known of the limit d/2 of alpha t (E - E*) under pure birth-death: the run is long enough to reach it, or only to come nearer from
 * below, or nothing is known (a minimiser need not be a sum of point masses).
 */
export type KnownLimit = "reached" | "approached" | null;

export function reportInteraction(config: InteractionConfig, outcome: InteractionOutcome, known: KnownLimit): StudyResult {
  const { problem } = config;
  const { outcomes, bracket, entropy } = outcome;
  const d = problem.grid.dimension;
  const pure = outcomes.find(({ run }) => run.dynamics === "pure-birth-death");
  const findings: Finding[] = [findBracket(outcome, pure)];
  if (entropy !== null) {
    findings.push({
      text: `pure birth-death: alpha t (E(t) - E(T)) is at most ${show(entropy.share)} of KL(mu_T | mu_0) = ${show(entropy.entropy)} up to T, so that alpha t (E - E*) stays below ${show(entropy.constant)} (asked: at most 1, by convexity of E)`,
      verdict: entropy.share <= 1 ? "pass" : "fail",
    });
  }
  if (pure !== undefined && known === "reached") findings.push(findLimit(pure, config, d));
  if (pure !== undefined && known === "approached") findings.push(findBelow(pure, d));
  const full = outcomes.find(({ run }) => run.dynamics === "birth-death");
  if (full !== undefined && entropy !== null) findings.push(findFull(full, entropy.constant));
  return {
    name: `rates: with interaction, ${problem.name}`,
    claim: CLAIM,
    verdict: combine(findings),
    findings,
    notes: [
      `E* is the middle of a bracket: E - (Vbar - min V) <= E* <= E for every probability, hence for the weighted nodes of every snapshot of every run here, resolved or not. The best ends are ${bracket.low.toPrecision(9)} and ${bracket.high.toPrecision(9)}, with the error of the sums over K.`,
      "The floor of a run is the width of the bracket, its largest difference of two levels and its largest defect of (16) together. Slopes are over the last decade of t in which E - E* stands three floors high; their intervals cover the curvature of the line, at either end of the bracket.",
      "The bound: d/dt KL(nu | mu_t) = alpha (int V dnu - Vbar) <= alpha (E(nu) - E(mu_t)) for any nu, so alpha t (E(mu_t) - E(nu)) <= KL(nu | mu_0) under pure birth-death; nu = mu_T, for which KL grows like (d/2) log T: t (E - E*) is bounded but for that logarithm, and over the run. With transport it is a yardstick and not a theorem.",
      ...(known === null
        ? []
        : [
            "F and K are analytic and F grows, so V* cannot be constant on an interval and the minimiser is a sum of point masses. Near each of them pure birth-death leaves a Gaussian of covariance (alpha t Hess V*)^-1, which costs d / (2 alpha t) whatever the masses and the Hessians: alpha t (E - E*) tends to d/2, as without interaction.",
            known === "reached"
              ? "The limit is extrapolated from alpha t (E - E*) at t, t/2 and t/4: one end of its interval takes the remainder as 1/t, the other lets it shrink from octave to octave as it did over the last two."
              : "Here the wells of V* are so shallow that point masses next to each other have not yet parted at the end: E - E* falls faster than t^-1 at first and then more slowly, from below d / (2 alpha t).",
          ]),
    ],
    tables: [
      {
        title: "Local slopes over the last decade above three floors",
        header: [
          "dynamics",
          "nodes",
          "converged",
          "floor",
          "from t",
          "to t",
          "points",
          "slope",
          "low",
          "high",
          "E - E* at the end",
          "+-",
        ],
        rows: outcomes.map(({ run, floor, slope, constants }) => {
          const { time, value, error } = constants[constants.length - 1];
          const scale = run.alpha * time;
          const cells = slope === null ? ["", "", 0, "too few points", "", ""] : slopeCells(slope);
          return [run.dynamics, run.nodes.join(" x "), run.converged ? "yes" : "no", floor, ...cells, value / scale, error / scale];
        }),
      },
      {
        title: "alpha t (E - E*)",
        header: ["dynamics", "t", "E - E*", "alpha t (E - E*)", "+-"],
        rows: outcomes.flatMap(({ run, constants }) =>
          constants
            .filter((_, k) => (constants.length - 1 - k) % config.perOctave === 0)
            .map(({ time, value, error }) => [run.dynamics, time, value / (run.alpha * time), value, error]),
        ),
      },
    ],
    figures: [
      {
        title: `E - E* against t (${problem.name})`,
        x: { title: "t", log: true },
        y: { title: "E - E*", log: true },
        traces: [
          ...outcomes.map(({ run, slope }) =>
            excessTrace(`${run.dynamics}${slope === null ? "" : `: ${slope.slope.toFixed(2)}`}`, run, bracket),
          ),
          ...(pure === undefined ? [] : [guideTrace("d / (2 alpha t)", spanOf(pure), d / (2 * pure.run.alpha), -1)]),
          ...(pure === undefined ? [] : [guideTrace("floor of pure birth-death", spanOf(pure), pure.floor, 0)]),
        ],
      },
      {
        title: `alpha t (E - E*) (${problem.name})`,
        x: { title: "t", log: true },
        y: { title: "alpha t (E - E*)", log: true },
        traces: [
          ...outcomes.map(({ run, constants, floor }) => {
            const shown = constants.filter(({ time, value }) => value > 3 * floor * run.alpha * time);
            return {
              name: run.dynamics,
              x: shown.map(({ time }) => time),
              y: shown.map(({ value }) => value),
              errors: shown.map(({ error }) => error),
              mode: "lines+markers" as const,
            };
          }),
          ...(pure === undefined || known === null ? [] : [guideTrace("d/2", spanOf(pure), d / 2, 0)]),
        ],
      },
    ],
    settings: {
      problem: problem.definition,
      runs: config.runs,
      ...(config.further === undefined ? {} : { further: config.further }),
      octaves: config.octaves,
      perOctave: config.perOctave,
      nodes: config.nodes ?? "the solver's",
    },
  };
}

const slopeCells = ({ from, to, points, slope, interval }: NonNullable<DecayOutcome["slope"]>) => [
  from,
  to,
  points,
  slope.toFixed(3),
  interval[0].toFixed(3),
  interval[1].toFixed(3),
];

function spanOf({ constants }: DecayOutcome): [number, number] {
  return [constants[0].time, constants[constants.length - 1].time];
}

/** Ends that cross would be an error of E, Vbar or min V; a wide bracket leaves no room for a rate. */
function findBracket({ bracket: { low, high } }: InteractionOutcome, pure: DecayOutcome | undefined): Finding {
  const width = high - low;
  const text =
    width === 0
      ? `E* = min F = ${low.toPrecision(9)}`
      : `E* lies within ${show(width)}, in [${low.toPrecision(9)}, ${high.toPrecision(9)}]`;
  if (width < 0) return { text: `${text}: the ends cross (asked: the lower one below)`, verdict: "fail" };
  if (pure === undefined) return { text, verdict: "pass" };
  const { constants, run, floor } = pure;
  const last = constants[constants.length - 1];
  const above = last.value / (run.alpha * last.time) / floor;
  return {
    text: `${text}; at the end of pure birth-death E - E* stands ${show(above)} floors high (asked: at least 3)`,
    verdict: above >= 3 ? "pass" : "inconclusive",
  };
}

function findLimit(pure: DecayOutcome, { perOctave }: InteractionConfig, d: number): Finding {
  const found = limitOf(pure, perOctave);
  if (found === null) return { text: "pure birth-death: alpha t (E - E*) does not settle", verdict: "inconclusive" };
  const { limit, last } = found;
  const contains = limit[0] <= d / 2 && d / 2 <= limit[1];
  const narrow = limit[1] - limit[0] <= WIDEST * d;
  const verdict: Verdict = contains ? (narrow ? "pass" : "inconclusive") : "fail";
  return {
    text: `pure birth-death: alpha t (E - E*) is ${last.toFixed(4)} at the end and tends to ${showInterval(limit, 4)}; asked: contains d/2 = ${d / 2}, no wider than ${show(WIDEST * d)}${slopeText(pure)}`,
    verdict,
  };
}

function findBelow(pure: DecayOutcome, d: number): Finding {
  const most = Math.max(...pure.constants.map(({ value, error }) => value + error));
  return {
    text: `pure birth-death: alpha t (E - E*) is at most ${show(most)} (asked: at most its limit d/2 = ${d / 2})${slopeText(pure)}`,
    verdict: most <= d / 2 ? "pass" : "fail",
  };
}

function findFull(full: DecayOutcome, constant: number): Finding {
  const most = Math.max(...full.constants.map(({ value, error }) => value + error));
  const verdict = judgeInterval([most, most], [Number.NEGATIVE_INFINITY, constant]);
  return {
    text: `birth-death with transport: alpha t (E - E*) is at most ${show(most)} (asked: at most the same ${show(constant)})${slopeText(full)}`,
    // Not a theorem: transport can carry the tail of mu_0 away from where it is needed.
    verdict: verdict === "fail" ? "inconclusive" : verdict,
  };
}

function slopeText({ slope }: DecayOutcome): string {
  if (slope === null) return "";
  return `; over t = ${show(slope.from)} to ${show(slope.to)} E - E* falls like t^${slope.slope.toFixed(3)}, interval ${showInterval(slope.interval)}`;
}
