import type { Grid } from "../grid/grid.ts";
import type { EnergyState } from "../potential/energy.ts";
import type { Terms } from "../problem/terms.ts";
import { createReaction, type Reaction } from "./reaction.ts";
import { createReinjection, createReinjectionLoss } from "./reinjection.ts";

/** The reaction of a problem on a grid: its step, and what it does for each unit of alpha and time. */
export interface ReactionTerm extends Reaction {
  /** What it takes off the energy, from a measured mu and its V; see problem.ts. */
  loss(state: EnergyState, mu: Float64Array, V: Float64Array): number;
  /** The rate at which it changes one part of mu against another. */
  spread(V: Float64Array): number;
}

/**
 * null without a reaction.
 *
 * @param prior cell averages of mu_b, shape [grid.size].
 */
export function createReactionTerm(
  { reaction, baseline, conservesMass }: Terms,
  prior: Float64Array | null,
  grid: Grid,
): ReactionTerm | null {
  if (reaction === null) return null;
  switch (reaction.kind) {
    case "local":
      return { ...createReaction(grid, conservesMass), loss: baseline.squareOf, spread: (V) => spreadOf(V, Infinity, -Infinity) };
    case "prior": {
      if (prior === null) throw new Error("reinjection has a prior");
      const { floor } = reaction;
      return {
        ...createReinjection(grid, floor, prior),
        loss: createReinjectionLoss(grid, floor, prior),
        // What dies goes by V itself and not by V - Vbar.
        spread: (V) => spreadOf(V, 0, floor),
      };
    }
    default:
      return reaction satisfies never;
  }
}

/** max V - min V, V cut off from below at `floor`; 0 counts among the values if `extreme` is 0, not if it is Infinity. */
function spreadOf(V: Float64Array, extreme: number, floor: number): number {
  let low = extreme;
  let high = -extreme;
  for (let i = 0; i < V.length; i++) {
    if (V[i] < low) low = V[i];
    if (V[i] > high) high = V[i];
  }
  return high - Math.max(floor, low);
}
