import { InputError } from "../errors.ts";
import { checkResampling } from "../particles/simulate-options.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import { isSchemeName } from "../schemes/schemes.ts";
import type { Term } from "./scheme-means.ts";
import { termsOfError } from "./term-sensitivities.ts";

/** A deviation of any mean in standard deviations of its observable, or a relative error of a term of the equation. */
export type Power = number | { of: Term; size: number };

export interface CompareOptions {
  /** Chance that particles of the reference's own distribution are called inconsistent, over all tests together; default 0.01. */
  falseAlarm?: number;
  /**
   * Allowed error of the means and of W1 by the steps of the scheme, in their own units; `map`: the error of the mean-field limits of the schemes here at the
   * dt of the particles. Where their scheme is one of these and dt is known, its effect on the means is subtracted. Default: `map` where scheme and dt are known, otherwise nothing.
   */
  dtBias?: number | "map";
  /** Step of the particles' scheme where their file does not tell it. */
  dt?: number;
  /** The scheme that made the particles, where their file does not name it. With dt, the particles are compared with its mean-field map. */
  scheme?: string;
  /** Of scheme `weighted`, where the file does not tell it: the share of n below which the effective sample size makes particles resample. */
  resampleBelow?: number;
  /**
   * The error that must be detected with probability 0.9: a deviation of any mean, in standard deviations of the observable, or an error of alpha, of the
   * drift or of the temperature, as a share; default DEFAULT_POWER.
   */
  power?: Power;
  /** Of the random signs of the distance test, and of the draws from the reference; default 0. */
  seed?: number;
  /** Called with the share of the work done, from 0 to 1. */
  onProgress?: (share: number) => void;
}

/**
 * A quarter of a standard deviation: small by convention is a fifth, medium a half (Cohen 1988, Statistical Power Analysis, section 2.2). It is no claim of
 * accuracy: particles that could not show even that are not called consistent, and for the others the reasons state the detectable error.
 */
export const DEFAULT_POWER = 0.25;

/** Relative errors of a term up to which the first derivative is taken for the whole effect. */
export const LARGEST_ERROR = 0.5;

/** @throws InputError that names the option of the command line. */
export function checkOptions({
  falseAlarm = 0.01,
  power = DEFAULT_POWER,
  dtBias,
  dt,
  scheme,
  resampleBelow,
}: CompareOptions): void {
  if (!(falseAlarm > 0 && falseAlarm < 0.5)) {
    throw new InputError("--false-alarm", falseAlarm, "not a rate between 0 and 0.5", "give a rate such as 0.01");
  }
  const size = typeof power === "number" ? power : power.size;
  if (!(size > 0 && size < Infinity)) {
    throw new InputError(
      "--power",
      size,
      "not a positive number",
      "give a deviation in standard deviations, such as 0.05, or alpha=5%",
    );
  }
  if (typeof power !== "number" && size > LARGEST_ERROR) {
    throw new InputError(
      "--power",
      `${power.of}=${size}`,
      "too large for a derivative to tell",
      `give a share of at most ${LARGEST_ERROR}, such as 5%`,
    );
  }
  if (dtBias !== undefined && dtBias !== "map" && !(dtBias >= 0 && dtBias < Infinity)) {
    throw new InputError("--dt-bias", dtBias, "not a number >= 0", "give a deviation of means, such as 0.002, or map");
  }
  if (scheme !== undefined && isSchemeName(scheme)) checkResampling(scheme, resampleBelow);
  if (dt !== undefined && !(dt > 0 && dt < Infinity))
    throw new InputError("--dt", dt, "not a positive number", "give the step of the particles' scheme");
}

/** @throws InputError where what has to be found is no error of a term of the problem. */
export function checkTerm(problem: Problem, power: Power = 0): void {
  if (typeof power === "number") return;
  if (termsOfError(problem).includes(power.of)) return;
  const { transport } = termsOf(problem);
  const what = {
    alpha: "the problem has no births and deaths",
    drift: transport
      ? "F or the temperature changes in time: the effect of a wrong drift is not worked out"
      : "nothing moves in the problem",
    temperature: "the problem has none",
  }[power.of];
  throw new InputError("--power", power.of, what, "give a deviation in standard deviations, such as 0.05");
}

/** Refuses NaN: nothing can be judged against it. An infinite error is allowed: nothing is known, and nothing will be found. @throws InputError */
export function checkReference(reference: ReferenceData, index: readonly number[]): void {
  const remedy = "compute the reference again";
  const check = (name: string, value: number, time: number, isError: boolean): void => {
    const right = isError ? value >= 0 : Number.isFinite(value);
    if (!right)
      throw new InputError(
        `reference: ${name}`,
        value,
        `not a ${isError ? "number >= 0" : "finite number"} at t = ${time}`,
        remedy,
      );
  };
  for (const i of index) {
    const time = reference.times[i];
    for (const { name } of reference.problem.observables) {
      const { value, error } = reference.observables[name];
      check(name, value[i], time, false);
      check(`stated error of ${name}`, error[i], time, true);
    }
    check("stated Wasserstein-1 error", reference.densityWasserstein1Error[i], time, true);
    let total = 0;
    for (const value of reference.densities[i]) total += value;
    check("density", total, time, false);
    if (!(total > 0)) throw new InputError("reference: density", total, `no mass at t = ${time}`, remedy);
  }
}
