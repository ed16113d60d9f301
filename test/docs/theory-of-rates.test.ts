import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { problemOf } from "../fixtures.ts";
import { sum } from "./arithmetic.ts";
import { PAGES, printed, rowsUnder } from "./pages.ts";

/** The cells of [-5, 5]. */
const line = { x: { min: -5, max: 5, cells: 400 } };
const h = 10 / 400;
const x = Array.from({ length: 400 }, (_, i) => -5 + (i + 0.5) * h);

describe("rates.md", () => {
  const start = { initial: { x: { type: "normal", mean: 0.5, sd: 1 } } } satisfies Partial<ProblemInput>;

  test("alpha t (E - E*) in the quadratic well is as printed, by its formula and by the solver", async () => {
    const rows = rowsUnder("rates", ["alpha t", "alpha t (E - E*)"]).map((row) => row.map(printed));
    const times = rows.map(([{ value }]) => value / 4);
    const dynamics = "pure-birth-death";
    const wide = { ...start, variables: { x: { min: -8, max: 8, cells: 64 } }, dynamics, alpha: 4 } as const;
    const { snapshots } = solveCharacteristics(await problemOf({ ...wide, time: { end: times.at(-1)!, snapshots: times } }));
    rows.forEach(([{ value: a }, { value, rounding }], k) => {
      expect(Math.abs(0.5 * (a / (1 + a) + (0.25 * a) / (1 + a) ** 2) - value)).toBeLessThan(rounding);
      expect(Math.abs(a * snapshots[k].energy - value)).toBeLessThan(rounding + 1e-7 * a);
    });
  });

  test("with transport the well is that of P(t) and m(t), by both solvers", async () => {
    const [k, alpha, t] = [1.5, 3, 0.6];
    const problem = await problemOf({
      ...start,
      variables: { x: { min: -6, max: 6, cells: 512 } },
      potential: { F: "0.75*x^2" },
      alpha,
      time: { end: t, snapshots: [t] },
    });
    const P = (1 + alpha / 2) * Math.exp(2 * k * t) - alpha / 2;
    const energy = 0.5 * k * (1 / P + ((0.5 * Math.exp(k * t)) / P) ** 2);
    expect(solveCharacteristics(problem).snapshots[0].energy).toBeCloseTo(energy, 7);
    expect(Math.abs(solve(problem).snapshots[0].energy / energy - 1)).toBeLessThan(5e-3);
  });

  test("alpha t (E(t) - E(T)) stays below KL(mu_T | mu_0) under pure birth-death with interaction", async () => {
    const problem = await problemOf({
      variables: line,
      potential: { F: "x^2/2 + 0.3*x", K: { type: "convolution", expression: "cos(x)" } },
      alpha: 2,
      dynamics: "pure-birth-death",
      initial: { x: { type: "normal", mean: 0.8, sd: 0.7 } },
      time: { end: 8, snapshots: 16 },
    });
    const { snapshots } = solve(problem);
    const [first, last] = [snapshots[0], snapshots.at(-1)!];
    const entropy = sum(Array.from(last.density, (m, i) => (m > 0 ? h * m * Math.log(m / first.density[i]) : 0)));
    const shares = snapshots.map(({ time, energy }) => (2 * time * (energy - last.energy)) / entropy);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    expect(Math.max(...shares)).toBeGreaterThan(0.15);
  });

  test("gradient descent is stuck at (1 - p_0) dF", async () => {
    const problem = await problemOf({
      variables: { x: { min: -3, max: 3, cells: 256 } },
      potential: { F: "(x^2-1)^2/4 + 0.15*x" },
      dynamics: "gradient-descent",
      initial: { x: { type: "normal", mean: 0.5, sd: 0.4 } },
      time: { end: 30, snapshots: [0, 30] },
    });
    const well = (y: number) => (y * y - 1) ** 2 / 4 + 0.15 * y;
    const rootNear = (guess: number) => {
      let y = guess;
      for (let k = 0; k < 50; k++) y -= (y ** 3 - y + 0.15) / (3 * y * y - 1);
      return y;
    };
    const [deep, top, shallow] = [-1, 0.1, 0.9].map(rootNear);
    const steps = 20_000;
    const share = sum(
      Array.from({ length: steps }, (_, i) => {
        const y = top - ((i + 0.5) / steps) * 5;
        return ((5 / steps) * Math.exp(-0.5 * ((y - 0.5) / 0.4) ** 2)) / (0.4 * Math.sqrt(2 * Math.PI));
      }),
    );
    const { snapshots } = solveCharacteristics(problem, { tolerance: 1e-4 });
    const excess = snapshots[1].energy - well(deep);
    // The nodes tell p_0 to the mass of one of them beside the top.
    expect(Math.abs(excess / ((1 - share) * (well(shallow) - well(deep))) - 1)).toBeLessThan(5e-3);
    expect(share).toBeGreaterThan(0.1);
  });

  test("at a temperature a shift of Gibbs in the quadratic well dies at k + alpha tau, without motion at alpha tau", async () => {
    const [k, tau, alpha] = [1.2, 0.3, 2];
    for (const [dynamics, gap] of [
      ["birth-death", k],
      ["pure-birth-death", 0],
    ] as const) {
      // biome-ignore format: a table
      const problem = await problemOf({
        variables: { x: { min: -4, max: 4, cells: 256 } },
        potential: { F: "0.6*x^2" },
        alpha,
        dynamics,
        temperature: tau,
        initial: { x: { type: "normal", mean: 0.2, sd: Math.sqrt(tau / k) } },
        time: { end: 1, snapshots: [1] },
        observables: { mean: "x" },
      });
      const { observables } = solve(problem, { maxStep: 0.01 }).snapshots[0];
      // Of order 2: 0.006 on cells of 1/8, a sixteenth of it here.
      expect(Math.abs(Math.log(0.2 / observables.mean) / (gap + alpha * tau) - 1)).toBeLessThan(1e-3);
    }
  });
});

