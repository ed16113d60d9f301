import type { Grid } from "../grid/grid.ts";
import { BLOCK } from "../numerics/block-function.ts";
import { expBlock } from "../numerics/exp.ts";

/**
 * The reaction d_t mu = -alpha (V - Vbar) mu over a time dt with V frozen:
 *
 *   mu <- mu e^{-alpha dt V} M / Z,   Z = int e^{-alpha dt V} dmu,   M = int dmu
 *
 * is its exact solution, the moving Vbar included. Exponents are taken relative to the least V that carries mass (log-sum-exp), so
 * nothing overflows. Without normalisation it solves d_t mu = -alpha V mu, exactly too. Densities stay non-negative.
 */
export interface Reaction {
  /**
   * @param V shape [grid.size]; with `sameV`, V and `rate` = alpha dt are those of the call before and the factor is not recomputed.
   * @returns the mass after minus the mass before: 0 to rounding where normalised.
   */
  apply(out: Float64Array, mu: Float64Array, V: Float64Array, rate: number, sameV: boolean): number;
}

/** About 6 ns a cell where V has changed, 2 ns where it has not. The cached factor is allocated only when it is asked for. */
export function createReaction(grid: Grid, normalised: boolean): Reaction {
  const block = new Float64Array(BLOCK);
  let cached: Float64Array | null = null;
  let cachedRate = Number.NaN;

  return {
    apply(out, mu, V, rate, sameV) {
      if (sameV && cachedRate !== rate) {
        cached ??= new Float64Array(grid.size);
        expBlock(cached, 0, V, 0, grid.size, -rate, normalised ? rate * leastPotential(mu, V) : 0);
        cachedRate = rate;
      }
      const shift = normalised && !sameV ? rate * leastPotential(mu, V) : 0;
      let before = 0;
      let after = 0;
      for (let start = 0; start < grid.size; start += BLOCK) {
        const count = Math.min(BLOCK, grid.size - start);
        let factor: Float64Array = block;
        let f = 0;
        if (sameV && cached !== null) {
          factor = cached;
          f = start;
        } else expBlock(block, 0, V, start, count, -rate, shift);
        let blockBefore = 0;
        let blockAfter = 0;
        for (let i = 0; i < count; i++) {
          const m = mu[start + i];
          const next = m * factor[f + i];
          out[start + i] = next;
          blockBefore += m;
          blockAfter += next;
        }
        before += blockBefore;
        after += blockAfter;
      }
      if (!normalised) return grid.cellVolume * (after - before);
      const scale = before / after;
      for (let i = 0; i < grid.size; i++) out[i] *= scale;
      return 0;
    },
  };
}

function leastPotential(mu: Float64Array, V: Float64Array): number {
  let least = Infinity;
  for (let i = 0; i < mu.length; i++) if (V[i] < least && mu[i] > 0) least = V[i];
  return least;
}
