import { atLeast, atMost, type Claim, holds, show } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { looksByDynamics } from "../shared/colours.ts";
import { excessTraces } from "../shared/decay.ts";
import { draw, logLog } from "../shared/draw.ts";
import { reinjects } from "../shared/motions.ts";
import { resultOf, type StudyResult, tabulate, tabulateFields } from "../study.ts";
import type { FullSupportOutcome } from "./interaction.ts";
import type { MotionOutcome, SupportConfig, SupportOutcome } from "./support.ts";

export const CLAIM = "From an initial distribution with full support birth-death takes the energy to its minimum (Theorem 4.3).";

/** The gap at the end of a run. */
const GAP_LEFT = 0.02;
/** Rounding of energies of order 1. */
const ROUNDING = 1e-13;

export function reportFullSupport(outcomes: readonly FullSupportOutcome[], settings: object): StudyResult {
  return resultOf({
    name: "global convergence: full support",
    claim: CLAIM,
    claims: outcomes.flatMap(({ run, gaps, rates, overlap }) => {
      const share = gaps[gaps.length - 1].gap / gaps[0].gap;
      const falls = `${run.dynamics}: Vbar - min V falls over every octave of t, at its end as t^-${rates[rates.length - 1].toFixed(2)}, to ${show(share)} of its start at t = ${show(gaps[gaps.length - 1].time)}`;
      return [
        holds(falls, `at most ${GAP_LEFT}`, run.converged && Math.min(...rates) > 0 && share > 0 && share <= GAP_LEFT),
        atMost(`${run.dynamics}: no E - (Vbar - min V) lies above any E, which are bounds of E*`, overlap, 0),
      ];
    }),
    notes: [
      "The double well with a repulsion of its units. E - E* is at most Vbar - min V, as E is convex; where this falls to 0, E falls to E*. Without motion it falls like 1 / t, with it faster than any power.",
    ],
    tables: outcomes.map(({ run, gaps, excess, rates }) =>
      tabulate(
        `Gap and energy under ${run.dynamics}`,
        ["t", "Vbar - min V", "E - E*", "error", "order in t over the octave"],
        gaps.slice(1),
        ({ time, gap }, k) => [time, gap, excess[k].value, excess[k].error, k === 0 ? "" : rates[k - 1].toFixed(3)],
      ),
    ),
    figures: [
      logLog(
        "E - E* from full support",
        AXES.time,
        AXES.excess,
        outcomes.flatMap(({ run, bracket }, k) =>
          excessTraces(run.dynamics, run, bracket, {
            ...looksByDynamics(outcomes.map((each) => each.run.dynamics))[k],
            label: run.dynamics,
          }),
        ),
      ),
    ],
    settings,
  });
}

export function reportRestricted(config: SupportConfig, outcomes: readonly SupportOutcome[]): StudyResult {
  return resultOf({
    name: "global convergence: without full support",
    claim: "Birth and death alone take the energy to the least F on the support of the initial distribution, and no lower.",
    claims: outcomes.flatMap(({ support, points, remainder, limit }): Claim[] => {
      const off = Math.max(...points.map(({ energy, predicted }) => Math.abs(energy - predicted)));
      const { gap, scaled } = points[points.length - 1];
      const before = points[points.length - 2].scaled;
      const from = `from [${support.join(", ")}]`;
      const least = "min F over the support less min F";
      const nearer = `${from} alpha t (E - min F over the support) is ${scaled.toFixed(4)} at the end and ${before.toFixed(4)} an octave before`;
      return [
        atMost(`${from} the energy is off its closed form at any time by`, off, config.tolerance, "the solver's tolerance"),
        atLeast(`${from} the gap ends at`, remainder > 0 ? gap : Number.NaN, remainder - ROUNDING, least),
        holds(nearer, `nearer to ${limit}`, Math.abs(scaled - limit) < Math.abs(before - limit)),
      ];
    }),
    notes: [
      `F = (x^2 - 1)^2 / 4 + ${config.tilt} x from uniform distributions to the right of its top: the closed form is a quadrature apart from the solver.`,
    ],
    tables: outcomes.map(({ support, points }) =>
      tabulateFields(`From [${support.join(", ")}]; scaled is alpha t (E - min)`, points),
    ),
    settings: config,
  });
}

/** Of the difference of the wells. */
const REACHED = 0.02;
const APART = 0.2;

export function reportMotions(config: SupportConfig, outcomes: readonly MotionOutcome[]): StudyResult {
  const looks = looksByDynamics(outcomes.map(({ motion }) => motion));
  return resultOf({
    name: "global convergence: reinjection",
    claim:
      "Mass stuck behind a barrier stays there under descent and birth-death. Reinjection from a prior with full support frees it where V > 0 on the stuck mass and V <= 0 at the minimum.",
    claims: outcomes.map(claimMotion),
    notes: [
      "A constant added to F changes neither descent nor birth-death. With both wells below 0 neither rule of reinjection brings anything back; with both above 0 what has reached the minimum is killed and sent back as well, and the limit is not the minimum. Net deficit brings back while Vbar > 0 and then is birth-death, to which what has crossed is enough.",
      "Finite volumes: a minimum of F is seen up to h^2.",
    ],
    tables: [
      tabulate(
        `E - min F at t = ${config.times[config.times.length - 1]}`,
        ["dynamics", "F in the shallow well", "F in the deep well", "E - min F", "Vbar at the end"],
        outcomes.map((outcome) => ({ ...outcome, ...outcome.points[outcome.points.length - 1] })),
        ["motion", "shallow", "deep", "excess", "meanPotential"],
      ),
    ],
    figures: [
      logLog(
        "E - min F from behind a barrier",
        AXES.time,
        { title: "energy above the minimum of F", symbol: "E - min F" },
        outcomes.flatMap(({ motion, shift, points, curve }, k) => {
          const name = `${motion}, F ${shift < 0 ? "-" : "+"} ${Math.abs(shift)}`;
          const marks = draw(name, points.slice(1), "time", "excess", { mode: "markers", unnamed: true, ...looks[k] });
          return [draw(name, curve.slice(1), "time", "excess", { mode: "lines", ...looks[k] }), marks];
        }),
      ),
    ],
    settings: config,
  });
}

function claimMotion({ motion, shift, points, shallow, deep, error }: MotionOutcome): Claim {
  const drop = shallow - deep;
  const { excess } = points[points.length - 1];
  const where = `${motion}, F = ${show(shallow)} in the shallow well and ${show(deep)} in the deep one: E - min F ends at ${show(excess)}`;
  if (!reinjects(motion) || shift < 0)
    return atMost(`${where}, from the difference of the wells`, Math.abs(excess - drop), error, "stuck");
  if (deep > 0) {
    const required = `less than the difference of the wells, and more than ${APART} of it`;
    return holds(where, required, excess < drop - error && excess > APART * drop);
  }
  const last = points.slice(-3).map((point) => point.excess);
  const falls = last[0] > last[1] && last[1] > last[2];
  const required = `freed, at most ${REACHED} of the difference of the wells`;
  return holds(`${where} and falls`, required, falls && excess <= REACHED * drop);
}
