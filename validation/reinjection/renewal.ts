import { solve } from "../../src/finite-volume/solve.ts";
import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import { type DynamicsName, definitionOf } from "../../src/problem/dynamics.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { inSequence } from "../shared/sizes.ts";

/**
 * F = x^2 / 2 + c without K, c > 0: V > 0 everywhere, both rules are the same, and a particle lives as a renewal process does. It comes from
 * mu_b at x_0, moves along x_0 e^{-s} and dies at rate alpha (c + x_0^2 e^{-2s} / 2), so that the stationary distribution is, s being its age,
 *
 *   pi  ~  int mu_b(dx_0) int_0^inf delta_{x_0 e^{-s}} exp(-alpha (c s + x_0^2 (1 - e^{-2s}) / 4)) ds.
 *
 * It is not a stationary point of E. All die at rate alpha c at least, whatever the rest, so that two solutions may be coupled by these
 * deaths: |mu_t - pi| <= e^{-alpha c t} in total variation.
 */
export interface RenewalConfig {
  floor: number;
  alpha: number;
  prior: { mean: number; sd: number };
  end: number;
  cells: readonly [number, number];
}

/** Standard deviations of mu_b that are integrated over, and e^{-EXPONENT} of the lifetimes left out. */
const REACH = 8;
const EXPONENT = 36;
/** Where the distribution lies, and more: |x| and x^2 are at most 4 and 16 there. */
const DOMAIN = { min: -2, max: 4 };

/** int x^k dpi, k = 1 and 2. */
export function renewalMoments({ floor, alpha, prior }: Pick<RenewalConfig, "floor" | "alpha" | "prior">) {
  const starts = gaussLegendre(120, prior.mean - REACH * prior.sd, prior.mean + REACH * prior.sd);
  const ages = gaussLegendre(400, 0, EXPONENT / (alpha * floor));
  let mass = 0;
  let mean = 0;
  let square = 0;
  for (let j = 0; j < starts.nodes.length; j++) {
    const start = starts.nodes[j];
    const weight = starts.weights[j] * Math.exp(-0.5 * ((start - prior.mean) / prior.sd) ** 2);
    for (let k = 0; k < ages.nodes.length; k++) {
      const age = ages.nodes[k];
      const alive = weight * ages.weights[k] * Math.exp(-alpha * (floor * age - 0.25 * start * start * Math.expm1(-2 * age)));
      const x = start * Math.exp(-age);
      mass += alive;
      mean += alive * x;
      square += alive * x * x;
    }
  }
  return { mean: mean / mass, square: square / mass };
}

export async function measureRenewal(rule: DynamicsName, config: RenewalConfig) {
  const { floor, alpha, prior, end, cells } = config;
  const ends = await inSequence(cells, async (count) => {
    const problem = await createProblem({
      name: "renewal",
      variables: { x: { ...DOMAIN, cells: count } },
      parameters: { floor },
      potential: { F: "0.5*x^2 + floor" },
      alpha,
      dynamics: definitionOf(rule, { x: { type: "normal", ...prior } }),
      initial: { x: { type: "normal", mean: 0, sd: 0.5 } },
      time: { end, snapshots: [end] },
      observables: { mean: "x", square: "x^2" },
    });
    return solve(problem).snapshots[0].observables;
  });
  const predicted = renewalMoments(config);
  const start = Math.exp(-alpha * floor * end);
  return (["mean", "square"] as const).map((quantity) => {
    const [coarse, fine] = ends.map((observables) => observables[quantity]);
    const largest = quantity === "mean" ? DOMAIN.max - DOMAIN.min : DOMAIN.max ** 2;
    // The difference of the grids, and e^{-alpha c t} of the start.
    const tolerance = Math.abs(coarse - fine) + start * largest;
    return { rule, quantity, predicted: predicted[quantity], coarse, fine, tolerance };
  });
}

export type RenewalRow = Awaited<ReturnType<typeof measureRenewal>>[number];
