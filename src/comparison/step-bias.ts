import { InputError } from "../errors.ts";
import type { Problem } from "../problem/problem.ts";
import { isSchemeName } from "../schemes/schemes.ts";
import { type Shift, type StepCorrection, stepCorrection, stepShift } from "./bias-budget.ts";

/** Of an observable under the reference density. */
export interface Spread {
  /** Standard deviation; 0 where it is constant. */
  deviation: number;
  skewness: number;
}

/** How the error of means and W1 by the steps of the particles' scheme is allowed for (`--dt-bias`). */
export interface StepBias {
  /** `map`: by mean-field maps at the dt of the particles, of their scheme where it is one of those here and otherwise of all of these; a number: that deviation; `none`: not at all. */
  dtBias: number | "map" | "none";
  /** Whether the effect on the means is that of the particles' own scheme, which is subtracted. */
  subtracted: boolean;
  chosen: "given" | "by default";
  /** What is done and why, as a sentence; where nothing is, what it would take. */
  reason: string;
}

interface Known {
  scheme: string | undefined;
  /** dt where it divides the snapshots. */
  step: number | null;
  /** As the user gives it. */
  dtBias: number | "map" | undefined;
  /** Whether particles of a scheme follow the problem. */
  followed: boolean;
}

/**
 * What is subtracted and allowed for because of dt. Where nothing is given: `map` if scheme and dt are known, and nothing otherwise.
 *
 * @throws InputError for `map` where no map can be followed
 */
export function settleStepBias(
  problem: Problem,
  { scheme, step, dtBias, followed }: Known,
  spreads: readonly Spread[][],
): StepBias & { shifts: Shift[]; known: readonly StepCorrection[] | null } {
  const known = followed && scheme !== undefined && step !== null ? stepCorrection(problem, scheme, step) : null;
  const chosen = dtBias === undefined ? "by default" : "given";
  if (known !== null) {
    const byHand = typeof dtBias === "number" ? shiftsOfSteps(problem, dtBias, step) : null;
    const and = byHand === null || dtBias === 0 ? "" : `, and ${dtBias} more is allowed for`;
    const reason = `the means are compared with those of ${scheme} at dt = ${step}: the effect of its steps is subtracted${largestOf(problem, known, spreads)}, on W1 it is allowed for${and}`;
    return { dtBias: dtBias ?? "map", subtracted: true, chosen, reason, known, shifts: withCorrections(known, byHand) };
  }
  const common = { subtracted: false, chosen, known } as const;
  if (dtBias !== undefined) {
    const shifts = shiftsOfSteps(problem, dtBias, step);
    const reason =
      dtBias === "map"
        ? `what steps of dt = ${step} do to the schemes here is allowed for`
        : dtBias === 0
          ? `nothing is allowed for steps of dt${unknownEffect(scheme, step)}`
          : `a deviation of ${dtBias} by steps of dt is allowed for`;
    return { ...common, dtBias, reason, shifts };
  }
  const shifts = followed && scheme !== undefined && step !== null && !isSchemeName(scheme) ? stepShift(problem, step) : null;
  if (shifts !== null)
    return {
      ...common,
      dtBias: "map",
      reason: `what steps of dt = ${step} do to the schemes here is allowed for, as ${scheme} is none of them`,
      shifts,
    };
  const missing = [...(step === null ? ["dt"] : []), ...(scheme === undefined ? ["the scheme"] : [])];
  const remedy =
    missing.length === 0
      ? unknownEffect(scheme, step)
      : `: ${missing.join(" and ")} of the particles ${missing.length > 1 ? "are" : "is"} not known (${[...(step === null ? ["--dt"] : []), ...(scheme === undefined ? ["--scheme"] : [])].join(", ")}, or in the file)`;
  const reason = `nothing is allowed for steps of dt${remedy}; --dt-bias allows for a deviation${step === null ? "" : ", or map for what such steps do to the schemes here"}`;
  return { ...common, dtBias: "none", reason, shifts: shiftsOfSteps(problem, 0, step) };
}

const unknownEffect = (scheme: string | undefined, step: number | null) =>
  scheme === undefined || step === null ? "" : `: the effect of the steps of ${scheme} on the means is not known here`;

function shiftsOfSteps(problem: Problem, dtBias: number | "map", step: number | null): Shift[] {
  const none = { observables: problem.observables.map(() => 0), distance: 0 };
  if (dtBias === 0) return problem.snapshotTimes.map(() => none);
  if (dtBias !== "map") {
    // Nothing has moved at t = 0.
    const allowed = { observables: problem.observables.map(() => dtBias), distance: dtBias };
    return problem.snapshotTimes.map((time) => (time > 0 ? allowed : none));
  }
  if (step === null) {
    throw new InputError(
      "--dt-bias",
      "map",
      "the step of the particles' scheme is not known or does not divide their times",
      "give it with --dt",
    );
  }
  const shifts = stepShift(problem, step);
  if (shifts === null)
    throw new InputError("--dt-bias", "map", `steps of dt = ${step} are unstable, or too many to follow`, "give a number");
  return shifts;
}

/** Where the correction is largest, in standard deviations of the observable. */
function largestOf(
  { snapshotTimes, observables }: Problem,
  known: readonly StepCorrection[],
  spreads: readonly Spread[][],
): string {
  let largest = { share: 0, where: "" };
  known.forEach((row, s) => {
    row.observables.forEach(({ value }, k) => {
      const { deviation } = spreads[s][k];
      const share = deviation > 0 ? Math.abs(value) / deviation : 0;
      if (share > largest.share)
        largest = {
          share,
          where: `, up to ${share.toPrecision(2)} standard deviations (${observables[k].name} at t = ${snapshotTimes[s]})`,
        };
    });
  });
  return largest.where;
}

/** The errors of the corrections, and the allowance of --dt-bias. */
function withCorrections(known: readonly StepCorrection[], byHand: readonly Shift[] | null): Shift[] {
  return known.map(({ observables, distance }, s) => ({
    observables: observables.map(({ error }, k) => error + (byHand?.[s].observables[k] ?? 0)),
    distance: distance + (byHand?.[s].distance ?? 0),
  }));
}
