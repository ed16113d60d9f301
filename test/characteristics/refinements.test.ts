import { describe, expect, test } from "vitest";
import { nextPlan, type Refinement } from "../../src/characteristics/refinements.ts";
import { type CharacteristicsOptions, solveCharacteristics } from "../../src/characteristics/solve.ts";
import { InputError } from "../../src/errors.ts";
import { IntegrationError } from "../../src/numerics/dormand-prince.ts";
import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { errorOf, problemOf } from "../fixtures.ts";

const pure = { dynamics: "pure-birth-death" as const };
const lastOf = <T>(list: readonly T[]): T => list[list.length - 1];

/** As solutions measure it: relative to values above 1. */
const distance = (found: number, exact: number) => Math.abs(found - exact) / Math.max(1, Math.abs(exact));

describe("the difference of the last two refinements, with the tolerance of the integrator, bounds the true error", () => {
  // N(0.5, 0.36) under F = x^2 / 2 at t = 1, alpha = 1: 1/s and m are those of gaussian.test.ts. E cos wx = e^{-w^2 s / 2} cos wm.
  const p0 = 1 / 0.36;
  const gaussians = {
    "gradient-descent": { m: 0.5 * Math.exp(-1), s: 0.36 * Math.exp(-2) },
    "pure-birth-death": { m: (0.5 * p0) / (p0 + 1), s: 1 / (p0 + 1) },
    "birth-death": { m: (0.5 * p0 * Math.E) / ((p0 + 0.5) * Math.E ** 2 - 0.5), s: 1 / ((p0 + 0.5) * Math.E ** 2 - 0.5) },
  };
  const waves = [1, 8, 40];
  const observables = { mean: "x", ...Object.fromEntries(waves.map((w) => [`wave ${w}`, `cos(${w}*x)`])) };

  for (const [dynamics, { m, s }] of Object.entries(gaussians)) {
    test.each([1e-4, 1e-6, 1e-8, 1e-10])(`and is at most the tolerance (${dynamics}, %d)`, async (tolerance) => {
      const problem = await problemOf({ dynamics: dynamics as keyof typeof gaussians, observables });
      const { converged, levels, snapshots } = solveCharacteristics(problem, { tolerance });
      const exact = {
        mean: m,
        ...Object.fromEntries(waves.map((w) => [`wave ${w}`, Math.exp((-w * w * s) / 2) * Math.cos(w * m)])),
      };
      const { energy, observables: found, dissipated, levelDifferences } = snapshots[1];
      const at0 = (0.25 + 0.36) / 2;
      const errors = [
        distance(energy, (m * m + s) / 2),
        distance(dissipated, at0 - (m * m + s) / 2),
        ...Object.entries(exact).map(([name, value]) => distance(found[name], value)),
      ];
      const difference = lastOf(levels).difference ?? Number.NaN;
      expect(converged).toBe(true);
      expect(difference).toBeLessThanOrEqual(tolerance);
      expect(Math.max(...errors)).toBeLessThanOrEqual(tolerance);
      // Both refinements may be off by the same error of their few steps, which the tolerance of the integrator bounds, and both leave out the
      // 6e-14 of the mass beyond 7.5 standard deviations, where x^2 is about 20.
      expect(Math.max(...errors)).toBeLessThanOrEqual(difference + lastOf(levels).integration + 2e-12);
      // The statements of the quantities add up to that of the refinement.
      const each = [levelDifferences.energy, levelDifferences.meanPotential, levelDifferences.dissipated];
      expect(Math.max(...each, ...Object.values(levelDifferences.observables))).toBeLessThanOrEqual(difference);
    });
  }

  test("for uniform and truncated distributions too, which end in jumps", async () => {
    // Reweighted by e^{-x}: int over [a, b] by a rule of its own.
    const mean = (a: number, b: number, rho: (x: number) => number) => {
      const { nodes, weights } = gaussLegendre(100, a, b);
      const moment = (phi: (x: number) => number) =>
        nodes.reduce((sum, x, q) => sum + weights[q] * phi(x) * rho(x) * Math.exp(-x), 0);
      return moment((x) => x) / moment(() => 1);
    };
    const [uniform, truncated] = await Promise.all([
      problemOf({
        ...pure,
        potential: { F: "x" },
        initial: { x: { type: "uniform", min: -1, max: 2 } },
        observables: { mean: "x" },
      }),
      problemOf({
        ...pure,
        potential: { F: "x" },
        initial: { x: { type: "truncated-normal", mean: -2, sd: 0.5, min: 1, max: 4 } },
        observables: { mean: "x" },
      }),
    ]);
    const exact = [mean(-1, 2, () => 1), mean(1, 4, (x) => Math.exp(-2 * (x + 2) ** 2))];
    [uniform, truncated].forEach((problem, i) => {
      const { snapshots, converged } = solveCharacteristics(problem, { tolerance: 1e-9 });
      expect(converged).toBe(true);
      expect(Math.abs(snapshots[1].observables.mean - exact[i])).toBeLessThan(1e-9);
    });
  });
});

