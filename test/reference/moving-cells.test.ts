import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { openHdf5 } from "../../src/files/hdf5.ts";
import { normalCdf } from "../../src/numerics/tails.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { JUDGE_KINDS } from "../../src/reference/judge-kinds.ts";
import type { Judgement } from "../../src/reference/judges.ts";
import { errorsInMovingCells } from "../../src/reference/moving-cells.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { encodeReference } from "../../src/reference/reference-dataset.ts";
import { problemOf } from "../fixtures.ts";

const TOLERANCE = 1e-3;
/** In a well both factors shrink as e^{-t}: below a cell of the grid at the end. */
const END = 5;
const line: Partial<ProblemInput> = {
  dynamics: "gradient-descent",
  observables: { mean: "x" },
  time: { end: END, snapshots: [0, END] },
};
const plane: Partial<ProblemInput> = {
  ...line,
  variables: Object.fromEntries(["x", "y"].map((name) => [name, { min: -4, max: 4, cells: 64, boundary: "no-flux" as const }])),
  potential: { F: "0.5*(x^2 + y^2)" },
  initial: { x: { type: "normal", mean: 0.5, sd: 0.6 }, y: { type: "normal", mean: -0.3, sd: 0.5 } },
};

/** Masses between edges of a normal density with this mean and standard deviation at the start. */
function exactBetween(edges: Float64Array, mean: number, sd: number): Float64Array {
  const shrink = Math.exp(-END);
  const below = edges.map((x) => normalCdf((x - shrink * mean) / (shrink * sd)));
  return below.subarray(1).map((cdf, i) => cdf - below[i]);
}

const l1 = (a: Float64Array, b: Float64Array) => a.reduce((sum, mass, i) => sum + Math.abs(mass - b[i]), 0);

const NOTHING = { refinements: null, difference: 0, own: null, settled: true, crossed: false, known: 0, tracing: 0, paths: 0 };

describe("errors in the moving cells of a judge", () => {
  test.each([
    ["on a line", line, (edges: readonly Float64Array[]) => exactBetween(edges[0], 0.5, 0.6)],
    [
      "in the plane",
      plane,
      ([x, y]: readonly Float64Array[]) => {
        const [across, along] = [exactBetween(x, 0.5, 0.6), exactBetween(y, -0.3, 0.5)];
        return Float64Array.from({ length: across.length * along.length }, (_, k) => across[Math.floor(k / along.length)] * along[k % along.length]); // biome-ignore format: one line
      },
    ],
  ] as const)(
    "are no smaller than the true ones of a peak within a cell, and hold all that a judge differs by, %s",
    async (_, changes, exactOf) => {
      const problem = await problemOf(changes);
      const inPlane = problem.grid.dimension > 1;
      const judgement = JUDGE_KINDS.moving.judge(problem, 1, problem.end, TOLERANCE, () => {}) as Judgement;
      const { moving, resolved } = judgement.verdicts[1];
      if (moving === null) throw new Error("its cells move");
      expect(resolved).toBe(true);
      const solution = solveCharacteristics(problem, { tolerance: inPlane ? 1e-4 : 1e-8 });
      const masses = solution.tracedDensity(1e-8, 2, inPlane).massesBetween(moving.edges, END);
      const before = solution.tracedBefore(1e-6, inPlane)?.massesBetween(moving.edges, END) ?? null;
      if (masses === null || before === null) throw new Error("of all mass");
      const stated = errorsInMovingCells(problem.grid, moving, { masses, before }, NOTHING);
      const actual = l1(masses, exactOf(moving.edges));
      expect(actual).toBeLessThan(inPlane ? 2e-3 : 1e-6);
      expect(stated?.l1).toBeGreaterThanOrEqual(actual);
      expect(stated?.l1).toBeLessThan(0.05);
      // The judge moved by one cell.
      const wrong = moving.masses.slice();
      wrong.copyWithin(1, 0);
      const shifted = errorsInMovingCells(problem.grid, { ...moving, masses: wrong }, { masses, before }, NOTHING);
      expect(shifted?.l1).toBeGreaterThanOrEqual(l1(masses, wrong));
      expect(shifted?.l1).toBeGreaterThan(0.02);
    },
  );

  test("are stated where the density is too sharp for the grid, and in the file with what they are taken on", async () => {
    const reference = await computeReference(await problemOf(line), { tolerance: TOLERANCE });
    const [smooth, sharp] = reference.snapshots;
    expect(smooth).toMatchObject({ resolved: true, movingCellErrors: null });
    expect(sharp).toMatchObject({ resolved: false, movingCellErrors: { cells: reference.judges.at(-1)?.cells } });
    // Of the judge on 64 cells, whose own error is 4 times that on 128.
    expect(sharp.movingCellErrors?.l1).toBeLessThan(2 * TOLERANCE);
    expect(sharp.movingCellErrors?.wasserstein1).toBeLessThan(1e-5);
    const found = await openHdf5(await encodeReference(reference), (_, datasets) =>
      [...datasets].flatMap(([name, { value, attrs }]) =>
        attrs.comment === undefined ? [] : [{ name, value, comment: attrs.comment.value }],
      ),
    );
    expect(found.map(({ name }) => name)).toEqual([
      "density_l1_error",
      "density_wasserstein1_error",
      "moving_density_l1_error",
      "moving_density_wasserstein1_error",
    ]);
    expect(found[2].value).toEqual(Float64Array.of(Number.NaN, sharp.movingCellErrors?.l1 ?? 0));
    expect(found[0].comment).toMatch("cells of this file");
    expect(found[2].comment).toMatch("cells of the judge");
  });
});
