import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { l1Distance, mass } from "../../src/grid/density.ts";
import type { Axis } from "../../src/grid/grid.ts";
import { densityOnLine } from "../../src/measures/line-measure.ts";
import { wasserstein1 } from "../../src/measures/wasserstein.ts";
import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import { normalCdf } from "../../src/numerics/tails.ts";
import { computeReference, largest, type Reference } from "../../src/reference/reference.ts";
import { problemOf } from "../fixtures.ts";

const RULE = gaussLegendre(12, -0.5, 0.5);

/** Cell averages of a density that is smooth on the scale of cells. */
function averagesOf({ min, width, cells }: Axis, rho: (x: number) => number): Float64Array {
  return Float64Array.from({ length: cells }, (_, i) =>
    RULE.nodes.reduce((total, node, q) => total + RULE.weights[q] * rho(min + (i + 0.5 + node) * width), 0),
  );
}

/** Exact values at a time. */
interface Known {
  density: (x: number) => number;
  energy: number;
  observables: Record<string, number>;
}

/** No stated error of a snapshot is below the true one; returns the largest that is stated. */
function expectHonest({ problem: { grid }, snapshots }: Reference, s: number, { density, energy, observables }: Known): number {
  const { errors, ...found } = snapshots[s];
  const [axis] = grid.axes;
  const exact = averagesOf(axis, density);
  expect(l1Distance(grid, found.density, exact)).toBeLessThanOrEqual(errors.l1);
  expect(wasserstein1(densityOnLine(axis, found.density), densityOnLine(axis, exact))).toBeLessThanOrEqual(errors.wasserstein1);
  expect(Math.abs(found.energy - energy)).toBeLessThanOrEqual(errors.energy);
  for (const [name, value] of Object.entries(observables)) {
    expect(Math.abs(found.observables[name] - value)).toBeLessThanOrEqual(errors.observables[name]);
  }
  return largest(errors);
}

const gaussian = (m: number, s: number) => (x: number) => Math.exp(-((x - m) ** 2) / (2 * s)) / Math.sqrt(2 * Math.PI * s);

