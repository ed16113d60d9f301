import type { Series } from "../../src/figures/figure.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { atMost, type Claim, holds, needs, type Range, show, showInterval, undecided } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { looksByDynamics, type TraceLook } from "../shared/colours.ts";
import { type Bracket, type DecayRun, excessTraces, guideTrace } from "../shared/decay.ts";
import { draw, logLog } from "../shared/draw.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import { type DecayOutcome, type EntropyBound, type InteractionConfig, type InteractionOutcome, limitOf } from "./interaction.ts";

export const CLAIM = "Also with interaction t (E - E*) stays bounded under birth-death, with transport and without.";

/** The half-width of an interval for the limit of alpha t (E - E*), in units of it, above which it decides nothing. */
const WIDEST = 0.02;

/**
 * What is known of the limit d/2 of alpha t (E - E*) under pure birth-death: the run is long enough to reach it, or only to come nearer from
 * below, or nothing is known (a minimiser need not be a sum of point masses).
 */
export type KnownLimit = "reached" | "approached" | null;

export function reportInteraction(config: InteractionConfig, outcome: InteractionOutcome, known: KnownLimit): StudyResult {
  const { problem, runs, octaves, perOctave, further } = config;
  const { outcomes, bracket, entropy } = outcome;
  const d = problem.grid.dimension;
  const of = (name: string) => outcomes.find(({ run }) => run.dynamics === name);
  const [pure, full] = [of("pure-birth-death"), of("birth-death")];
  const looks = looksByDynamics(outcomes.map(({ run }) => run.dynamics));
  /** Over the times of pure birth-death, where it ran. */
  const guides = (draw: (span: Range, pure: DecayOutcome) => Series) =>
    pure === undefined ? [] : [draw([pure.constants[0].time, pure.constants[pure.constants.length - 1].time], pure)];
  return resultOf({
    name: nameOf(problem),
    claim: CLAIM,
    claims: [
      claimBracket(outcome, pure),
      ...(entropy === null ? [] : [claimEntropy(entropy)]),
      ...(pure !== undefined && known === "reached" ? [claimLimit(pure, config, d)] : []),
      ...(pure !== undefined && known === "approached"
        ? [atMost(`pure birth-death: alpha t (E - E*)${slopeText(pure)}, at most`, largestOf(pure), d / 2, "its limit d/2")]
        : []),
      ...(full !== undefined && entropy !== null ? [claimTransport(full, entropy)] : []),
    ],
    notes: [
      `E* is the middle of a bracket: E - (Vbar - min V) <= E* <= E for every probability, hence for the weighted nodes of every snapshot of every run here, resolved or not. The best ends are ${bracket.low.toPrecision(9)} and ${bracket.high.toPrecision(9)}, with the error of the sums over K.`,
      "The floor of a run is the width of the bracket, its largest difference of two refinements and its largest defect of (16) together. Slopes are over the last decade of t in which E - E* stands three floors high; their intervals cover the curvature of the line, at either end of the bracket.",
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
      tabulateFields(
        "Local slopes over the last decade above three floors, and E - E* at the end",
        outcomes.map(({ run: { dynamics, nodes, converged, alpha }, floor, slope, constants }) => {
          const { time, value, error } = constants[constants.length - 1];
          const { from = null, to = null, points = 0 } = slope ?? {};
          const interval = slope === null ? "" : showInterval(slope.interval);
          const fit = { from, to, points, slope: slope?.slope.toFixed(3) ?? "too few points", interval };
          const excess = { value: value / (alpha * time), error: error / (alpha * time) };
          return { dynamics, nodes, converged, floor, ...fit, excess };
        }),
      ),
      tabulateFields(
        "alpha t (E - E*)",
        outcomes.flatMap(({ run: { dynamics, alpha }, constants }) =>
          constants
            .filter((_, k) => (constants.length - 1 - k) % perOctave === 0)
            .map(({ time, ...constant }) => ({ dynamics, time, excess: constant.value / (alpha * time), constant })),
        ),
      ),
    ],
    figures: [
      logLog(`E - E* against t (${problem.name})`, AXES.time, AXES.excess, [
        ...outcomes.flatMap(({ run, slope }, k) => {
          const power = slope === null ? "" : `, slope ${slope.slope.toFixed(2)} ${showInterval(slope.interval, 2)}`;
          return excessTraces(`${run.dynamics}${power}`, run, bracket, looks[k]);
        }),
        ...guides((span, { run }) => guideTrace("d / (2 alpha t)", span, d / (2 * run.alpha), -1)),
        ...guides((span, { floor }) => guideTrace("floor of pure birth-death", span, floor, 0)),
      ]),
      logLog(`alpha t (E - E*) (${problem.name})`, AXES.time, AXES.scaledExcess, [
        ...outcomes.flatMap(({ run, constants, floor }, k) => {
          const shown = constants.filter(({ time, value }) => value > 3 * floor * run.alpha * time);
          return scaledTraces(run, shown, bracket, looks[k]);
        }),
        ...(known === null ? [] : guides((span) => guideTrace("d/2", span, d / 2, 0))),
      ]),
    ],
    settings: { problem, runs, further, octaves, perOctave, nodes: config.nodes ?? "the solver's" },
  });
}

