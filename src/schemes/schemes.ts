import type { ParticleFamily } from "../problem/dynamics.ts";
import { algorithm1 } from "./algorithm-1.ts";
import { authorsNotebook } from "./authors-notebook.ts";
import { eventProcess } from "./event-process.ts";
import { gradientDescent } from "./gradient-descent.ts";
import { byGrowth, IN_CONTINUOUS_TIME, limitOfSteps, type StepRule } from "./growth.ts";
import { reinjection } from "./reinjection.ts";
import { resampling } from "./resampling.ts";
import { multinomialResampling } from "./resampling-multinomial.ts";
import { shuffledResampling } from "./resampling-shuffled.ts";
import { systematicResampling } from "./resampling-systematic.ts";
import { isWeighted, type ParticleScheme } from "./scheme.ts";
import { weighted } from "./weighted.ts";

/** The particle schemes by name. The first that follows a dynamics is the default for it. */
const TABLE = {
  "algorithm-1": algorithm1,
  "event-process": eventProcess,
  resampling,
  "resampling-systematic": systematicResampling,
  "resampling-shuffled": shuffledResampling,
  "resampling-multinomial": multinomialResampling,
  reinjection,
  "authors-notebook": authorsNotebook,
  weighted,
  "gradient-descent": gradientDescent,
} as const satisfies Record<string, ParticleScheme>;

export type SchemeName = keyof typeof TABLE;

export const SCHEMES: Readonly<Record<SchemeName, ParticleScheme>> = TABLE;

export const SCHEME_NAMES = Object.keys(TABLE) as SchemeName[];

export function isSchemeName(name: string): name is SchemeName {
  return Object.hasOwn(TABLE, name);
}

/** The schemes whose particles have weights. */
export const WEIGHTED_SCHEMES: readonly SchemeName[] = SCHEME_NAMES.filter((name) => isWeighted(SCHEMES[name]));

/** Whether particles of a scheme, if there is one of this name, have weights. */
export const hasWeights = (name: string | undefined): name is SchemeName =>
  name !== undefined && isSchemeName(name) && isWeighted(SCHEMES[name]);

/** The schemes with their descriptions, for help. */
export function describeSchemes(names: readonly SchemeName[]): string {
  return names.map((name) => `${name} (${SCHEMES[name].description})`).join("; ");
}

/** The schemes that follow a dynamics, the default one first. */
export function schemesFollowing(dynamics: ParticleFamily): SchemeName[] {
  return SCHEME_NAMES.filter((name) => SCHEMES[name].follows.includes(dynamics));
}

/** The schemes with a theory of their fluctuations. */
export const PREDICTED_SCHEMES: readonly SchemeName[] = SCHEME_NAMES.filter((name) => SCHEMES[name].noise !== null);

/** The schemes without one that move the means as one of these does: their fluctuations are simulated. */
export const SIMULATED_SCHEMES: readonly SchemeName[] = SCHEME_NAMES.filter(
  (name) => SCHEMES[name].noise === null && likePredicted(name) !== null,
);

/** The scheme with a theory of its fluctuations that moves the means as this one does: itself where it has one; null where there is none. */
export function likePredicted(name: SchemeName): SchemeName | null {
  if (SCHEMES[name].noise !== null) return name;
  return PREDICTED_SCHEMES.find((other) => sameRule(ruleOf(other), ruleOf(name))) ?? null;
}

/** How a scheme changes the weights of its mean-field map in a step. */
export function ruleOf(name: SchemeName): StepRule {
  const scheme = SCHEMES[name];
  return scheme.time === "continuous" ? IN_CONTINUOUS_TIME : byGrowth(scheme.growth, scheme.earlier ?? 0);
}

/** Whether two rules move the means alike. */
export function sameRule(a: StepRule, b: StepRule): boolean {
  return a.growth.name === b.growth.name && a.earlier === b.earlier;
}

/** The same as dt -> 0. */
export function limitRuleOf(name: SchemeName): StepRule {
  return limitOfSteps(ruleOf(name).growth);
}

/** The scheme whose noise stands for that of all that follow a dynamics, where none is named: in continuous time if there is one. */
export function schemeWithoutSteps(dynamics: ParticleFamily): SchemeName {
  const names = schemesFollowing(dynamics);
  return names.find((name) => SCHEMES[name].time === "continuous") ?? names[0];
}
