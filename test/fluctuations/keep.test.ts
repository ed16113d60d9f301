import { expect, test } from "vitest";
import { atFiniteN } from "../../src/fluctuations/finite-n.ts";
import { type FluctuationOptions, predictFluctuations, quadratureErrorOf } from "../../src/fluctuations/predict.ts";
import { type Keep, keepNothing, keepSteps, keepWithin } from "../../src/numerics/keep.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";
import { createStoppingStore, untilItEnds } from "../stopped.ts";

interface Case {
  input: Partial<ProblemInput>;
  options?: Partial<FluctuationOptions>;
  replicas: number;
}

const FEATURES = { type: "features", expression: "exp(-(x-s)^2)", inputs: { s: { min: -2, max: 2, points: 9 } } } as const;

/** Particles and nodes leave the domain here, so that meshes grow along the way. */
const SMALL: Partial<ProblemInput> = {
  variables: { x: { min: -1, max: 1, cells: 32 } },
  initial: { x: { type: "normal", mean: 0.1, sd: 0.3 } },
  time: { end: 0.8, snapshots: [0, 0.4, 0.8] },
  observables: { mean: "x", second: "x^2" },
};

const CASES: Record<string, Case> = {
  "a convolution that spreads": {
    input: { potential: { F: "-0.5*x^2", K: { type: "convolution", expression: "0.5*exp(-x^2)" } } },
    replicas: 40,
  },
  "features that nodes leave": { input: { potential: { F: "-1.5*x^2", K: FEATURES } }, replicas: 40 },
  "a correction in place of an ensemble": { input: { potential: { F: "-1.5*x^2", K: FEATURES } }, replicas: 0 },
  "no interaction, as dt -> 0": { input: { potential: { F: "0.25*(x^2-1)^2" } }, options: { time: "continuous" }, replicas: 0 },
};

function compute(problem: Problem, options: Partial<FluctuationOptions> | undefined, replicas: number, keep: Keep) {
  const sizes = { n: 200, dt: sized(0.08, 0.04), nodes: sized(64, 160), ...options };
  const predicted = predictFluctuations(problem, { ...sizes, keep: keepWithin(keep, "all") });
  const quadratureError = quadratureErrorOf(problem, { ...sizes, keep: keepWithin(keep, "fewer") }, predicted);
  return { predicted, quadratureError, finite: atFiniteN(problem, predicted, replicas, keep) };
}

test.each(sized(["a convolution that spreads", "a correction in place of an ensemble"], Object.keys(CASES)))(
  "a prediction that is stopped again and again has the same numbers: %s",
  async (name) => {
    const { input, options, replicas } = CASES[name];
    // Sums of features share tables with those made before for the same problem: each run has its own, as each command has.
    const again = () => problemOf({ ...SMALL, ...input });
    const expected = compute(await again(), options, replicas, keepNothing);
    const { keep, parts } = createStoppingStore(1);
    const { result, stops } = await untilItEnds(async () => compute(await again(), options, replicas, keep));
    expect(stops).toBeGreaterThan(20);
    expect(parts.size).toBeGreaterThan(20);
    expect(result).toEqual(expected);
  },
);

test("steps are kept in halves down to 1/32, so that at most that many are taken again", () => {
  for (const count of [0, 1, 5, 32, 33, 100]) {
    let state = { sum: 0 };
    let taken = 0;
    const { keep } = createStoppingStore(4);
    const run = () => {
      state = { sum: 0 };
      keepSteps(keep, "steps", count, {
        step(index) {
          taken++;
          state.sum = 2 * state.sum + index;
        },
        read: () => state,
        takeOver: (kept) => {
          state = kept;
        },
      });
      return state.sum;
    };
    let stops = 0;
    let sum = Number.NaN;
    for (; Number.isNaN(sum); ) {
      try {
        sum = run();
      } catch {
        stops++;
      }
    }
    let expected = 0;
    for (let index = 0; index < count; index++) expected = 2 * expected + index;
    expect(sum).toBe(expected);
    expect(taken).toBeLessThanOrEqual(count + stops * Math.ceil(count / 32));
  }
});
