import { expect, test } from "vitest";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { problemOf } from "../fixtures.ts";
import { rungeKutta, sum } from "./arithmetic.ts";

/** F = x^2 / 2, tau = 0.3, alpha = 2, mu_0 = N(0.5, 0.6^2), phi = x at T = 0.5. */
const [ALPHA, TAU, T] = [2, 0.3, 0.5];
const STEPS = 150;
const h = 0.1;
const x = Array.from({ length: 101 }, (_, i) => -5 + i * h);

/** Precision, precision times mean, and mass. */
type Gaussian = readonly number[];
const massesOf = ([P, eta, mass]: Gaussian) =>
  x.map((y) => mass * h * Math.sqrt(P / (2 * Math.PI)) * Math.exp(-0.5 * P * (y - eta / P) ** 2));
const mean = (masses: readonly number[], f: readonly number[]) => sum(masses.map((m, i) => m * f[i]));

/** Derivatives of order 4; beyond the ends a function goes on as it is there, where nothing is. */
const at = (u: readonly number[], i: number) => u[Math.min(100, Math.max(0, i))];
const slopesOf = (u: readonly number[]) =>
  x.map((_, i) => (at(u, i - 2) - 8 * at(u, i - 1) + 8 * at(u, i + 1) - at(u, i + 2)) / (12 * h));
const curvaturesOf = (u: readonly number[]) =>
  x.map((_, i) => (-at(u, i - 2) + 16 * at(u, i - 1) - 30 * u[i] + 16 * at(u, i + 1) - at(u, i + 2)) / (12 * h * h));

/**
 * R = F, or F + tau log(k_eps * mu), which is quadratic too, as k_eps * N(m, v) = N(m, v + eps^2): mu and nu stay Gaussian. With Q = 1 / (v + eps^2), or 0 for R = F,
 *
 *   P' = 2 P - 2 tau P^2 + r (1 - tau Q),   eta' = (1 - 2 tau P) eta - r tau Q m,   r = alpha for mu, 2 alpha for nu
 */
