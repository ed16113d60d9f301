import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorOfRefinements } from "../../src/characteristics/refinement-error.ts";
import { FLUXES } from "../../src/finite-volume/fluxes.ts";
import { createReaction } from "../../src/finite-volume/reaction.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { SPLITTINGS } from "../../src/finite-volume/splittings.ts";
import { equalSpacing, exchangeRates } from "../../src/finite-volume/thermal/exchange.ts";
import { createGrid } from "../../src/grid/grid.ts";
import { residualOffSupport } from "../../src/potential/optimality.ts";
import { DYNAMICS_NAMES, definitionOf } from "../../src/problem/dynamics.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { VERNER_7 } from "../../src/spectral/embedded-pair.ts";
import { HIGHER_FLOOR } from "../../src/spectral/refinements.ts";
import { problemOf } from "../fixtures.ts";
import { root } from "../sources.ts";
import { sum } from "./arithmetic.ts";
import { PAGES } from "./pages.ts";

describe("the theory pages", () => {
  const names = Object.keys(PAGES);

  test.each(names)("%s names files that exist, and says where its sections are in the code", (name) => {
    const files = [...PAGES[name].matchAll(/`((?:src|validation|test)\/[^`]*)`/g)].map(([, file]) => file);
    if (name !== "index") expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test.each(names)("%s links to pages and headings that exist", (name) => {
    const slug = (heading: string) => heading.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, ""); // biome-ignore format: one line
    const links = [...PAGES[name].matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)].map(([, file, anchor]) => ({ file, anchor }));
    for (const { file, anchor } of links) {
      expect(existsSync(join(root, "docs", "theory", file)), file).toBe(true);
      if (anchor === undefined) continue;
      const headings = [...PAGES[file === "" ? name : file.slice(0, -3)].matchAll(/^#+ (.*)$/gm)].map(([, text]) => slug(text));
      expect(headings, `${file}#${anchor}`).toContain(anchor);
    }
  });

  test("the index lists every page", () => {
    for (const name of names) if (name !== "index") expect(PAGES.index).toContain(`(${name}.md)`);
  });

  test.each(names)("%s has displays and formulas that a renderer can pair", (name) => {
    expect(PAGES[name].match(/^\$\$$/gm)?.length ?? 0).toSatisfy((count: number) => count % 2 === 0);
    for (const line of PAGES[name].split("\n")) if (line !== "$$") expect(line.split("$").length % 2, line).toBe(1);
    // Read as an interpolation by the site.
    expect(PAGES[name]).not.toContain("{{");
  });
});

/** V with an interaction, on the cells of [-5, 5]: F = x^2/2 + 0.3 x and K = cos(x - x'). */
const COUPLED = {
  variables: { x: { min: -5, max: 5, cells: 400 } },
  potential: { F: "x^2/2 + 0.3*x - 0.2", K: { type: "convolution", expression: "cos(x)" } },
  alpha: 2,
  initial: { x: { type: "normal", mean: 0.8, sd: 0.7 } },
} satisfies Partial<ProblemInput>;
const h = 10 / 400;
const x = Array.from({ length: 400 }, (_, i) => -5 + (i + 0.5) * h);
const F = x.map((y) => y ** 2 / 2 + 0.3 * y - 0.2);
/** By plain sums: masses of the cells, V and its slope at the centres, E. */
function measured(density: Float64Array) {
  const m = Array.from(density, (value) => h * value);
  const W = x.map((y) => sum(m.map((mass, j) => mass * Math.cos(y - x[j]))));
  const slope = x.map((y) => y + 0.3 - sum(m.map((mass, j) => mass * Math.sin(y - x[j]))));
  const mean = (values: readonly number[]) => sum(values.map((value, j) => m[j] * value));
  return { V: F.map((f, j) => f + W[j]), slope, mean, energy: mean(F.map((f, j) => f + W[j] / 2)) };
}
const prior = { x: { type: "normal", mean: -1, sd: 0.5 } } as const;
const priorMass = x.map((y) => (h * Math.exp(-0.5 * ((y + 1) / 0.5) ** 2)) / (0.5 * Math.sqrt(2 * Math.PI)));

