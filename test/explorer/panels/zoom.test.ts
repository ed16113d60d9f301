import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digitsOf } from "../../../src/explorer/panels/chart.ts";
import {
  boxOfMass,
  createZoom,
  marginalOfPlane,
  rangeHolding,
  rangeOfMass,
  withEqualUnits,
} from "../../../src/explorer/panels/zoom.ts";

const axis = { min: -2, max: 6 };

describe("a zoom", () => {
  test("begins with whole domains, and comes back to them", () => {
    const zoom = createZoom([axis, { min: 0, max: 1 }]);
    expect([zoom.isWhole(), zoom.shown()]).toEqual([true, [[-2, 6], [0, 1]]]); // biome-ignore format: one row
    zoom.show(1, [0.7, 0.2]);
    expect([zoom.isWhole(), zoom.shown()]).toEqual([false, [[-2, 6], [0.2, 0.7]]]); // biome-ignore format: one row
    zoom.reset();
    expect(zoom.isWhole()).toBe(true);
  });

  test("keeps the place about which it scales, and never leaves the domain", () => {
    const zoom = createZoom([axis]);
    zoom.scale(0, 2, 0.5);
    expect(zoom.shown()).toEqual([[0, 4]]);
    zoom.scale(0, 1, 0.1);
    expect(zoom.shown()[0][0]).toBeCloseTo(0.9, 12);
    expect(zoom.shown()[0][1]).toBeCloseTo(1.3, 12);
    zoom.scale(0, 1, 1e6);
    expect(zoom.isWhole()).toBe(true);
    zoom.show(0, [5, 50]);
    expect(zoom.shown()).toEqual([[5, 6]]);
  });

  test("shows nothing shorter than doubles can tell apart, and nothing outside of the domain", () => {
    const zoom = createZoom([axis]);
    zoom.show(0, [1, 1 + 1e-13]);
    zoom.show(0, [7, 9]);
    expect(zoom.isWhole()).toBe(true);
    zoom.show(0, [1, 1 + 1e-11]);
    expect(zoom.isWhole()).toBe(false);
  });
});

test("the mass of a peak of 1e-6 is found, whatever little lies elsewhere, and of two peaks the narrower", () => {
  const peakAt = (centre: number, sd: number, mass: number) => ({ centre, sd, mass });
  const rangeOf = (peaks: ReturnType<typeof peakAt>[]) => {
    const edges = [
      ...new Set(peaks.flatMap(({ centre, sd }) => Array.from({ length: 81 }, (_, i) => centre + sd * (i / 8 - 5)))),
      -2,
      6,
    ].sort((a, b) => a - b);
    const masses = edges.slice(1).map((to, i) => {
      const x = 0.5 * (edges[i] + to);
      const density = peaks.reduce((sum, { centre, sd, mass }) => sum + (mass / sd) * Math.exp(-0.5 * ((x - centre) / sd) ** 2), 0);
      return density * (to - edges[i]);
    });
    return rangeOfMass(edges, masses);
  };
  const [from, to] = rangeOf([peakAt(1.07, 1e-6, 0.99), peakAt(-1, 0.2, 0.01)]);
  // Three tenths of a normal density lie within 0.385 deviations, 9 times that is 3.5; cells of an eighth blur it.
  expect((1.07 - from) / 1e-6).toBeGreaterThan(2.5);
  expect((1.07 - from) / 1e-6).toBeLessThan(5);
  expect((to - 1.07) / (1.07 - from)).toBeCloseTo(1, 0);
  const [low, high] = rangeOf([peakAt(-1, 1e-4, 0.5), peakAt(2, 1e-5, 0.5)]);
  expect(low > 1.9999 && high < 2.0001).toBe(true);
});

test("the marginals of a plane are sums of density times area", () => {
  const edges = [Float64Array.of(0, 1, 3), Float64Array.of(0, 0.5, 1, 2)];
  const densities = Float32Array.of(1, 2, 3, 4, 5, 6);
  expect([...marginalOfPlane(densities, edges, 0)]).toEqual([4.5, 21]);
  expect([...marginalOfPlane(densities, edges, 1)]).toEqual([4.5, 6, 15]);
});

