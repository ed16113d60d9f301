import { InputError } from "../errors.ts";
import type { ProblemDefinition } from "../problem-file/problem-file.ts";
import type { Rate } from "../problem-file/rate.ts";
import { type Feature, IN_TIME, REFUSALS, type Refusal, type Refusals, WARM } from "./refusals.ts";
import { type Baseline, type Consequences, consequencesOf, MEAN, MEAN_BELOW_ZERO, type Terms, ZERO } from "./terms.ts";

/**
 * The dynamics: one row for each name of a problem file, with all that other files must know of it. No other file compares names: a method reads the terms,
 * and a feature without a rule for a dynamics refuses it by its row. The equations are written in problem.ts.
 */

type Definition = ProblemDefinition["dynamics"];
type ObjectDefinition = Extract<Definition, object>;

type NameOf<D> = D extends string
  ? D
  : D extends { type: infer Type extends string; law: infer Law extends string }
    ? `${Type} ${Law}`
    : D extends { type: infer Type extends string }
      ? Type
      : "a dynamics without a type";

/** The name of a dynamics for messages and tables: `birth-death`, `reinjection net-deficit`. */
export type DynamicsName = NameOf<Definition>;
/** Those that a problem file names by a word alone. */
export type PlainName = Extract<Definition, string>;

/** Equations that the same particle schemes follow; `birth-death` with or without transport. */
export type ParticleFamily = "gradient-descent" | "birth-death" | "net-deficit" | "every-death";

interface Dynamics<Name extends DynamicsName = DynamicsName> extends Terms {
  /** How a problem file writes it, but for the prior; null where that is its name. */
  object: Name extends PlainName ? null : Omit<ObjectDefinition, "prior">;
  /** The value of V above which mass dies and below which it is born, by the local part of the reaction. */
  deathThreshold: Baseline;
  births: boolean;
  deaths: boolean;
  /** null where no particles follow it. */
  family: ParticleFamily | null;
  refusals: Refusals;
  /** Whether its motion may be noisy: a temperature. */
  thermal: boolean;
  /** For readers of a page: the equation, and what mass does. */
  equation: string;
  summary: string;
}

/** -alpha (V - Vbar) mu. */
const BIRTH_AND_DEATH = {
  object: null,
  reaction: { kind: "centred" },
  deathThreshold: MEAN,
  births: true,
  deaths: true,
  family: "birth-death",
  thermal: true,
  refusals: REFUSALS.centred,
} as const satisfies Partial<Dynamics<PlainName>>;

const REINJECTION = {
  transport: true,
  deaths: true,
  thermal: false,
  refusals: REFUSALS.reinjection,
} as const satisfies Partial<Dynamics>;

const DOWN_AND_BOTH = "Mass moves downhill, dies above the threshold, is born below.";

/** In the order of messages and pages. */
export const DYNAMICS: Readonly<{ [Name in DynamicsName]: Dynamics<Name> }> = {
  "gradient-descent": {
    object: null,
    transport: true,
    reaction: null,
    deathThreshold: MEAN,
    births: false,
    deaths: false,
    family: "gradient-descent",
    thermal: true,
    refusals: REFUSALS.descent,
    equation: "∂μ/∂t = ∇·(μ ∇V)",
    summary: "Mass moves downhill; nothing is born or dies.",
  },
  unbalanced: {
    object: null,
    transport: true,
    reaction: { kind: "free" },
    deathThreshold: ZERO,
    births: true,
    deaths: true,
    family: null,
    thermal: false,
    refusals: REFUSALS.free,
    equation: "− αVμ is added",
    summary: DOWN_AND_BOTH,
  },
  "birth-death": {
    ...BIRTH_AND_DEATH,
    transport: true,
    equation: `− α(V − ${MEAN.symbol})μ is added, ${MEAN.symbol} = ∫ V dμ`,
    summary: DOWN_AND_BOTH,
  },
  "pure-birth-death": {
    ...BIRTH_AND_DEATH,
    transport: false,
    equation: "that term alone, without motion",
    summary: "Mass does not move: it dies above the threshold, is born below.",
  },
  "reinjection net-deficit": {
    ...REINJECTION,
    object: { type: "reinjection", law: "net-deficit" },
    reaction: { kind: "prior", floor: -Infinity },
    deathThreshold: MEAN_BELOW_ZERO,
    births: true,
    family: "net-deficit",
    equation: "only what dies in excess does",
    summary: DOWN_AND_BOTH,
  },
  "reinjection every-death": {
    ...REINJECTION,
    object: { type: "reinjection", law: "every-death" },
    reaction: { kind: "prior", floor: 0 },
    deathThreshold: ZERO,
    births: false,
    family: "every-death",
    equation: "whatever dies does, and nothing is copied",
    summary: "Mass moves downhill and dies above the threshold; the prior brings it back.",
  },
};