test("each refinement doubles the nodes and takes a tenth of the tolerance", async () => {
  const problem = await problemOf({ ...pure, observables: { wave: "cos(60*x)" } });
  const { levels } = solveCharacteristics(problem, { tolerance: 1e-6, nodes: 8 });
  expect(levels.length).toBeGreaterThan(3);
  expect(levels[0]).toMatchObject({ difference: null, worst: null, nodes: [8] });
  levels.slice(1).forEach((refinement, k) => {
    expect(refinement.nodes).toEqual([2 * levels[k].nodes[0]]);
    expect(refinement.integration / levels[k].integration).toBeCloseTo(0.1, 12);
    expect(refinement.bulk).toBe(7.5);
    expect(refinement.worst).toMatch(/at t = [01]$/);
  });
  // Under a wave of 60 on nodes of 9/8 apart nothing is resolved but the energy.
  expect(levels[1].worst).toMatch(/^observable "wave" at t = /);
});

test("nodes can be given by name, on each axis", async () => {
  const problem = await problemOf({
    variables: { x: { min: -4, max: 4, cells: 8 }, y: { min: -4, max: 4, cells: 8 } },
    potential: { F: "0.5*x^2 + y^2" },
    initial: { x: { type: "normal", mean: 0, sd: 0.5 }, y: { type: "normal", mean: 0, sd: 0.5 } },
  });
  const { levels } = solveCharacteristics(problem, { tolerance: 1e-3, nodes: { y: 18 } });
  expect(levels.map(({ nodes }) => nodes).slice(0, 2)).toEqual([
    [32, 18],
    [64, 36],
  ]);
});

describe("a tail that a reaction makes grow", () => {
  const start = { variables: { x: { min: -10, max: 30, cells: 64 } }, initial: { x: { type: "normal" as const, mean: 0, sd: 1 } } };
  const moments = { mean: "x", square: "x^2" };

  // From N(0, 1), well at c: 1/s = 1 + alpha, m = c alpha s. Of the second the bulk of mu_0 holds nothing in the end, and of the third
  // it would have to be three times as wide.
  test.each([
    [6, 2],
    [12, 10],
    [16, 30],
  ])("widens the bulk until the answer is right (a well at %d, alpha = %d)", async (c, alpha) => {
    const problem = await problemOf({ ...start, ...pure, alpha, potential: { F: `0.5*(x-${c})^2` }, observables: moments });
    const { converged, levels, snapshots } = solveCharacteristics(problem);
    expect(converged).toBe(true);
    expect(levels[0].bulk).toBe(7.5);
    expect(lastOf(levels).bulk).toBeGreaterThan(9);
    expect(lastOf(levels).tailShare).toBeLessThan(1e-9);
    const mean = (c * alpha) / (1 + alpha);
    expect(distance(snapshots[1].observables.mean, mean)).toBeLessThan(1e-8);
    expect(distance(snapshots[1].observables.square, mean ** 2 + 1 / (1 + alpha))).toBeLessThan(1e-8);
  });

  test("with transport as well", async () => {
    const problem = await problemOf({ ...start, alpha: 100, potential: { F: "0.5*(x-12)^2" }, observables: moments });
    const { converged, levels, snapshots } = solveCharacteristics(problem);
    expect(converged).toBe(true);
    expect(lastOf(levels).bulk).toBeGreaterThan(9);
    // y = x - 12 has 1/s = (1 + alpha/2) e^{2t} - alpha/2 and m = -12 e^t s.
    const s = 1 / (51 * Math.exp(2) - 50);
    const mean = 12 - 12 * Math.E * s;
    expect(distance(snapshots[1].observables.mean, mean)).toBeLessThan(1e-8);
    expect(distance(snapshots[1].observables.square, mean ** 2 + s)).toBeLessThan(1e-8);
  });

  test("is left, and said, where it has grown out of all proportion", async () => {
    // 60 standard deviations: the density there is less than the least number.
    const far = { variables: { x: { min: -10, max: 70, cells: 64 } }, potential: { F: "0.5*(x-60)^2" } };
    const { converged, levels } = solveCharacteristics(await problemOf({ ...start, ...far, ...pure, alpha: 1000 }), {
      nodes: 4,
      tolerance: 0.01,
    });
    expect(converged).toBe(false);
    expect(lastOf(levels).tailShare).toBeGreaterThan(0.1);
  });
});