test("ticks have as many digits as tell them apart", () => {
  expect(digitsOf([-3, -2, -1])).toBe(6);
  expect(digitsOf([])).toBe(6);
  const ticks = [-1.0677196, -1.0677195, -1.0677194];
  expect(new Set(ticks.map((tick) => tick.toPrecision(digitsOf(ticks)))).size).toBe(3);
});

const edgesOf = (min: number, max: number, cells: number) =>
  Float64Array.from({ length: cells + 1 }, (_, i) => min + (i * (max - min)) / cells);

test("beyond the range of an axis there is no more mass than was allowed on either side, and a cell less would leave more", () => {
  const edges = edgesOf(0, 40, 40);
  fc.assert(
    fc.property(
      fc.array(fc.nat(100), { minLength: 40, maxLength: 40 }),
      fc.double({ min: 0, max: 0.2, noNaN: true }),
      (masses, beyond) => {
        const total = masses.reduce((sum, mass) => sum + mass, 0);
        fc.pre(total > 0);
        const [from, to] = rangeHolding(edges, masses, beyond);
        const below = (cell: number) => masses.slice(0, cell).reduce((sum, mass) => sum + mass, 0);
        const above = (cell: number) => total - below(cell);
        expect(Math.max(below(from), above(to))).toBeLessThanOrEqual(beyond * total);
        expect(Math.min(below(from + 1), above(to - 1))).toBeGreaterThan(beyond * total);
      },
    ),
  );
});

test("the box of a plane holds 99.9% of the mass of each frame, and is hardly wider than that of a normal density", () => {
  const axes = [
    { min: -6, max: 6, periodic: false },
    { min: -3, max: 3, periodic: true },
  ];
  const edges = [edgesOf(-6, 6, 96), edgesOf(-3, 3, 48)];
  const frames = [-1, 0, 0.5].map((mean) => ({
    density: Float32Array.from({ length: 96 * 48 }, (_, k) => {
      const [x, y] = [-6 + (Math.floor(k / 48) + 0.5) / 8, -3 + ((k % 48) + 0.5) / 8];
      return Math.exp(-((x - mean) ** 2) / 0.5 - y ** 2 / 0.5);
    }),
    edges,
  }));
  const [[from, to], circle] = boxOfMass(frames, axes);
  for (const { density } of frames) {
    const inside = density.reduce((sum, value, k) => {
      const x = -6 + (Math.floor(k / 48) + 0.5) / 8;
      return sum + (x > from && x < to ? value : 0);
    }, 0);
    expect(inside / density.reduce((sum, value) => sum + value, 0)).toBeGreaterThanOrEqual(0.999);
  }
  // 3.5 deviations of 0.5 beyond both means, and at most a step and a half of 0.5.
  expect([from, to].map((end, k) => Math.abs(end - [-1 - 1.75, 0.5 + 1.75][k]) <= 0.75)).toEqual([true, true]);
  expect(circle).toEqual([-3, 3]);
});

test("units of both axes are made as long, within the domain, and a circle stays whole", () => {
  const axis = { min: -6, max: 6, periodic: false };
  const plot = { width: 400, height: 200 };
  expect(withEqualUnits([[-1, 1], [-1, 1]], plot, [axis, axis])).toEqual([[-2, 2], [-1, 1]]); // biome-ignore format: a table
  expect(withEqualUnits([[4, 6], [-1, 1]], plot, [axis, axis])).toEqual([[2, 6], [-1, 1]]); // biome-ignore format: a table
  expect(withEqualUnits([[-4, 4], [-4, 4]], plot, [axis, axis])).toEqual([[-6, 6], [-4, 4]]); // biome-ignore format: a table
  expect(withEqualUnits([[-1, 1], [-4, 4]], plot, [axis, axis])).toEqual([[-1, 1], [-4, 4]]); // biome-ignore format: a table
  expect(withEqualUnits([[-1, 1], [-1, 1]], plot, [{ ...axis, periodic: true }, axis])).toEqual([[-1, 1], [-1, 1]]); // biome-ignore format: a table
});