describe("equation.md", () => {
  test.each(DYNAMICS_NAMES)("dE/dt of %s is the sum of its terms", async (name) => {
    const problem = await problemOf({
      ...COUPLED,
      dynamics: definitionOf(name, prior),
      time: { end: 0.31, snapshots: [0.29, 0.3, 0.31] },
    });
    const { snapshots } = solve(problem, { maxStep: 0.002 });
    const [before, now, after] = snapshots.map(({ density }) => measured(density));
    const { V, slope, mean } = now;
    const [Vbar, ofPrior] = [mean(V), sum(V.map((v, j) => v * priorMass[j]))];
    const square = (f: (v: number) => number) => mean(V.map((v) => f(v) ** 2));
    const positive = (v: number) => Math.max(v, 0);
    const byTransport = name === "pure-birth-death" ? 0 : mean(slope.map((s) => s * s));
    const byReaction = {
      "gradient-descent": 0,
      unbalanced: square((v) => v),
      "birth-death": square((v) => v - Vbar),
      "pure-birth-death": square((v) => v - Vbar),
      "reinjection net-deficit": square((v) => v) - positive(Vbar) * ofPrior - positive(-Vbar) ** 2,
      "reinjection every-death": square(positive) - ofPrior * mean(V.map(positive)),
    }[name];
    const rate = (after.energy - before.energy) / 0.02;
    // The central difference is off by 0.01^2 / 6 of the third derivative, cells and steps by some 1e-3.
    expect(Math.abs(rate + byTransport + 2 * byReaction)).toBeLessThan(3e-3 * (byTransport + 2 * Math.abs(byReaction)));
    expect(Math.abs(byTransport + 2 * byReaction)).toBeGreaterThan(0.05);
  });

  test("without K the density of unbalanced, divided by its mass, is that of birth-death, and its mass changes by -alpha int V dmu", async () => {
    const F = { ...COUPLED, potential: { F: "x^2/2 + 0.3*x - 0.2" }, time: { end: 0.5, snapshots: [0.49, 0.5] } };
    const [[before, free], [, kept]] = await Promise.all(
      (["unbalanced", "birth-death"] as const).map(async (dynamics) => solve(await problemOf({ ...F, dynamics })).snapshots),
    );
    free.density.forEach((m, i) => {
      expect(Math.abs(m / free.mass - kept.density[i])).toBeLessThan(1e-9);
    });
    const middle = (before.mass * before.meanPotential + free.mass * free.meanPotential) / 2;
    // The trapezoidal rule over 0.01: its square over 12 of the third derivative.
    expect(Math.abs((free.mass - before.mass) / 0.01 / (-2 * middle) - 1)).toBeLessThan(1e-3);
  });

  test("the gap is Vbar - min V, and bounds how far E falls afterwards", async () => {
    const { snapshots } = solve(await problemOf({ ...COUPLED, time: { end: 4, snapshots: 8 } }));
    const last = measured(snapshots.at(-1)!.density).energy;
    for (const { density, gap, energy } of snapshots) {
      const { V, mean, energy: own } = measured(density);
      expect(energy).toBeCloseTo(own, 9);
      // The minimum lies between centres: below that over them by at most h^2 / 8 of V''.
      expect(Math.abs(gap! - (mean(V) - Math.min(...V)))).toBeLessThan(h ** 2 / 2);
      expect(gap!).toBeGreaterThanOrEqual(own - last);
    }
    expect(snapshots[0].gap!).toBeGreaterThan(0.5);
  });
});

test("off the support is where the density is at most a millionth of its maximum, and modes are tried at 1e-12 of it", () => {
  const V = Float64Array.of(0, -1, -2);
  expect(residualOffSupport(Float64Array.of(1, 0.9e-6, 1.1e-6), V, 0)).toBe(1);
  expect(HIGHER_FLOOR).toBe(1e-12);
});

