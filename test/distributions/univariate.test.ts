import { describe, expect, it } from "vitest";
import { createUnivariate, type UnivariateDefinition } from "../../src/distributions/distributions.ts";
import { InputError } from "../../src/errors.ts";
import type { Axis } from "../../src/grid/grid.ts";
import { createStream } from "../../src/numerics/random.ts";
import { chiSquareTail } from "../../src/numerics/tails.ts";

const axisOf = (cells: number, periodic = false, min = -3, max = 3.4): Axis => ({
  name: "x",
  min,
  max,
  cells,
  periodic,
  width: (max - min) / cells,
});

const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

interface Case {
  distribution: UnivariateDefinition;
  axis: Axis;
  /** Mass beyond a no-flux axis. */
  outside?: number;
}

const cases: Record<string, Case> = {
  "a normal distribution": { distribution: { type: "normal", mean: 0.3, sd: 0.4 }, axis: axisOf(40) },
  "a narrow normal distribution": { distribution: { type: "normal", mean: 0.31, sd: 0.02 }, axis: axisOf(400) },
  // P(Z < -3.2 / 1.6) = P(Z > 2) = 0.0227501319481792 on both sides.
  "a normal distribution that is cut off": {
    distribution: { type: "normal", mean: 0.2, sd: 1.6 },
    axis: axisOf(40),
    outside: 2 * 0.0227501319481792,
  },
  "a uniform distribution with ends inside cells": { distribution: { type: "uniform", min: -1.234, max: 2.117 }, axis: axisOf(37) },
  "a uniform distribution over the whole axis": { distribution: { type: "uniform", min: -3, max: 3.4 }, axis: axisOf(16) },
  "a truncated normal distribution": {
    distribution: { type: "truncated-normal", mean: 0.5, sd: 0.8, min: -1, max: 1.9 },
    axis: axisOf(40),
  },
  "a nearly flat truncated normal distribution": {
    distribution: { type: "truncated-normal", mean: 0.5, sd: 3, min: 0, max: 1 },
    axis: axisOf(100),
  },
  "an upper tail": { distribution: { type: "truncated-normal", mean: -2, sd: 0.3, min: 1, max: 3.4 }, axis: axisOf(400) },
  "a lower tail": { distribution: { type: "truncated-normal", mean: 3, sd: 0.3, min: -3, max: 0 }, axis: axisOf(400) },
  "a von Mises distribution": { distribution: { type: "von-mises", mean: 1, concentration: 2 }, axis: axisOf(40, true) },
  "a von Mises distribution of no concentration": {
    distribution: { type: "von-mises", mean: 1, concentration: 0 },
    axis: axisOf(40, true),
  },
  "a sharp von Mises distribution": {
    distribution: { type: "von-mises", mean: -2.9, concentration: 500 },
    axis: axisOf(200, true),
  },
  "a wrapped normal distribution": { distribution: { type: "normal", mean: 2.8, sd: 1.1 }, axis: axisOf(40, true) },
};

/** Samples moved into the period, as the initial distribution does, and counted by cells; those outside in the last entry. */
function histogram(distribution: ReturnType<typeof createUnivariate>, axis: Axis, count: number): Float64Array {
  const stream = createStream(21);
  const counts = new Float64Array(axis.cells + 1);
  for (let i = 0; i < count; i++) {
    const place = (distribution.sample(stream) - axis.min) / (axis.max - axis.min);
    const inside = axis.periodic ? place - Math.floor(place) : place;
    counts[inside < 0 || inside >= 1 ? axis.cells : Math.floor(inside * axis.cells)]++;
  }
  return counts;
}

/** P-value of counts against probabilities, cells of few expected samples taken together. */
function agreement(counts: Float64Array, probabilities: ArrayLike<number>, samples: number): number {
  let statistic = 0;
  let bins = 0;
  let [found, expected] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    found += counts[i];
    expected += samples * probabilities[i];
    if (expected < 10 && i < counts.length - 1) continue;
    statistic += (found - expected) ** 2 / Math.max(expected, 1e-3);
    bins++;
    [found, expected] = [0, 0];
  }
  return chiSquareTail(statistic, bins - 1);
}

