import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDiffusionStep } from "../../../src/finite-volume/thermal/diffusion-step.ts";
import { createThermalReaction } from "../../../src/finite-volume/thermal/free-reaction.ts";
import { createRowSystems } from "../../../src/finite-volume/thermal/row-systems.ts";
import { mass } from "../../../src/grid/density.ts";
import { createStream } from "../../../src/numerics/random.ts";
import { measureFreeEnergy } from "../../../src/potential/free-energy.ts";
import { createGridPotential } from "../../../src/potential/potential.ts";
import { termsOf } from "../../../src/problem/dynamics.ts";
import { thermalTermsOf } from "../../../src/problem/thermal.ts";
import type { ProblemInput } from "../../../src/problem-file/problem-file.ts";
import { problemOf } from "../../fixtures.ts";
import { GRIDS, randomFields } from "../random-fields.ts";

test.each([
  { periodic: false, lines: 1 },
  { periodic: false, lines: 3 },
  { periodic: true, lines: 1 },
  { periodic: true, lines: 3 },
])("systems of exchange are solved to rounding, however stiff: periodic $periodic, $lines rows", ({ periodic, lines }) => {
  const stream = createStream(11);
  const n = 7;
  const random = () => Float64Array.from({ length: n * lines }, () => stream.uniform());
  const [right, left, y, w] = [random(), random(), random(), random()];
  if (!periodic) for (let j = 0; j < lines; j++) right[(n - 1) * lines + j] = left[j] = 0;
  const x = new Float64Array(n * lines);
  for (const dt of [1e-3, 1, 1e6]) {
    createRowSystems(n, lines, periodic, right, left, { rates: 0 }).solve(x, y, w, dt);
    for (let j = 0; j < lines; j++) {
      let total = 0;
      for (let i = 0; i < n; i++) {
        const at = (k: number) => ((k + n) % n) * lines + j;
        const outflow = dt * w[at(i)] * (right[at(i)] + left[at(i)]) * x[at(i)];
        const inflow = dt * (w[at(i - 1)] * right[at(i - 1)] * x[at(i - 1)] + w[at(i + 1)] * left[at(i + 1)] * x[at(i + 1)]);
        // Every x has a relative error of some eps: so has each of the terms.
        expect(Math.abs(x[at(i)] + outflow - inflow - y[at(i)])).toBeLessThan(1e-14 * (y[at(i)] + x[at(i)] + outflow));
        total += x[at(i)] - y[at(i)];
      }
      expect(Math.abs(total)).toBeLessThan(1e-13);
    }
  }
});

describe.each(GRIDS)("transport and diffusion on $name", ({ grid }) => {
  test("keep mass to rounding and densities positive, and the free energy does not rise, for Courant and diffusion numbers up to 1e4", () => {
    const h = Math.min(...grid.axes.map(({ width }) => width));
    for (const tau of [0, 1e-3, 1, 100]) {
      const step = createDiffusionStep(grid);
      const { mu, V } = randomFields(grid, 5);
      step.measure(V, tau);
      const before = mass(grid, mu);
      for (const number of [1e-2, 1, 1e2, 1e4]) {
        const rough = mu.slice();
        const dt = (number * h * h) / Math.max(1, tau);
        let energy = Infinity;
        for (let k = 0; k < 40; k++) {
          step.sweep(rough, dt / 2, k % 2 === 0);
          expect(rough.every((m) => m >= 0 && m < Infinity)).toBe(true);
          // 40 sweeps of systems whose x have relative errors of some eps.
          expect(Math.abs(mass(grid, rough) / before - 1)).toBeLessThan(1e-12);
          if (tau === 0) continue;
          const { negativeEntropy, meanFreePotential } = measureFreeEnergy(grid, rough, V, tau);
          const next = meanFreePotential * before;
          expect(next).toBeLessThanOrEqual(energy + 1e-12 * (Math.abs(energy) + tau * Math.abs(negativeEntropy)));
          energy = next;
        }

        // Diffusion fills every cell, but for rates that underflow at the least tau.
        if (tau >= 1) expect(Math.min(...rough)).toBeGreaterThan(0);
      }
    }
  });

  test("keep Gibbs distributions to rounding, with any step", () => {
    const { V } = randomFields(grid, 6);
    for (const tau of [0.05, 1]) {
      const step = createDiffusionStep(grid);
      step.measure(V, tau);
      const gibbs = V.map((v) => Math.exp(-v / tau));
      for (const dt of [1e-3, 1, 1e3]) {
        const mu = gibbs.slice();
        step.sweep(mu, dt, true);
        step.sweep(mu, dt, false);
        // V / tau is at most 60, so that e^{-V / tau} and the ratio of rates are right to 1e-14.
        mu.forEach((m, i) => {
          expect(Math.abs(m / gibbs[i] - 1)).toBeLessThan(1e-12);
        });
      }
      const free = gibbs.map((m, i) => V[i] + tau * Math.log(m));
      expect(step.dissipation(gibbs, free)).toBeLessThan(1e-12);
    }
  });

  test("leave a field without mass empty", () => {
    const { V } = randomFields(grid, 7);
    const step = createDiffusionStep(grid);
    step.measure(V, 0.3);
    const mu = new Float64Array(grid.size);
    step.sweep(mu, 1, true);
    expect(mu.every((m) => m === 0)).toBe(true);
  });
});

