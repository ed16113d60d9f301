import { describe, expect, test } from "vitest";
import { InputError, StepSizeError } from "../../src/errors.ts";
import { FLUXES, type FluxName } from "../../src/finite-volume/fluxes.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { SPLITTINGS, type SplittingName } from "../../src/finite-volume/splittings.ts";
import { createStepper } from "../../src/finite-volume/stepper.ts";
import { EDGE_MASS_LIMIT } from "../../src/grid/density.ts";
import { errorOf, problemOf } from "../fixtures.ts";

/** Fluxes with a bound on the step. */
const BOUNDED = (Object.keys(FLUXES) as FluxName[]).filter((flux) => FLUXES[flux].courant < Infinity);
const METHODS = BOUNDED.flatMap((flux) =>
  (Object.keys(SPLITTINGS) as SplittingName[]).map((splitting) => ({ flux, splitting, freezePotential: false })),
);

test.each(METHODS)("a step beyond the limit is refused and changes nothing ($flux, $splitting)", async (scheme) => {
  const problem = await problemOf({});
  const { grid } = problem;
  const stepper = createStepper(problem, grid, scheme);
  const { density } = problem.initial.cellAverages(grid);
  stepper.start(density);
  // The fastest cell of V = x^2 / 2 is the outermost, h/2 from the edge: V falls by (4 - h) h over one cell on its inner side alone.
  const h = 8 / 64;
  const stages: readonly (readonly [string, number])[] = SPLITTINGS[scheme.splitting].stages;
  const longestTransport = Math.max(...stages.map(([flow, fraction]) => (flow === "transport" ? fraction : 0)));
  const limit = (FLUXES[scheme.flux].courant * h) / (4 - h) / longestTransport;
  expect(stepper.positivityLimit()).toBeCloseTo(limit, 12);
  const error = errorOf(() => stepper.step(0, 1.01 * limit));
  expect(error).toBeInstanceOf(StepSizeError);
  expect((error as StepSizeError).dt).toBeCloseTo(1.01 * limit, 12);
  expect((error as StepSizeError).limit).toBeCloseTo(limit, 12);
  expect(stepper.mu).toEqual(density);
});

test.each(METHODS)("a step of the limit itself leaves no cell with less than nothing ($flux, $splitting)", async (scheme) => {
  // Cells on a peak of V give away all they have: rounding decides on which side of 0 they would end.
  for (let wave = 1; wave <= 40; wave++) {
    const variables = { x: { min: -4, max: 4, cells: 40 + wave } };
    const problem = await problemOf({ variables, potential: { F: `cos(${wave}*x^2)` }, dynamics: "gradient-descent" });
    const stepper = createStepper(problem, problem.grid, scheme);
    stepper.start(problem.initial.cellAverages(problem.grid).density);
    stepper.step(0, stepper.positivityLimit());
    expect(Math.min(...stepper.mu)).toBeGreaterThanOrEqual(0);
  }
});

test("a step that V outgrows on its way is undone whole", async () => {
  // A reaction in mid step draws the mass together, where K outdoes F, so that the second half of the transport finds a steeper V.
  const K = { type: "convolution" as const, expression: "40*exp(-x^2/0.02)" };
  const problem = await problemOf({
    variables: { x: { min: -1, max: 1, cells: 32 } },
    potential: { F: "10*x^2", K },
    alpha: 500,
    initial: { x: { type: "normal", mean: 0.2, sd: 0.15 } },
  });
  const stepper = createStepper(problem, problem.grid, { flux: "muscl", splitting: "strang", freezePotential: false });
  stepper.start(problem.initial.cellAverages(problem.grid).density);
  let undone = 0;
  for (let k = 0; k < 200; k++) {
    const mu = stepper.mu.slice();
    const V = stepper.V.slice();
    const limit = stepper.positivityLimit();
    const error = errorOf(() => stepper.step(0, limit));
    if (error === null) continue;
    undone++;
    expect(error).toBeInstanceOf(StepSizeError);
    expect(stepper.mu).toEqual(mu);
    expect(stepper.V).toEqual(V);
    expect(stepper.positivityLimit()).toBeLessThan(limit);
    for (let dt = limit / 8; errorOf(() => stepper.step(0, dt)) !== null; ) dt /= 2;
  }
  expect(undone).toBeGreaterThan(0);
});