export const DYNAMICS_NAMES = Object.keys(DYNAMICS) as DynamicsName[];
export const PLAIN_NAMES = DYNAMICS_NAMES.filter((name): name is PlainName => DYNAMICS[name].object === null);

/** That of a problem file that names none. */
export const USUAL_DYNAMICS: PlainName = "birth-death";

export function nameOfDynamics(dynamics: Definition): DynamicsName {
  return typeof dynamics === "object" ? `${dynamics.type} ${dynamics.law}` : dynamics;
}

/** A dynamics as a problem file writes it: its name, or an object with the prior. */
export function definitionOf(name: DynamicsName, prior: ObjectDefinition["prior"]): Definition {
  const { object } = DYNAMICS[name];
  return object === null ? (name as PlainName) : { ...object, prior };
}

/** mu_b as the file describes it; null where nothing comes back. */
export function priorOf(dynamics: Definition): ObjectDefinition["prior"] | null {
  return typeof dynamics === "object" ? dynamics.prior : null;
}

/** The name of a dynamics from its form in a problem file or a draft of one; null where that names none. */
export function dynamicsNamed(written: unknown): DynamicsName | null {
  const isName = (name: string): name is DynamicsName => Object.hasOwn(DYNAMICS, name);
  if (typeof written === "string") return isName(written) && DYNAMICS[written].object === null ? written : null;
  if (typeof written !== "object" || written === null) return null;
  const { type, law } = written as Partial<ObjectDefinition>;
  const name = `${type} ${law}`;
  return isName(name) ? name : null;
}

/** What the terms of a problem depend on. */
interface Setting {
  dynamics: Definition;
  alpha: Pick<Rate, "constant">;
}

/** What else its features depend on. */
export interface FullSetting extends Setting {
  temperature: Pick<Rate, "constant">;
  definition: Pick<ProblemDefinition, "reaction">;
  potential: { clock?: unknown };
}

/** The terms of the equation that a problem has, and what follows from them: alpha = 0 leaves the reaction out. */
export function termsOf({ dynamics, alpha }: Setting): Terms & Consequences {
  const row = DYNAMICS[nameOfDynamics(dynamics)];
  const reaction = alpha.constant === 0 ? null : row.reaction;
  return { transport: row.transport, reaction, ...consequencesOf(reaction) };
}

/** The family whose fluctuations are those of a problem. @throws InputError where they are not known. */
export function predictedFamily(setting: FullSetting): ParticleFamily {
  refuseUnless(setting, "fluctuations");
  if (termsOf(setting).reaction === null) return "gradient-descent";
  const { family } = DYNAMICS[nameOfDynamics(setting.dynamics)];
  if (family === null) throw new Error("fluctuations are those of particles");
  return family;
}

/** Why a problem has not a feature, and the field that decides; null where it has. */
export function refusalOf(
  setting: FullSetting,
  feature: Feature,
): { field: "dynamics" | "temperature" | "potential.F"; value: string | undefined; refusal: Refusal } | null {
  const { dynamics, alpha, potential } = setting;
  const name = nameOfDynamics(dynamics);
  const refusal = DYNAMICS[name].refusals[feature];
  if (refusal !== null && (refusal.always || alpha.constant !== 0)) return { field: "dynamics", value: name, refusal };
  const warm = setting.temperature.constant !== 0 ? WARM[feature] : null;
  if (warm !== null) return { field: "temperature", value: undefined, refusal: warm };
  const inTime = (potential.clock ?? null) === null ? null : IN_TIME[feature];
  return inTime === null ? null : { field: "potential.F", value: undefined, refusal: inTime };
}

export function offers(setting: FullSetting, feature: Feature): boolean {
  return refusalOf(setting, feature) === null;
}

/** @throws InputError where a problem has not the feature, with the reason and the remedy of its row. */
export function refuseUnless(setting: FullSetting, feature: Feature): void {
  const found = refusalOf(setting, feature);
  if (found === null) return;
  const { field, value, refusal } = found;
  throw new InputError(field, value, refusal.reason, remedyOf(refusal, feature));
}

function remedyOf({ remedy }: Refusal, feature: Feature): string {
  return remedy ?? `use ${listOf(PLAIN_NAMES.filter((name) => DYNAMICS[name].refusals[feature] === null))}`;
}

/** For messages: "a", "b" or "c". */
export function listOf(names: readonly DynamicsName[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted[quoted.length - 1]}`;
}
