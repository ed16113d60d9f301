import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { mass } from "../../src/grid/density.ts";
import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { largestDifference, problemOf } from "../fixtures.ts";
import { largeTest } from "../sizes.ts";

async function tracedAt(changes: Partial<ProblemInput>, t: number, nodes?: number) {
  const problem = await problemOf(changes);
  const solution = solveCharacteristics(problem, nodes === undefined ? {} : { nodes });
  const density = solution.tracedDensity(1e-10).cellAverages(problem.grid, t);
  return { problem, solution, density, mass: mass(problem.grid, density), last: solution.snapshots[solution.snapshots.length - 1] };
}

describe("a density much sharper than its cells", () => {
  // Cells are 0.125 wide. Wells in a cell and on the edge of two.
  const places = [0.0123, 0.125];

  // sd = 0.6 e^{-t}: a thousandth of a cell at 8.5, rounding at 40, and less than the smallest number at 800.
  test.each([8.5, 40, 800])("lies whole in one cell, or in two, by transport (t = %d)", async (end) => {
    for (const place of places) {
      const F = `0.5*(x-${place})^2`;
      const { density, mass } = await tracedAt(
        { potential: { F }, dynamics: "gradient-descent", time: { end, snapshots: 1 } },
        end,
      );
      // Masses are between neighbouring feet: they add up to the rounding of 1500 terms of at most 1e-2.
      expect(Math.abs(mass - 1)).toBeLessThan(1e-13);
      expect(density.filter((value) => value > 0).length).toBeLessThanOrEqual(2);
      const cell = Math.floor((place + 4) / 0.125);
      // The mean stays on one side of the edge, 0.375 e^{-t} beyond it, or 0.625 standard deviations: P(Z > -0.625) = 0.734014.
      const expected = place === 0.125 ? 0.734014 : 1;
      if (end < 40) expect(density[cell] * 0.125).toBeCloseTo(expected, 6);
    }
  });

  test.each(["birth-death", "unbalanced"] as const)("keeps the mass of the nodes (%s)", async (dynamics) => {
    for (const end of [8.5, 40, 800]) {
      for (const place of places) {
        const problem = { potential: { F: `0.5*(x-${place})^2` }, dynamics, alpha: 2, time: { end, snapshots: 1 } };
        const { last, mass } = await tracedAt(problem, end);
        // Weights of the nodes and growths of paths: a hundred steps, of errors of 1e-10.
        expect(Math.abs(mass - last.mass)).toBeLessThan(1e-8);
      }
    }
  });

  largeTest("keeps its mass where a reaction alone has drawn it together", async () => {
    // 1/s = 1/s0 + alpha k t: standard deviations of 0.01 and 0.0045.
    for (const alpha of [1e4, 5e4]) {
      const { solution, mass } = await tracedAt({ dynamics: "pure-birth-death", alpha }, 1, 2048);
      // 1e-8, relative to int |V - Vbar| dmu_0 = 0.26.
      expect(solution.levels.at(-1)?.difference).toBeLessThan(4e-8);
      expect(Math.abs(mass - 1)).toBeLessThan(1e-8);
    }
  });

  test("keeps its mass from the first: an initial distribution within one cell", async () => {
    const initial = { x: { type: "normal" as const, mean: 0.3, sd: 1e-3 } };
    for (const t of [0, 1e-3]) expect((await tracedAt({ initial }, t)).mass).toBeCloseTo(1, 12);
  });
});

test("mass sums to 1 on a circle, where the feet of both ends are one", async () => {
  const circle = { x: { min: -Math.PI, max: Math.PI, cells: 32, boundary: "periodic" as const } };
  const initial = { x: { type: "von-mises" as const, mean: 3, concentration: 1 } };
  const drawn = { variables: circle, potential: { F: "cos(x-0.3)" }, initial, dynamics: "gradient-descent" as const };
  for (const end of [1, 6]) {
    const { mass } = await tracedAt({ ...drawn, time: { end, snapshots: 1 } }, end);
    // The two feet are a period apart but for the errors of two paths.
    expect(Math.abs(mass - 1)).toBeLessThan(1e-9);
  }
});

