import type { EnergyState } from "../potential/energy.ts";

/** L, which is taken off V. */
export interface Baseline {
  symbol: string;
  of(meanPotential: number): number;
}

/** A baseline about which a measured state knows int (V - L)^2 dmu. */
export interface MeasuredBaseline extends Baseline {
  squareOf(state: Pick<EnergyState, "potentialVariance" | "potentialSquare">): number;
}

const VBAR = "V\u0304";

export const MEAN: MeasuredBaseline = { symbol: VBAR, of: (mean) => mean, squareOf: ({ potentialVariance }) => potentialVariance };
export const ZERO: MeasuredBaseline = { symbol: "0", of: () => 0, squareOf: ({ potentialSquare }) => potentialSquare };
export const MEAN_BELOW_ZERO: Baseline = { symbol: `min(${VBAR}, 0)`, of: (mean) => Math.min(mean, 0) };

/**
 * The term that changes masses where they are: `local`, with the baseline L of the dynamics, or reinjection from a prior mu_b (`prior`).
 *
 *   -alpha (V - L) mu                                              takes alpha int (V - L)^2 dmu off the energy
 *   -alpha (W + Wbar^-) mu + alpha Wbar^+ mu_b,                    takes off alpha (int W^2 dmu - Wbar^+ int V dmu_b - (Wbar^-)^2)
 *            W = max(V, floor),   Wbar = int W dmu
 *
 * A floor of -Infinity leaves V as it is (net-deficit), one of 0 leaves deaths alone (every-death).
 */
export type Reaction = { kind: "local" } | Reinjection;

export interface Reinjection {
  kind: "prior";
  floor: number;
}

/** The terms of an equation, and what follows from them. */
export interface Terms {
  /** div(mu grad V), which takes int |grad V|^2 dmu off the energy. */
  transport: boolean;
  /** null: none, or alpha = 0. */
  reaction: Reaction | null;
  /** V = L on the support of a stationary mu; in a local reaction mass dies at the rate alpha (V - L). */
  baseline: MeasuredBaseline;
  conservesMass: boolean;
  /** Whether E - min E <= Vbar - min V: over measures of all masses it bounds nothing. */
  gapIsBound: boolean;
}

/** What follows without a reaction. */
export const WITHOUT_REACTION = {
  reaction: null,
  baseline: MEAN,
  conservesMass: true,
  gapIsBound: true,
} as const satisfies Partial<Terms>;
