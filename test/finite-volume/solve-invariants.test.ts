import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StepSizeError } from "../../src/errors.ts";
import { FLUXES, type FluxName } from "../../src/finite-volume/fluxes.ts";
import { SPLITTINGS, type SplittingName } from "../../src/finite-volume/splittings.ts";
import { createStepper } from "../../src/finite-volume/stepper.ts";
import { mass } from "../../src/grid/density.ts";
import { measureEnergy } from "../../src/potential/energy.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

const NAMES = ["x", "y", "z"];
const HALF = 2;

interface Recipe {
  /** Per axis: slope, curvature, amplitude and frequency of F. */
  wells: [number, number, number, number][];
  coupling: number;
  /** Height and width of a Gaussian K, or none. */
  kernel: [number, number] | null;
  periodic: boolean[];
  start: [number, number][];
  dynamics: "gradient-descent" | "birth-death" | "unbalanced";
  alpha: number;
  flux: FluxName;
  splitting: SplittingName;
}

function recipes(dimension: number): fc.Arbitrary<Recipe> {
  const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const perAxis = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: dimension, maxLength: dimension });
  return fc.record({
    wells: perAxis(fc.tuple(real(-1, 1), real(-1, 1), real(-1, 1), real(0, 4))),
    coupling: real(-1, 1),
    kernel: fc.option(fc.tuple(real(0.1, 2), real(0.2, 0.5))),
    periodic: perAxis(fc.boolean()),
    start: perAxis(fc.tuple(real(-1, 1), real(0.2, 1))),
    dynamics: fc.constantFrom("gradient-descent", "birth-death", "unbalanced"),
    alpha: real(0, 5),
    flux: fc.constantFrom(...(Object.keys(FLUXES) as FluxName[])),
    splitting: fc.constantFrom(...(Object.keys(SPLITTINGS) as SplittingName[])),
  });
}

function build(recipe: Recipe, cells: number): Promise<Problem> {
  const names = NAMES.slice(0, recipe.wells.length);
  // F has to close up on periodic axes.
  const u = names.map((name, k) => (recipe.periodic[k] ? `sin(${Math.PI / HALF}*${name})` : name));
  const wells = recipe.wells.map(([a, b, c, m], k) => `(${a})*${u[k]} + (${b})*${u[k]}^2 + (${c})*cos((${m})*${u[k]})`);
  const F = [...wells, `(${recipe.coupling})*${u.join("*")}`].join(" + ");
  const square = names.map((name) => `${name}^2`).join(" + ");
  const [height, width] = recipe.kernel ?? [0, 1];
  const K = { type: "convolution" as const, expression: `${height}*exp(-(${square})/${2 * width ** 2})` };
  const each = <T>(value: (k: number) => T) => Object.fromEntries(names.map((name, k) => [name, value(k)]));
  const changes: Partial<ProblemInput> = {
    variables: each((k) => ({ min: -HALF, max: HALF, cells: cells + k, boundary: recipe.periodic[k] ? "periodic" : "no-flux" })),
    potential: recipe.kernel === null ? { F } : { F, K },
    alpha: recipe.alpha,
    dynamics: recipe.dynamics,
    initial: each((k) => ({
      type: "truncated-normal" as const,
      mean: recipe.start[k][0],
      sd: recipe.start[k][1],
      min: -HALF,
      max: HALF,
    })),
  };
  return problemOf(changes);
}

/** Rounding of a sum over one thousand cells, each side of a difference, in units of the largest term. */
const ROUNDING = 1e-14;

/**
 * Steps below which the energy cannot rise. A forward Euler step changes E by -dt D + dt^2/2 <r, K r> <= -dt D (1 - dt d max|K''|), K''
 * being at most height / width^2; a reaction by at most (alpha dt max|K| - 1) times the relative entropy between its ends. With K = 0
 * every stable step will do. A quarter of both bounds leaves room for stages.
 */
function dissipativeStep({ kernel, alpha, wells }: Recipe): number {
  if (kernel === null) return Infinity;
  const [height, width] = kernel;
  return 0.25 * Math.min(width ** 2 / (wells.length * height), 1 / (alpha * height));
}

async function lawsHold(recipe: Recipe, cells: number, steps: number): Promise<void> {
  const problem = await build(recipe, cells);
  const { grid } = problem;
  const stepper = createStepper(problem, grid, { flux: recipe.flux, splitting: recipe.splitting, freezePotential: false });
  stepper.start(problem.initial.cellAverages(grid).density);
  let expectedMass = 1;
  let { energy } = measureEnergy(grid, stepper.potential, stepper.mu, stepper.V);
  const scale = stepper.V.reduce((largest, v) => Math.max(largest, Math.abs(v)), 1);
  const longest = dissipativeStep(recipe);
  for (let k = 0; k < steps; k++) {
    const range = Math.max(...stepper.V) - Math.min(...stepper.V);
    const dt = Math.min(0.8 * stepper.positivityLimit(), longest, 0.2 / (recipe.alpha * range + 1e-3));
    try {
      expectedMass += stepper.step(0, dt);
    } catch (error) {
      // V grew within the step: mu is as before, and half of it is allowed.
      if (!(error instanceof StepSizeError)) throw error;
      expectedMass += stepper.step(0, dt / 2);
    }
    const state = measureEnergy(grid, stepper.potential, stepper.mu, stepper.V);
    if (recipe.dynamics !== "unbalanced") {
      expect(state.energy).toBeLessThanOrEqual(energy + ROUNDING * scale);
      energy = state.energy;
    }
    expect(state.minDensity).toBeGreaterThanOrEqual(0);
  }
  const total = mass(grid, stepper.mu);
  // Unbiased rounding of 2000 steps, the most here, is 45 eps; 1e-12 is 100 times that, and far below one wrong step.
  if (recipe.dynamics !== "unbalanced") expect(Math.abs(total - 1)).toBeLessThan(1e-12);
  expect(Math.abs(total - expectedMass)).toBeLessThan(1e-12 * Math.max(1, expectedMass));
}

const LAWS = "mass within 1e-12 of what it must be, no negative density, energy never rising";

describe.each([
  { dimension: 1, cells: 24, steps: sized(150, 600), runs: sized(16, 24) },
  { dimension: 2, cells: 10, steps: sized(60, 200), runs: sized(12, 16) },
  { dimension: 3, cells: 6, steps: sized(20, 60), runs: 12 },
])("random problems in $dimension D keep the invariants", ({ dimension, cells, steps, runs }) => {
  test(`${LAWS}, over ${steps} steps`, async () => {
    await fc.assert(
      fc.asyncProperty(recipes(dimension), (recipe) => lawsHold(recipe, cells, steps)),
      { numRuns: runs, seed: 2019 + dimension },
    );
  });
});

test.each(sized([2], [2, 3]))(`in %d D: ${LAWS}, over 2000 steps too`, async (dimension) => {
  await fc.assert(
    fc.asyncProperty(recipes(dimension), (recipe) => lawsHold({ ...recipe, flux: "muscl" }, 4, 2000)),
    { numRuns: 3, seed: 7 },
  );
});
