import { expect, test } from "vitest";
import { fillCentres } from "../../src/grid/grid.ts";
import { createFeatureGradientOnGrid } from "../../src/potential/feature-gradient.ts";
import { createPointFeatures } from "../../src/potential/point-features.ts";
import { cases } from "./feature-cases.ts";
import { largest, largestDifference, randomValues } from "./kernels.ts";

test.each(Object.entries(cases))(
  "on a grid the gradient is that at its cells as points, whichever axis is linear: %s",
  (_, features) => {
    const { domain } = features;
    const mu = randomValues(domain.size, 3);
    const centres = domain.axes.map(() => new Float64Array(domain.size));
    fillCentres(domain, 0, domain.size, centres);
    const sums = domain.axes.map(() => new Float64Array(domain.size));
    const weights = mu.map((m) => m * domain.cellVolume);
    createPointFeatures(features, null).add(null, sums, centres, weights, domain.size);
    const gradient = domain.axes.map(() => new Float64Array(domain.size).fill(Number.NaN));
    createFeatureGradientOnGrid(features, domain)?.(gradient, mu);
    const scale = Math.max(...sums.map(largest));
    // Moments of at most 512 cells, which cancel by a factor of some 100 where features are 1000 times their slopes.
    for (let a = 0; a < sums.length; a++) expect(largestDifference(gradient[a], sums[a])).toBeLessThan(1e-12 * scale);
  },
);
