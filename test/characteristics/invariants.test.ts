import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { mass } from "../../src/grid/density.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { largestDifference, problemOf } from "../fixtures.ts";
import { largeTest, sized } from "../sizes.ts";

const DYNAMICS = ["gradient-descent", "unbalanced", "birth-death", "pure-birth-death"] as const;

/** F, with an interaction that is even about `shift` where all terms are there to feel it: its sums take most of the time. */
function potentialFor(dynamics: (typeof DYNAMICS)[number], F: string, shift = 0): ProblemInput["potential"] {
  const inputs = { z: { min: -3, max: 3, points: 8 } };
  return dynamics === "birth-death" ? { F, K: { type: "features", expression: `cos(x-(${shift})-z)`, inputs } } : { F };
}

/** Of a solution, and a hundredth of it for its density: two solutions may differ by twice of each. */
const TOLERANCE = 1e-8;

/** The solution at the end, with its density on the grid of the problem. */
async function solved(changes: Partial<ProblemInput>) {
  const problem = await problemOf(changes);
  const solution = solveCharacteristics(problem, { tolerance: TOLERANCE });
  const snapshot = solution.snapshots[solution.snapshots.length - 1];
  const density = solution.tracedDensity(TOLERANCE / 100).cellAverages(problem.grid, problem.end);
  return { problem, solution, snapshot, density, total: mass(problem.grid, density) };
}

describe("a constant added to F", () => {
  const solveWells = (constant: number, dynamics: (typeof DYNAMICS)[number]) =>
    solved({
      potential: potentialFor(dynamics, `0.25*(x^2-1)^2 + 0.15*x + ${constant}`),
      dynamics,
      alpha: 2,
      observables: { mean: "x" },
    });

  const plainWells = new Map<string, ReturnType<typeof solveWells>>();
  /** That without a constant is solved once. */
  const wells = (constant: number, dynamics: (typeof DYNAMICS)[number]) => {
    if (constant !== 0) return solveWells(constant, dynamics);
    const plain = plainWells.get(dynamics) ?? solveWells(0, dynamics);
    plainWells.set(dynamics, plain);
    return plain;
  };

  // V and Vbar both hold the constant. They lose 1000 eps = 2e-13 of it to rounding, far less than the tolerance.
  test.each(sized([1000], [1, 1000]))("of %d changes nothing but the energy, as V - Vbar is what acts", async (constant) => {
    const all = ["birth-death", "gradient-descent", "pure-birth-death"] as const;
    for (const dynamics of all.slice(0, sized(1, 3))) {
      const [plain, raised] = await Promise.all([wells(0, dynamics), wells(constant, dynamics)]);
      expect(raised.solution.levels.map(({ nodes }) => nodes)).toEqual(plain.solution.levels.map(({ nodes }) => nodes));
      expect(largestDifference(raised.density, plain.density)).toBeLessThan(2 * TOLERANCE);
      const [a, b] = [plain.snapshot, raised.snapshot];
      expect(Math.abs(a.observables.mean - b.observables.mean)).toBeLessThan(2 * TOLERANCE);
      expect(Math.abs(a.dissipated - b.dissipated)).toBeLessThan(2 * TOLERANCE);
      expect(Math.abs((a.gap ?? Number.NaN) - (b.gap ?? Number.NaN))).toBeLessThan(2 * TOLERANCE);
      expect(Math.abs(a.residualOnSupport - b.residualOnSupport)).toBeLessThan(20 * TOLERANCE);
      expect(Math.abs(b.energy - a.energy - constant)).toBeLessThan(2 * TOLERANCE);
      expect(Math.abs(raised.total - 1)).toBeLessThan(TOLERANCE);
    }
  });

  test("takes the factor e^{-alpha c t} from an unbalanced mass", async () => {
    const at = (constant: number) => solved({ potential: { F: `0.5*x^2 + ${constant}` }, dynamics: "unbalanced" });
    const [plain, raised] = await Promise.all([at(0), at(1.5)]);
    expect(Math.abs(raised.snapshot.mass / plain.snapshot.mass - Math.exp(-1.5))).toBeLessThan(2 * TOLERANCE);
    expect(largestDifference(raised.density, plain.density.map((value) => value * Math.exp(-1.5)))).toBeLessThan(2 * TOLERANCE); // biome-ignore format: one call
  });
});

