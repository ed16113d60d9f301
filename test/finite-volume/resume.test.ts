import { deserialize, serialize } from "node:v8";
import { describe, expect, test } from "vitest";
import { FLUXES, type FluxName } from "../../src/finite-volume/fluxes.ts";
import { solveMovingSteps } from "../../src/finite-volume/moving/solve-moving.ts";
import { solveSteps } from "../../src/finite-volume/solve.ts";
import { SPLITTINGS, type SplittingName } from "../../src/finite-volume/splittings.ts";
import type { Carried } from "../../src/numerics/carried.ts";
import { createStream } from "../../src/numerics/random.ts";
import { DYNAMICS_NAMES, definitionOf, offers } from "../../src/problem/dynamics.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

const fluxes = Object.keys(FLUXES) as FluxName[];
const splittings = Object.keys(SPLITTINGS) as SplittingName[];

/** With a kink, features within cells, mass that meets a wall, and rates that change: whatever a run may carry. */
const ONE: Partial<ProblemInput> = {
  variables: { x: { min: -2, max: 2, cells: 32 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.4*x + 0.05*sin(9*x)" },
  alpha: "2 + sin(20*t)",
  initial: { x: { type: "normal", mean: 0.1, sd: 0.5 } },
  time: { end: 0.3, snapshots: [0, 0.07, 0.15, 0.3] },
  observables: { mean: "x", kink: "abs(x)" },
};
const PRIOR = { x: { type: "normal" as const, mean: -1, sd: 0.3 } };
const KERNELS = {
  none: {},
  convolution: { K: { type: "convolution", expression: "0.8*exp(-2*x^2)" } },
  features: { K: { type: "features", expression: "exp(-(x-s)^2)", inputs: { s: { min: -2, max: 2, points: 9 } } } },
  pairwise: { K: { type: "pairwise", expression: "exp(-(x-x_prime)^2)*(2+x*x_prime)" } },
} as const;
const PLANE: Partial<ProblemInput> = {
  ...ONE,
  variables: { x: { min: -2, max: 2, cells: 18 }, y: { min: 0, max: 6, cells: 16, boundary: "periodic" } },
  potential: {
    F: "0.25*(x^2-1)^2 + 0.4*x + cos(y*pi/3)",
    K: { type: "convolution", expression: "0.5*exp(-x^2)*(1+cos(y*pi/3))" },
  },
  initial: { x: { type: "normal", mean: 0.1, sd: 0.5 }, y: { type: "von-mises", mean: 3, concentration: 1 } },
  time: { end: 0.1, snapshots: [0.04, 0.1] },
  observables: { mean: "x" },
};

interface Step {
  time: number;
  snapshot: object | null;
  carried: Carried;
}
type Begin = (from?: Carried) => Generator<Step, object, void>;

/** All steps and the end, in bytes, and what was carried after each, as it would stand in a file. */
function follow(steps: Generator<Step, object, void>) {
  const bytes: string[] = [];
  const carriedAfter: Buffer[] = [];
  for (;;) {
    const { done, value } = steps.next();
    if (done) return { bytes, carriedAfter, end: bytesOf(value) };
    const { time, snapshot, carried } = value as Step;
    bytes.push(bytesOf({ time, snapshot, carried }));
    carriedAfter.push(serialize(carried));
  }
}

/** Every number by its bits: two values have the same text if nothing tells them apart. */
function bytesOf(value: unknown): string {
  if (typeof value === "number") return Buffer.from(Float64Array.of(value).buffer).toString("base64");
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${key}:${bytesOf((value as Record<string, unknown>)[key])}`)}}`;
}

/** A run is stopped after steps chosen at random, its last and, at full size, its first, and another one goes on from there: it must have the same steps, snapshots and end. */
function expectSameBits(begin: Begin, seed: number): void {
  const whole = follow(begin());
  const count = whole.bytes.length;
  const stream = createStream(seed);
  const random = Array.from({ length: sized(1, 4) }, () => 1 + Math.floor(count * stream.uniform()));
  const stops = [...sized([], [1, 2, 3]), count, ...random].filter((stop) => stop <= count);
  for (const stop of new Set(stops)) {
    const rest = follow(begin(deserialize(whole.carriedAfter[stop - 1]) as Carried));
    expect(rest.bytes.length).toBe(count - stop);
    expect(rest.bytes.findIndex((step, k) => step !== whole.bytes[stop + k])).toBe(-1);
    expect(rest.end).toBe(whole.end);
  }
}

const kernelNames = Object.keys(KERNELS) as (keyof typeof KERNELS)[];
const withKernel = (name: keyof typeof KERNELS): Partial<ProblemInput> => ({
  ...ONE,
  potential: { F: "0.25*(x^2-1)^2 + 0.4*x + 0.05*sin(9*x)", ...KERNELS[name] } as ProblemInput["potential"],
});

describe.each(DYNAMICS_NAMES)("a run that goes on where %s was stopped has the same bits", (name) => {
  const build = (changes: Partial<ProblemInput>): Promise<Problem> =>
    problemOf({ ...changes, dynamics: definitionOf(name, PRIOR) });

  test.each(sized(["none"] as const, ["none", "convolution"] as const))(
    "on fixed cells by every flux and splitting, K: %s",
    async (kernel) => {
      const problem = await build(withKernel(kernel));
      for (const flux of fluxes)
        for (const splitting of splittings) expectSameBits((from) => solveSteps(problem, { flux, splitting, from }), 1);
    },
  );

  test("with steps of one length, where factors are kept", async () => {
    const problem = await build({ ...ONE, alpha: 1.5 });
    for (const maxStep of [0.004, 1]) expectSameBits((from) => solveSteps(problem, { maxStep, from }), 2);
  });

  test("where cells are empty at the start, and mass is held by a wall", async () => {
    const problem = await build({
      ...ONE,
      potential: { F: "-2*x" },
      alpha: 1.5,
      initial: { x: { type: "uniform", min: -1, max: 1 } },
    });
    for (const maxStep of [0.01, 1]) expectSameBits((from) => solveSteps(problem, { maxStep, from }), 7);
    if (offers(problem, "moving-grid")) expectSameBits((from) => solveMovingSteps(problem, { from }), 8);
  });

  test("on moving cells", async () => {
    for (const kernel of sized(["none", "convolution"] as const, kernelNames)) {
      const problem = await build(withKernel(kernel));
      if (offers(problem, "moving-grid")) expectSameBits((from) => solveMovingSteps(problem, { from }), 3);
    }
  });
});

describe("at a temperature, or with an F that changes in time, a run that goes on where it was stopped has the same bits", () => {
  const CHANGES: Record<string, Partial<ProblemInput>> = {
    "free-energy": { temperature: 0.3 },
    energy: { temperature: 0.3, reaction: "energy" },
    "births and deaths alone": { temperature: 0.3, dynamics: "pure-birth-death" },
    smoothed: { temperature: 0.3, reaction: { type: "free-energy", bandwidth: 0.3 } },
    "all in time": { temperature: "0.3*exp(-t)", potential: { F: "0.25*(x^2-1)^2 + sin(20*t)*x" } },
    "F in time at temperature 0": { potential: { F: "0.25*(x^2-1)^2 + sin(20*t)*x" } },
  };
  test.each(Object.keys(CHANGES))("%s", async (name) => {
    for (const kernel of sized(["convolution"] as const, ["none", "convolution"] as const)) {
      const { potential = ONE.potential, ...others } = CHANGES[name];
      const problem = await problemOf({
        ...ONE,
        ...others,
        potential: { ...potential, ...KERNELS[kernel] } as ProblemInput["potential"],
      });
      for (const splitting of splittings) expectSameBits((from) => solveSteps(problem, { splitting, from }), 9);
      expectSameBits((from) => solveSteps(problem, { maxStep: 0.004, from }), 10);
      if (offers(problem, "moving-grid")) expectSameBits((from) => solveMovingSteps(problem, { from }), 12);
    }
  });

  test("on a plane with a periodic axis", async () => {
    const problem = await problemOf({ ...PLANE, temperature: 0.3 });
    expectSameBits((from) => solveSteps(problem, { from }), 11);
    expectSameBits((from) => solveMovingSteps(problem, { from }), 13);
  });
});

test("with every kernel, frozen or not, on a line and on a plane", async () => {
  for (const kernel of kernelNames) {
    const problem = await problemOf(withKernel(kernel));
    for (const freezePotential of [false, true]) expectSameBits((from) => solveSteps(problem, { freezePotential, from }), 4);
  }
  const plane = await problemOf(PLANE);
  for (const flux of fluxes) expectSameBits((from) => solveSteps(plane, { flux, from }), 5);
  expectSameBits((from) => solveMovingSteps(plane, { from }), 6);
});

test("what a run carries is of another kind of cells, or of other counts of them", async () => {
  const problem = await problemOf(ONE);
  const [first] = [...solveSteps(problem)];
  const other = await problemOf({ ...ONE, variables: { x: { min: -2, max: 2, cells: 16 } } });
  expect(() => solveMovingSteps(problem, { from: first.carried }).next()).toThrow(/a state of/);
  expect(() => solveSteps(other, { from: first.carried }).next()).toThrow(/in place of/);
});
