import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { solve } from "../../src/finite-volume/solve.ts";
import {
  describeUnresolved,
  findUnresolvedInputs,
  type UnresolvedInput,
  worseOf,
} from "../../src/finite-volume/unresolved-inputs.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { problemOf } from "../fixtures.ts";

const read = async (path: string) => createProblem(JSON.parse(readFileSync(path, "utf8")));
const fieldsOf = async (changes: Partial<ProblemInput>) => findUnresolvedInputs(await problemOf(changes)).map(({ field }) => field);

/** Cells on [-4, 4], so that a wave of `perWave` cells has this wave number. */
const waveNumber = (perWave: number, cells: number) => (2 * Math.PI * cells) / (8 * perWave);

describe("what the cells do not resolve is found", () => {
  test("in F: a wave of 1.03 cells, by all of its mean |cos| = 2 / pi, and the cells that would do", async () => {
    const problem = await read("test/cases/rough-potential.json");
    const [{ field, difference, cells }, ...others] = findUnresolvedInputs(problem);
    expect([field, others.length]).toEqual(["potential.F", 0]);
    // The average over a cell of kh = 6.09 is sin(kh / 2) / (kh / 2) = 0.03 of the wave, of which the centres see one of 32 cells.
    expect(Math.abs(difference - (0.97 * 0.02 * 2) / Math.PI)).toBeLessThan(2e-4);
    // 4.1 cells a wave; 256 leave 20% of it.
    expect(cells).toEqual([512]);
    expect(describeUnresolved({ field, difference, variation: 0.0512, cells }, problem.grid)).toBe(
      "potential.F is not resolved by 128 cells: its averages over cells and its values at their centres differ by 0.012, and it varies by 0.051; use --cells x=512",
    );
  });

  test("in K: a kernel six times narrower than a cell, until a cell is half as wide as its standard deviation", async () => {
    const problem = await read("test/cases/narrow-kernel.json");
    const found = findUnresolvedInputs(problem);
    expect(found.map(({ field }) => field)).toEqual(["potential.K"]);
    expect(found[0].cells).toEqual([2048]);
  });

  test("in random waves of F, K and observables, and not where they have eight cells, for every type of kernel and dimension", async () => {
    const K: Record<string, (k: number) => ProblemInput["potential"]> = {
      F: (k) => ({ F: `cos(${k}*x)` }),
      convolution: (k) => ({ F: "0.1*x^2", K: { type: "convolution", expression: `cos(${k}*x)` } }),
      pairwise: (k) => ({ F: "0.1*x^2", K: { type: "pairwise", expression: `cos(${k}*x)*cos(${k}*x_prime)` } }),
      features: (k) => ({
        F: "0.1*x^2",
        K: { type: "features", expression: `cos(${k}*x + q)`, inputs: { q: { min: 0, max: 6.28, points: 8 } } },
      }),
      network: (k) => ({ network: { unit: `cos(${k}*x + q)`, inputs: { q: { min: 0, max: 6.28, points: 8 } }, target: "0.3" } }),
    };
    for (const [kind, potentialOf] of Object.entries(K)) {
      for (const y of [false, true]) {
        const cells = y ? 48 : 64;
        const axis = { min: -4, max: 4, cells };
        const normal = { type: "normal" as const, mean: 0.5, sd: 0.8 };
        const about = { variables: y ? { y: axis, x: axis } : { x: axis }, initial: y ? { y: normal, x: normal } : { x: normal } };
        const field = kind === "F" ? "potential.F" : kind === "network" ? "potential.network" : "potential.K";
        // Where K has two cells a wave, int K dmu vanishes with and without cells: only waves that look slow to the centres matter.
        const about1 = kind === "F" ? { min: 0.6, max: 2.5 } : { min: 0.98, max: 1.02 };
        await fc.assert(
          fc.asyncProperty(fc.double({ ...about1, noNaN: true }), async (perWave) => {
            expect(await fieldsOf({ ...about, potential: potentialOf(waveNumber(perWave, cells)) })).toEqual([field]);
            expect(await fieldsOf({ ...about, potential: potentialOf(waveNumber(8, cells)) })).toEqual([]);
            const observables = { wave: `cos(${waveNumber(perWave, cells)}*x)`, slow: `cos(${waveNumber(8, cells)}*x)` };
            expect(await fieldsOf({ ...about, observables })).toEqual(["observables.wave"]);
          }),
          { seed: 51, numRuns: 2 },
        );
      }
    }
  });

  test("with cells that resolve the sum over both axes, each of which alone is resolved by half as many", async () => {
    const waves = (cells: number) => ({
      variables: {
        x: { min: -Math.PI, max: Math.PI, cells, boundary: "periodic" as const },
        y: { min: -Math.PI, max: Math.PI, cells, boundary: "periodic" as const },
      },
      potential: { F: "cos(16*x) + cos(16*y)" },
      initial: { density: "1" },
      observables: {},
    });
    // Five cells a wave leave 0.55% of the variation along each axis, 1.1% in all.
    const [{ cells }] = findUnresolvedInputs(await problemOf(waves(40)));
    expect(cells).toEqual([160, 160]);
    expect(await fieldsOf(waves(160))).toEqual([]);
    expect(await fieldsOf(waves(80))).toEqual(["potential.F"]);
  });

  test("at the worse of two times", () => {
    const input = (field: string, difference: number, variation: number): UnresolvedInput => ({
      field,
      difference,
      variation,
      cells: null,
    });
    const [a, worse, milder, b] = [input("a", 1, 4), input("a", 2, 6), input("a", 2, 9), input("b", 1, 1)];
    expect(worseOf([a], [worse, b])).toEqual([worse, b]);
    expect(worseOf([a], [milder])).toEqual([a]);
    expect(worseOf([], [b])).toEqual([b]);
  });

  test("and there is no affordable grid for a wave of a hundred thousand cells", async () => {
    const [{ cells }] = findUnresolvedInputs(await problemOf({ potential: { F: "x^2 + cos(60000*x)" } }));
    expect(cells).toBe(null);
  });
});

