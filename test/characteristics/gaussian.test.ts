import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { createGrid } from "../../src/grid/grid.ts";
import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { largestDifference, observedOrders, problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

/**
 * F = k x^2 / 2 + g x + f and K = c x x' keep a Gaussian N(m, s) Gaussian. V = k x^2 / 2 + (g + c m) x + f has the mean slope
 * q = (k + c) m + g, so that with tau = 1 where there is transport, and alpha = 0 without a reaction,
 *
 *   m' = -E V' - alpha Cov(x, V) = -(tau + alpha s) q,      s' = -2 Cov(x, V') tau - alpha Cov((x - m)^2, V) = -2 tau k s - alpha k s^2
 *
 * and q = q0 exp(-(k + c) G), G = int_0^t (tau + alpha s). In closed form p = 1/s and G are
 *
 *   gradient-descent    p0 e^{2kt}                                 t
 *   pure-birth-death    p0 + alpha k t                             log(p / p0) / k
 *   birth-death         (p0 + alpha/2) e^{2kt} - alpha/2           log(p / p0) / k - t
 */
interface Well {
  k: number;
  g: number;
  f: number;
  c: number;
  m0: number;
  s0: number;
  alpha: number;
}

type Dynamics = "gradient-descent" | "pure-birth-death" | "birth-death";
const DYNAMICS: Dynamics[] = ["gradient-descent", "pure-birth-death", "birth-death"];

function moments(dynamics: Dynamics, { k, g, c, m0, s0, alpha }: Well, t: number) {
  const p0 = 1 / s0;
  const p = {
    "gradient-descent": p0 * Math.exp(2 * k * t),
    "pure-birth-death": p0 + alpha * k * t,
    "birth-death": (p0 + alpha / 2) * Math.exp(2 * k * t) - alpha / 2,
  }[dynamics];
  const G = {
    "gradient-descent": t,
    "pure-birth-death": Math.log(p / p0) / k,
    "birth-death": Math.log(p / p0) / k - t,
  }[dynamics];
  const q = ((k + c) * m0 + g) * Math.exp(-(k + c) * G);
  return { m: (q - g) / (k + c), s: 1 / p, q };
}

/** What a snapshot says of N(m, s). With y = x - m: V = Vbar + k (y^2 - s) / 2 + q y. */
function measured(well: Well, m: number, s: number) {
  const { k, g, f, c } = well;
  const q = (k + c) * m + g;
  const ofF = (k * (m * m + s)) / 2 + g * m + f;
  return {
    energy: ofF + (c * m * m) / 2,
    meanPotential: ofF + c * m * m,
    slopeSquared: q * q + k * k * s,
    variance: (k * k * s * s) / 2 + q * q * s,
    gap: (k * s) / 2 + (q * q) / (2 * k),
  };
}

const well: Well = { k: 0.8, g: 0, f: 0, c: 0, m0: 0.7, s0: 0.3, alpha: 1.5 };
const WELLS: Record<string, Well> = {
  "a well at 0": well,
  "a well that is shifted and raised": { ...well, g: -0.8 * 1.2, f: 2 },
  "a well that is tilted": { ...well, g: 0.5 },
  "a well with K = c x x'": { ...well, c: 0.6 },
  "a tilted well with K = c x x'": { ...well, g: -0.7, c: 1.3, alpha: 4 },
};

test.each(DYNAMICS)("the closed form solves its equations, and (16) holds for it (%s)", (dynamics) => {
  const h = 1e-4;
  for (const each of Object.values(WELLS)) {
    const { k, alpha } = each;
    const [before, at, after] = [0.6 - h, 0.6, 0.6 + h].map((t) => moments(dynamics, each, t));
    const transport = dynamics === "pure-birth-death" ? 0 : 1;
    const rate = dynamics === "gradient-descent" ? 0 : alpha;
    // Central differences: h^2 / 6 of a third derivative below 100, and rounding over h: 2e-7 and 1e-12.
    expect((after.m - before.m) / (2 * h)).toBeCloseTo(-(transport + rate * at.s) * at.q, 6);
    expect((after.s - before.s) / (2 * h)).toBeCloseTo(-2 * transport * k * at.s - rate * k * at.s ** 2, 6);
    const energy = [before, after].map(({ m, s }) => measured(each, m, s).energy);
    const { slopeSquared, variance } = measured(each, at.m, at.s);
    expect((energy[1] - energy[0]) / (2 * h)).toBeCloseTo(-transport * slopeSquared - rate * variance, 6);
  }
});

function problemFor(each: Well, dynamics: ProblemInput["dynamics"], changes: Partial<ProblemInput> = {}) {
  const { k, g, f, c, m0, s0, alpha } = each;
  const F = `${k / 2}*x^2 + (${g})*x + ${f}`;
  return problemOf({
    variables: { x: { min: -4, max: 4, cells: 40 } },
    potential: c === 0 ? { F } : { F, K: { type: "pairwise", expression: `${c}*x*x_prime` } },
    alpha,
    dynamics,
    initial: { x: { type: "normal", mean: m0, sd: Math.sqrt(s0) } },
    time: { end: 1.2, snapshots: 3 },
    observables: { mean: "x", square: "x^2" },
    ...changes,
  });
}

const RULE = gaussLegendre(16, -0.5, 0.5);
const gaussian = (x: number, m: number, s: number) => Math.exp(-((x - m) ** 2) / (2 * s)) / Math.sqrt(2 * Math.PI * s);

/** Averages of N(m, s) over cells of at most four standard deviations: 16 Gauss points leave rounding. */
function averagesOf({ min, width, cells }: { min: number; width: number; cells: number }, m: number, s: number): Float64Array {
  return Float64Array.from({ length: cells }, (_, i) =>
    RULE.nodes.reduce((total, node, q) => total + RULE.weights[q] * gaussian(min + (i + 0.5 + node) * width, m, s), 0),
  );
}

/** Of the solution, by its own account. */
const TOLERANCE = 1e-8;

describe.each(Object.entries(WELLS))("%s", (name, each) => {
  test.each(DYNAMICS)("moments, energy, dissipation, gap and residual are those of the Gaussian (%s)", async (dynamics) => {
    const solution = solveCharacteristics(await problemFor(each, dynamics), {
      tolerance: TOLERANCE,
    });
    expect(solution.converged).toBe(true);
    const initially = measured(each, each.m0, each.s0).energy;
    for (const snapshot of solution.snapshots) {
      const { m, s } = moments(dynamics, each, snapshot.time);
      const { energy, meanPotential, variance, gap } = measured(each, m, s);
      // All values are below 4: the tolerance is relative to those above 1.
      expect(Math.abs(snapshot.observables.mean - m)).toBeLessThan(TOLERANCE);
      expect(Math.abs(snapshot.observables.square - (s + m * m))).toBeLessThan(4 * TOLERANCE);
      expect(Math.abs(snapshot.energy - energy)).toBeLessThan(4 * TOLERANCE);
      expect(Math.abs(snapshot.meanPotential - meanPotential)).toBeLessThan(4 * TOLERANCE);
      expect(Math.abs(snapshot.dissipated - (initially - energy))).toBeLessThan(4 * TOLERANCE);
      expect(Math.abs((snapshot.gap ?? Number.NaN) - gap)).toBeLessThan(4 * TOLERANCE);
      // The standard deviation of V, here above 0.02.
      expect(Math.abs(snapshot.residualOnSupport - Math.sqrt(variance))).toBeLessThan(100 * TOLERANCE);
      expect(Math.abs(snapshot.mass - 1)).toBeLessThan(1e-13);
    }
  });

  const traced = sized(["a well that is shifted and raised", "a tilted well with K = c x x'"], Object.keys(WELLS)).includes(name);
  test.each(traced ? DYNAMICS.slice(sized(2, 0)) : [])(
    "the traced density is that of the Gaussian, at points and averaged over cells (%s)",
    async (dynamics) => {
      const problem = await problemFor(each, dynamics);
      const density = solveCharacteristics(problem, {
        tolerance: 1e-10,
      }).tracedDensity(1e-10);
      const axis = problem.grid.axes[0];
      for (const t of [0, 0.37, 1.2]) {
        const { m, s } = moments(dynamics, each, t);
        const points = Float64Array.from({ length: 81 }, (__, i) => m + ((i - 40) / 8) * Math.sqrt(s));
        const exact = points.map((x) => gaussian(x, m, s));
        const found = new Float64Array(81);
        density.atPoints(found, [points], 81, t);
        // A local error of 1e-10 in each of 20 steps, for a density at most 1: 1e-8 is five times that.
        expect(largestDifference(found, exact)).toBeLessThan(1e-8);
        // Nor is it lost far out: 5 standard deviations, where a foot that is 1e-9 off changes the density by 5e-9 of itself.
        expect(found[0] / exact[0]).toBeCloseTo(1, 6);
        expect(found[80] / exact[80]).toBeCloseTo(1, 6);
        expect(largestDifference(density.cellAverages(problem.grid, t), averagesOf(axis, m, s))).toBeLessThan(1e-8);
      }
    },
  );
});

test.each(DYNAMICS)(
  "a domain that cuts off part of the bulk holds its part of the density, and is not filled up to 1 (%s)",
  async (dynamics) => {
    const problem = await problemFor(well, dynamics, {
      variables: { x: { min: 0.4, max: 3, cells: 26 } },
    });
    const { tracedDensity, snapshots } = solveCharacteristics(problem);
    const axis = problem.grid.axes[0];
    for (const { time, observables } of snapshots) {
      const { m, s } = moments(dynamics, well, time);
      const exact = averagesOf(axis, m, s);
      const found = tracedDensity(1e-10).cellAverages(problem.grid, time);
      expect(largestDifference(found, exact)).toBeLessThan(1e-8);
      const inside = found.reduce((total, value) => total + value * axis.width, 0);
      expect(inside).toBeLessThan(0.75);
      // The nodes are those of the whole line.
      expect(Math.abs(observables.mean - m)).toBeLessThan(TOLERANCE);
    }
  },
);

describe("unbalanced", () => {
  /**
   * Paths are those of gradient descent to x* = -g / k, and mass falls along them by alpha int F, F = f* + k (x - x*)^2 / 2. With
   * y = x - x* at the start, a = alpha (1 - e^{-2kt}) / 4 and int F = f* t + y^2 (1 - e^{-2kt}) / 4,
   *
   *   mass = e^{-alpha f* t} E e^{-a y^2} = e^{-alpha f* t} (1 + 2 a s0)^{-1/2} exp(-a d^2 / (1 + 2 a s0)),   d = m0 - x*,
   *
   * while the distribution, which is mu over its mass, is that of birth-death.
   */
  function massAt({ k, g, f, m0, s0, alpha }: Well, t: number): number {
    const a = (alpha * (1 - Math.exp(-2 * k * t))) / 4;
    const spread = 1 + 2 * a * s0;
    return Math.exp(-alpha * (f - (g * g) / (2 * k)) * t - (a * (m0 + g / k) ** 2) / spread) / Math.sqrt(spread);
  }

  test.each(["a well at 0", "a well that is shifted and raised", "a well that is tilted"])(
    "mass and moments are exact in %s",
    async (name) => {
      const each = WELLS[name];
      const problem = await problemFor(each, "unbalanced", {
        potential: { F: `${each.k / 2}*x^2 + (${each.g})*x + ${each.f}` },
      });
      const solution = solveCharacteristics(problem, { tolerance: TOLERANCE });
      const initially = measured(each, each.m0, each.s0).energy;
      const density = solution.tracedDensity(1e-10);
      for (const snapshot of solution.snapshots) {
        const { time } = snapshot;
        const mass = massAt(each, time);
        const { m, s } = moments("birth-death", each, time);
        const { energy, meanPotential, variance } = measured(each, m, s);
        expect(Math.abs(snapshot.mass - mass)).toBeLessThan(TOLERANCE);
        expect(Math.abs(snapshot.observables.mean - mass * m)).toBeLessThan(TOLERANCE);
        expect(Math.abs(snapshot.energy - mass * energy)).toBeLessThan(4 * TOLERANCE);
        expect(Math.abs(snapshot.meanPotential - meanPotential)).toBeLessThan(4 * TOLERANCE);
        expect(Math.abs(snapshot.dissipated - (initially - mass * energy))).toBeLessThan(4 * TOLERANCE);
        expect(snapshot.residualOnSupport).toBeCloseTo(Math.sqrt(variance + meanPotential ** 2), 6);
        expect(snapshot.gap).toBeNull();
        const exact = averagesOf(problem.grid.axes[0], m, s).map((value) => mass * value);
        expect(largestDifference(density.cellAverages(problem.grid, time), exact)).toBeLessThan(1e-8);
      }
    },
  );

  test("a constant F takes mass away as e^{-alpha F t}, and nothing else", async () => {
    const problem = await problemFor(well, "unbalanced", {
      potential: { F: "0.7" },
    });
    for (const { time, mass, observables } of solveCharacteristics(problem).snapshots) {
      expect(Math.abs(mass - Math.exp(-well.alpha * 0.7 * time))).toBeLessThan(TOLERANCE);
      expect(Math.abs(observables.mean - well.m0 * mass)).toBeLessThan(TOLERANCE);
    }
  });

  test("mass' = -alpha int V dmu with an interaction too", async () => {
    const problem = await problemFor({ ...well, c: 0.6 }, "unbalanced", {
      time: { end: 1, snapshots: 40 },
    });
    const { snapshots } = solveCharacteristics(problem);
    // Simpson's rule over pairs of snapshots 0.025 apart: h^4 / 180 of a fourth derivative of order 100.
    let loss = 0;
    for (let k = 0; k + 2 < snapshots.length; k += 2) {
      const [a, b, c] = snapshots.slice(k, k + 3).map(({ mass, meanPotential }) => mass * meanPotential);
      loss += (0.025 * (a + 4 * b + c)) / 3;
    }
    expect(Math.abs(snapshots[40].mass - (1 - well.alpha * loss))).toBeLessThan(1e-6);
  });
});

describe("in two dimensions, with another k on each axis", () => {
  const x: Well = { ...well, k: 0.8, g: 0.3, m0: 0.6, s0: 0.2 };
  const y: Well = { ...well, k: 1.7, g: -0.5, m0: -0.2, s0: 0.3 };
  const F = `${x.k / 2}*x^2 + (${x.g})*x + ${y.k / 2}*y^2 + (${y.g})*y`;
  const problemIn2D = (dynamics: Dynamics, cells: number) =>
    problemOf({
      variables: {
        x: { min: -2, max: 2, cells },
        y: { min: -2, max: 2, cells: 2 * cells },
      },
      potential: { F },
      alpha: well.alpha,
      dynamics,
      initial: {
        x: { type: "normal", mean: x.m0, sd: Math.sqrt(x.s0) },
        y: { type: "normal", mean: y.m0, sd: Math.sqrt(y.s0) },
      },
      time: { end: 0.4, snapshots: 1 },
      observables: { x: "x", y: "y", xx: "x^2", yy: "y^2", xy: "x*y" },
    });

  // F is a sum, so that a product of distributions stays one, each factor with its own moments.
  test.each(DYNAMICS)("moments and densities are those of a product of Gaussians (%s)", async (dynamics) => {
    const problem = await problemIn2D(dynamics, 10);
    const solution = solveCharacteristics(problem, { tolerance: TOLERANCE });
    expect(solution.converged).toBe(true);
    const [a, b] = [moments(dynamics, x, 0.4), moments(dynamics, y, 0.4)];
    const { observables, energy, dissipated } = solution.snapshots[1];
    const exact = {
      x: a.m,
      y: b.m,
      xx: a.s + a.m ** 2,
      yy: b.s + b.m ** 2,
      xy: a.m * b.m,
    };
    for (const [name, value] of Object.entries(exact)) expect(Math.abs(observables[name] - value)).toBeLessThan(TOLERANCE);
    const after = measured(x, a.m, a.s).energy + measured(y, b.m, b.s).energy;
    const before = measured(x, x.m0, x.s0).energy + measured(y, y.m0, y.s0).energy;
    expect(Math.abs(energy - after)).toBeLessThan(TOLERANCE);
    expect(Math.abs(dissipated - (before - after))).toBeLessThan(TOLERANCE);

    const density = solution.tracedDensity(1e-10);
    const at = [Float64Array.of(0.1, a.m, 1, -1.2), Float64Array.of(0.3, b.m, 0.5, -0.9)];
    const found = new Float64Array(4);
    density.atPoints(found, at, 4, 0.4);
    found.forEach((value, i) => {
      expect(Math.abs(value - gaussian(at[0][i], a.m, a.s) * gaussian(at[1][i], b.m, b.s))).toBeLessThan(1e-8);
    });

    const errors = [20, 40].map((cells) => {
      const grid = createGrid([
        { name: "x", min: -2, max: 2, cells, boundary: "no-flux" },
        { name: "y", min: -2, max: 2, cells: 2 * cells, boundary: "no-flux" },
      ]);
      const [along, across] = [averagesOf(grid.axes[0], a.m, a.s), averagesOf(grid.axes[1], b.m, b.s)];
      const product = Float64Array.from(
        { length: grid.size },
        (_, i) => along[Math.floor(i / (2 * cells))] * across[i % (2 * cells)],
      );
      return largestDifference(density.cellAverages(grid, 0.4), product);
    });
    // Two Gauss points an axis: on cells of width h, h^4 / 4320 of the fourth derivative, here 3 / s^2 of the peak.
    const peak = gaussian(0, 0, a.s) * gaussian(0, 0, b.s);
    expect(errors[1]).toBeLessThan((peak * (3 * 0.1 ** 4)) / 4320 / a.s ** 2 + (peak * (3 * 0.05 ** 4)) / 4320 / b.s ** 2);
    expect(Math.abs(observedOrders(errors)[0] - 4)).toBeLessThan(0.3);
  });
});
