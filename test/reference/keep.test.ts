import { expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";
import { createStoppingStore, untilItEnds } from "../stopped.ts";

const SMALL: Partial<ProblemInput> = {
  variables: { x: { min: -3, max: 3, cells: 32 } },
  time: { end: 0.3, snapshots: [0, 0.1, 0.3] },
  observables: { mean: "x" },
};

const PROBLEMS: Record<string, Partial<ProblemInput>> = {
  "a convolution": { potential: { F: "0.25*(x^2-1)^2", K: { type: "convolution", expression: "0.5*exp(-2*x^2)" } } },
  "features that nodes leave": {
    potential: {
      F: "-0.5*x^2",
      K: { type: "features", expression: "exp(-(x-s)^2)", inputs: { s: { min: -2, max: 2, points: 9 } } },
    },
  },
  "a kink": { potential: { F: "abs(x)" }, alpha: 0.5 },
  "a sharp density": { initial: { x: { type: "normal", mean: 0.5, sd: 0.02 } } },
};

test.each(Object.keys(PROBLEMS).slice(sized(1, 0)))(
  "a reference that is stopped again and again has the same numbers: %s",
  async (name) => {
    const problem = await problemOf({ ...SMALL, ...PROBLEMS[name] });
    // Sums of features share tables with those made before for the same problem: each run has its own, as each command has.
    const again = () => problemOf({ ...SMALL, ...PROBLEMS[name] });
    const { problem: _, ...expected } = await computeReference(problem, { tolerance: 3e-2 });
    const { keep, parts } = createStoppingStore(1);
    const { result, stops } = await untilItEnds(async () => computeReference(await again(), { tolerance: 3e-2, keep }));
    const { problem: __, ...found } = result;
    expect(stops).toBeGreaterThan(0);
    expect(parts.size).toBeGreaterThan(1);
    expect(found).toEqual(expected);
  },
);

test("characteristics go on from the refinements that were kept", async () => {
  for (const name of ["a convolution", "features that nodes leave"]) {
    const changes = { ...SMALL, ...PROBLEMS[name] };
    const numbersOf = ({ snapshots, levels, converged }: ReturnType<typeof solveCharacteristics>) => ({
      snapshots,
      levels,
      converged,
    });
    const expected = numbersOf(solveCharacteristics(await problemOf(changes), { tolerance: 1e-6 }));
    const { keep } = createStoppingStore(2);
    const { result } = await untilItEnds(async () => solveCharacteristics(await problemOf(changes), { tolerance: 1e-6, keep }));
    expect(numbersOf(result)).toEqual(expected);
  }
});