describe("jumps of the initial distribution, in one dimension", () => {
  const k = 0.7;
  const shrink = Math.exp(-k);
  const common: Partial<ProblemInput> = { potential: { F: `${k / 2}*x^2` }, dynamics: "gradient-descent", alpha: 2 };
  /** Averages over cells of f on [a, b] and 0 elsewhere; f is smooth on the scale of cells. */
  function averagesOf(cells: number, min: number, width: number, a: number, b: number, f: (x: number) => number): Float64Array {
    return Float64Array.from({ length: cells }, (_, i) => {
      const from = Math.max(a, min + i * width);
      const to = Math.min(b, min + (i + 1) * width);
      if (!(from < to)) return 0;
      const { nodes, weights } = gaussLegendre(20, from, to);
      return nodes.reduce((total, x, q) => total + weights[q] * f(x), 0) / width;
    });
  }
  const normal = (x: number, m: number, s: number) => Math.exp(-((x - m) ** 2) / (2 * s * s));
  const integral = (f: (x: number) => number, a: number, b: number) => {
    const { nodes, weights } = gaussLegendre(64, a, b);
    return nodes.reduce((total, x, q) => total + weights[q] * f(x), 0);
  };

  test("are exact inside the cells they cut: a uniform distribution contracts to a uniform distribution", async () => {
    const { density } = await tracedAt({ ...common, initial: { x: { type: "uniform", min: -1.21, max: 0.83 } } }, 1);
    const exact = averagesOf(64, -4, 0.125, -1.21 * shrink, 0.83 * shrink, () => 1 / (2.04 * shrink));
    // Errors of a foot, of about 1e-9, times the jump over the width of a cell.
    expect(largestDifference(density, exact)).toBeLessThan(1e-8);
  });

  test("move with a truncated normal distribution, under all dynamics that have one", async () => {
    const [m, s, a, b] = [0.4, 0.5, -0.31, 1.27];
    const initial = { x: { type: "truncated-normal" as const, mean: m, sd: s, min: a, max: b } };
    // Transport maps x to x e^{-k t}. Reactions multiply by exp(-alpha int F), F = k x^2 / 2 along the path, and normalise.
    const exponents = { "gradient-descent": 0, "birth-death": (1 - shrink ** 2) / 4, "pure-birth-death": k / 2 };
    for (const [dynamics, exponent] of Object.entries(exponents)) {
      const along = dynamics === "pure-birth-death" ? 1 : shrink;
      const at = (y: number) => normal(y, m, s) * Math.exp(-2 * exponent * y * y);
      const total = integral(at, a, b) * along;
      const { density } = await tracedAt({ ...common, dynamics: dynamics as "birth-death", initial }, 1);
      const exact = averagesOf(64, -4, 0.125, a * along, b * along, (x) => at(x / along) / total);
      expect(largestDifference(density, exact)).toBeLessThan(1e-8);
    }
  });

  test("are found wherever they lie on a circle, the seam included", async () => {
    const variables = { x: { min: 0, max: 2, cells: 16, boundary: "periodic" as const } };
    for (const [min, max] of [
      [0.3, 1.1],
      [0, 0.77],
      [1.13, 2],
      [0, 2],
    ]) {
      const initial = { x: { type: "uniform" as const, min, max } };
      const at = (x: number) => Math.exp(-2 * Math.cos(Math.PI * x));
      const total = integral(at, min, max);
      const changes = { variables, initial, potential: { F: "cos(pi*x)" }, alpha: 2, dynamics: "pure-birth-death" as const };
      const { density } = await tracedAt(changes, 1);
      const exact = averagesOf(16, 0, 0.125, min, max, (x) => at(x) / total);
      expect(largestDifference(density, exact)).toBeLessThan(1e-8);
      // Up to the crest of F and over it nothing goes: all mass stays between the images of the ends.
      const moved = await tracedAt({ ...changes, dynamics: "gradient-descent", time: { end: 0.2, snapshots: 1 } }, 0.2);
      expect(Math.abs(moved.mass - 1)).toBeLessThan(1e-9);
    }
  });

  test("of a joint density at the ends of the domain move in with the flow", async () => {
    const { density } = await tracedAt({ ...common, initial: { density: "exp(-x)" } }, 1);
    const total = integral((y) => Math.exp(-y), -4, 4) * shrink;
    const exact = averagesOf(64, -4, 0.125, -4 * shrink, 4 * shrink, (x) => Math.exp(-x / shrink) / total);
    expect(largestDifference(density, exact)).toBeLessThan(1e-8);
  });
});

