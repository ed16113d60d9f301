import { describe, expect, it } from "vitest";
import { periods as gridPeriods } from "../../src/grid/grid.ts";
import { createDirectSum, displacementLoader } from "../../src/potential/direct-sum.ts";
import { createPairwiseKernel } from "../../src/potential/pairwise.ts";
import type { PointInteraction } from "../../src/potential/potential.ts";
import { bruteForce, type Cloud, displaced, meshFactor, modulated, type Pair, wholeField } from "./brute-force.ts";
import {
  anisotropicGaussian,
  convolutionOf,
  cosines,
  featuresOf,
  formsOf,
  gridOf,
  largestDifference,
  randomPoints,
  randomValues,
  type Wave,
} from "./kernels.ts";

interface Case {
  interaction: PointInteraction;
  pair: Pair;
  /** Error relative to sum |w| max|K|. */
  error: number;
}

/** Sums of up to 530 terms, each with the rounding of a phase of up to 100: 530 eps and 100 eps. */
const ROUNDING = 630 * Number.EPSILON;

function pairwise(pair: Pair, dimension: number): PointInteraction {
  const forms = formsOf(2 * dimension, dimension, (slots) => pair(slots.slice(0, dimension), slots.slice(dimension)));
  return createPairwiseKernel({ dimension, ...forms }).atPoints();
}

/** With the points held, by one that holds others as well before the call. */
function holdingPoints(interaction: PointInteraction): PointInteraction {
  return {
    add: interaction.add,
    addAt(field, targets, targetCount, points, weights, count) {
      const sum = interaction.holding?.(points, weights, count);
      interaction.holding?.(points, null, 1);
      sum?.(field, targets, targetCount);
    },
  };
}

/** All kinds in `dimension` axes, of which the first wraps or does not. */
function casesIn(dimension: number, wraps: boolean): Record<string, Case> {
  const grid = gridOf(Array.from({ length: dimension }, (_, a) => [8, wraps && a === 0] as const));
  const periods = gridPeriods(grid);
  const free = periods.map(() => 0);
  const waves: Wave[] = [
    { weight: 1, k: [wraps ? (2 * Math.PI) / periods[0] : 1.1, 0.3, -0.2] },
    { weight: 0.5, k: [wraps ? (-4 * Math.PI) / periods[0] : -0.7, 1.3, 0.9] },
  ].map(({ weight, k }) => ({ weight, k: k.slice(0, dimension) }));
  // On a wrapping axis this one has a kink at half a period, so that no mesh takes it.
  const gaussian = anisotropicGaussian(2);
  const mesh = 1e-7 * meshFactor(dimension);
  return {
    "a direct sum": {
      interaction: createDirectSum(formsOf(dimension, dimension, gaussian), dimension, dimension, displacementLoader(periods)),
      pair: displaced(gaussian, periods),
      error: ROUNDING,
    },
    "a convolution": {
      interaction: convolutionOf(gaussian, grid).atPoints(),
      pair: displaced(gaussian, periods),
      error: wraps ? ROUNDING : mesh,
    },
    "a convolution with waves": {
      interaction: convolutionOf(cosines(waves), grid).atPoints(),
      pair: displaced(cosines(waves), periods),
      error: mesh,
    },
    features: { interaction: featuresOf(waves, dimension).atPoints(), pair: displaced(cosines(waves), free), error: ROUNDING },
    "features with the points held": {
      interaction: holdingPoints(featuresOf(waves, dimension).atPoints()),
      pair: displaced(cosines(waves), free),
      error: ROUNDING,
    },
    pairs: wraps
      ? { interaction: pairwise(displaced(gaussian, periods), dimension), pair: displaced(gaussian, periods), error: ROUNDING }
      : { interaction: pairwise(modulated(gaussian), dimension), pair: modulated(gaussian), error: ROUNDING },
  };
}

/** Signed weights. Both clouds end in points that do not count, which are not numbers. */
function clouds(dimension: number, count: number, targetCount: number): Cloud & { targets: Float64Array[]; targetCount: number } {
  const followedByNaN = (values: Float64Array) => Float64Array.from([...values, Number.NaN, Number.NaN]);
  const points = randomPoints(dimension, count, 0.8, dimension).map(followedByNaN);
  const targets = randomPoints(dimension, targetCount, 1.2, 10 + dimension).map(followedByNaN);
  // The first four stand far from all points: many periods where the axis has one.
  for (let i = 0; i < 4; i++) {
    const sign = i % 2 === 0 ? 1 : -1;
    targets.forEach((x, a) => {
      x[i] += sign * (a === 0 ? 37 : -11);
    });
  }
  return { points, weights: followedByNaN(randomValues(count, 20 + dimension).map((w) => w - 0.4)), count, targets, targetCount };
}

const START = 3;

