import { describe, expect, test } from "vitest";
import { largestOutflowRate } from "../../src/finite-volume/flux.ts";
import { FLUXES, type FluxName } from "../../src/finite-volume/fluxes.ts";
import { createGrid, type Grid } from "../../src/grid/grid.ts";
import { sum } from "../../src/numerics/sum.ts";
import { largestDifference } from "../fixtures.ts";
import { box, GRIDS, indices, randomFields, rearranged } from "./random-fields.ts";

/** Those that look face by face; large steps have tests of their own. */
type FacewiseName = "upwind" | "muscl";
const SEEDS = [1, 2, 3, 4, 5];
/** A cell is the sum of at most 8 terms, none larger than its neighbourhood at a stable step: 16 eps of the largest density. */
const ROUNDING = 16 * Number.EPSILON;

function eulerStep(name: FluxName, grid: Grid, mu: Float64Array, V: Float64Array, dt: number): Float64Array {
  const out = new Float64Array(grid.size);
  FLUXES[name].create(grid).euler(out, mu, V, dt, mu, 1);
  return out;
}

/** The largest step of the stated bound, less the rounding of a few terms. */
const longestStep = (name: FluxName, grid: Grid, V: Float64Array) =>
  (FLUXES[name].courant * (1 - ROUNDING)) / largestOutflowRate(grid, V);

/** The cells around a face, downstream from the one that flows out: [behind, here, ahead, beyond], a no-flux end repeated. */
interface Stencil {
  mu: readonly number[];
  V: readonly number[];
}

/** h times the mass that flows ahead through a face in unit time, as the docstrings write it, without a thought for speed. */
const FLUX: Record<FacewiseName, (stencil: Stencil) => number> = {
  upwind: ({ mu: [, here], V }) => (V[1] - V[2]) * here,
  muscl({ mu: [behind, here, ahead], V }) {
    const slopes = [2 * (here - behind), (ahead - behind) / 2, 2 * (ahead - here)];
    const sign = Math.sign(slopes[0]);
    const slope = slopes.every((s) => s * sign > 0) ? sign * Math.min(...slopes.map(Math.abs)) : 0;
    return (V[1] - V[2]) * (here + slope / 2);
  },
};

const NAMES = Object.keys(FLUX) as FacewiseName[];

test("every flux with a bound on its step is one of them", () => {
  expect((Object.keys(FLUXES) as FluxName[]).filter((name) => FLUXES[name].courant < Infinity)).toEqual(NAMES);
});

/** mu - dt div J[mu, V], face by face. */
function naiveStep(name: FacewiseName, grid: Grid, mu: Float64Array, V: Float64Array, dt: number): Float64Array {
  const out = mu.slice();
  for (let flat = 0; flat < grid.size; flat++) {
    indices(grid, flat).forEach((i, a) => {
      const { cells, periodic, width } = grid.axes[a];
      const cell = (k: number) => {
        const wrapped = periodic ? (i + k + cells) % cells : Math.min(Math.max(i + k, 0), cells - 1);
        return flat + (wrapped - i) * grid.strides[a];
      };
      if (cell(1) === flat) return;
      const forwards = [-1, 0, 1, 2].map(cell);
      const places = V[flat] > V[cell(1)] ? forwards : forwards.toReversed();
      const stencil = { mu: places.map((c) => mu[c]), V: places.map((c) => V[c]) };
      const moved = (dt * FLUX[name](stencil)) / width ** 2;
      out[places[1]] -= moved;
      out[places[2]] += moved;
    });
  }
  return out;
}

