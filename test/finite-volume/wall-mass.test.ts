import { describe, expect, test } from "vitest";
import { solve } from "../../src/finite-volume/solve.ts";
import { problemOf } from "../fixtures.ts";

const uniform = { x: { type: "uniform" as const, min: -1, max: 1 } };
const onUnit = (cells: number) => ({ x: { min: -1, max: 1, cells } });

describe("mass that is pressed against a no-flux wall", () => {
  test("is what would have crossed it, to first order in the width of a cell, at either end and along every axis", async () => {
    for (const sign of [1, -1]) {
      for (const cells of [64, 256]) {
        // Speed 1: of the density 1/2 on [-1, 1] half of 0.6 has come to the wall by t = 0.6; the first of it filled the outermost cell, of mass h / 2.
        const problem = await problemOf({
          variables: onUnit(cells),
          potential: { F: `${-sign}*x` },
          initial: uniform,
          dynamics: "gradient-descent",
          time: { end: 0.6, snapshots: 1 },
        });
        const [{ mass, since, end, place, variable }, ...others] = solve(problem).wallMass;
        expect(others).toEqual([]);
        expect([variable, end, place, since]).toEqual(["x", sign === 1 ? "max" : "min", sign, 0]);
        expect(Math.abs(mass - 0.3)).toBeLessThan(1 / cells);
      }
    }
  });

  test("in a plane, at the walls that it meets alone, from the time it does", async () => {
    const problem = await problemOf({
      variables: {
        x: { min: -1, max: 1, cells: 16, boundary: "periodic" },
        y: { min: -1, max: 1, cells: 100 },
        z: { min: -1, max: 1, cells: 8 },
      },
      potential: { F: "y + z^2" },
      initial: { x: uniform.x, y: { type: "uniform", min: 0, max: 0.5 }, z: { type: "normal", mean: 0, sd: 0.1 } },
      dynamics: "gradient-descent",
      time: { end: 1.2, snapshots: 1 },
    });
    const found = solve(problem).wallMass;
    expect(found.map(({ variable, end }) => [variable, end])).toEqual([["y", "min"]]);
    // Of [0, 0.5] what began below 0.2 has come down by 1: a share 0.4. It is counted from the middle of the cell before the last, 1.5 h of 0.02 too early, at density 2.
    expect(Math.abs(found[0].mass - 0.4)).toBeLessThan(0.06);
    expect(Math.abs(found[0].since - 1)).toBeLessThan(0.3);
  });

  test("is none where V rises towards the wall, whatever mass is there, nor where a periodic axis ends", async () => {
    const at = async (F: string, boundary: "no-flux" | "periodic" = "no-flux") =>
      solve(
        await problemOf({
          variables: { x: { ...onUnit(64).x, boundary } },
          potential: { F },
          initial: uniform,
          dynamics: "gradient-descent",
        }),
      ).wallMass;
    expect(await at("x^2")).toEqual([]);
    expect(await at("cos(pi*x)", "periodic")).toEqual([]);
    // A bottom of V in the outermost cell.
    expect(await at("(x-0.99)^2")).toEqual([]);
  });
});
