import { solve } from "../../src/finite-volume/solve.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { crossingOf, DOUBLE_WELL, findWells } from "../shared/double-well.ts";
import type { KeepPart } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";

/**
 * F = (x^2 - 1)^2 / 4 + a x without K, from a share eps of the mass about the bottom of the deeper well and the rest, alike in shape, about
 * that of the shallower; nothing between. Gradient descent keeps the shares: the spurious fixed point (18) with
 *
 *   E - E* = (1 - eps) dF,   dF = F(r_shallow) - F(r_deep).
 *
 * Birth-death multiplies the odds of the deeper well by e^{alpha dF t} once both have settled, so that E - E* passes dF / 2 at a time
 * t(eps) with
 *
 *   t(eps) - t(eps') = (log(eps' / (1 - eps')) - log(eps / (1 - eps))) / (alpha dF)
 *
 * exactly, whatever the descent adds, as that is the same for all eps: the wait is logarithmic in eps and endless for eps = 0.
 */
export interface SharesConfig {
  tilt: number;
  alpha: number;
  /** Decreasing; 0 last. */
  shares: readonly number[];
  cells: number;
  end: number;
  snapshots: number;
}

export async function measureShares({ tilt, alpha, shares, cells, end, snapshots }: SharesConfig, keep?: KeepPart) {
  const { deep, shallow, drop, minimum } = findWells(tilt);
  const measureShare = async (share: number) => {
    const problem = await createProblem({
      name: "two-places",
      variables: { x: { min: -2, max: 2, cells } },
      parameters: { tilt, share, deep, shallow },
      potential: { F: DOUBLE_WELL },
      alpha,
      initial: { density: "(1-share)*max(0, 0.04-(x-shallow)^2) + share*max(0, 0.04-(x-deep)^2)" },
      time: { end, snapshots },
    });
    const descent = solve(await createProblem(problem.definition, { dynamics: "gradient-descent" })).snapshots;
    const excess = solve(problem).snapshots.map(({ time, energy }) => ({ time, value: energy - minimum }));
    return {
      width: problem.grid.axes[0].width,
      share,
      // E - E* at the end, and when it passes dF / 2; Infinity if never.
      descent: descent[descent.length - 1].energy - minimum,
      birthDeath: excess[excess.length - 1].value,
      crossing: crossingOf(excess, drop).time,
    };
  };
  const found = await inSequence(shares, measureShare, () => {}, keep);
  const rows = found.map(({ width: _, ...row }) => row);
  // h^2 is above what the grid may move the minima of F by.
  return { drop, error: found[0].width ** 2, rows };
}

export type SharesOutcome = Awaited<ReturnType<typeof measureShares>>;

/** t(eps) - t(eps'). */
export function predictedWait({ alpha }: Pick<SharesConfig, "alpha">, drop: number, share: number, before: number): number {
  return (Math.log(before / (1 - before)) - Math.log(share / (1 - share))) / (alpha * drop);
}