describe("distributions of one variable", () => {
  for (const [name, { distribution: definition, axis, outside = 0 }] of Object.entries(cases)) {
    const distribution = createUnivariate(definition, axis, "initial.x");
    const masses = distribution.cellMasses(axis);

    it(`${name}: the cell masses sum to what lies in the domain, on any grid`, () => {
      // Quadrature to rounding; a tail of ten standard deviations adds the error of a ninth-order remainder, 1e-12.
      for (const cells of [axis.cells, 7, 333]) {
        expect(Math.abs(total(distribution.cellMasses(axisOf(cells, axis.periodic))) - (1 - outside))).toBeLessThan(2e-12);
      }
    });

    it(`${name}: the cell masses are the integrals of the density`, () => {
      const n = 400;
      masses.forEach((mass, i) => {
        let integral = 0;
        for (let k = 0; k < n; k++)
          integral += (distribution.density(axis.min + (i + (k + 0.5) / n) * axis.width) * axis.width) / n;
        // Midpoint rule with h = width / 400 <= sd / 500 or so: h^2 / 24 of the curvature, and h / 2 of a jump inside the cell.
        const jump = definition.type === "uniform" || definition.type === "truncated-normal" ? 1 / n : 0;
        expect(Math.abs(integral - mass)).toBeLessThan(1e-5 * Math.max(...masses) * (1 + 1e5 * jump) + 1e-15);
      });
    });

    it(`${name}: samples fall into the cells with these masses`, () => {
      const samples = 20_000;
      const p = agreement(histogram(distribution, axis, samples), [...masses, outside], samples);
      expect(p).toBeGreaterThan(1e-3);
      expect(p).toBeLessThan(1 - 1e-6);
    });
  }

  it("a von Mises distribution has its mean direction and the mean cosine I1(k) / I0(k)", () => {
    const axis = axisOf(64, true);
    const [mean, k, n] = [2.9, 2, 40_000];
    const distribution = createUnivariate({ type: "von-mises", mean, concentration: k }, axis, "initial.x");
    const stream = createStream(22);
    let [cosine, sine] = [0, 0];
    for (let i = 0; i < n; i++) {
      const angle = (2 * Math.PI * (distribution.sample(stream) - mean)) / (axis.max - axis.min);
      cosine += Math.cos(angle) / n;
      sine += Math.sin(angle) / n;
    }
    // I1(2) / I0(2); E cos^2 = 1 - ratio / k, so Var cos = 0.164 and Var sin = ratio / k = 0.349.
    const ratio = 0.697774657964008;
    expect(Math.abs(cosine - ratio)).toBeLessThan(4 * Math.sqrt((1 - ratio / k - ratio ** 2) / n));
    expect(Math.abs(sine)).toBeLessThan(4 * Math.sqrt(ratio / k / n));
  });

  it("a wrapped normal distribution has the characteristic function exp(-sd^2 k^2 / 2) at the frequency of the period", () => {
    const axis = axisOf(64, true);
    const [mean, sd] = [2.8, 1.1];
    const masses = createUnivariate({ type: "normal", mean, sd }, axis, "initial.x").cellMasses(axis);
    const k = (2 * Math.PI) / (axis.max - axis.min);
    const half = (k * axis.width) / 2;
    const found = masses.reduce((sum, mass, i) => sum + mass * Math.cos(k * (axis.min + (i + 0.5) * axis.width - mean)), 0);
    // The average over cells dampens a wave by sinc(k width / 2), exactly up to the aliases: exp(-(63 k sd)^2 / 2) = 0.
    expect((found * Math.sin(half)) / half).toBeCloseTo((Math.exp(-0.5 * (sd * k) ** 2) * Math.sin(half) ** 2) / half ** 2, 12);
  });
});

describe("a truncated normal distribution far out in a tail", () => {
  /** P(Z > a) / phi(a) = 1/a - 1/a^3 + 3/a^5 - ..., stopped at the ninth term: below 1e-9 of it for a >= 15. */
  function mills(a: number): number {
    let [sum, term] = [0, 1 / a];
    for (let k = 1; k <= 9; k++) {
      sum += term;
      term *= -(2 * k - 1) / (a * a);
    }
    return sum;
  }
  const beyond = (a: number, x: number) => (mills(x) / mills(a)) * Math.exp(-0.5 * (x - a) * (x + a));

  for (const a of [15, 20, 30]) {
    for (const side of [1, -1]) {
      it(`${a} standard deviations ${side > 0 ? "above" : "below"} its mean has the masses and the mean of Mills' ratio`, () => {
        const axis = axisOf(100, false, -a - 10, a + 10);
        const bounds = side > 0 ? { min: a, max: a + 10 } : { min: -a - 10, max: -a };
        const distribution = createUnivariate({ type: "truncated-normal", mean: 0, sd: 1, ...bounds }, axis, "initial.x");
        for (const cells of [100, 1000]) {
          const fine = axisOf(cells, false, a, a + 2);
          const masses = distribution.cellMasses(side > 0 ? fine : axisOf(cells, false, -a - 2, -a));
          const fromEdge = side > 0 ? masses : masses.toReversed();
          for (const i of [0, 1, 5]) {
            const expected = beyond(a, a + i * fine.width) - beyond(a, a + (i + 1) * fine.width);
            expect(Math.abs(fromEdge[i] / expected - 1)).toBeLessThan(1e-7);
          }
        }
        const stream = createStream(23);
        const n = 20_000;
        let mean = 0;
        for (let i = 0; i < n; i++) mean += distribution.sample(stream) / n;
        // E Z = phi(a) / P(Z > a); the excess over a is exponential to leading order, with a standard deviation of 1 / a.
        expect(Math.abs(side * mean - 1 / mills(a))).toBeLessThan(4 / (a * Math.sqrt(n)));
      });
    }
  }
});

describe("parameters that define no distribution", () => {
  const refused: [UnivariateDefinition, boolean, string, RegExp][] = [
    [{ type: "normal", mean: 0, sd: 0 }, false, "initial.x.sd", /= 0: not positive.*> 0/],
    [{ type: "normal", mean: 0, sd: -1 }, false, "initial.x.sd", /not positive/],
    [{ type: "truncated-normal", mean: 0, sd: 0, min: -1, max: 1 }, false, "initial.x.sd", /not positive/],
    [{ type: "uniform", min: 1, max: 1 }, false, "initial.x", /min must be below max/],
    [{ type: "uniform", min: -4, max: 1 }, false, "initial.x", /beyond the domain \[-3, 3.4\]/],
    [{ type: "truncated-normal", mean: 0, sd: 0.05, min: 2.5, max: 3 }, false, "initial.x", /no mass between min and max/],
    [{ type: "von-mises", mean: 0, concentration: 1 }, false, "initial.x.type", /x is not periodic.*variables\.x\.boundary/],
    [{ type: "von-mises", mean: 0, concentration: -1 }, true, "initial.x.concentration", /negative/],
  ];
  for (const [definition, periodic, field, message] of refused) {
    it(`are refused under ${field}: ${JSON.stringify(definition)}`, () => {
      const make = () => createUnivariate(definition, axisOf(16, periodic), "initial.x");
      expect(make).toThrow(InputError);
      expect(make).toThrow(message);
      expect(make).toThrow(expect.objectContaining({ field }));
    });
  }
});