largeTest.each(DYNAMICS)("a problem moved along the line has a solution moved along the line (%s)", async (dynamics) => {
  const at = (shift: number) =>
    solved({
      variables: { x: { min: -4 + shift, max: 4 + shift, cells: 64 } },
      potential: potentialFor(dynamics, `0.25*((x-(${shift}))^2-1)^2`, shift),
      dynamics,
      initial: { x: { type: "normal", mean: 0.3 + shift, sd: 0.5 } },
      observables: { mean: "x" },
    });
  const [here, there] = await Promise.all([at(0), at(-7.5)]);
  // Tolerances are relative to coordinates above 1, of which there are some of 11.
  expect(largestDifference(here.density, there.density)).toBeLessThan(20 * TOLERANCE);
  expect(Math.abs(here.snapshot.energy - there.snapshot.energy)).toBeLessThan(2 * TOLERANCE);
  const moved = there.snapshot.observables.mean + 7.5 * there.snapshot.mass;
  expect(Math.abs(here.snapshot.observables.mean - moved)).toBeLessThan(20 * TOLERANCE);
});

describe("on a circle", () => {
  const cells = 48;
  const period = 2 * Math.PI;
  const roll = (values: Float64Array, by: number) => values.map((_, i) => values[(i - by + values.length) % values.length]);

  test.each(sized<readonly (typeof DYNAMICS)[number][]>(["unbalanced"], DYNAMICS))(
    "a problem that is turned has a solution that is turned (%s)",
    async (dynamics) => {
      const at = (turn: number) =>
        solved({
          variables: { x: { min: -Math.PI, max: Math.PI, cells, boundary: "periodic" } },
          potential: {
            F: `0.3*cos(2*(x-(${turn}))) + 0.8*sin(x-(${turn}))`,
            K: { type: "convolution", expression: "cos(x) + 0.3*cos(2*x)" },
          },
          dynamics,
          initial: { x: { type: "von-mises", mean: 0.5 + turn, concentration: 2 } },
          observables: { c: `cos(x-(${turn}))`, s: `sin(x-(${turn}))` },
        });
      const still = await at(0);
      // By 17 cells and, past the seam, by 17 cells less a whole turn; mass lies across the seam in both.
      const turns = [(17 * period) / cells, (17 / cells - 1) * period];
      for (const turn of sized(turns.slice(1), turns)) {
        const turned = await at(turn);
        expect(largestDifference(roll(still.density, 17), turned.density)).toBeLessThan(4 * TOLERANCE);
        for (const name of ["c", "s"]) {
          expect(Math.abs(still.snapshot.observables[name] - turned.snapshot.observables[name])).toBeLessThan(2 * TOLERANCE);
        }
        expect(Math.abs(turned.total - turned.snapshot.mass)).toBeLessThan(TOLERANCE);
      }
    },
  );

  test("F need only close up: nodes beyond the seam feel what is on its other side", async () => {
    // One and the same F with the seam in two places: at x = 1, where the formula of the first does not repeat, and at 0.
    const on = (min: number, F: string) =>
      solved({
        variables: { x: { min, max: min + 2, cells, boundary: "periodic" } },
        potential: { F },
        dynamics: "birth-death",
        initial: { x: { type: "von-mises", mean: 0.8, concentration: 3 } },
        time: { end: 0.3, snapshots: 1 },
        observables: { c: "cos(pi*x)", s: "sin(pi*x)" },
      });
    const [outer, inner] = await Promise.all([on(-1, "(x^2-1)^2"), on(0, "((1-abs(x-1))^2-1)^2")]);
    for (const name of ["c", "s"]) {
      expect(Math.abs(outer.snapshot.observables[name] - inner.snapshot.observables[name])).toBeLessThan(2 * TOLERANCE);
    }
    expect(largestDifference(roll(outer.density, cells / 2), inner.density)).toBeLessThan(10 * TOLERANCE);
  });

  test("observables are those of coordinates in the domain", async () => {
    const { snapshot, problem } = await solved({
      variables: { x: { min: -Math.PI, max: Math.PI, cells: 512, boundary: "periodic" } },
      potential: { F: "0" },
      initial: { x: { type: "von-mises", mean: 3, concentration: 2 } },
      observables: { x: "x" },
    });
    const { density } = problem.initial.cellAverages(problem.grid);
    const exact = density.reduce((total, value, i) => total + (value * problem.grid.cellVolume * ((i + 0.5) * period)) / 512, 0) - Math.PI; // biome-ignore format: one sum
    // x jumps by a period at the seam, where the density is 0.5 and 512 or more nodes are at most 0.0123 apart: half of that to either side.
    expect(Math.abs(exact)).toBeLessThan(0.5);
    expect(Math.abs(snapshot.observables.x - exact)).toBeLessThan(0.0123 * 0.5 * period);
  });

  test("paths may wind around", async () => {
    // Down the slope in x, across a ripple that the paths overtake, and that takes them along in y: more than once around.
    const at = async (turn: number) => {
      const problem = await problemOf({
        variables: { x: { min: -2, max: 8, cells: 40 }, y: { min: 0, max: 1, cells: 16, boundary: "periodic" } },
        potential: { F: `-1.2*x - 0.08*cos(2*pi*(y-x-${turn}))` },
        dynamics: "gradient-descent",
        initial: { x: { type: "normal", mean: 0, sd: 0.3 }, y: { type: "von-mises", mean: turn, concentration: 1 } },
        time: { end: 5, snapshots: 1 },
      });
      // Without K the density needs no nodes but for the box that holds them.
      const { snapshots, tracedDensity } = solveCharacteristics(problem, { tolerance: 0.1, nodes: 8 });
      return { points: snapshots[1].points, density: tracedDensity(TOLERANCE).cellAverages(problem.grid, 5) };
    };
    const [still, turned] = await Promise.all([at(0), at(0.25)]);
    // None started above 0.5.
    expect(Math.max(...still.points[1])).toBeGreaterThan(1.5);
    const rolled = still.density.map((_, i) => still.density[16 * Math.floor(i / 16) + ((i + 12) % 16)]);
    // Peaks of 8 and less, of errors a few times those of a step.
    expect(Math.max(...still.density)).toBeGreaterThan(3);
    expect(largestDifference(rolled, turned.density)).toBeLessThan(100 * TOLERANCE);
  });
});