test.each(METHODS)("mass and positivity hold at the full limit of the step ($flux, $splitting)", async (scheme) => {
  // Point-like mass on a peak of V, where all of it leaves at once.
  for (const F of ["-0.5*x^2", "-abs(x)", "cos(3*x)"]) {
    const problem = await problemOf({ potential: { F }, initial: { x: { type: "uniform", min: -0.125, max: 0.125 } } });
    const { snapshots } = solve(problem, { ...scheme, safety: 1 });
    expect(snapshots[1].minDensity).toBeGreaterThanOrEqual(0);
    expect(Math.abs(snapshots[1].mass - 1)).toBeLessThan(1e-12);
  }
});

describe("a density too sharp for its grid", () => {
  test("is seen at the start, where the needle of mu_0 is narrower than a cell, with or without a snapshot there", async () => {
    const density = "0.9*exp(-(x+0.5)^2/0.72)/(0.6*sqrt(2*pi)) + 0.1*exp(-(x-0.439)^2/(2*0.002^2))/(0.002*sqrt(2*pi))";
    for (const snapshots of [[0, 0.01], [0.01]]) {
      const problem = await problemOf({
        variables: { x: { min: -3, max: 3, cells: 256 } },
        initial: { density },
        time: { end: 0.01, snapshots },
        // It flows apart, so that no later time would show it.
        potential: { F: "-20*x^2" },
        dynamics: "gradient-descent",
      });
      expect(solve(problem).unresolvedSince).toBe(0);
    }
  });

  test("is seen at the end, though no snapshot is there and fewer than 16 steps lead to it", async () => {
    const problem = await problemOf({
      potential: { F: "x^2/2" },
      dynamics: "pure-birth-death",
      initial: { x: { type: "normal", mean: 0, sd: 1 } },
      // The standard deviation (1 + 2 t)^(-1/2) is 3.6 cells of 1/8 at t = 2, and 1.7 at t = 10.
      alpha: 2,
      time: { end: 10, snapshots: [0, 2] },
    });
    const { unresolvedSince, steps } = solve(problem, { reactionNumber: 100 });
    expect(steps).toBeLessThan(16);
    expect(unresolvedSince).toBe(10);
  });

  // exp(-4.5) of 0.6 is 0.0067, a tenth of a cell.
  const collapsing = { dynamics: "gradient-descent" as const, time: { end: 4.5, snapshots: 9 } };

  test("is reported from the time its standard deviation falls below three cells", async () => {
    const problem = await problemOf({ ...collapsing, variables: { x: { min: -4, max: 4, cells: 128 } } });
    const { snapshots, unresolvedSince } = solve(problem);
    // 0.6 e^{-t} = 3 h at t = 1.16; muscl keeps the peak a little wider than it should be, and every 16th step is checked.
    expect(unresolvedSince).toBeGreaterThan(1.1);
    expect(unresolvedSince).toBeLessThan(1.5);
    expect(snapshots.map(({ time, resolved }) => resolved === time < (unresolvedSince ?? Infinity))).not.toContain(false);
  });

  test("is seen by birth-death alone, where V is least at a point", async () => {
    const problem = await problemOf({ potential: { F: "3*abs(x-0.3)" }, alpha: 50, time: { end: 2, snapshots: 1 } });
    expect(solve(problem).snapshots[1].resolved).toBe(false);
  });

  test("is not reported while it is wide", async () => {
    const { snapshots, unresolvedSince } = solve(await problemOf({ ...collapsing, time: { end: 0.25, snapshots: 1 } }));
    expect(unresolvedSince).toBeNull();
    expect(snapshots.map(({ resolved }) => resolved)).toEqual([true, true]);
  });
});

describe("mass at the edge of the domain", () => {
  test("is reported from the time it exceeds the limit", async () => {
    const problem = await problemOf({ potential: { F: "-1.5*x" }, dynamics: "gradient-descent", time: { end: 2, snapshots: 20 } });
    const { snapshots, edgeMassSince } = solve(problem);
    expect(snapshots[0].edgeMass).toBeLessThan(EDGE_MASS_LIMIT);
    // N(0.5 + 1.5 t, 0.6) has a millionth of its mass beyond 4 - 0.125 at t = 0.35, and six at t = 0.5; snapshots are 0.1 apart.
    expect(edgeMassSince).toBeGreaterThan(0.2);
    expect(edgeMassSince).toBeLessThan(0.55);
    expect(snapshots.map(({ time, edgeMass }) => edgeMass > EDGE_MASS_LIMIT === time >= (edgeMassSince ?? Infinity))).not.toContain(
      false,
    );
    expect(snapshots[20].edgeMass).toBeGreaterThan(0.1);
  });

  test("is no matter on a periodic axis, nor in a domain that is wide enough", async () => {
    const variables = { x: { min: -4, max: 4, cells: 64, boundary: "periodic" as const } };
    const around = solve(await problemOf({ variables, potential: { F: "cos(pi*x/4)" }, dynamics: "gradient-descent" }));
    expect([around.edgeMassSince, around.snapshots[1].edgeMass]).toEqual([null, 0]);
    expect(solve(await problemOf({})).edgeMassSince).toBeNull();
  });

  test("cut off at the start is told apart", async () => {
    const problem = await problemOf({ initial: { x: { type: "normal", mean: 3, sd: 0.5 } } });
    const { outsideInitially, snapshots } = solve(problem);
    // P(N > 2 sd) = 0.022750131948.
    expect(outsideInitially).toBeCloseTo(0.022750131948, 11);
    expect(snapshots[0].mass).toBeCloseTo(1, 14);
  });

  test("of the prior likewise", async () => {
    const prior = { x: { type: "normal" as const, mean: 3, sd: 0.5 } };
    const problem = await problemOf({ dynamics: { type: "reinjection", law: "net-deficit", prior } });
    expect(solve(problem).outsideOfPrior).toBeCloseTo(0.022750131948, 11);
    expect(solve(await problemOf({})).outsideOfPrior).toBe(0);
  });
});