describe("what is not smooth", () => {
  /** int phi e^{-a|x-c|} dN(0.5, 0.36) over the same of 1, by rules that end at the kink. */
  function exactOf(c: number, phi: (x: number) => number): number {
    const moment = (f: (x: number) => number) => {
      let total = 0;
      for (const [a, b] of [[-5, c], [c, 6]]) {
        const { nodes, weights } = gaussLegendre(80, a, b);
        nodes.forEach((x, q) => {
          total += weights[q] * f(x) * Math.exp(-((x - 0.5) ** 2) / 0.72 - 2 * Math.abs(x - c));
        });
      }
      return total;
    }; // biome-ignore format: two intervals
    return moment(phi) / moment(() => 1);
  }

  const kinked = (c: number) => problemOf({ ...pure, alpha: 2, potential: { F: `abs(x-${c})` }, observables: { mean: "x" } });

  test("a kink in F is not resolved to 1e-8, and that is said, by how much", async () => {
    for (const c of [0, 0.13, 0.4]) {
      const { converged, levels, snapshots } = solveCharacteristics(await kinked(c));
      expect(converged).toBe(false);
      expect(lastOf(levels).difference).toBeGreaterThan(1e-8);
      // It need not be refined to the end to know that.
      expect(levels.length).toBeLessThan(7);
      const error = Math.abs(snapshots[1].observables.mean - exactOf(c, (x) => x));
      expect(error).toBeLessThan(4 * (lastOf(levels).difference ?? 0));
    }
  });

  // The error is h^2 / 12 times a factor between 1 and -1/2 that depends on where the kink lies between two nodes. Two refinements can agree
  // by luck: the error of the finer is then up to a few times their difference.
  test("a kink is resolved to 1e-4, or said not to be", async () => {
    let resolved = 0;
    for (let k = 0; k < 20; k++) {
      const c = -0.5 + 0.0471 * k;
      const { converged, snapshots } = solveCharacteristics(await kinked(c), { tolerance: 1e-4 });
      if (!converged) continue;
      resolved++;
      expect(Math.abs(snapshots[1].observables.mean - exactOf(c, (x) => x))).toBeLessThan(5e-4);
    }
    expect(resolved).toBeGreaterThan(10);
  });

  test("a kink in the density is found by its cubature, and nodes are taken on both sides of it", async () => {
    const problem = await problemOf({
      ...pure,
      potential: { F: "x" },
      initial: { density: "exp(-abs(x-0.1234))" },
      observables: { mean: "x" },
    });
    // int x e^{-x-|x-c|} over int e^{-x-|x-c|} on [-4, 4]: flat below c.
    const c = 0.1234;
    const moment = (phi: (x: number) => number) =>
      [[-4, c], [c, 4]].reduce((total, [a, b]) => {
        const { nodes, weights } = gaussLegendre(40, a, b);
        return total + nodes.reduce((sum, x, q) => sum + weights[q] * phi(x) * Math.exp(-x - Math.abs(x - c)), 0);
      }, 0); // biome-ignore format: two intervals
    const { converged, snapshots } = solveCharacteristics(problem, { tolerance: 1e-8 });
    expect(converged).toBe(true);
    expect(Math.abs(snapshots[1].observables.mean - moment((x) => x) / moment(() => 1))).toBeLessThan(1e-8);
  });
});

