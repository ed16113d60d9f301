import { describe, expect, it } from "vitest";
import {
  createUnivariate,
  createUnivariateOnLine,
  DISTRIBUTIONS,
  type DistributionName,
  distributionTypeOf,
  lineSchema,
  univariateSchema,
} from "../../src/distributions/distributions.ts";
import { BULK, type Univariate } from "../../src/distributions/univariate.ts";
import { InputError } from "../../src/errors.ts";
import { type Axis, intoPeriod } from "../../src/grid/grid.ts";
import { createStream } from "../../src/numerics/random.ts";

const NAMES = Object.keys(DISTRIBUTIONS) as DistributionName[];
const interval = { min: -3, max: 3.4 };

const axisOf = (cells: number, periodic: boolean): Axis => ({
  name: "x",
  ...interval,
  cells,
  periodic,
  width: (interval.max - interval.min) / cells,
});

/** cos and sin of one turn over the interval: smooth on either kind of axis. */
const angle = (x: number) => (2 * Math.PI * (x - interval.min)) / (interval.max - interval.min);
const waves = [(x: number) => Math.cos(angle(x)), (x: number) => Math.sin(angle(x))];

/** int phi dmu from the masses of many cells. */
function means(distribution: Univariate, axis: Axis): number[] {
  const masses = distribution.cellMasses(axis);
  return waves.map((phi) => masses.reduce((total, mass, i) => total + mass * phi(axis.min + (i + 0.5) * axis.width), 0));
}

describe.each(NAMES)("the distribution %s", (name) => {
  const row = distributionTypeOf({ type: name });
  const definition = univariateSchema.parse(row.example(interval));
  const made = [false, true].flatMap((periodic): { axis: Axis; distribution: Univariate }[] => {
    const axis = axisOf(4096, periodic);
    try {
      return [{ axis, distribution: createUnivariate(definition, axis, "initial.x") }];
    } catch (error) {
      if (error instanceof InputError) return [];
      throw error;
    }
  });

  it("is named in the problem file as in the table", () => {
    expect([...DISTRIBUTIONS[name].schema.shape.type.values]).toEqual([name]);
    expect(definition.type).toBe(name);
  });

  it("exists on an axis, and on the whole line and as the input of a network where the table says so", () => {
    expect(made.length).toBeGreaterThan(0);
    expect(lineSchema.safeParse(definition).success).toBe(row.onLine);
    if (row.onLine) expect(createUnivariateOnLine(definition, "law").sample(createStream(1))).toBeTypeOf("number");
  });

  it("has masses of cells that sum to 1 and, with a density, are its integrals", () => {
    for (const { axis, distribution } of made) {
      const masses = distribution.cellMasses(axis);
      // The normal reaches 5 standard deviations: 5.8e-7 lies beyond a no-flux axis.
      const outside = axis.periodic ? 0 : 6e-7;
      const total = masses.reduce((sum, mass) => sum + mass, 0);
      expect(Math.abs(total - 1)).toBeLessThan(outside + 1e-12);
      if (!row.hasDensity) {
        expect(() => distribution.density(0)).toThrow(/no density/);
        continue;
      }
      // At the middle of cells: h^2 / 24 of the curvature, which is below 10 of the largest density, save where there is a jump.
      const densities = masses.map((_, i) => distribution.density(axis.min + (i + 0.5) * axis.width));
      const jumps = (i: number) => distribution.breaks.some((x) => Math.abs(x - (axis.min + (i + 0.5) * axis.width)) <= axis.width);
      const scale = Math.max(...densities) * axis.width;
      masses.forEach((mass, i) => {
        if (!jumps(i)) expect(Math.abs(mass - densities[i] * axis.width)).toBeLessThan(axis.width ** 2 * scale);
      });
    }
  });

  it("has means by its quadrature, of either family, that are those of its cells", () => {
    for (const { axis, distribution } of made) {
      const expected = means(distribution, axis);
      for (const family of ["first", "second"] as const) {
        const { nodes, weights, cutsTail } = distribution.quadrature(96, BULK, family);
        waves.forEach((phi, k) => {
          const found = nodes.reduce((total, x, j) => total + weights[j] * phi(x), 0);
          // Of the curvature of phi, below 1, middles of cells miss h^2 / 24, and h^2 / 8 where a point is spread over two; what lies beyond the axis.
          expect(Math.abs(found - expected[k])).toBeLessThan(axis.width ** 2 / 8 + (cutsTail ? 6e-7 : 0));
        });
      }
    }
  });

  it("has samples with these means", () => {
    const n = 20_000;
    for (const { axis, distribution } of made) {
      const stream = createStream(31);
      const samples = Float64Array.from({ length: n }, () => intoPeriod(distribution.sample(stream), axis));
      means(distribution, axis).forEach((expected, k) => {
        const values = samples.map(waves[k]);
        const mean = values.reduce((total, value) => total + value, 0) / n;
        const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / n;
        // 4 standard errors, which chance exceeds once in 16000; the variance of a point is 0, and its cells are 1e-6 off.
        expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(variance / n) + 1e-6);
      });
    }
  });
});
