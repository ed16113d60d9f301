import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { outflowRates } from "../../src/finite-volume/flux.ts";
import { FLUXES, type FluxName } from "../../src/finite-volume/fluxes.ts";
import { boundWithMass, leastOf } from "../../src/finite-volume/mass-bound.ts";
import { createMidpoint } from "../../src/finite-volume/midpoint.ts";
import { createOutflowLimit } from "../../src/finite-volume/outflow-limit.ts";
import { createReaction } from "../../src/finite-volume/reaction.ts";
import { createTransportStep } from "../../src/finite-volume/runge-kutta.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { createFields, type Fields, plainFields } from "../../src/grid/fields.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { createStream, type RandomStream } from "../../src/numerics/random.ts";
import { measureEnergy } from "../../src/potential/energy.ts";
import { problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";
import { box } from "./random-fields.ts";

/** The loops in WebAssembly against the plain ones: each test makes the same calls with fields of both kinds, and expects the same bits. */

const MOST_FIELDS = 12;

/** Large steps are plain. */
const WITH_LOOPS = ["upwind", "muscl"] as const satisfies FluxName[];

const boundary = fc.constantFrom("no-flux" as const, "periodic" as const);
const axes = (most: number, dimension: number) =>
  fc.array(fc.tuple(fc.integer({ min: 4, max: most }), boundary), { minLength: dimension, maxLength: dimension });
const grids = fc
  .oneof(axes(2600, 1), axes(60, 2), axes(11, 3))
  .map((list) => box(list.map(([cells]) => cells), list.map(([, end]) => end))); // biome-ignore format: one call
const cases = fc.record({ grid: grids, seed: fc.nat() });

/** Zeros, subnormal numbers, and thirty decades of others. */
function density(stream: RandomStream): number {
  const kind = stream.uniform();
  if (kind < 0.2) return 0;
  return kind < 0.3 ? Math.floor(2000 * stream.uniform()) * Number.MIN_VALUE : 10 ** (30 * stream.uniform() ** 4 - 30);
}

/** Plateaus, and slopes of every size. */
function potential(stream: RandomStream): number {
  return stream.uniform() < 0.3 ? 1 : stream.normal() * 10 ** (3 * stream.uniform() - 2);
}

function fill(field: Float64Array, seed: number, value: (stream: RandomStream) => number): Float64Array {
  const stream = createStream(seed);
  for (let i = 0; i < field.length; i++) field[i] = value(stream);
  return field;
}

const bits = (field: Float64Array) => new BigUint64Array(field.slice().buffer);

/** What `run` returns with fields of either kind. */
function expectSameBits(grid: Grid, run: (fields: Fields) => readonly (Float64Array | number)[]): void {
  const fields = createFields(grid, MOST_FIELDS);
  expect(fields.simd).not.toBeNull();
  const found = run(fields);
  run(plainFields(grid.size)).forEach((expected, k) => {
    const value = found[k];
    if (typeof expected === "number" || typeof value === "number") expect(value).toBe(expected);
    else expect(bits(value)).toEqual(bits(expected));
  });
}

const options = { numRuns: sized(25, 150), seed: 1508 };

describe("with two doubles at a time:", () => {
  test.each(WITH_LOOPS)("the sweep of %s, in any Runge-Kutta combination, and in place", (name) => {
    fc.assert(
      fc.property(cases, fc.constantFrom(1, 1 / 2, 1 / 3), fc.double({ min: 1e-9, max: 1e-2 }), ({ grid, seed }, weight, dt) => {
        expectSameBits(grid, (fields) => {
          const flux = FLUXES[name].create(grid, fields);
          const [mu, V, base, out, inPlace] = Array.from({ length: 5 }, fields.create);
          for (const round of [0, 1]) {
            fill(mu, seed + round, density);
            fill(V, seed + 2, potential);
            inPlace.set(fill(base, seed + 3, density));
            flux.euler(out, mu, V, dt, base, weight);
            flux.euler(inPlace, mu, V, dt, inPlace, weight);
          }
          return [out, inPlace];
        });
      }),
      options,
    );
  });

  test("the reaction, normalised or not, with factors that are kept or not, up to exponents of thousands", () => {
    fc.assert(
      fc.property(
        cases,
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(0.01, 1, 30, 3000),
        ({ grid, seed }, normalised, sameV, rate) => {
          expectSameBits(grid, (fields) => {
            const reaction = createReaction(grid, normalised, fields);
            const [mu, V, out] = Array.from({ length: 3 }, fields.create);
            fill(mu, seed, density);
            fill(V, seed + 1, potential);
            return [reaction.apply(out, mu, V, rate, sameV), reaction.apply(mu, mu, V, rate, sameV), out, mu];
          });
        },
      ),
      options,
    );
  });

  test("outflow rates, the shares that move and what they hold back, and steps with them", () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 1e-7, max: 1e-2 }), ({ grid, seed }, tau) => {
        expectSameBits(grid, (fields) => {
          const { courant, create, rungeKutta } = FLUXES.muscl;
          const outflow = createOutflowLimit(grid, courant, fields);
          const transportStep = createTransportStep(create(grid, fields), rungeKutta, fields);
          const [mu, V] = [fields.create(), fields.create()];
          fill(mu, seed, density);
          fill(V, seed + 1, potential);
          outflow.measure(V);
          const held = outflow.prepare(mu, tau);
          const mobile = outflow.mobile();
          const after = transportStep(mu, V, tau, mobile, () => V);
          const largest = outflowRates(fields.create(), grid, V, fields.simd);
          return [largest, outflow.longest(mu, 1e-13), held, mobile ?? 0, after];
        });
      }),
      options,
    );
  });

  test("bounds on values where there is mass", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 1e-13, 0.3, 0.9), ({ grid, seed }, share) => {
        expectSameBits(grid, (fields) => {
          const [mu, V] = [fields.create(), fields.create()];
          fill(mu, seed, density);
          fill(V, seed + 1, potential);
          const low = leastOf(V, fields.simd);
          const bound = boundWithMass(V, low, mu, share, fields.simd);
          // Over six decades the histogram is refined.
          fill(V, seed + 2, (stream) => 10 ** (6 * stream.uniform()));
          return [low, bound, boundWithMass(V, 0, mu, share, fields.simd)];
        });
      }),
      options,
    );
  });

  test("energy, dissipation and moments", () => {
    fc.assert(
      fc.property(cases, ({ grid, seed }) => {
        expectSameBits(grid, (fields) => {
          const [mu, V, external] = Array.from({ length: 3 }, fields.create);
          fill(mu, seed, density);
          fill(V, seed + 1, potential);
          fill(external, seed + 2, potential);
          const gridPotential = { external, interacting: true, constant: 0.1, evaluate() {} };
          return Object.values(measureEnergy(grid, gridPotential, mu, V, fields.simd));
        });
      }),
      options,
    );
  });

  test("V in the middle of a step, and how far it was from it", () => {
    fc.assert(
      fc.property(cases, fc.array(fc.double({ min: 0.01, max: 1 }), { minLength: 3, maxLength: 3 }), ({ grid, seed }, steps) => {
        expectSameBits(grid, (fields) => {
          const midpoint = createMidpoint(grid.size, fields);
          const [mu, V] = [fields.create(), fields.create()];
          fill(mu, seed, density);
          fill(V, seed + 1, potential);
          const found: (Float64Array | number)[] = [];
          steps.forEach((h, k) => {
            const used = midpoint.extrapolate(V, h) ?? midpoint.start(mu, V, (using, middle) => middle.set(using.map(Math.sin)));
            found.push(used.slice());
            midpoint.finish(V, h);
            fill(V, seed + 2 + k, potential);
            found.push(midpoint.deviation(V, mu));
            // Only whether it is large shows in the deviation.
            const total = V.reduce((sum, v, i) => sum + mu[i] * v * v, 0);
            found.push(k > 0 && fields.simd !== null ? fields.simd.sums[2] : k > 0 ? total : 0);
          });
          return found;
        });
      }),
      options,
    );
  });
});

