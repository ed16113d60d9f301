import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { FLUXES, type FluxName } from "../../src/finite-volume/fluxes.ts";
import { createProximalReaction } from "../../src/finite-volume/proximal.ts";
import { createNewtonSystem } from "../../src/finite-volume/proximal-newton.ts";
import { solveProximal } from "../../src/finite-volume/solve-proximal.ts";
import { l1Distance, mass } from "../../src/grid/density.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { createStream } from "../../src/numerics/random.ts";
import { sum } from "../../src/numerics/sum.ts";
import type { GridPotential } from "../../src/potential/potential.ts";
import { errorOf, largestDifference, observedOrders, problemOf } from "../fixtures.ts";
import { box, GRIDS, randomFields } from "./random-fields.ts";

const TOLERANCE = 1e-10;

/** K = sum_p phi_p phi_p' of random features: positive semi-definite whatever they are. Rank 0 is no kernel. */
function randomPotential(grid: Grid, seed: number, rank: number): GridPotential {
  const stream = createStream(seed);
  const normals = () => Float64Array.from({ length: grid.size }, () => stream.normal());
  const external = normals();
  const features = Array.from({ length: rank }, normals);
  return {
    external,
    interacting: rank > 0,
    constant: 0.3,
    evaluate(V, mu) {
      V.set(external);
      for (const phi of features) {
        const mean = grid.cellVolume * dot(phi, mu);
        for (let i = 0; i < V.length; i++) V[i] += mean * phi[i];
      }
    },
  };
}

const dot = (f: Float64Array, g: Float64Array) => sum(f.map((x, i) => x * g[i]));

function potentialOf(potential: GridPotential, mu: Float64Array): Float64Array {
  const V = new Float64Array(mu.length);
  potential.evaluate(V, mu);
  return V;
}

/** int F dnu + 1/2 int int K dnu dnu + constant. */
function energyOf(grid: Grid, potential: GridPotential, nu: Float64Array): number {
  const V = potentialOf(potential, nu);
  return 0.5 * grid.cellVolume * (dot(nu, V) + dot(nu, potential.external)) + potential.constant;
}

function divergence(grid: Grid, nu: Float64Array, mu: Float64Array): number {
  return grid.cellVolume * sum(nu.map((n, i) => (n > 0 ? n * Math.log(n / mu[i]) : 0)));
}

/** A case of the invariants: a rough density of mass 1 with empty cells, F and K of order 1, and alpha tau. */
const cases = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  grid: fc.constantFrom(...GRIDS.map(({ grid }) => grid)),
  rank: fc.integer({ min: 1, max: 6 }),
  alphaTau: fc.double({ min: -3, max: 4, noNaN: true }).map((exponent) => 10 ** exponent),
});

function prepare({ seed, grid, rank }: { seed: number; grid: Grid; rank: number }) {
  const { mu } = randomFields(grid, seed);
  const total = mass(grid, mu);
  const density = mu.map((m) => m / total);
  return { grid, mu: density, potential: randomPotential(grid, seed + 1, rank), out: new Float64Array(grid.size) };
}

/** E is a sum of terms of order 1 to 10, each rounded a few times. */
const ENERGY_ROUNDING = 1e-13;

