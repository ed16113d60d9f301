import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { integrateCells } from "../../src/distributions/cubature.ts";
import { createJointDistribution } from "../../src/distributions/joint.ts";
import { BULK } from "../../src/distributions/univariate.ts";
import { createEvaluator } from "../../src/expressions/evaluate.ts";
import { parseExpression } from "../../src/expressions/expression.ts";
import { createBoxBounds } from "../../src/expressions/interval.ts";
import { createGrid } from "../../src/grid/grid.ts";
import { problemOf } from "../fixtures.ts";

const NAMES = ["x", "y", "z"];

async function densityOf(text: string, d: number, cells: number) {
  const names = NAMES.slice(0, d);
  const grid = createGrid(names.map((name) => ({ name, min: -4, max: 4, cells, boundary: "no-flux" as const })));
  const program = (await parseExpression(text, "density", { inputs: names, parameters: {} })).value;
  return { grid, value: createEvaluator(program), bounds: createBoxBounds(program) };
}

/** A normal density along each of d axes with the same mean and deviation. */
const normal = (d: number, mean: number, sd: number) =>
  `exp(-(${NAMES.slice(0, d).map((x) => `(${x}-(${mean}))^2`).join("+")})/(2*${sd}^2))/(${sd}*sqrt(2*pi))^${d}`; // biome-ignore format: one expression

const SHARE = 0.1;
const WIDE = { mean: -0.5, sd: 0.4 };
/** Where the peak is, its deviation, and the cells an axis. */
const cases = [
  { d: 1, at: 0.439, sd: 2e-3, cells: 256 },
  { d: 1, at: 0.439, sd: 1e-9, cells: 64 },
  { d: 1, at: 0.5, sd: 1e-6, cells: 64 },
  { d: 2, at: 0.439, sd: 1e-3, cells: 24 },
  { d: 2, at: 0.439, sd: 1e-6, cells: 16 },
  { d: 3, at: 0.439, sd: 2e-2, cells: 12 },
] as const;

describe.each(cases)(
  "a tenth of the mass in a peak of $sd in $d dimensions on $cells cells an axis",
  async ({ d, at, sd, cells }) => {
    const text = `${1 - SHARE}*${normal(d, WIDE.mean, WIDE.sd)} + ${SHARE}*${normal(d, at, sd)}`;
    const { grid, value, bounds } = await densityOf(text, d, cells);
    // Boxes of 1e-8 of the mass in three dimensions, 1e-10 on a line, each with a doubt of its own; and what lies beyond the domain, 8.75 sd.
    const tolerance = [1e-9, 1e-7, 1e-6][d - 1];
    const mean = (1 - SHARE) * WIDE.mean + SHARE * at;
    const square = (1 - SHARE) * (WIDE.mean ** 2 + WIDE.sd ** 2) + SHARE * (at ** 2 + sd ** 2);

    test("is found by the cubature of the cells", () => {
      const { masses, unresolved } = integrateCells({ value, bounds }, grid, "density");
      expect(unresolved).toBeLessThan(tolerance);
      expect(Math.abs(masses.reduce((sum, mass) => sum + mass, 0) - 1)).toBeLessThan(tolerance);
      // The cell of the peak, or those around it where it is on an edge, hold its mass.
      const [{ min, width }] = grid.axes;
      let near = 0;
      masses.forEach((mass, i) => {
        const distance = grid.axes.map((_, a) =>
          Math.abs(min + (Math.floor(i / grid.strides[a]) % cells) * width + width / 2 - at),
        );
        if (Math.max(...distance) < 1.01 * width + 6 * sd) near += mass;
      });
      expect(near).toBeGreaterThan(SHARE);
    });

    test("and by the nodes of both families", () => {
      const distribution = createJointDistribution(value, grid, "density", bounds);
      for (const family of ["first", "second"] as const) {
        const counts = grid.axes.map(() => [128, 48, 20][d - 1]);
        const { points, weights, unresolved } = distribution.quadrature({ counts, bulk: BULK, family });
        expect(unresolved).toBeLessThan(tolerance);
        for (const x of points) {
          const moment = (phi: (x: number) => number) => weights.reduce((sum, w, j) => sum + w * phi(x[j]), 0);
          expect(Math.abs(moment((u) => u) - mean)).toBeLessThan(10 * tolerance);
          expect(Math.abs(moment((u) => u * u) - square)).toBeLessThan(10 * tolerance);
        }
      }
    });
  },
);

test("a smooth density keeps its usual nodes, and no cell of it is divided", async () => {
  const { grid, value, bounds } = await densityOf(normal(2, 0, 0.7), 2, 48);
  expect(integrateCells({ value, bounds }, grid, "density").divided.size).toBe(0);
  expect(createJointDistribution(value, grid, "density", bounds).quadrature({ counts: [20, 30], bulk: BULK }).weights).toHaveLength(
    600,
  );
});

test("a density with singular points and jumps is integrated up to them", async () => {
  for (const [text, exact] of [["abs(x)^(-0.5)", 8], ["1 + 0.5*x/abs(x)", 8], ["exp(-abs(x-0.1))", 2 - Math.exp(-4.1) - Math.exp(-3.9)]] as const) {
    const { grid, value, bounds } = await densityOf(text, 1, 65);
    const { masses } = integrateCells({ value, bounds }, grid, "density");
    // The box at the singular point holds a share of 1e-10 after 40 divisions at most.
    expect(Math.abs(masses.reduce((sum, mass) => sum + mass, 0) / exact - 1), text).toBeLessThan(1e-6);
  }
}); // biome-ignore format: a list

test("mass that may be anywhere in too many boxes is said to be unresolved", async () => {
  // A circle of width 1e-7: 1e8 boxes would be needed.
  const text = "exp(-x^2-y^2) + 1e6*exp(-(x^2+y^2-1)^2/1e-14)";
  const axis = { min: -4, max: 4, cells: 8 };
  const problem = await problemOf({ variables: { x: axis, y: axis }, potential: { F: "0" }, dynamics: "gradient-descent", initial: { density: text } }); // biome-ignore format: one call
  // And with it the solution, whatever two refinements say.
  const solution = solveCharacteristics(problem, { tolerance: 1e-2, nodes: 8 });
  expect(solution.unresolvedInitially).toBeGreaterThan(1e-2);
  expect(solution.converged).toBe(false);
  expect(solution.levels).toHaveLength(1);
});