describe("no stated error is below the true one, and all are below the tolerance that is reached:", () => {
  test.each([1e-2, 1e-3])("transport in a quadratic well, with the distance of Wasserstein (%d)", async (tolerance) => {
    const observables = { mean: "x", square: "x^2" };
    const time = { end: 1, snapshots: [0, 0.5, 1] };
    const problem = await problemOf({ dynamics: "gradient-descent", observables, time });
    const reference = await computeReference(problem, { tolerance });
    expect(reference).toMatchObject({ reached: true, unresolvedSince: null, edgeMassSince: null, tolerance });
    time.snapshots.forEach((t, s) => {
      const [m, variance] = [0.5 * Math.exp(-t), 0.36 * Math.exp(-2 * t)];
      const square = m * m + variance;
      const known = { density: gaussian(m, variance), energy: square / 2, observables: { mean: m, square } };
      expect(expectHonest(reference, s, known)).toBeLessThanOrEqual(tolerance);
    });
  });

  test("unbalanced, where mass falls", async () => {
    const problem = await problemOf({
      dynamics: "unbalanced",
      alpha: 2,
      potential: { F: "0.5*x^2 + 0.5" },
      observables: { mean: "x" },
    });
    const reference = await computeReference(problem, { tolerance: 1e-2 });
    expect(reference.reached).toBe(true);
    // As in characteristics/gaussian.test.ts with a = alpha (1 - e^{-2t}) / 4.
    const a = (1 - Math.exp(-2)) / 2;
    const spread = 1 + 2 * a * 0.36;
    const total = (Math.exp(-1) * Math.exp((-a * 0.25) / spread)) / Math.sqrt(spread);
    const p = (1 / 0.36 + 1) * Math.exp(2) - 1;
    const m = (0.5 / 0.36) * (Math.E / p);
    const density = (x: number) => total * gaussian(m, 1 / p)(x);
    const energy = total * ((m * m + 1 / p) / 2 + 0.5);
    expectHonest(reference, 1, { density, energy, observables: { mean: total * m } });
    expect(mass(problem.grid, reference.snapshots[1].density)).toBeCloseTo(total, 6);
  });

  test("a reaction on a circle", async () => {
    // e^{2 cos(x - 1)} e^{-alpha cos x} on the circle: an integral of a smooth periodic function on 256 points is exact.
    const problem = await problemOf({
      variables: { x: { min: -Math.PI, max: Math.PI, cells: 64, boundary: "periodic" } },
      potential: { F: "cos(x)" },
      dynamics: "pure-birth-death",
      alpha: 1.5,
      initial: { x: { type: "von-mises", mean: 1, concentration: 2 } },
      observables: { sine: "sin(x)" },
    });
    const rho = (x: number) => Math.exp(2 * Math.cos(x - 1) - 1.5 * Math.cos(x));
    const over = (phi: (x: number) => number) => {
      let total = 0;
      for (let k = 0; k < 256; k++) total += (phi((2 * Math.PI * k) / 256) * rho((2 * Math.PI * k) / 256) * 2 * Math.PI) / 256;
      return total;
    };
    const Z = over(() => 1);
    const reference = await computeReference(problem, { tolerance: 1e-3 });
    expect(reference.reached).toBe(true);
    expectHonest(reference, 1, {
      density: (x) => rho(x) / Z,
      energy: over(Math.cos) / Z,
      observables: { sine: over(Math.sin) / Z },
    });
  });

  test("with an interaction: another judge, finer than any of its own, finds no more than what was stated", async () => {
    const K = { type: "convolution" as const, expression: "exp(-x^2/0.72)" };
    const changes = { potential: { F: "0.1*x^2", K }, alpha: 2, time: { end: 0.5, snapshots: 1 }, observables: { square: "x^2" } };
    const [rough, fine] = await Promise.all([
      computeReference(await problemOf(changes), { tolerance: 1e-2 }),
      computeReference(await problemOf(changes), { tolerance: 1e-4 }),
    ]);
    expect([rough.reached, fine.reached]).toEqual([true, true]);
    rough.snapshots.forEach(({ density, energy, observables, errors }, s) => {
      const other = fine.snapshots[s];
      expect(l1Distance(rough.problem.grid, density, other.density)).toBeLessThan(errors.l1);
      expect(Math.abs(energy - other.energy)).toBeLessThan(errors.energy);
      expect(Math.abs(observables.square - other.observables.square)).toBeLessThan(errors.observables.square);
    });
  });
});