describe("symmetric problems stay symmetric", () => {
  test.each(sized<readonly (typeof DYNAMICS)[number][]>(["birth-death"], DYNAMICS))("under x to -x (%s)", async (dynamics) => {
    const { density, snapshot } = await solved({
      potential: potentialFor(dynamics, "0.25*(x^2-1)^2"),
      dynamics,
      initial: { x: { type: "normal", mean: 0, sd: 0.5 } },
      observables: { mean: "x", cube: "x^3" },
    });
    expect(largestDifference(density, density.toReversed())).toBeLessThan(2 * TOLERANCE);
    // Pairs of nodes cancel but for the integrator and the mesh of K.
    expect(Math.abs(snapshot.observables.mean)).toBeLessThan(TOLERANCE);
    expect(Math.abs(snapshot.observables.cube)).toBeLessThan(TOLERANCE);
  });

  test.each(sized<readonly (typeof DYNAMICS)[number][]>(["birth-death"], DYNAMICS))(
    "under the exchange of x and y (%s)",
    async (dynamics) => {
      const problem = await problemOf({
        variables: { x: { min: -3, max: 3, cells: 24 }, y: { min: -3, max: 3, cells: 24 } },
        potential: { F: "0.25*(x^2-1)^2 + 0.25*(y^2-1)^2 + 0.4*x*y" },
        dynamics,
        initial: { x: { type: "normal", mean: 0.2, sd: 0.5 }, y: { type: "normal", mean: 0.2, sd: 0.5 } },
        time: { end: 0.5, snapshots: 1 },
        observables: { "x over y": "x*x*y - y*y*x" },
      });
      const solution = solveCharacteristics(problem, { tolerance: 1e-6 });
      expect(Math.abs(solution.snapshots[1].observables["x over y"])).toBeLessThan(1e-12);
      const density = solution.tracedDensity(1e-8).cellAverages(problem.grid, 0.5);
      const exchanged = density.map((_, i) => density[(i % 24) * 24 + Math.floor(i / 24)]);
      expect(largestDifference(density, exchanged)).toBeLessThan(1e-6);
    },
  );
});

