import type { Growth, ReactionStep } from "../schemes/growth.ts";

/**
 * The transpose of a reaction step w <- w f(x) / Z at fixed potential, in place, for a u that is centred under the masses after it (adjoint.ts):
 *
 *   u <- u / Z,   c = w f'(x) A u,   C = sum c,   u <- f u - C x / A,   strengths = c - C w
 *
 * with C = 0 for a growth that is not centred. C x / A is C times the potential up to a constant, which the next centring takes away. The strengths are those with which
 * the potential at each node acts on the quantity. A > 0.
 */
export function transposeReaction(
  u: Float64Array,
  strengths: Float64Array,
  growth: Growth,
  { before, excess, total, rate }: Pick<ReactionStep, "before" | "excess" | "total" | "rate">,
): void {
  let all = 0;
  for (let j = 0; j < u.length; j++) {
    u[j] /= total;
    strengths[j] = before[j] * growth.slope(excess[j]) * rate * u[j];
    all += strengths[j];
  }
  for (let j = 0; j < u.length; j++) {
    u[j] *= growth.factor(excess[j]);
    if (!growth.centred) continue;
    u[j] -= (all * excess[j]) / rate;
    strengths[j] -= all * before[j];
  }
}
