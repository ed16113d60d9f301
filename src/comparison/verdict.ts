import type { Problem } from "../problem/problem.ts";
import { stepShift } from "./bias-budget.ts";
import type { Power } from "./compare-options.ts";
import { allowanceOf, type Comparison, type MeanComparison } from "./comparison.ts";
import { describeErrors, type ErrorResolution, nameError, type Resolve } from "./detectable-errors.ts";
import type { DistanceTest } from "./distance-test.ts";
import { FEWEST_REPLICAS } from "./power.ts";

/** A mean with what only the verdict needs. */
export interface MeanEvidence extends MeanComparison {
  /** n times replicas that would do; see resolution.ts. */
  needed: number | null;
  resolve: Resolve;
  /** The same at the n Var that is predicted. */
  foresee: Resolve;
}

interface Evidence {
  means: readonly MeanEvidence[];
  errors: readonly ErrorResolution[] | null;
  joint: readonly { time: number; pValue: number }[];
  distances: readonly ({ time: number } & DistanceTest)[];
  significance: number;
  power: Power;
  replicas: number;
  n: number;
  notes: string[];
}

/** The verdict and its reasons, with the errors of the equation's terms that would have been found last. */
export function settle(evidence: Evidence): Pick<Comparison, "verdict" | "reasons" | "needed"> {
  const settled = judge(evidence);
  const { errors } = evidence;
  return errors === null || errors.length === 0 ? settled : { ...settled, reasons: [...settled.reasons, describeErrors(errors)] };
}

