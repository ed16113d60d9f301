import type { Fields } from "../grid/fields.ts";
import type { Grid } from "../grid/grid.ts";
import type { Simd } from "../numerics/field-loops.ts";
import type { EnergyState } from "../potential/energy.ts";
import type { Consequences, Terms } from "../problem/terms.ts";
import { boundWithMass, leastOf } from "./mass-bound.ts";
import { createReaction, type Reaction } from "./reaction.ts";
import { createReinjection, createReinjectionLoss } from "./reinjection.ts";

/** The reaction of a problem on a grid: its step, and what it does for each unit of alpha and time. */
export interface ReactionTerm extends Reaction {
  /** What it takes off the energy, from a measured mu and its V; see problem.ts. */
  loss(state: EnergyState, mu: Float64Array, V: Float64Array): number;
  /** The rate at which it changes one part of mu against another, but for a share of the mass (boundWithMass). */
  spread(V: Float64Array, mu: Float64Array, share: number): number;
  /** The largest rate at which a part of mu may grow against the whole. */
  growth(meanPotential: number, leastPotential: number): number;
}

/**
 * null without a reaction.
 *
 * @param prior cell averages of mu_b, shape [grid.size].
 * @param fields as those of createReaction.
 */
export function createReactionTerm(
  { reaction, baseline, normalises }: Pick<Terms & Consequences, "reaction" | "baseline" | "normalises">,
  prior: Float64Array | null,
  grid: Grid,
  fields?: Fields,
): ReactionTerm | null {
  if (reaction === null) return null;
  const simd = fields?.simd ?? null;
  switch (reaction.kind) {
    case "centred":
    case "free":
      return {
        ...createReaction(grid, normalises, fields),
        loss: baseline.squareOf,
        spread: (V, mu, share) => spreadOf(V, mu, share, simd),
        growth: (mean, least) => mean - least,
      };
    case "prior": {
      if (prior === null) throw new Error("reinjection has a prior");
      const { floor } = reaction;
      return {
        ...createReinjection(grid, floor, prior, fields),
        loss: createReinjectionLoss(grid, floor, prior),
        spread: (V, mu, share) => deathSpreadOf(V, mu, share, floor, simd),
        growth: (_, least) => Math.max(0, -Math.max(least, floor)),
      };
    }
    default:
      return reaction satisfies never;
  }
}

/** max V - min V. */
function spreadOf(V: Float64Array, mu: Float64Array, share: number, simd: Simd | null): number {
  const low = leastOf(V, simd);
  return boundWithMass(V, low, mu, share, simd) - low;
}

/** max W - min W with 0 among the values, W = max(V, floor): what dies goes by V itself and not by V - Vbar. */
function deathSpreadOf(V: Float64Array, mu: Float64Array, share: number, floor: number, simd: Simd | null): number {
  const low = leastOf(V, simd);
  return Math.max(0, boundWithMass(V, low, mu, share, simd)) - Math.max(floor, Math.min(0, low));
}
