import { expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { runSpectral } from "../../src/spectral/run.ts";
import { solveSpectral } from "../../src/spectral/solve.ts";
import { gaussianAt } from "../../validation/shared/gaussian-closed-form.ts";
import { problemOf } from "../fixtures.ts";
import { largeTest, sized } from "../sizes.ts";

/** A quadratic well on [-6, 6], where normal densities of variance 1 / 2 are below 1e-24 of their largest at the ends. */
const WELL = {
  variables: { x: { min: -6, max: 6, cells: 96 } },
  potential: { F: "0.5*(x-0.3)^2" },
  temperature: 0.5,
  initial: { x: { type: "normal", mean: -0.7, sd: 0.6 } },
  time: { end: 1, snapshots: [0.5, 1] },
  observables: { mean: "x", second: "x^2" },
} satisfies Partial<ProblemInput>;
const CASE = { k: 1, c: 0.3, temperature: 0.5, mean: -0.7, sd: 0.6 };

test.each([
  { alpha: 0, reaction: "free-energy" },
  { alpha: 2, reaction: "free-energy" },
  { alpha: 2, reaction: "energy" },
] as const)("mean and variance in a quadratic well are those of the closed form: %o", async ({ alpha, reaction }) => {
  const solution = solveSpectral(await problemOf({ ...structuredClone(WELL), alpha, reaction }));
  expect(solution.converged).toBe(true);
  for (const { time, mass, observables, defect } of solution.snapshots) {
    const exact = gaussianAt(time, { ...CASE, alpha, reaction });
    const { mean, second } = observables;
    // The tolerance of refinements, 1e-8 of moments of size 1, is kept with room: 1e-12 to 1e-10.
    expect(Math.abs(mean - exact.mean)).toBeLessThan(1e-9);
    expect(Math.abs(second - mean * mean - exact.variance)).toBeLessThan(1e-9);
    expect(Math.abs(mass - 1)).toBeLessThan(1e-12);
    expect(Math.abs(defect)).toBeLessThan(1e-9);
  }
});

type Matrix = readonly [number, number, number];

/**
 * Precision P = [[a, b], [b, c]] and mean of a normal density in the well theta' H theta / 2, H = [[1, h], [h, 2]], by Runge and Kutta's method of order 4:
 *
 *   P' = HP + PH - 2 tau P^2 + alpha (H - [R = V_tau] tau P),   m' = -H m - alpha P^{-1} H m,
 *
 * since a quadratic reaction R = theta' Q theta / 2 changes the mean by -alpha P^{-1} Q m, and tau log mu has its own mean as centre.
 */
function normalInPlane(time: number, start: readonly number[], h: number, tau: number, alpha: number, free: number) {
  const product = ([a, b, c]: Matrix, [d, e, f]: Matrix) => [a * d + b * e, a * e + b * f, b * d + c * e, b * e + c * f];
  const H: Matrix = [1, h, 2];
  const rhs = ([a, b, c, x, y]: readonly number[]) => {
    const P: Matrix = [a, b, c];
    const HP = product(H, P);
    const PP = product(P, P);
    const Hm = [x + h * y, h * x + 2 * y];
    const det = a * c - b * b;
    const moved = [(c * Hm[0] - b * Hm[1]) / det, (a * Hm[1] - b * Hm[0]) / det];
    return [
      2 * HP[0] - 2 * tau * PP[0] + alpha * (1 - free * tau * a),
      HP[1] + HP[2] - 2 * tau * PP[1] + alpha * (h - free * tau * b),
      2 * HP[3] - 2 * tau * PP[3] + alpha * (2 - free * tau * c),
      -Hm[0] - alpha * moved[0],
      -Hm[1] - alpha * moved[1],
    ];
  };
  const plus = (u: readonly number[], v: readonly number[], f: number) => u.map((value, i) => value + f * v[i]);
  const steps = 2000;
  const dt = time / steps;
  let y = [...start];
  for (let n = 0; n < steps; n++) {
    const k1 = rhs(y);
    const k2 = rhs(plus(y, k1, dt / 2));
    const k3 = rhs(plus(y, k2, dt / 2));
    const k4 = rhs(plus(y, k3, dt));
    y = y.map((value, i) => value + (dt / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  const [a, b, c, x, z] = y;
  const det = a * c - b * b;
  return { x, y: z, xx: c / det + x * x, xy: -b / det + x * z, yy: a / det + z * z };
}

test.each((["free-energy", "energy"] as const).slice(0, sized(1, 2)))(
  "moments in an anisotropic well of the plane are those of the matrix equations: %s",
  async (reaction) => {
    const [tau, alpha, h, end] = [0.4, 1.5, 0.5, sized(0.2, 0.5)];
    const solution = solveSpectral(
      await problemOf({
        variables: { x: { min: -6, max: 6, cells: 24 }, y: { min: -5, max: 5, cells: 16 } },
        potential: { F: "0.5*x^2 + 0.5*x*y + y^2" },
        alpha,
        temperature: tau,
        reaction,
        initial: { x: { type: "normal", mean: 0.5, sd: 0.6 }, y: { type: "normal", mean: -0.4, sd: 0.5 } },
        time: { end, snapshots: [end] },
        observables: { x: "x", y: "y", xx: "x^2", xy: "x*y", yy: "y^2" },
      }),
    );
    expect(solution.converged).toBe(true);
    const exact = normalInPlane(end, [1 / 0.36, 0, 4, 0.5, -0.4], h, tau, alpha, reaction === "free-energy" ? 1 : 0);
    const [{ observables, defect, mass }] = solution.snapshots;
    for (const [name, value] of Object.entries(exact)) expect(Math.abs(observables[name] - value), name).toBeLessThan(1e-9);
    expect(Math.abs(defect)).toBeLessThan(1e-8);
    expect(Math.abs(mass - 1)).toBeLessThan(1e-12);
  },
);

test("births where nothing moves are right from far below rounding", async () => {
  // Log mu is quadratic: P(t) = e^{-A} P_0 + (1 - e^{-A}) k / tau, and so for P m; A = alpha tau = 1. Where Gibbs has its mass, mu_0 is down to 1e-30.
  const problem = await problemOf({
    ...structuredClone(WELL),
    dynamics: "pure-birth-death",
    alpha: 2,
    initial: { x: { type: "normal", mean: -0.7, sd: 0.2 } },
  });
  const { snapshots, converged } = solveSpectral(problem);
  const left = Math.exp(-1);
  const P = left / 0.04 + (1 - left) / 0.5;
  const mean = ((left * -0.7) / 0.04 + ((1 - left) * 0.3) / 0.5) / P;
  expect(converged).toBe(true);
  expect(Math.abs(snapshots[1].observables.mean - mean)).toBeLessThan(1e-9);
  expect(Math.abs(snapshots[1].observables.second - mean * mean - 1 / P)).toBeLessThan(1e-9);
});

test("F, tau and alpha that change in time: mean and variance follow their equations, and the energy its own", async () => {
  // R = V: P' = 2kP - 2 tau P^2 + alpha k, m' = -k (m - c) (1 + alpha / P), with k = 1 + t / 2, tau = e^{-t} / 2, alpha = 1 + t up to 0.6.
  const problem = await problemOf({
    ...structuredClone(WELL),
    potential: { F: "0.5*(1+0.5*t)*(x-0.3)^2" },
    temperature: "0.5*exp(-t)",
    reaction: "energy",
    alpha: { rate: "1+t", until: 0.6 },
  });
  const { snapshots, converged } = solveSpectral(problem);
  let [P, m] = [1 / 0.36, -0.7];
  const rhs = (t: number, P: number, m: number, alpha: number) => {
    const k = 1 + t / 2;
    return [2 * k * P - Math.exp(-t) * P * P + alpha * k, -k * (m - 0.3) * (1 + alpha / P)];
  };
  const dt = 1e-3;
  for (let n = 0; n < 1000; n++) {
    const t = n * dt;
    const alpha = (s: number) => (n < 600 ? 1 + s : 0);
    const [a1, b1] = rhs(t, P, m, alpha(t));
    const [a2, b2] = rhs(t + dt / 2, P + (dt / 2) * a1, m + (dt / 2) * b1, alpha(t + dt / 2));
    const [a3, b3] = rhs(t + dt / 2, P + (dt / 2) * a2, m + (dt / 2) * b2, alpha(t + dt / 2));
    const [a4, b4] = rhs(t + dt, P + dt * a3, m + dt * b3, alpha(t + dt));
    P += (dt / 6) * (a1 + 2 * a2 + 2 * a3 + a4);
    m += (dt / 6) * (b1 + 2 * b2 + 2 * b3 + b4);
  }
  expect(converged).toBe(true);
  const { observables, defect } = snapshots[1];
  // Runge and Kutta's method leaves 1e-12.
  expect(Math.abs(observables.mean - m)).toBeLessThan(1e-9);
  expect(Math.abs(observables.second - m * m - 1 / P)).toBeLessThan(1e-9);
  expect(Math.abs(defect)).toBeLessThan(1e-8);
});

test("in space a product of normal densities stays one, each factor by its own equation", async () => {
  const centres = [0.3, -0.2, 0.1];
  const problem = await problemOf({
    variables: { x: { min: -4, max: 4, cells: 8 }, y: { min: -4, max: 4, cells: 8 }, z: { min: -4, max: 4, cells: 8 } },
    potential: { F: "0.5*(x-0.3)^2 + 0.5*(y+0.2)^2 + 0.5*(z-0.1)^2" },
    alpha: 1,
    temperature: 0.5,
    initial: {
      x: { type: "normal", mean: 0.5, sd: 0.7 },
      y: { type: "normal", mean: -0.4, sd: 0.8 },
      z: { type: "normal", mean: 0, sd: 0.75 },
    },
    time: { end: 0.2, snapshots: [0.2] },
    observables: { x: "x", y: "y", z: "z", xx: "x^2", yy: "y^2", zz: "z^2" },
  });
  const [{ observables, mass }] = runSpectral(problem, { nodes: [16, 16, 16], integration: 1e-6, floor: 1e-14 }, () => {}).states;
  [
    [0.5, 0.7],
    [-0.4, 0.8],
    [0, 0.75],
  ].forEach(([mean, sd], a) => {
    const exact = gaussianAt(0.2, { k: 1, c: centres[a], temperature: 0.5, alpha: 1, reaction: "free-energy", mean, sd });
    const name = "xyz"[a];
    // Nodes half a unit apart miss modes beyond 2 pi, e^{-(2 pi sigma)^2 / 2} = 6e-5 for sigma = 0.7; 5 sd away from the mean 1e-6 of the mass is outside, 2e-5 in a second moment. Three times their sum.
    expect(Math.abs(observables[name] - exact.mean), name).toBeLessThan(2.4e-4);
    expect(Math.abs(observables[name + name] - exact.mean ** 2 - exact.variance), name).toBeLessThan(2.4e-4);
  });
  expect(Math.abs(mass - 1)).toBeLessThan(1e-12);
});

test("births by the smoothed free energy: mean and variance follow their equations", async () => {
  // k_eps * mu is normal, of variance 1 / P + eps^2: P' = 2P - 2 tau P^2 + alpha (1 - tau / (1 / P + eps^2)), m' = -(m - c) (1 + alpha / P).
  const [alpha, tau, eps] = [2, 0.5, 0.4];
  const reaction = { type: "free-energy", bandwidth: eps } as const;
  const { snapshots, converged } = solveSpectral(await problemOf({ ...structuredClone(WELL), alpha, reaction }));
  const rhs = ([P, m]: readonly number[]) => [
    2 * P - 2 * tau * P * P + alpha * (1 - tau / (1 / P + eps * eps)),
    -(m - 0.3) * (1 + alpha / P),
  ];
  const plus = (u: readonly number[], v: readonly number[], f: number) => u.map((value, i) => value + f * v[i]);
  const dt = 1e-3;
  let y = [1 / 0.36, -0.7];
  for (let n = 0; n < 1000; n++) {
    const k1 = rhs(y);
    const k2 = rhs(plus(y, k1, dt / 2));
    const k3 = rhs(plus(y, k2, dt / 2));
    const k4 = rhs(plus(y, k3, dt));
    y = y.map((value, i) => value + (dt / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  expect(converged).toBe(true);
  const { mean, second } = snapshots[1].observables;
  // Runge and Kutta's method leaves 1e-12.
  expect(Math.abs(mean - y[1])).toBeLessThan(1e-9);
  expect(Math.abs(second - mean * mean - 1 / y[0])).toBeLessThan(1e-9);
});

largeTest.each(["gradient-descent", "pure-birth-death"] as const)(
  "a well that stands for a hundredth of the run and is flat before is not stepped over, under %s",
  async (dynamics) => {
    const [at, width, alpha, c, mean, sd] = [0.45, 0.01, 10, 0.1, 0.5, 0.5];
    const problem = await problemOf({
      variables: { x: { min: -4, max: 4, cells: 64 } },
      potential: { F: `5*exp(-((t-${at})/${width})^2)*(x-${c})^2` },
      ...(dynamics === "gradient-descent" ? {} : { alpha }),
      dynamics,
      initial: { x: { type: "normal", mean, sd } },
      observables: { mean: "x" },
      time: { end: 1, snapshots: 1 },
    });
    // log mu changes by -alpha int F dt alone, of a stiffness whose integral is 10 width sqrt(pi); a path by (x - c)' = -k (x - c).
    const integral = 10 * width * Math.sqrt(Math.PI);
    const precision = 1 / (sd * sd);
    const exact =
      dynamics === "gradient-descent"
        ? c + (mean - c) * Math.exp(-integral)
        : (mean * precision + c * alpha * integral) / (precision + alpha * integral);
    const { converged, snapshots } = solveSpectral(problem, { tolerance: 1e-5 });
    expect(converged).toBe(true);
    expect(Math.abs(snapshots[1].observables.mean - exact)).toBeLessThan(1e-5);
  },
);

test.each([
  ["modes", solveSpectral],
  ["characteristics", solveCharacteristics],
] as const)("births and deaths that last a hundredth of the run are not stepped over by %s", async (_, solveBy) => {
  const [at, width, k, c, mean, sd] = [0.45, 0.01, 10, 0.1, 0.5, 0.5];
  const problem = await problemOf({
    variables: { x: { min: -4, max: 4, cells: 64 } },
    potential: { F: `${k / 2}*(x-${c})^2` },
    alpha: `10*exp(-((t-${at})/${width})^2)`,
    dynamics: "pure-birth-death",
    initial: { x: { type: "normal", mean, sd } },
    observables: { mean: "x" },
    time: { end: 1, snapshots: 1 },
  });
  // log mu changes by -A F, A = int alpha dt.
  const A = 10 * width * Math.sqrt(Math.PI);
  const precision = 1 / (sd * sd);
  const { converged, snapshots } = solveBy(problem, { tolerance: 1e-6 });
  expect(converged).toBe(true);
  expect(Math.abs(snapshots[1].observables.mean - (mean * precision + c * A * k) / (precision + A * k))).toBeLessThan(1e-6);
});