function judge(evidence: Evidence): Pick<Comparison, "verdict" | "reasons" | "needed"> {
  const { means, errors, joint, distances, significance, power, replicas, n, notes } = evidence;
  const p = (value: number) =>
    value > 0
      ? `p = ${value.toPrecision(2)}`
      : value === 0
        ? "p below 1e-15"
        : `p = ${value}, which is no p-value: its numbers cannot be judged`;
  // A p-value that is not a number fails.
  const fails = ({ pValue }: { pValue: number }) => !(pValue >= significance);
  const failures = [
    ...means.filter(fails).map((m) => ({
      pValue: m.pValue,
      text: `${m.observable} at t = ${m.time} is off by ${show(m.particles - m.reference - m.dtCorrection)} +- ${show(m.standardError)}, allowed ${show(allowanceOf(m))} (${p(m.pValue)})`,
    })),
    ...distances.filter(fails).map((d) => ({
      pValue: d.pValue,
      text: `the distribution at t = ${d.time} is at distance ${show(d.distance)} from the reference, where noise gives ${show(d.expected)} and ${show(d.allowance)} is allowed (${p(d.pValue)})`,
    })),
    ...joint
      .filter(fails)
      .map((j) => ({ pValue: j.pValue, text: `the observables together at t = ${j.time} are off (${p(j.pValue)})` })),
  ].sort((a, b) => (Number.isNaN(a.pValue) ? -1 : Number.isNaN(b.pValue) ? 1 : a.pValue - b.pValue));
  if (failures.length > 0) {
    const shown = failures.slice(0, 4).map(({ text }) => text);
    if (failures.length > 4) shown.push(`and ${failures.length - 4} more tests fail`);
    if (replicas === 1) shown.push("one replica only: its noise is taken to be that of the event process");
    return { verdict: "inconsistent", reasons: shown, needed: null };
  }
  const reasons: string[] = [];
  for (const m of means.filter(({ hidden }) => hidden)) {
    reasons.push(
      `${m.observable} at t = ${m.time} is off by ${show(m.particles - m.reference - m.dtCorrection)} +- ${show(m.standardError)}, which the stated error ${show(m.referenceError)} of the reference could explain: use a finer reference`,
    );
  }
  const compared = [...means, ...distances];
  if (compared.length > 0 && compared.every(({ time }) => time === 0)) {
    reasons.push("only t = 0 was compared: that is the start, and says nothing of the dynamics");
  }
  const leftOut = means.filter((m) => m.leftOut);
  if (leftOut.length > 0) {
    const which = leftOut.map((m) => `${m.observable} at t = ${m.time}`).join(", ");
    reasons.push(`not tested: ${which}; the mean rests on values so rare that an ensemble of this size cannot tell it`);
  }
  let needed: number | null = null;
  const ask = (what: string, sure: string | null, more: number): void => {
    needed = Math.max(needed ?? 0, more);
    const atN = Math.max(FEWEST_REPLICAS, Math.ceil(more / n));
    const advised = Math.max(FEWEST_REPLICAS, replicas);
    const atReplicas = Math.ceil(more / advised);
    reasons.push(
      `${what}${sure === null ? "" : `: only ${sure} or more is found with probability 0.9`}. It takes n x replicas = ${twoDigits(more)}: ${atN} replicas of n = ${n}, or ${advised} of n = ${Math.max(n, twoDigits(atReplicas))}`,
    );
  };
  if (typeof power === "number") {
    const blind = means.filter((m) => !m.leftOut && !(m.detectable <= power));
    if (blind.length > 0) {
      const worst = blind.reduce((a, b) => (b.detectable > a.detectable ? b : a));
      const what = `a deviation of ${power} standard deviations of ${worst.observable} at t = ${worst.time} could go unseen`;
      const m = blind.find((row) => row.needed === null);
      if (m === undefined)
        ask(
          what,
          Number.isFinite(worst.detectable) ? show(worst.detectable) : null,
          Math.max(...blind.map((row) => row.needed ?? 0)),
        );
      else {
        reasons.push(
          `${what}: what is allowed (${show(m.referenceError)} for the reference, ${show(m.dtBias)} for dt, ${show(m.finiteSizeBias)} for finite n) leaves no room at t = ${m.time} for ${m.observable}`,
        );
      }
    }
  } else {
    const error = errors?.find(({ of }) => of === power.of);
    if (error === undefined || !(error.size <= power.size)) {
      const what = `${nameError(power)} could go unseen`;
      if (error === undefined) reasons.push(`${what}: it is not known how the means depend on it`);
      else if (error.needed === null) reasons.push(`${what}: the observables do not tell it, or what is allowed leaves no room`);
      else ask(what, Number.isFinite(error.size) ? `${show(100 * error.size)}%` : null, error.needed);
    }
  }
  if (replicas === 1) {
    reasons.push(
      "one replica only: its means agree with the reference within the noise of the event process; nothing can be said of n Var, nor of the distribution by its distance",
    );
  } else if (2 ** (1 - replicas) > significance) {
    notes.push(
      `the distance of the distributions cannot fail with ${replicas} replicas: it takes ${Math.ceil(1 - Math.log2(significance))}`,
    );
  }
  const never = means.filter((m) => !m.leftOut && m.detectable === Infinity && m.referenceError < Infinity);
  if (replicas > 1 && never.length > 0) {
    const which = never.map((m) => `${m.observable} at t = ${m.time}`).join(", ");
    notes.push(`no deviation of these means could fail, since replicas of so few particles may agree by chance: ${which}`);
  }
  const least = Math.min(...[...means, ...joint, ...distances].map(({ pValue }) => pValue));
  const agreement = `no test fails (smallest ${p(least)}, required ${significance.toPrecision(2)})`;
  if (reasons.length > 0) return { verdict: "inconclusive", reasons: [...reasons, agreement], needed };
  const best = Math.max(...means.map(({ detectable }) => detectable));
  const seen = `a deviation of ${show(best)} standard deviations of any mean would have been found`;
  return {
    verdict: "consistent",
    reasons: [`${agreement}, and ${seen}${typeof power === "number" ? ` (required ${power})` : ""}`],
    needed: null,
  };
}

/** Whether the steps of the schemes here would explain the deviations, for one who did not allow for them; null where no map can be followed. */
export function hintAtStep(
  problem: Problem,
  means: readonly MeanComparison[],
  dt: number | null,
): { explained: boolean; reason: string } | null {
  const shifts = dt === null ? null : stepShift(problem, dt);
  if (shifts === null) return null;
  const P = problem.observables.length;
  const explained = means.every((m, i) => {
    const allowed = shifts[Math.floor(i / P)].observables[i % P] + m.referenceError + m.finiteSizeBias;
    return Math.abs(m.particles - m.reference) <= allowed + 3 * m.standardError;
  });
  const largest = Math.max(...shifts.flatMap(({ observables }) => observables));
  const reason = explained
    ? `steps of dt = ${dt} explain the means: schemes here are off by up to ${show(largest)}; allow for it with --dt-bias map, or reduce dt`
    : `steps of dt = ${dt} do not explain the means: schemes here are off by up to ${show(largest)}`;
  return { explained, reason };
}

/** Rounded up. */
function twoDigits(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.ceil(value / unit) * unit;
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : Number(value.toPrecision(3)).toString();
}
