import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { createGrid, type Grid, periods } from "../../src/grid/grid.ts";
import { createFeaturesKernel } from "../../src/potential/features.ts";
import type { Kernel } from "../../src/potential/potential.ts";
import {
  anisotropicGaussian,
  convolutionOf,
  cosines,
  featuresOf,
  gridOf,
  largest,
  largestDifference,
  pairwiseOf,
  pointwise,
  randomValues,
  type Wave,
} from "./kernels.ts";

function applied(kernel: Kernel, grid: Grid, mu: Float64Array): Float64Array {
  const out = new Float64Array(grid.size).fill(Number.NaN);
  kernel.onGrid(grid).apply(out, mu);
  return out;
}

/** Four waves, whole numbers of which fit into the axes that wrap. */
function wavesOn(grid: Grid): Wave[] {
  const wraps = periods(grid);
  const multiples = [
    [1, 0, 2],
    [0, 1, 1],
    [2, -1, 0],
    [3, 2, -1],
  ];
  return multiples.map((numbers, m) => ({
    weight: 1 / (m + 1),
    k: wraps.map((period, a) => (period === 0 ? 0.37 + numbers[a] : (2 * Math.PI * numbers[a]) / period)),
  }));
}

const free = false;
const wrapped = true;
const grids: Record<string, Grid> = {
  "16 cells": gridOf([[16, free]]),
  "21 cells": gridOf([[21, free]]),
  "32 periodic cells": gridOf([[32, wrapped]]),
  "30 periodic cells": gridOf([[30, wrapped]]),
  "15 periodic cells": gridOf([[15, wrapped]]),
  "16 x 8 cells": gridOf([
    [16, free],
    [8, free],
  ]),
  "7 x 12 cells": gridOf([
    [7, free],
    [12, free],
  ]),
  "8 x 16 periodic cells": gridOf([
    [8, wrapped],
    [16, wrapped],
  ]),
  "6 x 10 periodic cells": gridOf([
    [6, wrapped],
    [10, wrapped],
  ]),
  "9 free x 8 periodic cells": gridOf([
    [9, free],
    [8, wrapped],
  ]),
  "12 periodic x 8 free cells": gridOf([
    [12, wrapped],
    [8, free],
  ]),
  "8 x 4 x 8 cells": gridOf([
    [8, free],
    [4, free],
    [8, free],
  ]),
  "5 x 6 x 7 cells": gridOf([
    [5, free],
    [6, free],
    [7, free],
  ]),
  "4 x 8 x 6 periodic cells": gridOf([
    [4, wrapped],
    [8, wrapped],
    [6, wrapped],
  ]),
  "6 periodic x 5 free x 8 periodic cells": gridOf([
    [6, wrapped],
    [5, free],
    [8, wrapped],
  ]),
};