describe("what cannot be reached is said", () => {
  test("a density far narrower than cells is judged by cells that follow it, as long as doubles tell them apart", async () => {
    // A standard deviation of 0.6 e^{-t} in cells of 1/8, beside the edge of two. At t = 30 it is 6e-14, and moving cells are 2^-39 of 8 or more.
    const snapshots = [0.25, 5, 9, 30];
    const problem = await problemOf({
      potential: { F: "0.5*(x-0.003)^2" },
      dynamics: "gradient-descent",
      time: { end: 30, snapshots },
      observables: { mean: "x", square: "x^2" },
    });
    const reference = await computeReference(problem, { tolerance: 1e-3 });
    expect(reference).toMatchObject({ reached: true, unresolvedSince: 30 });
    const moving = "moving finite volumes";
    expect(reference.snapshots.map(({ judgedBy }) => judgedBy)).toEqual([moving, moving, moving, "nodes"]);
    const [axis] = problem.grid.axes;
    snapshots.forEach((t, s) => {
      const { observables, energy, errors, density, resolved } = reference.snapshots[s];
      const m = 0.003 + (0.5 - 0.003) * Math.exp(-t);
      const variance = 0.36 * Math.exp(-2 * t);
      expect(Math.abs(observables.mean - m)).toBeLessThan(1e-8);
      expect(Math.abs(observables.square - m * m - variance)).toBeLessThan(1e-8);
      expect(Math.abs(energy - ((m - 0.003) ** 2 + variance) / 2)).toBeLessThan(1e-8);
      expect(mass(problem.grid, density)).toBeCloseTo(1, 12);
      expect(resolved).toBe(s === 0);
      // The masses of cells from the distribution function, which is right to 1e-13 here.
      const below = (x: number) => normalCdf((x - m) / Math.sqrt(variance));
      const exact = density.map((_, i) => (below(axis.min + (i + 1) * axis.width) - below(axis.min + i * axis.width)) / axis.width);
      expect(l1Distance(problem.grid, density, exact)).toBeLessThanOrEqual(errors.l1);
      expect(wasserstein1(densityOnLine(axis, density), densityOnLine(axis, exact))).toBeLessThanOrEqual(errors.wasserstein1);
      expect(largest(errors)).toBeLessThan(1e-4);
    });
  });

  test("and so is a domain that cuts off mass, of which the characteristics hold what is inside and the judge makes a whole", async () => {
    const problem = await problemOf({ initial: { x: { type: "normal", mean: 3, sd: 0.5 } }, time: { end: 0.1, snapshots: 1 } });
    const { reached, edgeMassSince, outsideInitially, snapshots } = await computeReference(problem, { tolerance: 1e-3 });
    expect(reached).toBe(false);
    expect(edgeMassSince).toBe(0);
    // P(N > 2 sd) = 0.02275 is missing from the grid, and the judge has spread as much over the rest.
    const outside = 0.0227501319;
    expect(outsideInitially).toBeCloseTo(outside, 9);
    expect(mass(problem.grid, snapshots[0].density)).toBeCloseTo(1 - outside, 9);
    expect(snapshots[0].missingMass).toBeCloseTo(outside, 9);
    expect(snapshots[0].errors.l1).toBeCloseTo(2 * outside, 5);
    expect(snapshots[0].errors.wasserstein1).toBeGreaterThan(8 * outside);
  });
});

test("judges take over the cells of the problem, then twice as many, as far as they are needed", async () => {
  const stages: string[] = [];
  const time = { end: 1, snapshots: [0, 0.1, 1] };
  const initial = { x: { type: "normal" as const, mean: 0.5, sd: 0.2 } };
  const problem = await problemOf({ dynamics: "gradient-descent", time, initial });
  const reference = await computeReference(problem, { tolerance: 1e-4, onProgress: (stage) => stages.push(stage) });
  const grids = reference.judges.map(({ grid }) => grid);
  reference.judges.forEach(({ cells, end, flux, splitting, steps, grid }, k) => {
    const first = grids.indexOf(grid);
    expect(cells).toEqual([64 * 2 ** (k - first)]);
    expect([flux, splitting]).toEqual([grid === "moving" ? "large-step" : "muscl", "strang"]);
    expect(end).toBe(1);
    expect(steps).toBeGreaterThan(k === first ? 0 : reference.judges[k - 1].steps);
    expect(stages).toContain(`${grid === "moving" ? "moving " : ""}finite volumes on ${cells[0]} cells`);
  });
  expect(grids[0]).toBe("moving");
  expect(reference.levelTolerance).toBeLessThanOrEqual(1e-8);
  expect(reference.densityTolerance).toBeLessThanOrEqual(1e-6);
  // At the start both are the same distribution.
  expect(reference.snapshots[0].errors.l1).toBeLessThan(2e-6);
});

test.each([0, -1e-3, Number.NaN, Infinity, 1e-11])("a tolerance of %d is refused", async (tolerance) => {
  const problem = await problemOf({});
  const refusal = await computeReference(problem, { tolerance }).then(
    () => null,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(InputError);
  expect((refusal as InputError).field).toBe("--tolerance");
});