describe("solvers.md", () => {
  const grid = createGrid([{ name: "x", min: -5, max: 5, cells: 400, boundary: "no-flux" }]);
  const density = Float64Array.from(x, (y) => Math.exp(-((y - 1) ** 2)) + 0.2 + 0.1 * Math.sin(60 * y));
  const V = Float64Array.from(F);
  const positive = (v: number) => Math.max(v, 0);
  const u = x.slice(1).map((_, i) => -(F[i + 1] - F[i]) / h);

  test("upwind and muscl are their formulas, and E falls at the rate h sum J u", () => {
    const slopes = x.map((_, i) => {
      const [a, c] = [density[i] - (density[i - 1] ?? density[i]), (density[i + 1] ?? density[i]) - density[i]];
      const parts = [2 * a, (a + c) / 2, 2 * c];
      return parts.every((p) => p > 0) ? Math.min(...parts) : parts.every((p) => p < 0) ? Math.max(...parts) : 0;
    });
    const dt = 1e-3;
    for (const [name, s] of [
      ["upwind", 0],
      ["muscl", 0.5],
    ] as const) {
      // biome-ignore format: a table
      const J = u.map((v, i) => (density[i] + s * slopes[i]) * positive(v) - (density[i + 1] - s * slopes[i + 1]) * positive(-v));
      const out = new Float64Array(400);
      FLUXES[name].create(grid).euler(out, density, V, dt, density, 1);
      x.forEach((_, i) => {
        expect(out[i]).toBeCloseTo(density[i] - (dt / h) * ((J[i] ?? 0) - (J[i - 1] ?? 0)), 12);
      });
      const fall = h * sum(J.map((flow, i) => flow * u[i]));
      expect(fall).toBeGreaterThan(0.1);
      expect(h * sum(Array.from(out, (value, i) => (value - density[i]) * F[i]))).toBeCloseTo(-dt * fall, 12);
    }
    expect([FLUXES.upwind.courant, FLUXES.muscl.courant]).toEqual([1, 0.5]);
    expect([FLUXES.upwind, FLUXES.muscl, SPLITTINGS.lie, SPLITTINGS.strang, VERNER_7].map(({ order }) => order)).toEqual([
      1, 2, 1, 2, 7,
    ]);
  });

  test("the reaction is exact where V is frozen, the moving Vbar included", () => {
    const out = new Float64Array(400);
    createReaction(grid, true).apply(out, density, V, 0.7, false);
    // d_t mu = -(V - Vbar) mu by many small steps, of order 2.
    const mu = Array.from(density);
    const slopeOf = (m: readonly number[]) => {
      const mean = sum(m.map((value, i) => value * F[i])) / sum(m);
      return m.map((value, i) => -(F[i] - mean) * value);
    };
    for (let k = 0; k < 700; k++) {
      const first = slopeOf(mu);
      const middle = slopeOf(mu.map((value, i) => value + 0.0005 * first[i]));
      middle.forEach((slope, i) => {
        mu[i] += 0.001 * slope;
      });
    }
    const most = Math.max(...mu);
    // (V dt)^2 / 6 of the 0.7 V, V up to 14, where little is left.
    mu.forEach((value, i) => {
      expect(Math.abs(value - out[i])).toBeLessThan(1e-5 * most);
    });
  });

  test("Scharfetter and Gummel's exchange is tau / s (B(d / tau) mu_i - B(-d / tau) mu_{i+1})", () => {
    const [right, left] = [new Float64Array(400), new Float64Array(400)];
    exchangeRates(right, left, 0, 1, V, 0, 1, { cells: 400, periodic: false }, equalSpacing({ cells: 400, width: h }), 0.3);
    const B = (z: number) => (z === 0 ? 1 : z / (Math.exp(z) - 1));
    for (let i = 0; i < 399; i++) {
      const d = V[i + 1] - V[i];
      expect(h * right[i]).toBeCloseTo((0.3 / h) * B(d / 0.3), 8);
      expect(h * left[i + 1]).toBeCloseTo((0.3 / h) * B(-d / 0.3), 8);
      expect((right[i] / left[i + 1]) * Math.exp(d / 0.3)).toBeCloseTo(1, 12);
    }
  });

  test("differences that fall by q leave q / (1 - q) of the last, and those that fall by more than 0.95 tell nothing", () => {
    for (const q of [0.6, 0.7, 0.9]) {
      const differences = [1, q, q * q];
      expect(errorOfRefinements(differences, differences, 1e-9, false).error).toBeCloseTo((q * q * q) / (1 - q), 12);
    }
    expect(errorOfRefinements([1, 0.96, 0.96 ** 2], [1, 0.96, 0.96 ** 2], 1e-9, false).error).toBe(Infinity);
  });
});
