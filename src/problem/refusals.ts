/** What not every dynamics has. */
export type Feature =
  | "finite-volume"
  | "moving-grid"
  | "characteristics"
  | "spectral"
  | "traced-density"
  | "proximal"
  | "particles"
  | "mean-field-map"
  | "fluctuations"
  | "sensitivity"
  | "reference"
  | "comparison";

/** Why a dynamics has not a feature. */
export interface Refusal {
  reason: string;
  /** What to do instead; null: to use a dynamics that has it. */
  remedy: string | null;
  /** Whether it stands where alpha = 0 as well, when the equation has no reaction. */
  always: boolean;
}

/** null where the dynamics has the feature. */
export type Refusals = Readonly<Record<Feature, Refusal | null>>;

const NO_PROXIMAL: Refusal = { reason: "has no proximal step here", remedy: null, always: true };
const NO_PARTICLES: Refusal = { reason: "has no particle scheme here", remedy: null, always: true };
const NO_NOISE: Refusal = { ...NO_PARTICLES, always: false };
const NO_MAP: Refusal = { reason: "has no mean-field map", remedy: null, always: false };
const UNKNOWN_NOISE: Refusal = { reason: "its fluctuations are not known", remedy: null, always: false };
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

const NOT_MOVING: Refusal = { reason: "brings mass back on cells that stay", remedy: "use --grid fixed", always: false };

const NOT_SPECTRAL: Refusal = {
  reason: "is not solved by Fourier modes here",
  remedy: "use --method finite-volume",
  always: false,
};

const NOTHING_REFUSED: Refusals = {
  "finite-volume": null,
  "moving-grid": null,
  characteristics: null,
  spectral: null,
  "traced-density": null,
  proximal: null,
  particles: null,
  "mean-field-map": null,
  fluctuations: null,
  sensitivity: null,
  reference: null,
  comparison: null,
};

/** Those of each kind of equation. */
export const REFUSALS = {
  descent: { ...NOTHING_REFUSED, proximal: NO_PROXIMAL },
  centred: NOTHING_REFUSED,
  free: {
    "finite-volume": null,
    "moving-grid": null,
    characteristics: null,
    spectral: NOT_SPECTRAL,
    "traced-density": null,
    proximal: NO_PROXIMAL,
    particles: NO_PARTICLES,
    "mean-field-map": NO_MAP,
    fluctuations: NO_NOISE,
    sensitivity: null,
    reference: null,
    comparison: NO_NOISE,
  },
  reinjection: {
    "finite-volume": null,
    "moving-grid": NOT_MOVING,
    characteristics: null,
    spectral: NOT_SPECTRAL,
    "traced-density": NO_TRACING,
    proximal: NO_PROXIMAL,
    particles: null,
    "mean-field-map": null,
    fluctuations: UNKNOWN_NOISE,
    sensitivity: UNKNOWN_NOISE,
    reference: NO_TRACING,
    comparison: NO_JUDGE,
  },
} as const satisfies Record<string, Refusals>;

const NOT_TRACED: Refusal = {
  reason: "above 0 paths do not tell densities",
  remedy: "use --method spectral or finite-volume",
  always: true,
};
const notWarm = (reason: string, remedy: string): Refusal => ({ reason, remedy, always: true });

/** Those of a temperature above 0. */
export const WARM: Refusals = {
  ...NOTHING_REFUSED,
  characteristics: NOT_TRACED,
  "traced-density": NOT_TRACED,
  proximal: notWarm("above 0 has no proximal step here", "set it to 0"),
  particles: null,
  sensitivity: notWarm("above 0 has no sensitivities here", "set it to 0"),
};

const constantF = (reason: string, remedy: string): Refusal => ({ reason: `changes in time, and ${reason}`, remedy, always: true });

/** Those of an F that changes in time. */
export const IN_TIME: Refusals = {
  ...NOTHING_REFUSED,
  characteristics: constantF("characteristics take a constant F", "use --method spectral or finite-volume"),
  "traced-density": constantF("characteristics take a constant F", "use --method spectral or finite-volume"),
  proximal: constantF("proximal steps take a constant F", "leave out t"),
  particles: null,
  sensitivity: constantF("sensitivities take a constant F", "leave out t"),
};