describe("jumps of the initial distribution, in two dimensions", () => {
  /** L1 distance of the marginal of the axis with the jumps from the exact one. */
  async function marginalError(cells: number, end: number): Promise<number> {
    const problem = await problemOf({
      variables: { x: { min: -2, max: 2, cells }, y: { min: -2, max: 2, cells: 20 } },
      potential: { F: "0.5*x^2 + 0.5*y^2" },
      dynamics: "gradient-descent",
      initial: { x: { type: "uniform", min: -1, max: 0.9 }, y: { type: "normal", mean: 0, sd: 0.5 } },
      time: { end, snapshots: 1 },
    });
    const density = solveCharacteristics(problem, { tolerance: 1e-4 }).tracedDensity(1e-8).cellAverages(problem.grid, end);
    const [width, shrink] = [4 / cells, Math.exp(-end)];
    let error = 0;
    for (let i = 0; i < cells; i++) {
      const found = density.subarray(20 * i, 20 * i + 20).reduce((total, value) => total + value * 0.2, 0);
      const overlap = Math.min(0.9 * shrink, -2 + (i + 1) * width) - Math.max(-shrink, -2 + i * width);
      error += Math.abs(found * width - Math.max(0, overlap) / (1.9 * shrink));
    }
    return error;
  }

  // Sixteen points across a cell place the jump to within h/32; there are two, of 1 / (1.9 e^{-t}). Gauss points in y on cells of 0.2
  // leave (0.2 / sd)^4 / 1440 or so. What has contracted to a few cells is found as well as what has not.
  test.each([0.5, 1.5])("leave an error of h / 16 of themselves, on any side of the nodes (t = %d)", async (end) => {
    for (const cells of [20, 40, 80]) {
      const bound = ((2 * (4 / cells)) / 32) * (Math.exp(end) / 1.9) + ((0.2 / (0.5 * Math.exp(-end))) ** 4 / 1440) * 1.5;
      expect(await marginalError(cells, end)).toBeLessThan(bound);
    }
  });

  test("are found behind the seam of a circle", async () => {
    // Downhill through the seam at 0, to the well at 0.75.
    const y = { min: 0, max: 1, cells: 40, boundary: "periodic" as const };
    const start = { type: "uniform" as const, min: 0.06, max: 0.31 };
    const common = { dynamics: "gradient-descent" as const, time: { end: 0.5, snapshots: 1 } };
    const line = await problemOf({ ...common, variables: { y }, potential: { F: "0.08*sin(2*pi*y)" }, initial: { y: start } });
    const exact = solveCharacteristics(line).tracedDensity(1e-9).cellAverages(line.grid, 0.5);
    const plane = await problemOf({
      ...common,
      variables: { x: { min: -2, max: 2, cells: 10 }, y },
      potential: { F: "0.08*sin(2*pi*y)" },
      initial: { x: { type: "normal", mean: 0, sd: 0.5 }, y: start },
    });
    const density = solveCharacteristics(plane, { tolerance: 1e-4 }).tracedDensity(1e-8).cellAverages(plane.grid, 0.5);
    let error = 0;
    let jump = 0;
    for (let j = 0; j < 40; j++) {
      let found = 0;
      for (let i = 0; i < 10; i++) found += density[40 * i + j] * 0.4;
      error += Math.abs(found - exact[j]) / 40;
      jump = Math.max(jump, exact[j]);
    }
    expect(exact[39]).toBeGreaterThan(1);
    // Two jumps placed to within 1/32 of a cell of 1/40, and (0.4 / 0.5)^4 / 1440 in x.
    expect(error).toBeLessThan((2 * jump) / 40 / 32 + 0.8 ** 4 / 1440);
  });
});