describe("the plan", async () => {
  const well = await problemOf({});
  const refinement = (nodes: number, difference: number | null, changes: Partial<Refinement> = {}): Refinement => ({
    nodes: [nodes],
    family: "first",
    bulk: 7.5,
    integration: 1e-9,
    refinement: 1,
    steps: 10,
    difference,
    worst: null,
    tailShare: 0,
    ...changes,
  });

  test("gives up when four differences fall too slowly for the largest counts", () => {
    // Halved each time, 5e-4 needs 16 more doublings to 1e-8, of which there are three.
    const slow = [refinement(64, null), refinement(128, 2e-3), refinement(256, 1e-3), refinement(512, 5e-4)];
    expect(nextPlan(well, slow, 1e-8)).toBeNull();
    expect(nextPlan(well, slow.slice(0, 3), 1e-8)).toMatchObject({ nodes: [512] });
    expect(nextPlan(well, slow, 1e-4)).toMatchObject({ nodes: [1024] });
  });

  test("does not take a wider bulk for slow convergence", () => {
    const widened = [refinement(64, null, { tailShare: 1 }), refinement(160, 0.9, { tailShare: 1 }), refinement(400, 0.8, { tailShare: 1 }), refinement(1000, 0.7, { bulk: 9 })]; // biome-ignore format: one list
    expect(nextPlan(well, widened, 1e-8)).toMatchObject({ nodes: [2000], bulk: 9 });
  });

  test("widens only while the tail holds a tenth of the tolerance", () => {
    const next = (tailShare: number) => nextPlan(well, [refinement(64, null, { tailShare })], 1e-8);
    expect(next(0.9e-9)).toMatchObject({ bulk: 7.5, nodes: [128] });
    expect(next(1.1e-9)).toMatchObject({ bulk: 9.375, nodes: [160] });
  });

  test("takes a tenth of the integration tolerance in the plane without K, where steps are cheap", async () => {
    const variables = { x: { min: -3, max: 3, cells: 16 }, y: { min: -3, max: 3, cells: 16 } };
    const initial = { x: { type: "normal", mean: 0, sd: 0.5 }, y: { type: "normal", mean: 0, sd: 0.5 } } as const;
    const K = { type: "convolution", expression: "exp(-x^2-y^2)" } as const;
    const plane = { variables, initial, observables: {} };
    const at = async (potential: ProblemInput["potential"]) =>
      nextPlan(await problemOf({ ...plane, potential }), [refinement(64, null)], 1e-6)?.integration;
    expect(nextPlan(well, [refinement(64, null)], 1e-6)?.integration).toBeCloseTo(1e-8, 12);
    expect(await at({ F: "x^2+y^2", K })).toBeCloseTo(1e-8, 12);
    expect(await at({ F: "x^2+y^2" })).toBeCloseTo(1e-9, 12);
  });

  test("ends with the largest count", () => {
    expect(nextPlan(well, [refinement(2048, null), refinement(4096, 1e-3)], 1e-8)).toBeNull();
  });
});

describe("refused, with what to use instead:", () => {
  const refused: [CharacteristicsOptions, string, RegExp][] = [
    [{ tolerance: 0 }, "--tolerance", /not a positive number/],
    [{ tolerance: -1e-8 }, "--tolerance", /not a positive number/],
    [{ tolerance: Number.NaN }, "--tolerance", /not a positive number/],
    [{ tolerance: Infinity }, "--tolerance", /not a positive number/],
    [{ tolerance: 0.99e-12 }, "--tolerance", /double precision.*at least 1e-12/],
    [{ nodes: 2 }, "--nodes", /whole number >= 4/],
    [{ nodes: 10.5 }, "--nodes", /whole number >= 4/],
    [{ nodes: Number.NaN }, "--nodes", /whole number >= 4/],
    [{ nodes: 1e9 }, "--nodes", /too many for memory.*at most/],
    [{ nodes: { x: 1 } }, "--nodes", /whole number >= 4/],
    [{ nodes: { y: 64 } }, "--nodes", /not a variable of this problem.*use x/],
  ];
  test.each(refused)("%o", async (options, field, message) => {
    const problem = await problemOf({});
    const error = errorOf(() => solveCharacteristics(problem, options));
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).field).toBe(field);
    expect((error as InputError).message).toMatch(message);
  });
});

test.each(["gradient-descent", "unbalanced", "birth-death"] as const)(
  "characteristics that run away to infinity end the run with the time they got to (%s)",
  async (dynamics) => {
    const problem = await problemOf({ potential: { F: "-x^4" }, dynamics });
    const error = errorOf(() => solveCharacteristics(problem));
    expect(error).toBeInstanceOf(IntegrationError);
    // x' = 4 x^3 from x_0 is at infinity at 1 / (8 x_0^2), and the outermost node begins at 0.5 + 7.5 * 0.6 * 63/64. An unbalanced mass,
    // which grows like e^{1 / (T - t)}, is so a little before.
    const end = 1 / (8 * (0.5 + (4.5 * 63) / 64) ** 2);
    expect((error as IntegrationError).time / end).toBeCloseTo(1, dynamics === "unbalanced" ? 1 : 4);
  },
);

test("progress is told refinement by refinement, up to the end", async () => {
  const seen: [number, number][] = [];
  const changes: Partial<ProblemInput> = { potential: { F: "0.5*x^2" } };
  const { levels } = solveCharacteristics(await problemOf(changes), {
    onProgress: (refinement, time) => seen.push([refinement, time]),
  });
  expect(new Set(seen.map(([refinement]) => refinement)).size).toBe(levels.length);
  for (let k = 0; k < levels.length; k++) {
    const times = seen.filter(([refinement]) => refinement === k).map(([, time]) => time);
    expect(times).toHaveLength(levels[k].steps);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(lastOf(times)).toBe(1);
  }
});
