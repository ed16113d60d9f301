import { combine, type Finding, show } from "../claims.ts";
import { excessTrace } from "../shared/decay.ts";
import type { StudyResult } from "../study.ts";
import type { FullSupportOutcome } from "./interaction.ts";
import type { MotionOutcome, SupportConfig, SupportOutcome } from "./support.ts";

/** What is left of the gap at the end of a run. */
const GAP_LEFT = 0.02;
/** Rounding of energies of order 1. */
const ROUNDING = 1e-13;

export function reportFullSupport(outcomes: readonly FullSupportOutcome[], settings: Record<string, unknown>): StudyResult {
  const findings = outcomes.flatMap(({ run, gaps, rates, overlap }): Finding[] => {
    const share = gaps[gaps.length - 1].gap / gaps[0].gap;
    return [
      {
        text: `${run.dynamics}: Vbar - min V falls over every octave of t, at its end as t^-${rates[rates.length - 1].toFixed(2)}, to ${show(share)} of its start at t = ${show(gaps[gaps.length - 1].time)} (asked: at most ${GAP_LEFT})`,
        verdict: run.converged && Math.min(...rates) > 0 && share > 0 && share <= GAP_LEFT ? "pass" : "fail",
      },
      {
        text: `${run.dynamics}: no E - (Vbar - min V) lies above any E, which are bounds of E*: ${show(overlap)} (asked: at most 0)`,
        verdict: overlap <= 0 ? "pass" : "fail",
      },
    ];
  });
  return {
    name: "global convergence: full support",
    claim: "From an initial law with full support birth-death takes the energy to its minimum (Theorem 4.3).",
    verdict: combine(findings),
    findings,
    notes: [
      "The double well with a repulsion of its units. E - E* is at most Vbar - min V, as E is convex; where this falls to 0, E falls to E*. Without motion it falls like 1 / t, with it faster than any power.",
    ],
    tables: outcomes.map(({ run, gaps, excess, rates }) => ({
      title: `Gap and energy under ${run.dynamics}`,
      header: ["t", "Vbar - min V", "E - E*", "error", "order in t over the octave"],
      rows: gaps
        .slice(1)
        .map(({ time, gap }, k) => [
          show(time),
          show(gap),
          show(excess[k].value),
          show(excess[k].error),
          k === 0 ? "" : rates[k - 1].toFixed(3),
        ]),
    })),
    figures: [
      {
        title: "E - E* from full support",
        x: { title: "t", log: true },
        y: { title: "E - E*", log: true },
        traces: outcomes.map(({ run, bracket }) => excessTrace(run.dynamics, run, bracket)),
      },
    ],
    settings,
  };
}

export function reportRestricted(config: SupportConfig, outcomes: readonly SupportOutcome[]): StudyResult {
  const findings = outcomes.flatMap(({ support, points, remainder, limit }): Finding[] => {
    const off = Math.max(...points.map(({ energy, predicted }) => Math.abs(energy - predicted)));
    const { gap, scaled } = points[points.length - 1];
    const before = points[points.length - 2].scaled;
    const closer = Math.abs(scaled - limit) < Math.abs(before - limit);
    return [
      {
        text: `from [${support.join(", ")}] the energy is within ${show(off)} of its closed form at all times (asked: at most ${config.tolerance}, the solver's tolerance)`,
        verdict: off <= config.tolerance ? "pass" : "fail",
      },
      {
        text: `and the gap stays above min F over the support less min F, ${show(remainder)}: ${show(gap)} at the end (asked: no less)`,
        verdict: gap >= remainder - ROUNDING && remainder > 0 ? "pass" : "fail",
      },
      {
        text: `alpha t (E - min F over the support) is ${scaled.toFixed(4)} at the end and ${before.toFixed(4)} an octave before (asked: nearer to ${limit})`,
        verdict: closer ? "pass" : "fail",
      },
    ];
  });
  return {
    name: "global convergence: without full support",
    claim: "Birth and death alone take the energy to the least F on the support of the initial law, and no lower.",
    verdict: combine(findings),
    findings,
    notes: [
      `F = (x^2 - 1)^2 / 4 + ${config.tilt} x from uniform laws to the right of its top: the closed form is a quadrature apart from the solver.`,
    ],
    tables: outcomes.map(({ support, points }) => ({
      title: `From [${support.join(", ")}]`,
      header: ["t", "E", "closed form", "gap", "alpha t (E - min)"],
      rows: points.map(({ time, energy, predicted, gap, scaled }) => [
        show(time),
        energy.toFixed(8),
        predicted.toFixed(8),
        show(gap),
        show(scaled),
      ]),
    })),
    figures: [],
    settings: { ...config },
  };
}

/** Of the difference of the wells. */
const REACHED = 0.02;
const APART = 0.2;

export function reportMotions(config: SupportConfig, outcomes: readonly MotionOutcome[]): StudyResult {
  const findings = outcomes.map(findMotion);
  return {
    name: "global convergence: reinjection",
    claim:
      "Mass stuck behind a barrier stays there under descent and birth-death. Reinjection from a prior with full support frees it where V > 0 on the stuck mass and V <= 0 at the minimum.",
    verdict: combine(findings),
    findings,
    notes: [
      "A constant added to F changes neither descent nor birth-death. With both wells below 0 neither law brings anything back; with both above 0 what has reached the minimum is killed and sent back as well, and the limit is not the minimum. Net-deficit brings back while Vbar > 0 and then is birth-death, to which what has crossed is enough.",
      "Finite volumes: a minimum of F is seen up to h^2.",
    ],
    tables: [
      {
        title: `E - min F at t = ${config.times[config.times.length - 1]}`,
        header: ["dynamics", "F in the shallow well", "F in the deep well", "E - min F", "Vbar at the end"],
        rows: outcomes.map(({ motion, shallow, deep, points }) => [
          motion,
          show(shallow),
          show(deep),
          show(points[points.length - 1].excess),
          show(points[points.length - 1].meanPotential),
        ]),
      },
    ],
    figures: [
      {
        title: "E - min F from behind a barrier",
        x: { title: "t", log: true },
        y: { title: "E - min F", log: true },
        traces: outcomes.map(({ motion, shift, points }) => ({
          name: `${motion}, F + ${shift}`,
          x: points.slice(1).map(({ time }) => time),
          y: points.slice(1).map(({ excess }) => excess),
          mode: "lines+markers" as const,
        })),
      },
    ],
    settings: { ...config },
  };
}

function findMotion({ motion, shift, points, shallow, deep, error }: MotionOutcome): Finding {
  const drop = shallow - deep;
  const { excess } = points[points.length - 1];
  const where = `${motion}, F = ${show(shallow)} in the shallow well and ${show(deep)} in the deep one: E - min F ends at ${show(excess)}`;
  const reinjects = motion === "net-deficit" || motion === "every-death";
  if (!reinjects || shift < 0) {
    const off = Math.abs(excess - drop);
    return {
      text: `${where}, ${show(off)} from the difference of the wells (asked: stuck, at most ${show(error)})`,
      verdict: off <= error ? "pass" : "fail",
    };
  }
  if (deep > 0) {
    return {
      text: `${where} (asked: less than the difference of the wells, and more than ${APART} of it)`,
      verdict: excess < drop - error && excess > APART * drop ? "pass" : "fail",
    };
  }
  const last = points.slice(-3).map((point) => point.excess);
  const falls = last[0] > last[1] && last[1] > last[2];
  return {
    text: `${where} and falls (asked: freed, at most ${REACHED} of the difference of the wells)`,
    verdict: falls && excess <= REACHED * drop ? "pass" : "fail",
  };
}