test("an energy that rises would be seen: it never does here", async () => {
  const K = { type: "convolution" as const, expression: "exp(-x^2/0.72)" };
  const { largestEnergyRise, snapshots } = solve(await problemOf({ potential: { F: "0.5*x^2", K } }));
  // Ten roundings of a number of order 1.
  expect(largestEnergyRise).toBeLessThan(10 * Number.EPSILON);
  expect(snapshots[1].gap).toBeGreaterThan(0);
});

test.each(["safety", "reactionNumber", "maxStep"])("%s must be positive", async (name) => {
  const problem = await problemOf({});
  for (const value of [0, -1, Number.NaN]) {
    const error = errorOf(() => solve(problem, { [name]: value }));
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).field).toBe(name);
  }
});

test("a potential without slope moves nothing, however few steps that takes", async () => {
  const times = { end: 1, snapshots: [0, 1e-12, 2e-12, 1] };
  const { snapshots, steps } = solve(await problemOf({ potential: { F: "3" }, time: times }));
  expect(steps).toBe(3);
  expect(snapshots[3].density).toEqual(snapshots[0].density);
});

test("steps too small ever to arrive are refused, naming what forces them", async () => {
  const steep = errorOf(() => solve(steepProblem));
  expect(steep).toBeInstanceOf(InputError);
  expect((steep as InputError).message).toMatch(/^potential: V is so steep .* steps of .* are needed; narrow the domain/);
  const fast = errorOf(() => solve(fastProblem));
  expect((fast as InputError).field).toBe("alpha");
});

const steepProblem = await problemOf({ potential: { F: "1e13*x^2" } });
const fastProblem = await problemOf({ alpha: 1e12 });

test("the gap is a bound only where mass is fixed: none is given for unbalanced dynamics", async () => {
  const unbalanced = solve(await problemOf({ dynamics: "unbalanced" })).snapshots;
  expect(unbalanced.map(({ gap }) => gap)).toEqual([null, null]);
});

describe("a defect of the energy identity is said, with the time since when,", () => {
  const initial = { x: { type: "normal" as const, mean: 0, sd: 0.5 } };
  const variables = { x: { min: -3, max: 3, cells: 64 } };

  test("at a step of F within a cell, where the energy falls by a small part of what is said to be dissipated", async () => {
    const potential = { F: "0.2*x^2 + 0.5*tanh((x-0.123)*500)" };
    const { defectSince, snapshots } = solve(
      await problemOf({ variables, potential, initial, alpha: 1, time: { end: 0.3, snapshots: 4 } }),
    );
    const first = snapshots.find(({ time, defect, dissipated }) => time > 0 && Math.abs(defect) > 0.1 * dissipated);
    expect(defectSince).not.toBeNull();
    expect(defectSince).toBeLessThanOrEqual(first?.time ?? -1);
  });

  test("and not at one of several cells, at rest, or where energy rises and falls", async () => {
    for (const given of [
      { potential: { F: "0.2*x^2 + 0.5*tanh((x-0.123)*5)" } },
      { potential: { F: "1e6 + 0*x" } },
      { potential: { F: "cos(3*x) - 1" }, dynamics: "unbalanced" as const },
      { potential: { F: "1e6 + 0.2*x^2" }, dynamics: "gradient-descent" as const },
    ]) {
      const problem = await problemOf({ variables, initial, alpha: 1, time: { end: 0.3, snapshots: 4 }, ...given });
      expect(solve(problem).defectSince).toBeNull();
    }
  });
});