function theoryOf(bandwidth: number | null) {
  const smoothedOf = ([P, eta]: Gaussian) => ({ Q: bandwidth === null ? 0 : 1 / (1 / P + bandwidth ** 2), m: eta / P });
  /** R up to a constant, at x and in the mean over a Gaussian. */
  const reactionOf = (mu: Gaussian) => {
    const { Q, m } = smoothedOf(mu);
    const overGaussian = ([P, eta]: Gaussian) => 0.5 * (1 / P + (eta / P) ** 2) - 0.5 * TAU * Q * (1 / P + (eta / P - m) ** 2);
    return { R: x.map((y) => 0.5 * y * y - 0.5 * TAU * Q * (y - m) ** 2), overGaussian };
  };
  const forward = (y: readonly number[]): number[] => {
    const [mu, nu] = [y.slice(0, 3), y.slice(3)];
    const { Q, m } = smoothedOf(mu);
    const { overGaussian } = reactionOf(mu);
    const moving = ([P, eta]: Gaussian, rate: number) => [
      2 * P - 2 * TAU * P * P + rate * (1 - TAU * Q),
      (1 - 2 * TAU * P) * eta - rate * TAU * Q * m,
    ];
    return [...moving(mu, ALPHA), 0, ...moving(nu, 2 * ALPHA), -2 * ALPHA * (overGaussian(nu) - overGaussian(mu)) * nu[2]];
  };
  const start = [1 / 0.36, 0.5 / 0.36, 1];
  const path = [[...start, ...start]];
  for (let k = 0; k < 2 * STEPS; k++) path.push(rungeKutta(path[k], T / (2 * STEPS), forward));

  /** int (u - ubar)(y) k_eps(y - x) / (k_eps * mu)(y) mu(dy). */
  const bells = x.map((y) => x.map((z) => (bandwidth === null ? 0 : Math.exp(-0.5 * ((y - z) / bandwidth) ** 2) / (bandwidth * Math.sqrt(2 * Math.PI))))); // biome-ignore format: one line
  const byLogarithm = (mu: Gaussian, masses: readonly number[], u: readonly number[], ubar: number) => {
    if (bandwidth === null) return x.map(() => 0);
    const { Q, m } = smoothedOf(mu);
    const shares = x.map(
      (y, i) => (masses[i] * (u[i] - ubar)) / (Math.sqrt(Q / (2 * Math.PI)) * Math.exp(-0.5 * Q * (y - m) ** 2)),
    );
    return bells.map((bell) => mean(shares, bell));
  };
  /** d u / ds. */
  const rate = (u: readonly number[], k: number) => {
    const mu = path[k].slice(0, 3);
    const masses = massesOf(mu);
    const ubar = mean(masses, u);
    const { R, overGaussian } = reactionOf(mu);
    const Rbar = overGaussian(mu);
    const [slope, curvature, log] = [slopesOf(u), curvaturesOf(u), byLogarithm(mu, masses, u, ubar)];
    return x.map(
      (y, i) => y * slope[i] - TAU * curvature[i] + ALPHA * (R[i] - Rbar) * u[i] - ALPHA * R[i] * ubar + ALPHA * TAU * log[i],
    );
  };
  const sourcesAt = (u: readonly number[], k: number) => {
    const [mu, nu] = [path[k].slice(0, 3), path[k].slice(3)];
    const masses = massesOf(mu);
    const { R, overGaussian } = reactionOf(mu);
    const ubar = mean(masses, u);
    const sizes = R.map((r) => ALPHA * Math.abs(r - overGaussian(mu)));
    const squares = u.map((value) => (value - ubar) ** 2);
    const slopes = slopesOf(u).map((slope) => 2 * TAU * slope * slope);
    return {
      events: mean(masses, squares.map((value, i) => sizes[i] * value)), // biome-ignore format: one line
      control: mean(masses, sizes) * mean(masses, squares),
      motion: mean(masses, slopes),
      weightedMotion: mean(massesOf(nu), slopes),
      variance: mean(masses, squares),
    };
  };
  let u = x.slice();
  const totals = { events: 0, control: 0, motion: 0, weightedMotion: 0 };
  for (let k = 2 * STEPS; ; k -= 2) {
    const sources = sourcesAt(u, k);
    const share = (T / STEPS) * (k === 0 || k === 2 * STEPS ? 0.5 : 1);
    for (const name of ["events", "control", "motion", "weightedMotion"] as const) totals[name] += share * sources[name];
    if (k === 0) return { ...totals, initial: sources.variance };
    u = rungeKutta(u, -T / STEPS, (y, which) => rate(y, k - which));
  }
}

test.each([
  ["R = V", null],
  ["R with the logarithm of a smoothed density", 0.4],
] as const)("the noise at a temperature is that of noise.md, solved as printed: %s", async (_, bandwidth) => {
  const expected = theoryOf(bandwidth);
  const problem = await problemOf({
    alpha: ALPHA,
    temperature: TAU,
    reaction: bandwidth === null ? "energy" : { type: "free-energy", bandwidth },
    initial: { x: { type: "normal", mean: 0.5, sd: 0.6 } },
    time: { end: T, snapshots: [T] },
    observables: { mean: "x" },
  });
  const predict = (scheme: "event-process" | "weighted") =>
    predictFluctuations(problem, { scheme, n: 100, dt: 0.1, time: "continuous" }).snapshots[0].observables.mean;
  const [events, weighted] = [predict("event-process"), predict("weighted")];
  // The library extrapolates its steps until they agree to 1e-4; here cells err by h^4, and by h^2 of the share of a cell at the kink of |R - Rbar|.
  const limits = { initial: 1e-4, motion: 1e-4, events: 1e-3, control: 1e-3 };
  for (const part of ["initial", "motion", "events", "control"] as const)
    expect(Math.abs(events[part]! / expected[part] - 1), part).toBeLessThan(limits[part]);
  expect(Math.abs(weighted.initial / expected.initial - 1)).toBeLessThan(1e-4);
  expect(Math.abs(weighted.motion! / expected.weightedMotion - 1)).toBeLessThan(1e-4);
  // Were it that of mu.
  expect(Math.abs(expected.motion / expected.weightedMotion - 1)).toBeGreaterThan(0.03);
});
