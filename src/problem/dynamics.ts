import { InputError } from "../errors.ts";
import type { ProblemDefinition } from "../problem-file/problem-file.ts";
import type { Rate } from "../problem-file/rate.ts";
import { type Baseline, MEAN, MEAN_BELOW_ZERO, type Terms, WITHOUT_REACTION, ZERO } from "./terms.ts";

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

/** What not every dynamics has. */
export type Feature =
  | "finite-volume"
  | "characteristics"
  | "traced-density"
  | "proximal"
  | "particles"
  | "mean-field-map"
  | "fluctuations"
  | "sensitivity"
  | "reference"
  | "comparison";

interface Refusal {
  reason: string;
  remedy: string;
  /** Whether it stands where alpha = 0 as well, when the equation has no reaction. */
  always: boolean;
}

interface Dynamics<Name extends DynamicsName = DynamicsName> extends Terms {
  /** How a problem file writes it, but for the prior; null where that is its name. */
  object: Name extends PlainName ? null : Omit<ObjectDefinition, "prior">;
  /** The value of V above which mass dies and below which it is born, by the local part of the reaction. */
  threshold: Baseline;
  births: boolean;
  deaths: boolean;
  /** null where no particles follow it. */
  family: ParticleFamily | null;
  /** Why it has not a feature, and what to do instead; null where it has. */
  refusals: Readonly<Record<Feature, Refusal | null>>;
  /** For readers of a page: the equation, and what mass does. */
  equation: string;
  summary: string;
}

const NO_PROXIMAL: Refusal = {
  reason: "has no proximal step here",
  remedy: 'use "birth-death" or "pure-birth-death"',
  always: true,
};
const NO_PARTICLES: Refusal = {
  reason: "has no particle scheme here",
  remedy: 'use "birth-death" or "gradient-descent"',
  always: true,
};
const NO_NOISE: Refusal = { ...NO_PARTICLES, always: false };
const NO_MAP: Refusal = {
  reason: "has no mean-field map",
  remedy: "use birth-death, pure-birth-death or gradient-descent",
  always: false,
};
const UNKNOWN_NOISE: Refusal = {
  reason: "its fluctuations are not known",
  remedy: 'use "birth-death" or "gradient-descent"',
  always: false,
};
const NO_JUDGE: Refusal = {
  reason: "its noise is not known, so nothing can be judged against it",
  remedy: "compare means by hand with solve and particles",
  always: true,
};
const NO_TRACING: Refusal = {
  reason: "characteristics give no density where mass comes back",
  remedy: "take it from finite volumes: solve --method finite-volume",
  always: false,
};

/** -alpha (V - Vbar) mu. */
const BIRTH_AND_DEATH = {
  object: null,
  reaction: { kind: "local" },
  baseline: MEAN,
  conservesMass: true,
  gapIsBound: true,
  threshold: MEAN,
  births: true,
  deaths: true,
  family: "birth-death",
  refusals: {
    "finite-volume": null,
    characteristics: null,
    "traced-density": null,
    proximal: null,
    particles: null,
    "mean-field-map": null,
    fluctuations: null,
    sensitivity: null,
    reference: null,
    comparison: null,
  },
} as const satisfies Partial<Dynamics<PlainName>>;

const REINJECTION = {
  transport: true,
  baseline: MEAN,
  conservesMass: true,
  gapIsBound: true,
  deaths: true,
  refusals: {
    "finite-volume": null,
    characteristics: null,
    "traced-density": NO_TRACING,
    proximal: NO_PROXIMAL,
    particles: null,
    "mean-field-map": null,
    fluctuations: UNKNOWN_NOISE,
    sensitivity: UNKNOWN_NOISE,
    reference: NO_TRACING,
    comparison: NO_JUDGE,
  },
} as const satisfies Partial<Dynamics>;

const DOWN_AND_BOTH = "Mass moves downhill, dies above the level, is born below.";

/** In the order of messages and pages. */
export const DYNAMICS: Readonly<{ [Name in DynamicsName]: Dynamics<Name> }> = {
  "gradient-descent": {
    object: null,
    transport: true,
    ...WITHOUT_REACTION,
    threshold: MEAN,
    births: false,
    deaths: false,
    family: "gradient-descent",
    refusals: {
      "finite-volume": null,
      characteristics: null,
      "traced-density": null,
      proximal: NO_PROXIMAL,
      particles: null,
      "mean-field-map": null,
      fluctuations: null,
      sensitivity: null,
      reference: null,
      comparison: null,
    },
    equation: "∂μ/∂t = ∇·(μ ∇V)",
    summary: "Mass moves downhill; nothing is born or dies.",
  },
  unbalanced: {
    object: null,
    transport: true,
    reaction: { kind: "local" },
    baseline: ZERO,
    conservesMass: false,
    gapIsBound: false,
    threshold: ZERO,
    births: true,
    deaths: true,
    family: null,
    refusals: {
      "finite-volume": null,
      characteristics: null,
      "traced-density": null,
      proximal: NO_PROXIMAL,
      particles: NO_PARTICLES,
      "mean-field-map": NO_MAP,
      fluctuations: NO_NOISE,
      sensitivity: null,
      reference: null,
      comparison: NO_NOISE,
    },
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
    summary: "Mass does not move: it dies above the level, is born below.",
  },
  "reinjection net-deficit": {
    ...REINJECTION,
    object: { type: "reinjection", law: "net-deficit" },
    reaction: { kind: "prior", floor: -Infinity },
    threshold: MEAN_BELOW_ZERO,
    births: true,
    family: "net-deficit",
    equation: "only what dies in excess does",
    summary: DOWN_AND_BOTH,
  },
  "reinjection every-death": {
    ...REINJECTION,
    object: { type: "reinjection", law: "every-death" },
    reaction: { kind: "prior", floor: 0 },
    threshold: ZERO,
    births: false,
    family: "every-death",
    equation: "whatever dies does, and nothing is copied",
    summary: "Mass moves downhill and dies above the level; the prior brings it back.",
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

/** The terms of the equation that a problem has: alpha = 0 leaves the reaction out. */
export function termsOf({ dynamics, alpha }: Setting): Terms {
  const row = DYNAMICS[nameOfDynamics(dynamics)];
  return alpha.constant === 0 ? { transport: row.transport, ...WITHOUT_REACTION } : row;
}

/** Whether a problem has births and deaths that keep the mass where they are: -alpha (V - Vbar) mu. */
export function hasEvents(setting: Setting): boolean {
  const { reaction, conservesMass } = termsOf(setting);
  return reaction?.kind === "local" && conservesMass;
}

/** The family whose fluctuations are those of a problem that has any. */
export function predictedFamily(setting: Setting): ParticleFamily {
  return hasEvents(setting) ? "birth-death" : "gradient-descent";
}

/** Why the dynamics of a problem has not a feature; null where it has. */
function refusalOf({ dynamics, alpha }: Setting, feature: Feature): Refusal | null {
  const refusal = DYNAMICS[nameOfDynamics(dynamics)].refusals[feature];
  return refusal !== null && (refusal.always || alpha.constant !== 0) ? refusal : null;
}

export function offers(setting: Setting, feature: Feature): boolean {
  return refusalOf(setting, feature) === null;
}

/** @throws InputError where the dynamics of a problem has not the feature, with the reason and the remedy of its row. */
export function refuseUnless(setting: Setting, feature: Feature): void {
  const refusal = refusalOf(setting, feature);
  if (refusal !== null) throw new InputError("dynamics", nameOfDynamics(setting.dynamics), refusal.reason, refusal.remedy);
}