describe("temperature.md", () => {
  const gibbs = {
    variables: line,
    alpha: 2,
    temperature: 0.4,
    initial: { x: { type: "normal", mean: 0, sd: Math.sqrt(0.4) } },
    time: { end: 1, snapshots: [0, 1] },
  } satisfies Partial<ProblemInput>;

  test("from Gibbs the free energy rises where births and deaths go by V alone, as printed", async () => {
    const [, from, to] = /goes from (-[\d.]+) to (-[\d.]+) at/.exec(PAGES.temperature)!.map(Number);
    const { snapshots } = solve(await problemOf({ ...gibbs, reaction: "energy" }), { maxStep: 0.005 });
    // P' = 2 P - 0.8 P^2 + 2 by small steps of order 2.
    let P = 2.5;
    const rate = (p: number) => 2 * p - 0.8 * p * p + 2;
    for (let k = 0; k < 1000; k++) P += 0.001 * rate(P + 0.0005 * rate(P));
    const free = (v: number) => v / 2 - 0.2 * (1 + Math.log(2 * Math.PI * v));
    expect(Math.abs(free(0.4) - from)).toBeLessThan(5.1e-7);
    expect(Math.abs(free(1 / P) - to)).toBeLessThan(1e-6);
    // Cells of 1/40 on a density of width 0.6: O(h^2).
    expect(snapshots[0].energy).toBeCloseTo(from, 3);
    expect(Math.abs(snapshots[1].energy - to)).toBeLessThan(0.05 * (to - from));
  });

  test("the gap is tau KL(mu | G), and log mu relaxes at alpha tau where nothing moves", async () => {
    const problem = await problemOf({
      ...gibbs,
      dynamics: "pure-birth-death",
      initial: { x: { type: "normal", mean: 0.5, sd: 0.5 } },
    });
    const [first, last] = solve(problem).snapshots;
    const V = x.map((y) => y ** 2 / 2);
    const Z = h * sum(V.map((v) => Math.exp(-v / 0.4)));
    const relative = ({ density }: { density: Float64Array }) =>
      0.4 * sum(Array.from(density, (m, i) => (m > 0 ? h * m * (Math.log(m) + V[i] / 0.4 + Math.log(Z)) : 0)));
    expect(first.gap).toBeCloseTo(relative(first), 9);
    expect(last.gap).toBeCloseTo(relative(last), 9);
    const kept = Math.exp(-2 * 0.4);
    const expected = Array.from(first.density, (m, i) => m ** kept * Math.exp((-V[i] * (1 - kept)) / 0.4));
    const total = h * sum(expected);
    last.density.forEach((m, i) => {
      expect(m).toBeCloseTo(expected[i] / total, 9);
    });
  });
});
