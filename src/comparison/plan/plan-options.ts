import { InputError } from "../../errors.ts";
import { termsOf } from "../../problem/dynamics.ts";
import type { Problem } from "../../problem/problem.ts";
import { isWarm } from "../../problem/thermal.ts";
import type { ReferenceData } from "../../reference/reference-data.ts";
import { isSchemeName, PREDICTED_SCHEMES, type SchemeName } from "../../schemes/schemes.ts";
import { LARGEST_ERROR } from "../compare-options.ts";
import { FEWEST_REPLICAS } from "../power.ts";
import type { WrongTerm } from "../scheme-means.ts";

/**
 * The error that a comparison has to find: a wrong term of the equation, or a deviation of any mean, in standard
 * deviations of its observable.
 */
export type Detect = WrongTerm | { of: "sd"; size: number };

export interface PlanOptions {
  detect: Detect;
  /** Probability of finding it; default 0.9. */
  power?: number;
  /** Of the comparison; default 0.01. */
  falseAlarm?: number;
  /** Default: the first with a prediction that follows the dynamics. */
  scheme?: SchemeName;
  /** Chosen where they are not given. */
  dt?: number;
  n?: number;
  replicas?: number;
  /** Whose stated errors are allowed for; default: none, and the plan says how large they may be. */
  reference?: ReferenceData | null;
  /** Of the simulated Gaussian ensembles; default 0. */
  seed?: number;
  /** Called with the share of the work done, from 0 to 1. */
  onProgress?: (share: number) => void;
}

const REMEDY = "give alpha=5%, drift=2%, temperature=10% or sd=0.05";

/** @throws InputError that names the option of the command line. */
export function checkPlanOptions(
  problem: Problem,
  { detect, power = 0.9, falseAlarm = 0.01, scheme, replicas }: PlanOptions,
): void {
  const { of, size } = detect;
  if (!(size > 0 && size <= LARGEST_ERROR))
    throw new InputError("--detect", `${of}=${size}`, `not a size in (0, ${LARGEST_ERROR}]`, REMEDY);
  const { transport, reaction } = termsOf(problem);
  if (of === "alpha" && reaction === null)
    throw new InputError("--detect", of, "the problem has no births and deaths", "give drift=2% or sd=0.05");
  if (of === "drift" && !transport)
    throw new InputError("--detect", of, "nothing moves in the problem", "give alpha=5% or sd=0.05");
  if (of === "drift" && ((problem.potential.clock ?? null) !== null || problem.temperature.constant === null))
    throw new InputError(
      "--detect",
      of,
      "F or the temperature changes in time: the effect of a wrong drift is not worked out",
      "give alpha=5%, temperature=10% or sd=0.05",
    );
  if (of === "temperature" && !isWarm(problem))
    throw new InputError("--detect", of, "the problem has none", "give alpha=5%, drift=2% or sd=0.05");
  if (!(power > 0 && power < 1))
    throw new InputError("--power", power, "not a probability between 0 and 1", "give one such as 0.9");
  if (!(falseAlarm > 0 && falseAlarm < 0.5))
    throw new InputError("--false-alarm", falseAlarm, "not a rate between 0 and 0.5", "give a rate such as 0.01");
  if (!(falseAlarm < power)) throw new InputError("--power", power, "not above the rate of false alarms", "give one such as 0.9");
  if (scheme !== undefined && !(isSchemeName(scheme) && PREDICTED_SCHEMES.includes(scheme)))
    throw new InputError("--scheme", scheme, "no scheme with a prediction", `use one of ${PREDICTED_SCHEMES.join(", ")}`);
  if (replicas !== undefined && !(replicas >= FEWEST_REPLICAS))
    throw new InputError("--replicas", replicas, "too few to tell their variance", `give ${FEWEST_REPLICAS} or more`);
}