describe("implicit reaction", () => {
  test("decreases E by KL / (alpha tau) or more, solves its equation and keeps mass, sign and empty cells, for every alpha tau", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const { grid, mu, potential, out } = prepare(drawn);
        const { alphaTau } = drawn;
        const report = createProximalReaction(grid, potential, TOLERANCE).implicit(out, mu, alphaTau);
        const [before, after] = [mu, out].map((density) => energyOf(grid, potential, density));
        const size = 10 + Math.abs(before);
        expect(Math.abs(report.energyBefore - before)).toBeLessThan(ENERGY_ROUNDING * size);
        expect(Math.abs(report.energy - after)).toBeLessThan(ENERGY_ROUNDING * size);
        expect(after + report.divergence / alphaTau - before).toBeLessThan(ENERGY_ROUNDING * size);
        expect(Math.abs(report.divergence - divergence(grid, out, mu))).toBeLessThan(1e-12 * (1 + report.divergence));
        expect(Math.abs(mass(grid, out) - 1)).toBeLessThan(1e-14);
        expect(out.every((m, i) => m >= 0 && (mu[i] > 0 || m === 0))).toBe(true);

        // Where the density has not underflowed, its logarithm is good to 1e-14 of itself.
        const V = potentialOf(potential, out);
        const level = [...V.keys()].filter((i) => out[i] > 1e-290).map((i) => V[i] + Math.log(out[i] / mu[i]) / alphaTau);
        const oscillation = Math.max(...level) - Math.min(...level);
        expect(report.residual).toBeLessThanOrEqual(TOLERANCE);
        expect(oscillation).toBeLessThan(TOLERANCE + 1e-13 * size + 1e-15 / alphaTau);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("is the minimiser: Phi[nu] = Phi[mu+] + KL(nu | mu+) / (alpha tau) + 1/2 int int K d(nu - mu+)^2 for every nu", () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0.01, max: 3, noNaN: true }), (drawn, roughness) => {
        const { grid, mu, potential, out } = prepare(drawn);
        const { alphaTau, seed } = drawn;
        createProximalReaction(grid, potential, TOLERANCE).implicit(out, mu, alphaTau);
        const stream = createStream(seed + 2);
        const tilted = out.map((m) => m * Math.exp(roughness * stream.normal()));
        const nu = tilted.map((m) => m / mass(grid, tilted));
        const phi = (density: Float64Array) => energyOf(grid, potential, density) + divergence(grid, density, mu) / alphaTau;
        const [ofNu, ofOut, ofZero] = [nu, out, out.map(() => 0)].map((density) => potentialOf(potential, density));
        const difference = nu.map((m, i) => m - out[i]);
        const square =
          grid.cellVolume *
          dot(
            difference,
            ofNu.map((v, i) => v - ofOut[i]),
          );
        const gain = divergence(grid, nu, out) / alphaTau + 0.5 * square;
        // First order in the residual, and rounding of E and of logarithms up to 700.
        const size = 10 + Math.abs(phi(out)) + Math.max(...ofNu.map(Math.abs)) + Math.max(...ofZero.map(Math.abs));
        expect(Math.abs(phi(nu) - phi(out) - gain)).toBeLessThan(2 * TOLERANCE + (1e-13 + 1e-14 / alphaTau) * size);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  test("solves the systems of its Newton steps, (I + a P K nu P) x = b", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const { grid, mu, potential } = prepare(drawn);
        const { alphaTau } = drawn;
        const project = (f: Float64Array) => f.map((x) => x - dot(mu, f) / sum(mu));
        const norm = (f: Float64Array) =>
          Math.sqrt(
            grid.cellVolume *
              dot(
                mu,
                f.map((x) => x * x),
              ),
          );
        const b = project(randomPotential(grid, drawn.seed + 3, 0).external);
        const x = new Float64Array(grid.size);
        const { product } = createNewtonSystem(grid, potential).solve(x, b.slice(), mu, alphaTau, 0);
        const weighted = project(x).map((f, i) => f * mu[i]);
        const image = project(potentialOf(potential, weighted).map((v, i) => v - potential.external[i]));
        const rest = b.map((f, i) => f - x[i] - alphaTau * image[i]);
        // It stops at 1e-6 of b; the Richardson step then multiplies what is left by at most a lambda <= a trace(K mu).
        const trace = sum(
          mu.map((m, i) => {
            const unit = mu.map((_, j) => (i === j ? m : 0));
            return potentialOf(potential, unit)[i] - potential.external[i];
          }),
        );
        expect(norm(rest)).toBeLessThan(1e-6 * (1 + alphaTau * trace) * norm(b));
        // <b, x> is known to the same share of <A x, x>, up to what Richardson added.
        expect(
          Math.abs(
            product -
              grid.cellVolume *
                dot(
                  mu,
                  b.map((f, i) => f * x[i]),
                ),
          ),
        ).toBeLessThan(1e-6 * product);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  test("of two cells is the root of a scalar equation", () => {
    const grid = box([4], ["no-flux"]);
    for (const alphaTau of [0.01, 1, 30, 1e3, 1e5]) {
      for (const seed of [3, 4, 5]) {
        const potential = randomPotential(grid, seed, 2);
        const share = createStream(seed).uniform();
        const ofShare = (p: number) => Float64Array.of(p, 0, 1 - p, 0).map((m) => m / grid.cellVolume);
        // log(p / (1 - p)) + alpha tau (V_0 - V_2) rises in p, K being positive semi-definite.
        const misfit = (p: number) => {
          const V = potentialOf(potential, ofShare(p));
          return Math.log(p / (1 - p)) - Math.log(share / (1 - share)) + alphaTau * (V[0] - V[2]);
        };
        let [low, high] = [0, 1];
        for (let k = 0; k < 60; k++) {
          const middle = (low + high) / 2;
          if (misfit(middle) > 0) high = middle;
          else low = middle;
        }
        const out = new Float64Array(4);
        createProximalReaction(grid, potential, 1e-13).implicit(out, ofShare(share), alphaTau);
        expect(largestDifference(out, ofShare((low + high) / 2))).toBeLessThan(1e-11 / grid.cellVolume);
      }
    }
  });

  test.each(GRIDS)("differs from the explicit one by (alpha tau)^2 mu P K mu P V ($name)", ({ grid }) => {
    const { mu, potential, out } = prepare({ seed: 11, grid, rank: 3 });
    const explicit = new Float64Array(grid.size);
    const reaction = createProximalReaction(grid, potential, 1e-13);
    const projected = (f: Float64Array) => f.map((x) => x - dot(mu, f) / sum(mu));
    const change = mu.map((m, i) => m * projected(potentialOf(potential, mu))[i]);
    const withoutF = potentialOf(potential, change).map((v, i) => v - potential.external[i]);
    const law = projected(withoutF).map((x, i) => x * mu[i]);
    const misses = [1e-2, 5e-3, 2.5e-3].map((a) => {
      reaction.implicit(out, mu, a);
      reaction.explicit(explicit, mu, a);
      return l1Distance(
        grid,
        out.map((m, i) => (m - explicit[i]) / a ** 2),
        law,
      );
    });
    // The next term is a^3, that is a relative to the change.
    expect(misses[0]).toBeLessThan(0.3 * l1Distance(grid, law, new Float64Array(grid.size)));
    for (const order of observedOrders(misses)) expect(Math.abs(order - 1)).toBeLessThan(0.1);
  });

  test.each(GRIDS)("without K is mu e^{-alpha tau F} / Z, as the explicit one ($name)", ({ grid }) => {
    const { mu, potential, out } = prepare({ seed: 12, grid, rank: 0 });
    const explicit = new Float64Array(grid.size);
    for (const alphaTau of [0, 1e-3, 1, 50]) {
      const { newton } = createProximalReaction(grid, potential).implicit(out, mu, alphaTau);
      createProximalReaction(grid, potential).explicit(explicit, mu, alphaTau);
      const weighted = mu.map((m, i) => m * Math.exp(-alphaTau * potential.external[i]));
      const scale = sum(mu) / sum(weighted);
      // Exponents of order 100 and exponentials within 2 ulp.
      expect(out.every((m, i) => Math.abs(m - scale * weighted[i]) <= 1e-13 * m)).toBe(true);
      expect([newton, largestDifference(out, explicit)]).toEqual([0, 0]);
    }
  });

  test("neither overflows nor loses mass at alpha tau = 1e6, and reaches the minimum of E on the cells that have mass", () => {
    for (const { grid } of GRIDS) {
      const { mu, potential, out } = prepare({ seed: 13, grid, rank: 3 });
      const report = createProximalReaction(grid, potential).implicit(out, mu, 1e6);
      expect(Math.abs(mass(grid, out) - 1)).toBeLessThan(1e-14);
      // E - min E <= Vbar - min V over those cells, E being convex, and entropy costs at most log(mass / cell) / (alpha tau).
      const V = potentialOf(potential, out);
      const least = Math.min(...[...V.keys()].filter((i) => mu[i] > 0).map((i) => V[i]));
      expect(grid.cellVolume * dot(V, out) - least).toBeLessThan(20 / 1e6);
      expect(report.energy).toBeLessThan(report.energyBefore);
    }
  });

  test("says so where it cannot reach the tolerance, and refuses what is no step", () => {
    const { grid, mu, potential, out } = prepare({ seed: 14, grid: GRIDS[0].grid, rank: 2 });
    expect(errorOf(() => createProximalReaction(grid, potential, 1e-300).implicit(out, mu, 10))).toMatchObject({
      name: "InputError",
      field: "alphaTau",
      message: expect.stringContaining("raise the tolerance"),
    });
    expect(errorOf(() => createProximalReaction(grid, potential, 0))).toBeInstanceOf(InputError);
    for (const alphaTau of [-1, Number.NaN, Infinity]) {
      expect(errorOf(() => createProximalReaction(grid, potential).implicit(out, mu, alphaTau))).toBeInstanceOf(InputError);
    }
  });
});

describe("proximal steps with transport", () => {
  const REPULSION = { F: "0.5*x^2", K: { type: "convolution" as const, expression: "4*exp(-x^2/0.5)" } };

  test("never raise E, conserve mass and stay non-negative in one to three dimensions, whatever tau", async () => {
    const axes = { x: "no-flux", y: "periodic", z: "no-flux" } as const;
    const cells = [32, 10, 6];
    for (const dimension of [1, 2, 3]) {
      const names = (["x", "y", "z"] as const).slice(0, dimension);
      const F = names.map((name) => (name === "y" ? "sin(pi*y/2)" : `0.5*${name}^2`)).join(" + ");
      const square = names.map((name) => `${name}^2`).join(" + ");
      const problem = await problemOf({
        variables: Object.fromEntries(
          names.map((name) => [name, { min: -2, max: 2, cells: cells[dimension - 1], boundary: axes[name] }]),
        ),
        potential: { F, K: { type: "convolution", expression: `6*exp(-(${square})/0.3)` } },
        alpha: 3,
        initial: Object.fromEntries(names.map((name) => [name, { type: "uniform" as const, min: -1.5, max: 1 }])),
        time: { end: 0.75, snapshots: 1 },
      });
      for (const step of [0.04, 0.75]) {
        for (const flux of Object.keys(FLUXES) as FluxName[]) {
          const { steps, density, largestRise, largestTransportRise, largestReactionRise } = solveProximal(problem, { step, flux });
          const rounding = ENERGY_ROUNDING * 10;
          expect(Math.max(largestRise, largestTransportRise, largestReactionRise)).toBeLessThan(rounding);
          expect(Math.max(...steps.map(({ excess }) => excess))).toBeLessThan(rounding);
          expect(Math.max(...steps.map(({ mass: total }) => Math.abs(total - 1)))).toBeLessThan(1e-13);
          expect(steps.at(-1)?.time).toBe(0.75);
          expect(density.every((m) => m >= 0)).toBe(true);
        }
      }
    }
  });

  test("the explicit potential raises E where alpha tau is large", async () => {
    const problem = await problemOf({ potential: REPULSION, alpha: 50, time: { end: 4, snapshots: 1 } });
    expect(solveProximal(problem, { step: 1, potential: "explicit" }).largestReactionRise).toBeGreaterThan(0.01);
    expect(solveProximal(problem, { step: 1 }).largestRise).toBeLessThan(0);
  });

  test.each(["implicit", "explicit"] as const)("are of order 1 in tau (%s)", async (potential) => {
    const problem = await problemOf({ potential: REPULSION, alpha: 2, time: { end: 0.5, snapshots: 1 } });
    const finest = solveProximal(problem, { step: 1 / 2048, potential });
    const errors = [16, 32, 64, 128].map((n) =>
      l1Distance(problem.grid, solveProximal(problem, { step: 0.5 / n, potential }).density, finest.density),
    );
    // The finest is off by 1/8 of the smallest error, which raises the last order by 0.10.
    for (const order of observedOrders(errors)) expect(Math.abs(order - 1.05)).toBeLessThan(0.15);
  });

  test("refuses dynamics and steps that it has no scheme for", async () => {
    const unbalanced = await problemOf({ dynamics: "unbalanced" });
    expect(errorOf(() => solveProximal(unbalanced, { step: 0.1 }))).toMatchObject({ name: "InputError", field: "dynamics" });
    const plain = await problemOf({});
    expect(errorOf(() => solveProximal(plain, { step: 0 }))).toMatchObject({ name: "InputError", field: "step" });
  });
});
