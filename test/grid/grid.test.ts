import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import {
  type AxisDefinition,
  centres,
  createGrid,
  describeCell,
  evaluateAtCentres,
  fillCentres,
  periods,
  withCells,
} from "../../src/grid/grid.ts";

const axis = (
  name: string,
  cells: number,
  min = -1,
  max = 2,
  boundary: AxisDefinition["boundary"] = "no-flux",
): AxisDefinition => ({
  name,
  min,
  max,
  cells,
  boundary,
});

/** Grids of one to three axes of 4 to 9 cells. */
const anyGrid = fc
  .array(
    fc.tuple(
      fc.integer({ min: 4, max: 9 }),
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: 0.1, max: 4, noNaN: true }),
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((axes) => createGrid(axes.map(([cells, min, width], a) => axis("xyz"[a], cells, min, min + width))));

describe("createGrid", () => {
  it("refuses cells that are lost to rounding, and a width that is not finite", () => {
    expect(() => createGrid([axis("x", 64, 1e17, 1e17 + 64)])).toThrow(/variables\.x.*lost to rounding/);
    expect(() => createGrid([axis("x", 4, -1.5e308, 1.5e308)])).toThrow(/variables\.x.*not finite/);
  });

  it("numbers the cells with the last axis running fastest", () => {
    const grid = createGrid([axis("x", 4), axis("y", 5), axis("z", 6, 0, 3)]);
    expect(grid).toMatchObject({ dimension: 3, shape: [4, 5, 6], strides: [30, 6, 1], size: 120 });
    expect(grid.cellVolume).toBeCloseTo((3 / 4) * (3 / 5) * (3 / 6), 14);
    expect(describeCell(grid, 30 + 2 * 6 + 3)).toBe("x = 0.125, y = 0.5, z = 1.75");
  });

  it("is covered by its cells: the volumes add up to the domain", () => {
    fc.assert(
      fc.property(anyGrid, (grid) => {
        const domain = grid.axes.reduce((volume, { min, max }) => volume * (max - min), 1);
        expect(Math.abs(grid.size * grid.cellVolume - domain)).toBeLessThanOrEqual(8 * Number.EPSILON * domain);
      }),
      { seed: 101, numRuns: 200 },
    );
  });

  const unusable: [string, AxisDefinition, string, RegExp][] = [
    ["min above max", axis("x", 8, 2, 1), "variables.x", /\[2, 1\].*min must be below max/],
    ["min equal to max", axis("x", 8, 1, 1), "variables.x", /min must be below max/],
    ["an infinite bound", axis("x", 8, -Infinity, 1), "variables.x", /finite/],
    ["a bound that is NaN", axis("x", 8, Number.NaN, 1), "variables.x", /finite/],
    ["a fractional number of cells", axis("x", 8.5), "variables.x.cells", /8\.5.*not a positive integer/],
    ["no cells", axis("x", 0), "variables.x.cells", /not a positive integer/],
    ["a negative number of cells", axis("x", -4), "variables.x.cells", /not a positive integer/],
    ["NaN cells", axis("x", Number.NaN), "variables.x.cells", /not a positive integer/],
    ["three cells", axis("x", 3), "variables.x.cells", /too few.*at least 4/],
  ];
  for (const [what, definition, field, message] of unusable) {
    it(`refuses ${what}, naming ${field}`, () => {
      const make = () => createGrid([axis("y", 4), definition]);
      expect(make).toThrow(InputError);
      expect(make).toThrow(message);
      expect(make).toThrow(expect.objectContaining({ field }));
    });
  }

  it("refuses more cells than memory holds, with the memory they would need", () => {
    const make = () => createGrid([axis("x", 1000), axis("y", 1000), axis("z", 1000)]);
    expect(make).toThrow(InputError);
    expect(make).toThrow(/1000 x 1000 x 1000.*80 GB.*at most 33554432/);
    expect(() => createGrid([axis("x", 2 ** 25)])).not.toThrow();
    expect(() => createGrid([axis("x", 2 ** 25 + 1)])).toThrow(InputError);
  });
});

describe("fillCentres", () => {
  it("agrees with min + (i + 1/2) width from any start and for any count", () => {
    fc.assert(
      fc.property(anyGrid, fc.nat(), fc.nat(), (grid, from, length) => {
        const start = from % grid.size;
        const count = Math.min(length % 600, grid.size - start);
        const coordinates = grid.axes.map(() => new Float64Array(count));
        fillCentres(grid, start, count, coordinates);
        for (let k = 0; k < count; k++) {
          let rest = start + k;
          for (let a = grid.dimension - 1; a >= 0; a--) {
            const { cells, min, width } = grid.axes[a];
            expect(coordinates[a][k]).toBe(min + ((rest % cells) + 0.5) * width);
            rest = Math.floor(rest / cells);
          }
        }
      }),
      { seed: 102, numRuns: 200 },
    );
  });

  it("lies symmetrically in the domain, half a cell from its ends", () => {
    fc.assert(
      fc.property(anyGrid, ({ axes: [x] }) => {
        const middle = centres(x);
        middle.forEach((value, i) => {
          expect(value + middle[x.cells - 1 - i]).toBeCloseTo(x.min + x.max, 12);
        });
        expect(middle[0] - x.min).toBeCloseTo(x.width / 2, 12);
        expect(x.max - middle[x.cells - 1]).toBeCloseTo(x.width / 2, 12);
      }),
      { seed: 103, numRuns: 100 },
    );
  });
});

describe("evaluateAtCentres", () => {
  it("evaluates every cell once, over blocks that end anywhere", () => {
    const grid = createGrid([axis("x", 37), axis("y", 41)]);
    let calls = 0;
    const values = evaluateAtCentres(grid, ([out], outputStart, [x, y], inputStart, count) => {
      for (let i = 0; i < count; i++) out[outputStart + i] = x[inputStart + i] - 10 * y[inputStart + i];
      calls += count;
    });
    expect(calls).toBe(grid.size);
    const [x, y] = grid.axes.map(centres);
    expect(Array.from(values)).toEqual(Array.from(x).flatMap((xi) => Array.from(y, (yj) => xi - 10 * yj)));
  });
});

describe("withCells", () => {
  it("keeps the domain and its boundaries", () => {
    const grid = createGrid([axis("x", 8), axis("t", 16, 0, 6, "periodic")]);
    const finer = withCells(grid, [24, 4]);
    expect(finer.shape).toEqual([24, 4]);
    expect(finer.axes.map(({ min, max, periodic }) => [min, max, periodic])).toEqual([
      [-1, 2, false],
      [0, 6, true],
    ]);
    expect(periods(finer)).toEqual([0, 6]);
    expect(withCells(finer, grid.shape)).toEqual(grid);
  });
});