describe("random problems keep the invariants", () => {
  const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const recipes = fc.record({
    tilt: real(-1, 1),
    barrier: real(0, 0.5),
    kernel: fc.option(fc.tuple(real(0.1, 2), real(0.3, 0.8))),
    periodic: fc.boolean(),
    mean: real(-1, 1),
    sd: real(0.3, 0.8),
    alpha: real(0, 5),
    dynamics: fc.constantFrom(...DYNAMICS),
  });

  test("mass, positivity, dissipation and gap, in 1 D", async () => {
    await fc.assert(
      fc.asyncProperty(recipes, async ({ tilt, barrier, kernel, periodic, mean, sd, alpha, dynamics }) => {
        const u = periodic ? `sin(${Math.PI / 4}*x)` : "x";
        const F = `${barrier}*((${u})^2-1)^2 + (${tilt})*${u} + 0.1*(${u})^2`;
        const [height, width] = kernel ?? [0, 1];
        const K = { type: "convolution" as const, expression: `${height}*exp(-x^2/${2 * width ** 2})` };
        const { solution, snapshot, density, total, problem } = await solved({
          variables: { x: { min: -4, max: 4, cells: 16, boundary: periodic ? "periodic" : "no-flux" } },
          potential: kernel === null ? { F } : { F, K },
          dynamics,
          alpha,
          initial: { x: { type: "normal", mean, sd } },
          time: { end: 0.5, snapshots: 2 },
        });
        expect(solution.converged).toBe(true);
        expect(Math.min(...density)).toBeGreaterThanOrEqual(0);
        // All of mu_t that is in the domain: beyond 4 lie at most 4 standard deviations of 0.8 of what drifts there, by the file's own edge.
        if (periodic) expect(Math.abs(total - snapshot.mass)).toBeLessThan(TOLERANCE);
        const points = [Float64Array.from({ length: 200 }, (_, i) => -6 + 0.06 * i)];
        const at = new Float64Array(200);
        solution.tracedDensity(1e-6).atPoints(at, points, 200, problem.end);
        expect(Math.min(...at)).toBeGreaterThanOrEqual(0);
        let before = solution.snapshots[0];
        for (const now of solution.snapshots) {
          expect(Math.abs(now.defect)).toBeLessThan(TOLERANCE);
          if (dynamics !== "unbalanced") {
            expect(Math.abs(now.mass - 1)).toBeLessThan(1e-12);
            expect(now.gap ?? -1).toBeGreaterThanOrEqual(0);
            // E - E* is at most the gap, and E only falls: what is lost from here on is at most the gap here.
            expect(now.energy).toBeLessThanOrEqual(before.energy + TOLERANCE);
            expect(snapshot.energy).toBeGreaterThanOrEqual(now.energy - (now.gap ?? -1) - TOLERANCE);
          }
          expect(now.dissipated).toBeGreaterThanOrEqual(before.dissipated);
          before = now;
        }
      }),
      { numRuns: sized(3, 8), seed: 2019 },
    );
  });
});
