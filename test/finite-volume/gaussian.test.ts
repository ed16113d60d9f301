import { expect, test } from "vitest";
import { FLUXES, type FluxName } from "../../src/finite-volume/fluxes.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { orderOfDiscretisation } from "../../src/finite-volume/splittings.ts";
import { observedOrders, problemOf } from "../fixtures.ts";

/**
 * V = k x^2 / 2 + c m x, m = int x dmu (K = c x x'), keeps a Gaussian N(m, s) Gaussian. With Cov(x, x^2/2) = m s and
 * Cov((x - m)^2, x^2/2) = s^2,
 *
 *   m' = -(k + c) m - alpha (k + c) m s,   s' = -2 k s - alpha k s^2,
 *
 * so that 1/s = (1/s0 + alpha/2) e^{2kt} - alpha/2 and m = m0 (e^{kt} s / s0)^{(k + c)/k}.
 */
const k = 0.8;
const alpha = 3;
const m0 = 0.8;
const s0 = 0.25;
const end = 0.6;

function moments(c: number, t: number): { mean: number; variance: number } {
  const variance = 1 / ((1 / s0 + alpha / 2) * Math.exp(2 * k * t) - alpha / 2);
  return { mean: m0 * ((Math.exp(k * t) * variance) / s0) ** ((k + c) / k), variance };
}

test("the closed form solves its equations", () => {
  const step = 1e-5;
  for (const c of [0, 0.6]) {
    const [before, at, after] = [-step, 0, step].map((dt) => moments(c, end + dt));
    // Central differences of functions of order 1: third derivatives of about 10 times step^2, rounding over step.
    const slope = (key: "mean" | "variance") => (after[key] - before[key]) / (2 * step);
    expect(slope("mean")).toBeCloseTo(-(k + c) * at.mean * (1 + alpha * at.variance), 8);
    expect(slope("variance")).toBeCloseTo(-2 * k * at.variance - alpha * k * at.variance ** 2, 8);
  }
});

const cases = [0, 0.6].flatMap((c) => [
  { c, flux: "upwind", splitting: "lie" } as const,
  ...(Object.keys(FLUXES) as FluxName[]).map((flux) => ({ c, flux, splitting: "strang" }) as const),
]);

test.each(cases)("$flux with $splitting follows mean and variance of a Gaussian, K = $c x x'", async ({ c, flux, splitting }) => {
  const meanErrors: number[] = [];
  const varianceErrors: number[] = [];
  const exact = moments(c, end);
  for (const cells of [128, 256, 512]) {
    const problem = await problemOf({
      variables: { x: { min: -4, max: 4, cells } },
      potential: { F: `${k / 2}*x^2`, K: { type: "pairwise", expression: `${c}*x*x_prime` } },
      alpha,
      initial: { x: { type: "normal", mean: m0, sd: Math.sqrt(s0) } },
      time: { end, snapshots: 1 },
      observables: { mean: "x", square: "x^2" },
    });
    const { mean, square } = solve(problem, { flux, splitting, maxStep: 1.28 / cells }).snapshots[1].observables;
    meanErrors.push(Math.abs(mean - exact.mean));
    varianceErrors.push(Math.abs(square - mean ** 2 - exact.variance));
  }
  // The order is approached like 1 + O(h): within 0.1 on the finest pair, where another order would be 1 off.
  const order = orderOfDiscretisation({ flux, splitting });
  expect(Math.abs(observedOrders(meanErrors)[1] - order)).toBeLessThan(0.1);
  expect(Math.abs(observedOrders(varianceErrors)[1] - order)).toBeLessThan(0.1);
  // One and the same constant fits both orders: errors of h on [-4, 4], h = 1/64, are below h/4 and h^2/4.
  expect(Math.max(meanErrors[2], varianceErrors[2])).toBeLessThan((1 / 64) ** order / 4);
});