describe("nothing is found", () => {
  test.each(["circle", "double-well", "gaussian-repulsion", "trimer", "coupled-well"])("in grids/%s.json", async (name) => {
    expect(findUnresolvedInputs(await read(`grids/${name}.json`))).toEqual([]);
  });

  test("at kinks of F, K and observables, wherever they lie in a cell", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: -1, max: 1, noNaN: true }), async (place) => {
        const F = `abs(x - (${place})) + max(x - (${place}), 0)`;
        const observables = { kink: `abs(x - (${place}))`, clipped: `min(x, ${place})` };
        const K = { type: "convolution" as const, expression: "exp(-abs(x))" };
        expect(await fieldsOf({ potential: { F, K }, observables })).toEqual([]);
      }),
      { seed: 52, numRuns: 20 },
    );
  });

  test("where there is no mass", async () => {
    const initial = { x: { type: "uniform" as const, min: -1, max: 1 } };
    // From -2 on the wave is multiplied by less than 1e-4.
    expect(await fieldsOf({ potential: { F: "x^2 + cos(60*x)/(1+exp(-40*(x-2.5)))" }, initial })).toEqual([]);
  });
});

test("mass that comes to what is rough only later is seen at the end", async () => {
  const problem = await problemOf({
    variables: { x: { min: -4, max: 8, cells: 128 } },
    potential: { F: "-2*x" },
    dynamics: "gradient-descent",
    initial: { x: { type: "normal", mean: -1, sd: 0.5 } },
    observables: { late: "x + cos(70*x)/(1+exp(-20*(x-2)))" },
    time: { end: 2, snapshots: 1 },
  });
  expect(findUnresolvedInputs(problem)).toEqual([]);
  expect(solve(problem).unresolvedInputs.map(({ field }) => field)).toEqual(["observables.late"]);
});
