import { InputError } from "../errors.ts";
import { bandwidthOf } from "../problem-file/smoothing.ts";
import { DYNAMICS, DYNAMICS_NAMES, type FullSetting, listOf, nameOfDynamics, termsOf } from "./dynamics.ts";
import type { ThermalTerms } from "./terms.ts";

/** Whether there is a temperature. */
export const isWarm = ({ temperature }: Pick<FullSetting, "temperature">): boolean => temperature.constant !== 0;

/** The terms that a temperature adds. */
export function thermalTermsOf(setting: Pick<FullSetting, "dynamics" | "alpha" | "temperature" | "definition">): ThermalTerms {
  const { transport, reaction } = termsOf(setting);
  const warm = isWarm(setting);
  const { reaction: of = "free-energy" } = setting.definition;
  const logTerm =
    !warm || reaction === null || of === "energy" ? "none" : bandwidthOf(setting.definition) > 0 ? "smoothed" : "density";
  return { diffusion: warm && transport, logTerm, descends: reaction === null || !warm || logTerm === "density" };
}

/** @throws InputError for a temperature of a dynamics that has none. */
export function checkTemperature(setting: FullSetting): void {
  const name = nameOfDynamics(setting.dynamics);
  if (!isWarm(setting) || DYNAMICS[name].thermal) return;
  const names = listOf(DYNAMICS_NAMES.filter((each) => DYNAMICS[each].thermal));
  throw new InputError("temperature", undefined, `"${name}" takes none`, `leave it out, or use ${names}`);
}

/** @throws InputError for a reaction by log mu, which particles cannot have. */
export function refuseLogOfDensity(setting: Parameters<typeof thermalTermsOf>[0]): void {
  if (thermalTermsOf(setting).logTerm !== "density") return;
  throw new InputError(
    "reaction",
    "free-energy",
    "particles have no density, so no logarithm of it",
    'give it a bandwidth, { "type": "free-energy", "bandwidth": 0.2 } (particles then tend to the equation with the smoothed logarithm), or use "energy"',
  );
}