/** Adds to a field of START and compares: what is not wanted, and the two entries beyond the targets, must not change. */
function expectSums(
  { interaction, pair, error }: Case,
  cloud: ReturnType<typeof clouds>,
  wanted = { value: true, gradient: true, laplacian: true },
): void {
  const { targets, targetCount, points, weights, count } = cloud;
  const d = points.length;
  const { sums, bounds } = bruteForce(pair, targets, targetCount, cloud);
  const { value, gradient, laplacian, components } = wholeField(d, targetCount + 2, START);
  const field = {
    value: wanted.value ? value : null,
    gradient: wanted.gradient ? gradient : null,
    laplacian: wanted.laplacian ? laplacian : null,
  };
  interaction.addAt(field, targets, targetCount, points, weights, count);
  components.forEach((found, c) => {
    const isWanted = c === 0 ? wanted.value : c <= d ? wanted.gradient : wanted.laplacian;
    const expected = sums[c].map((sum) => START + (isWanted ? sum : 0));
    // And the rounding of adding to START.
    const tolerance = isWanted ? error * bounds[c] + 4 * START * Number.EPSILON : 0;
    expect(largestDifference(expected, found)).toBeLessThanOrEqual(tolerance);
    expect([...found.subarray(targetCount)]).toEqual([START, START]);
  });
}

describe("sums over points, at targets of their own", () => {
  for (const dimension of [1, 2, 3]) {
    for (const wraps of [false, true]) {
      for (const [name, kind] of Object.entries(casesIn(dimension, wraps))) {
        it(`are sum_j w_j K(target, theta_j) and its derivatives by ${name} in ${dimension}D${wraps ? ", wrapped" : ""}`, () => {
          // More points than a block of 512, and more targets.
          for (const [count, targetCount] of [
            [530, 9],
            [9, 530],
          ]) {
            const cloud = clouds(dimension, count, targetCount);
            expectSums(kind, cloud);
            expectSums(kind, { ...cloud, weights: null });
          }
        });
      }
    }
  }

  for (const [name, kind] of Object.entries(casesIn(2, false))) {
    it(`leave out what is not wanted by ${name}`, () => {
      const cloud = clouds(2, 20, 10);
      for (let mask = 0; mask < 8; mask++) {
        expectSums(kind, cloud, { value: (mask & 1) !== 0, gradient: (mask & 2) !== 0, laplacian: (mask & 4) !== 0 });
      }
    });

    it(`are linear in the weights by ${name}`, () => {
      const cloud = clouds(2, 20, 10);
      const sumsWith = (weights: Float64Array) => {
        const field = wholeField(2, 10);
        kind.interaction.addAt(field, cloud.targets, 10, cloud.points, weights, 20);
        return field.components;
      };
      const { bounds } = bruteForce(kind.pair, cloud.targets, 10, { ...cloud, weights: null });
      const [one, other] = [randomValues(20, 30), randomValues(20, 31)];
      const [a, b] = [sumsWith(one), sumsWith(other)];
      sumsWith(one.map((w, j) => 2 * w - 3 * other[j])).forEach((mixed, c) => {
        const expected = a[c].map((v, i) => 2 * v - 3 * b[c][i]);
        // Weights of up to 3 on 20 points, for the same sums in another order.
        expect(largestDifference(mixed, expected)).toBeLessThan(3 * 20 * ROUNDING * bounds[c]);
      });
    });
  }

  for (const dimension of [1, 2, 3]) {
    for (const [name, { interaction, pair, error }] of Object.entries(casesIn(dimension, true))) {
      it(`are those at the points themselves where the targets are the points, by ${name} in ${dimension}D`, () => {
        // Features keep a table by blocks of 512.
        const total = name === "features" ? 530 : 40;
        const { points, weights } = clouds(dimension, total, 0);
        const { bounds } = bruteForce(pair, points, 17, { points, weights, count: total });
        const copies = points.map((x) => x.slice());
        const sumsAt = (targets: readonly Float64Array[], targetCount: number, count: number) => {
          const field = wholeField(dimension, targetCount);
          interaction.addAt(field, targets, targetCount, points, weights, count);
          return field.components;
        };
        // Two meshes, or a mesh and a direct sum, each with its error.
        const expectTheSame = (found: readonly Float64Array[], expected: readonly Float64Array[]) =>
          found.forEach((component, c) => {
            expect(largestDifference(component, expected[c])).toBeLessThanOrEqual(2 * error * bounds[c]);
          });
        const own = wholeField(dimension, total);
        interaction.add(own.value, own.gradient, points, weights, total);
        expectTheSame([own.value, ...own.gradient], sumsAt(copies, total, total));
        // Also for fewer targets than points, and more, in the same arrays.
        for (const [targetCount, count] of [
          [total, total],
          [17, total],
          [total, 17],
        ]) {
          expectTheSame(sumsAt(points, targetCount, count), sumsAt(copies, targetCount, count));
        }
      });
    }
  }
});