/** alpha t (E - E*): a line along the curve of the run, where it has one, as far as its snapshots are shown. */
function scaledTraces(run: DecayRun, shown: DecayOutcome["constants"], { low, high }: Bracket, look: TraceLook): Series[] {
  const name = run.dynamics;
  const marks = draw(name, shown, "time", "value", { error: "error", ...look, ...(run.curve === null ? {} : { mode: "markers", unnamed: true }) }); // biome-ignore format: one call
  if (run.curve === null) return [marks];
  const until = shown.at(-1)?.time ?? 0;
  const curve = run.curve.filter(({ time }) => time > 0 && time <= until);
  const scaled = ({ time, energy }: (typeof curve)[number]) => run.alpha * time * (energy - (low + high) / 2);
  return [draw(name, curve, "time", scaled, { mode: "lines", ...look, label: name }), marks];
}

export const nameOf = (problem: Problem) => `rates: with interaction, ${problem.name}`;

const largestOf = ({ constants }: DecayOutcome) => Math.max(...constants.map(({ value, error }) => value + error));

/** Floors that E - E* must stand above at the end, so that there is room for a rate. */
const FLOORS = 3;

/** Ends that cross would be an error of E, Vbar or min V; a wide bracket leaves no room for a rate. */
function claimBracket({ bracket: { low, high } }: InteractionOutcome, pure: DecayOutcome | undefined): Claim {
  const ends = `[${low.toPrecision(9)}, ${high.toPrecision(9)}]`;
  const text = low === high ? `E* = min F = ${low.toPrecision(9)}` : `E* lies within ${show(high - low)}, in ${ends}`;
  if (!(low <= high) || pure === undefined) return holds(text, "the lower end below", low <= high);
  const { constants, run, floor } = pure;
  const { value, time } = constants[constants.length - 1];
  const what = `${text}; the floor at the end of pure birth-death, as a share of E - E*`;
  return needs(what, value > 0 ? (floor * run.alpha * time) / value : Infinity, 1 / FLOORS, "there is no room for a rate");
}

function claimEntropy({ entropy, constant, share }: EntropyBound): Claim {
  const what = `pure birth-death: alpha t (E - E*) stays below ${show(constant)}, as alpha t (E(t) - E(T)) up to T in units of KL(mu_T | mu_0) = ${show(entropy)}`;
  return atMost(what, share, 1, "by convexity of E");
}

/** Not a theorem: transport can carry the tail of mu_0 away from where it is needed. */
function claimTransport(full: DecayOutcome, { constant }: EntropyBound): Claim {
  const what = `birth-death with transport: alpha t (E - E*)${slopeText(full)}, at most`;
  return needs(what, largestOf(full), constant, "the bound without transport is a yardstick here and no theorem");
}

function claimLimit(pure: DecayOutcome, { perOctave }: InteractionConfig, d: number): Claim {
  const found = limitOf(pure, perOctave);
  if (found === null) return undecided("pure birth-death: alpha t (E - E*)", "it does not settle");
  const { limit, last } = found;
  const what = `pure birth-death: alpha t (E - E*) is ${last.toFixed(4)} at the end and tends to ${showInterval(limit, 4)}${slopeText(pure)}`;
  if (!(limit[0] <= d / 2 && d / 2 <= limit[1])) return holds(what, `contains d/2 = ${d / 2}`, false);
  return needs(`${what}, which contains d/2 = ${d / 2}; its width`, limit[1] - limit[0], WIDEST * d, "it is too wide to decide");
}

function slopeText({ slope }: DecayOutcome): string {
  if (slope === null) return "";
  return `; over t = ${show(slope.from)} to ${show(slope.to)} E - E* falls like t^${slope.slope.toFixed(3)}, interval ${showInterval(slope.interval)}`;
}