describe("where WebAssembly has no memory", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test("a solve has the same bits", async () => {
    const problem = await problemOf({ potential: { F: "x^4/4", K: { type: "convolution", expression: "exp(-x^2)" } } });
    const densities = () => solve(problem).snapshots.map(({ density }) => bits(density));
    const found = densities();
    vi.stubGlobal("WebAssembly", { ...WebAssembly, Memory: undefined });
    expect(createFields(problem.grid, 1).simd).toBeNull();
    expect(densities()).toEqual(found);
  });
});

test("an array that a loop could not reach, and a field too many, are refused", () => {
  const grid = box([8], ["no-flux"]);
  const fields = createFields(grid, 1);
  const mu = fields.create();
  const flux = FLUXES.upwind.create(grid, fields);
  expect(() => flux.euler(mu, new Float64Array(8), mu, 1, mu, 1)).toThrow("not a field of this memory");
  expect(() => flux.euler(mu.subarray(1), mu, mu, 1, mu, 1)).toThrow("not a field of this memory");
  expect(() => fields.create()).toThrow("no more than 1 fields");
});

test("fields are freed with whoever held them", () => {
  const grid = box([2 ** 17], ["no-flux"]);
  const before = process.memoryUsage.rss();
  let most = 0;
  const count = sized(600, 1000);
  for (let k = 0; k < count; k++) {
    createFields(grid, 1).create().fill(1);
    if (k % 100 === 99) most = Math.max(most, process.memoryUsage.rss() - before);
  }
  // Of 600 MB and more; the collector lets some gather.
  expect(most).toBeLessThan(5e8);
});
