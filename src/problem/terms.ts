import type { EnergyState } from "../potential/energy.ts";

/** L, which is taken off V. */
export interface Baseline {
  symbol: string;
  of(meanPotential: number): number;
}

/** A baseline proportional to Vbar, about which a measured state knows int (V - L)^2 dmu. */
export interface MeasuredBaseline extends Baseline {
  squareOf(state: Pick<EnergyState, "potentialVariance" | "potentialSquare">): number;
}

const VBAR = "V\u0304";

export const MEAN: MeasuredBaseline = { symbol: VBAR, of: (mean) => mean, squareOf: ({ potentialVariance }) => potentialVariance };
export const ZERO: MeasuredBaseline = { symbol: "0", of: () => 0, squareOf: ({ potentialSquare }) => potentialSquare };
export const MEAN_BELOW_ZERO: Baseline = { symbol: `min(${VBAR}, 0)`, of: (mean) => Math.min(mean, 0) };

/**
 * The term that changes masses where they are: `centred` about Vbar, `free` of that, or reinjection from a prior mu_b (`prior`).
 *
 *   centred   -alpha (V - Vbar) mu                                 takes alpha int (V - Vbar)^2 dmu off the energy
 *   free      -alpha V mu                                          takes alpha int V^2 dmu off
 *   prior     -alpha (W + Wbar^-) mu + alpha Wbar^+ mu_b,          takes alpha (int W^2 dmu - Wbar^+ int V dmu_b - (Wbar^-)^2) off
 *             W = max(V, floor),   Wbar = int W dmu
 *
 * A floor of -Infinity leaves V as it is (net-deficit), one of 0 leaves deaths alone (every-death).
 */
export type Reaction = { kind: "centred" } | { kind: "free" } | Reinjection;

/** What R adds to V at a temperature (problem.ts): nothing, tau log mu, or tau log(k_eps * mu). */
export type LogTerm = "none" | "density" | "smoothed";

export interface Reinjection {
  kind: "prior";
  floor: number;
}

/** The terms of an equation. */
export interface Terms {
  /** div(mu grad V), which takes int |grad V|^2 dmu off the energy. */
  transport: boolean;
  /** null: none, or alpha = 0. */
  reaction: Reaction | null;
}

/** What a temperature tau > 0 adds to them. */
export interface ThermalTerms {
  /** tau lap mu, where there is transport. */
  diffusion: boolean;
  /** Of a centred reaction. */
  logTerm: LogTerm;
  /** Whether E_tau must fall and Gibbs distributions are stationary: no reaction, or R = V_tau. */
  descends: boolean;
}

/** What follows from the reaction. */
export interface Consequences {
  /** V = L on the support of a stationary mu; under a reaction that is centred or free mass dies at the rate alpha (V - L). */
  baseline: MeasuredBaseline;
  /** Whether int dmu = 1 at all times. Then E - min E <= Vbar - min V; over measures of all masses this gap bounds nothing. */
  conservesMass: boolean;
  /** Whether weights that grow by -alpha V alone, divided by their sum, solve the reaction. */
  normalises: boolean;
}

const CONSEQUENCES: Readonly<Record<Reaction["kind"] | "none", Consequences>> = {
  none: { baseline: MEAN, conservesMass: true, normalises: false },
  centred: { baseline: MEAN, conservesMass: true, normalises: true },
  free: { baseline: ZERO, conservesMass: false, normalises: false },
  prior: { baseline: MEAN, conservesMass: true, normalises: false },
};

export function consequencesOf(reaction: Reaction | null): Consequences {
  return CONSEQUENCES[reaction?.kind ?? "none"];
}