const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const recipes = fc.record({
  wells: fc.array(fc.tuple(real(-1, 1), real(-1, 1), real(-1, 1), real(0, 4)), { minLength: 1, maxLength: 2 }),
  periodic: fc.boolean(),
  alpha: fc.oneof(fc.constant(0), real(0.1, 5)),
  tau: real(0.05, 2),
  dynamics: fc.constantFrom("gradient-descent" as const, "birth-death" as const, "pure-birth-death" as const),
  /** Over the time in which a cell is crossed by diffusion. */
  number: fc.constantFrom(0.3, 10, 1e4),
});

test("random problems keep mass to 1e-12 and densities positive, and their free energy never rises, with steps of any length", async () => {
  await fc.assert(
    fc.asyncProperty(recipes, async ({ wells, periodic, alpha, tau, dynamics, number }) => {
      const names = ["x", "y"].slice(0, wells.length);
      const u = names.map((name) => (periodic ? `sin(${Math.PI / 2}*${name})` : name));
      const each = <T>(value: (k: number) => T) => Object.fromEntries(names.map((name, k) => [name, value(k)]));
      const changes: Partial<ProblemInput> = {
        variables: each((k) => ({ min: -2, max: 2, cells: 12 + k, boundary: periodic ? "periodic" : "no-flux" })),
        potential: {
          F: wells.map(([a, b, c, m], k) => `(${a})*${u[k]} + (${b})*${u[k]}^2 + (${c})*cos((${m})*${u[k]})`).join(" + "),
        },
        alpha,
        temperature: tau,
        dynamics,
        initial: each(() => ({ type: "truncated-normal" as const, mean: 0.3, sd: 0.4, min: -1, max: 1 })),
      };
      const problem = await problemOf(changes);
      const { grid } = problem;
      const potential = createGridPotential(problem.potential, grid);
      const { diffusion: diffuses } = thermalTermsOf(problem);
      const diffusion = diffuses ? createDiffusionStep(grid) : null;
      diffusion?.measure(potential.external, tau);
      const reaction = termsOf(problem).reaction === null ? null : createThermalReaction("density", grid, problem, 0);
      const V = potential.external;
      const mu = problem.initial.cellAverages(grid).density;
      const empty = mu.map((m) => (m === 0 ? 1 : 0));
      const energyOf = () => {
        const { meanFreePotential, negativeEntropy } = measureFreeEnergy(grid, mu, V, tau);
        return { energy: meanFreePotential, size: Math.abs(meanFreePotential) + tau * Math.abs(negativeEntropy) };
      };
      const dt = Math.min((number * grid.axes[0].width ** 2) / tau, alpha === 0 ? Infinity : 20 / alpha);
      let { energy } = energyOf();
      for (let k = 0; k < 30; k++) {
        diffusion?.sweep(mu, dt / 2, true);
        reaction?.(mu, V, k * dt, (k + 1) * dt);
        diffusion?.sweep(mu, dt / 2, false);
        expect(mu.every((m) => m >= 0)).toBe(true);
        const next = energyOf();
        expect(next.energy).toBeLessThanOrEqual(energy + 1e-12 * (1 + next.size));
        energy = next.energy;
      }
      expect(Math.abs(mass(grid, mu) - 1)).toBeLessThan(1e-12);
      // Births and deaths alone fill no empty cell.
      if (!diffuses) expect(mu.every((m, i) => empty[i] === 0 || m === 0)).toBe(true);
    }),
    { numRuns: 40, seed: 17 },
  );
});
