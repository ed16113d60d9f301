import fc from "fast-check";
import { expect, test } from "vitest";
import { createGrid } from "../../src/grid/grid.ts";
import { sampleCells } from "../../src/potential/cell-samples.ts";
import { externalAtCentres, sampleLinearCells } from "../../src/potential/linear-external.ts";
import { problemOf } from "../fixtures.ts";

const names = ["x", "y", "z"];

test("bounds on F spare the cells that cannot hold the least value, and no other", async () => {
  const place = fc.double({ min: -1.9, max: 1.9, noNaN: true });
  for (const dimension of [1, 2, 3]) {
    const axes = names.slice(0, dimension);
    await fc.assert(
      fc.asyncProperty(fc.tuple(place, place, place), fc.tuple(place, place, place), async (well, needle) => {
        const sum = (at: readonly number[]) => axes.map((name, a) => `(${name} - (${at[a]}))^2`).join(" + ");
        const { grid, potential } = await problemOf({
          variables: Object.fromEntries(axes.map((name) => [name, { min: -2, max: 2, cells: 22 }])),
          potential: { F: `2*(${sum(well)}) - 3*exp(-(${sum(needle)})/0.01)` },
          initial: Object.fromEntries(axes.map((name) => [name, { type: "normal" as const, mean: 0, sd: 0.7 }])),
          observables: {},
        });
        const F = externalAtCentres(grid, potential);
        const all = sampleCells(grid, potential.external, F, 4);
        all.sampleBelow(F, Infinity);
        const some = sampleCells(grid, potential.external, F, 4, potential.externalBounds);
        const least = F.reduce((lowest, value) => Math.min(lowest, value), Infinity);
        some.sampleBelow(F, least);
        let spared = 0;
        for (let i = 0; i < grid.size; i++) {
          if (some.fall[i] === all.fall[i]) continue;
          spared++;
          expect(some.fall[i]).toBe(0);
          // Not sampled: no sample there is below the least at centres.
          expect(F[i] - all.fall[i]).toBeGreaterThan(least);
        }
        expect(spared).toBeGreaterThan(grid.size / 4);
      }),
      { seed: 61, numRuns: [20, 10, 3][dimension - 1] },
    );
  }
});

test("where F is linear in one coordinate, the centres and the lowest samples are those of every cell by itself", () => {
  // Coordinate 1 of three: F = y G(x, z).
  const grid = createGrid(
    [5, 6, 7].map((cells, a) => ({ name: names[a], min: -2 + 0.3 * a, max: 1.4, cells, boundary: "no-flux" as const })),
  );
  const external = ([out]: readonly Float64Array[], to: number, [x, y, z]: readonly Float64Array[], from: number, n: number) => {
    for (let i = 0; i < n; i++) out[to + i] = y[from + i] * Math.sin(3 * x[from + i] + 5 * z[from + i] ** 2);
  };
  const potential = { external, linearAxis: 1 } as unknown as Parameters<typeof externalAtCentres>[1];
  const { linearAxis: _, ...other } = potential;
  const F = externalAtCentres(grid, potential);
  expect(F).toEqual(externalAtCentres(grid, other));
  const found = sampleLinearCells(grid, external, F, 3, 1);
  const expected = sampleCells(grid, external, F, 3);
  expected.sampleBelow(F, Infinity);
  for (let i = 0; i < grid.size; i++) {
    // One rounding of a product of at most 2.
    expect(Math.abs(found.fall[i] - expected.fall[i])).toBeLessThan(1e-15);
    for (let a = 0; a < 3; a++) expect(found.placeOfLowest(i, a)).toBeCloseTo(expected.placeOfLowest(i, a), 14);
  }
});