describe("int K dmu on a grid", () => {
  for (const [name, grid] of Object.entries(grids)) {
    // Each of N terms carries an eps of its phase; 1e-10 leaves room for that and would show any wrong entry of the kernel.
    it(`is the same by FFT, by pairs and by features on ${name}`, () => {
      const mu = randomValues(grid.size, 1);
      const waves = wavesOn(grid);
      const dense = applied(pairwiseOf(cosines(waves), grid), grid, mu);
      expect(largest(dense)).toBeGreaterThan(0);
      expect(largestDifference(applied(convolutionOf(cosines(waves), grid), grid, mu), dense)).toBeLessThan(1e-10 * largest(dense));
      expect(largestDifference(applied(featuresOf(waves, grid.dimension), grid, mu), dense)).toBeLessThan(1e-10 * largest(dense));
    });

    it(`is the same by FFT and by pairs for exp(-(x^2 + x y + y^2)) on ${name}, half periods included`, () => {
      // On a wrapping axis of this width the kernel has not decayed, so that its images at half a period differ.
      const shape = anisotropicGaussian(2);
      const mu = randomValues(grid.size, 2);
      const dense = applied(pairwiseOf(shape, grid), grid, mu);
      expect(largestDifference(applied(convolutionOf(shape, grid), grid, mu), dense)).toBeLessThan(1e-10 * largest(dense));
    });

    it(`is a symmetric bilinear form on ${name}`, () => {
      const [mu, nu] = [randomValues(grid.size, 3), randomValues(grid.size, 4)];
      const against = (a: Float64Array, b: Float64Array) => a.reduce((total, value, i) => total + value * b[i], 0);
      const waves = wavesOn(grid);
      const kernels = [
        convolutionOf(anisotropicGaussian(), grid),
        convolutionOf(cosines(waves), grid),
        featuresOf(waves, grid.dimension),
      ];
      for (const kernel of kernels) {
        const [one, other] = [against(mu, applied(kernel, grid, nu)), against(nu, applied(kernel, grid, mu))];
        const scale = against(nu, applied(kernel, grid, mu).map(Math.abs));
        expect(Math.abs(one - other)).toBeLessThan(1e-12 * scale);
      }
    });
  }

  it("turns with the density on a periodic axis", () => {
    for (const cells of [16, 18]) {
      const grid = gridOf([
        [cells, wrapped],
        [5, free],
      ]);
      const mu = randomValues(grid.size, 5);
      const turn = (values: Float64Array) => values.map((_, i) => values[(i + 5 * 7) % grid.size]);
      const kernel = convolutionOf(anisotropicGaussian(), grid);
      const V = applied(kernel, grid, mu);
      expect(largestDifference(applied(kernel, grid, turn(mu)), turn(V))).toBeLessThan(1e-12 * largest(V));
    }
  });

  it("gives the total mass for K = 1, and is evaluated on grids other than its domain", () => {
    const domain = gridOf([
      [16, free],
      [8, wrapped],
    ]);
    const grid = gridOf([
      [10, free],
      [12, wrapped],
    ]);
    const mu = randomValues(grid.size, 6);
    const total = grid.cellVolume * mu.reduce((sum, value) => sum + value, 0);
    const V = applied(
      convolutionOf(() => [1, 0, 0, 0], domain),
      grid,
      mu,
    );
    expect(largest(V.map((value) => value - total))).toBeLessThan(1e-13 * total);
  });

  it("evaluates the entries of a dense kernel once, half of them, on 48 x 48 cells", () => {
    const grid = gridOf([
      [48, free],
      [48, free],
    ]);
    let entries = 0;
    const shape = anisotropicGaussian();
    const kernel = pairwiseOf((x) => {
      entries++;
      return shape(x);
    }, grid).onGrid(grid);
    expect(entries).toBe((grid.size * (grid.size + 1)) / 2);
    const mu = randomValues(grid.size, 8);
    const V = new Float64Array(grid.size).fill(Number.NaN);
    for (let k = 0; k < 2; k++) kernel.apply(V, mu);
    expect(entries).toBe((grid.size * (grid.size + 1)) / 2);
    const other = applied(convolutionOf(shape, grid), grid, mu);
    // Sums of 2304 positive terms, and the rounding of displacements.
    expect(largestDifference(V, other)).toBeLessThan(2 * grid.size * Number.EPSILON * largest(V));
  });

  it("refuses a dense kernel on too many cells, naming the other kinds", () => {
    const grid = createGrid([{ name: "x", min: 0, max: 1, cells: 16385, boundary: "no-flux" }]);
    const kernel = pairwiseOf(anisotropicGaussian(), grid);
    expect(() => kernel.onGrid(grid)).toThrow(InputError);
    expect(() => kernel.onGrid(grid)).toThrow(/16384 cells, not 16385.*"convolution".*"features"/);
  });
});

describe("features that are linear in one axis", () => {
  it("agree with the dense table, whichever axis it is", () => {
    const grid = gridOf([
      [9, free],
      [33, free],
      [4, free],
    ]);
    const mu = randomValues(grid.size, 7);
    for (let axis = 0; axis < 3; axis++) {
      const phi = pointwise(4, (slots) => {
        const others = slots.filter((_, a) => a !== axis);
        return [slots[axis] * Math.exp(-0.3 * (others[0] - others[2]) ** 2 + 0.2 * others[1])];
      });
      const definition = {
        dimension: 3,
        value: phi,
        valueAndGradient: phi,
        valueGradientLaplacian: phi,
        inputs: [Float64Array.of(-1, 0.2, 1.3)],
        weights: Float64Array.of(0.5, 1, 0.25),
      };
      const dense = applied(createFeaturesKernel({ ...definition, linearAxis: null }), grid, mu);
      const separated = applied(createFeaturesKernel({ ...definition, linearAxis: axis }), grid, mu);
      expect(largest(dense)).toBeGreaterThan(0.01);
      // The same sums in another order: N eps of a value that cancels (the axis has both signs) to a tenth.
      expect(largestDifference(separated, dense)).toBeLessThan(10 * grid.size * Number.EPSILON * largest(dense));
    }
  });
});

it("a convolution is refused where its kernel is not finite at a displacement of the grid, and only there", () => {
  const domain = gridOf([[16, free]]);
  const { width } = domain.axes[0];
  const poleAt = (place: number) => convolutionOf(([x]) => [Math.log(Math.abs(Math.abs(x) - place)), 0, 0], domain);
  expect(() => poleAt(15 * width).onGrid(domain)).toThrow(/potential\.K.*not finite at displacement \(/);
  // No two cells are as far apart as that, nor as half a cell more than one.
  expect(() => poleAt(16 * width).onGrid(domain)).not.toThrow();
  expect(() => poleAt(1.5 * width).onGrid(domain)).not.toThrow();
});