describe.each(NAMES)("%s", (name) => {
  test.each(GRIDS)("is its formula, face by face, in any Runge-Kutta combination ($name)", ({ grid }) => {
    for (const seed of SEEDS) {
      const { mu, V, base } = randomFields(grid, seed);
      const dt = longestStep(name, grid, V);
      const naive = naiveStep(name, grid, mu, V, dt);
      for (const weight of [1, 0.5, 1 / 3]) {
        const out = new Float64Array(grid.size);
        FLUXES[name].create(grid).euler(out, mu, V, dt, base, weight);
        const expected = naive.map((value, i) => (1 - weight) * base[i] + weight * value);
        expect(largestDifference(out, expected)).toBeLessThan(ROUNDING * Math.max(...mu));
        const inPlace = base.slice();
        FLUXES[name].create(grid).euler(inPlace, mu, V, dt, inPlace, weight);
        expect(inPlace).toEqual(out);
      }
    }
  });

  test.each(GRIDS)("conserves mass and keeps mu >= 0 up to the stated step ($name)", ({ grid }) => {
    for (const seed of SEEDS) {
      const { mu, V } = randomFields(grid, seed);
      const out = eulerStep(name, grid, mu, V, longestStep(name, grid, V));
      expect(Math.min(...out)).toBeGreaterThanOrEqual(0);
      expect(Math.abs(sum(out) - sum(mu))).toBeLessThan(ROUNDING * sum(mu));
    }
  });

  test.each(GRIDS)("leaves mu alone, to the bit, where V is constant ($name)", ({ grid }) => {
    const { mu } = randomFields(grid, 1);
    expect(eulerStep(name, grid, mu, new Float64Array(grid.size).fill(0.3), 1)).toEqual(mu);
  });

  test.each(GRIDS)("commutes with reflections of each axis ($name)", ({ grid }) => {
    for (const seed of SEEDS) {
      const { mu, V } = randomFields(grid, seed);
      const dt = longestStep(name, grid, V);
      for (let axis = 0; axis < grid.dimension; axis++) {
        const mirror = (field: Float64Array) =>
          rearranged(grid, grid, field, (index) => index.map((i, a) => (a === axis ? grid.shape[a] - 1 - i : i)));
        const mirrored = eulerStep(name, grid, mirror(mu), mirror(V), dt);
        expect(largestDifference(mirrored, mirror(eulerStep(name, grid, mu, V, dt)))).toBeLessThan(ROUNDING * Math.max(...mu));
      }
    }
  });

  test.each(GRIDS.filter(({ grid }) => grid.dimension > 1))("commutes with permutations of the axes ($name)", ({ grid }) => {
    for (const order of grid.dimension === 2
      ? [[1, 0]]
      : [
          [1, 0, 2],
          [0, 2, 1],
          [2, 1, 0],
          [1, 2, 0],
        ]) {
      const turned = createGrid(order.map((a) => ({ ...grid.axes[a], boundary: grid.axes[a].periodic ? "periodic" : "no-flux" })));
      const turn = (field: Float64Array) =>
        rearranged(turned, grid, field, (index) => grid.axes.map((_, a) => index[order.indexOf(a)]));
      const { mu, V } = randomFields(grid, 7);
      const dt = longestStep(name, grid, V);
      expect(largestOutflowRate(turned, turn(V))).toBeCloseTo(largestOutflowRate(grid, V), 9);
      const difference = largestDifference(eulerStep(name, turned, turn(mu), turn(V), dt), turn(eulerStep(name, grid, mu, V, dt)));
      expect(difference).toBeLessThan(ROUNDING * Math.max(...mu));
    }
  });

  test("commutes with translations of periodic axes", () => {
    const grid = box([4, 6, 5], ["periodic", "periodic", "periodic"]);
    const { mu, V } = randomFields(grid, 11);
    const dt = longestStep(name, grid, V);
    for (const shift of [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [2, 5, 3],
    ]) {
      const move = (field: Float64Array) =>
        rearranged(grid, grid, field, (index) => index.map((i, a) => (i + shift[a]) % grid.shape[a]));
      const difference = largestDifference(eulerStep(name, grid, move(mu), move(V), dt), move(eulerStep(name, grid, mu, V, dt)));
      expect(difference).toBeLessThan(ROUNDING * Math.max(...mu));
    }
  });

  test.each(GRIDS)("moves mass down the potential: int V dmu falls at any stable step ($name)", ({ grid }) => {
    const { mu, V } = randomFields(grid, 3);
    const out = eulerStep(name, grid, mu, V, longestStep(name, grid, V));
    expect(sum(out.map((m, i) => m * V[i]))).toBeLessThan(sum(mu.map((m, i) => m * V[i])));
  });
});

test.each(GRIDS)("the bound of upwind is sharp: beyond it a point mass in the fastest cell goes negative ($name)", ({ grid }) => {
  for (const seed of SEEDS) {
    const { V } = randomFields(grid, seed);
    const rate = largestOutflowRate(grid, V);
    // One percent beyond the bound one percent too much leaves.
    const left = V.map((_, cell) => eulerStep("upwind", grid, pointMass(grid, cell), V, 1.01 / rate)[cell]);
    expect(Math.min(...left)).toBeCloseTo(-0.01, 12);
  }
});

test("the bound of muscl is sharp: beyond it the steepest face takes more than the cell holds", () => {
  // Behind the cell nothing, ahead four times as much: its slope is 2 mu, its face value 2 mu, all of which leaves at Courant number 1/2.
  const grid = box([8], ["no-flux"]);
  const mu = Float64Array.of(0, 0, 0, 1, 4, 16, 16, 16);
  const V = Float64Array.from({ length: 8 }, (_, i) => -i);
  const after = (share: number) => eulerStep("muscl", grid, mu, V, (0.5 * share) / largestOutflowRate(grid, V))[3];
  expect(after(1)).toBeCloseTo(0, 14);
  expect(after(1.01)).toBeCloseTo(-0.01, 12);
});

test("the largest outflow rate is that of the cell on the highest peak", () => {
  // A drop of 1 on either side, over h = 1/9.
  const grid = box([9], ["no-flux"]);
  const V = Float64Array.from({ length: 9 }, (_, i) => (i === 4 ? 1 : 0));
  expect(largestOutflowRate(grid, V)).toBeCloseTo(2 * 81, 9);
  expect(largestOutflowRate(grid, new Float64Array(9).fill(2))).toBe(0);
});

function pointMass(grid: Grid, cell: number): Float64Array {
  const mu = new Float64Array(grid.size);
  mu[cell] = 1;
  return mu;
}
