import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { evaluateAtCentres } from "../../src/grid/grid.ts";
import { createStream } from "../../src/numerics/random.ts";
import { createGridPotential } from "../../src/potential/potential.ts";
import {
  createProblem,
  instantiateProblem,
  observablesOnGrid,
  type Problem,
  type ProblemOverrides,
} from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";

const normal = { type: "normal", mean: 0.2, sd: 0.5 } as const;
const inputs = { z: { min: -1, max: 1, points: 6 } };

const line: ProblemInput = {
  name: "line",
  variables: { x: { min: -3, max: 3, cells: 64 } },
  parameters: { a: 0.5 },
  potential: { F: "a*x^2", K: { type: "convolution", expression: "exp(-x^2/a)" } },
  alpha: 1,
  initial: { x: normal },
  time: { end: 1, snapshots: [0, 0.25, 0.5, 1] },
  observables: { mean: "x", second: "a*x^2" },
};

const plane: ProblemInput = {
  ...line,
  variables: { x: { min: -3, max: 3, cells: 12 }, c: { min: -2, max: 2, cells: 10, boundary: "periodic" } },
  potential: { network: { unit: "x*cos(z*sin(pi*c/2))", inputs, target: "z^2 - a", weight: "exp(-z)" } },
  initial: { density: "exp(-x^2)*(1.1 + sin(pi*c/2))" },
};

async function refusal(promise: Promise<unknown>): Promise<InputError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
}

/** V on the grid for its initial density, observables, and V with its gradient at sampled points. */
function valuesOf({ grid, potential, initial, observables }: Problem): Float64Array[] {
  const { density } = initial.cellAverages(grid);
  const V = new Float64Array(grid.size);
  createGridPotential(potential, grid).evaluate(V, density);
  const points = grid.axes.map(() => new Float64Array(30));
  initial.sample(points, 30, createStream(9));
  const field = new Float64Array(30);
  const gradient = points.map(() => new Float64Array(30));
  potential.externalGradient(gradient, 0, points, 0, 30);
  potential.kernel?.atPoints().add(field, gradient, points, null, 30);
  return [density, V, ...observablesOnGrid(observables, grid).values(), ...points, field, ...gradient];
}

describe("createProblem", () => {
  it("compiles F, K, the start and the observables with their parameters", async () => {
    const problem = await createProblem(line);
    expect(problem).toMatchObject({
      name: "line",
      alpha: { constant: 1 },
      end: 1,
      dynamics: "birth-death",
      snapshotTimes: [0, 0.25, 0.5, 1],
    });
    const x = evaluateAtCentres(problem.grid, ([out], at, [values], from, count) =>
      out.set(values.subarray(from, from + count), at),
    );
    const external = evaluateAtCentres(problem.grid, problem.potential.external);
    const second = observablesOnGrid(problem.observables, problem.grid).get("second");
    x.forEach((value, i) => {
      expect(external[i]).toBeCloseTo(0.5 * value ** 2, 14);
      expect(second?.[i]).toBe(external[i]);
    });
  });

  it("gives the same values from its compiled form after a structured clone", async () => {
    const kinds: ProblemInput[] = [
      line,
      plane,
      { ...line, potential: { F: "x", K: { type: "pairwise", expression: "a*x*x_prime" } } },
      { ...line, potential: { F: "x", K: { type: "features", expression: "sin(x*z)", inputs } } },
    ];
    for (const input of kinds) {
      const problem = await createProblem(input);
      const copy = instantiateProblem(structuredClone(problem.compiled));
      expect(valuesOf(copy)).toEqual(valuesOf(problem));
      expect(valuesOf(problem).every((values) => values.some((v) => v !== 0))).toBe(true);
    }
  });

  it("says the same in three forms: cos(x - x') as convolution, pairwise and features", async () => {
    const kernels = [
      { type: "convolution", expression: "cos(x)" },
      { type: "pairwise", expression: "cos(x - x_prime)" },
      { type: "features", expression: "cos(x - z)", inputs: { z: { min: 0, max: 2 * Math.PI, points: 40 } }, weight: "1/pi" },
    ] as const;
    const fields = await Promise.all(
      kernels.map(async (K) => {
        const problem = await createProblem({ ...line, potential: { F: "0", K } });
        const V = new Float64Array(problem.grid.size);
        createGridPotential(problem.potential, problem.grid).evaluate(V, problem.initial.cellAverages(problem.grid).density);
        return V;
      }),
    );
    // int cos(x - z) cos(x' - z) dz / pi over a period is cos(x - x'); forty nodes resolve it to rounding.
    for (const V of fields.slice(1)) {
      expect(Math.max(...V.map((value, i) => Math.abs(value - fields[0][i])))).toBeLessThan(1e-12);
    }
  });

  it("makes F, the constant of the loss and a linear axis of a network's unit and target", async () => {
    const { potential, compiled } = await createProblem({
      ...plane,
      potential: { network: { unit: "x*cos(z*sin(pi*c/2))", inputs, target: "z^2 - a" } },
    });
    expect(compiled.kernel).toMatchObject({ type: "features", linearAxis: 0 });
    // int (z^2 - 1/2)^2 / 2 = 7/60 and, at c = 0, F = -x int (z^2 - 1/2) = x / 3 over [-1, 1]: both exact with six points.
    expect(potential.constant).toBeCloseTo(7 / 60, 14);
    const F = new Float64Array(1);
    potential.external([F], 0, [Float64Array.of(1.5), Float64Array.of(0)], 0, 1);
    expect(F[0]).toBeCloseTo(0.5, 14);
  });

  const overrides: [string, ProblemOverrides, object][] = [
    ["alpha", { alpha: 3.5 }, { alpha: expect.objectContaining({ constant: 3.5 }) }],
    ["an end that cuts the snapshots and joins them", { end: 0.4 }, { end: 0.4, snapshotTimes: [0, 0.25, 0.4] }],
    ["an end at a snapshot, once", { end: 0.5 }, { end: 0.5, snapshotTimes: [0, 0.25, 0.5] }],
    ["a later end", { end: 2 }, { end: 2, snapshotTimes: [0, 0.25, 0.5, 1, 2] }],
  ];
  for (const [what, change, expected] of overrides) {
    it(`takes from the command line ${what}`, async () => {
      const original = structuredClone(line);
      expect(await createProblem(original, change)).toMatchObject(expected);
      expect(original).toEqual(line);
    });
  }

  it("takes cells for all axes or by name, and a count of snapshots as equal intervals", async () => {
    expect((await createProblem(plane, { cells: 8 })).grid.shape).toEqual([8, 8]);
    expect((await createProblem(plane, { cells: { c: 6 } })).grid.shape).toEqual([12, 6]);
    expect((await refusal(createProblem(plane, { cells: { y: 6 } }))).message).toMatch(/--cells = "y": not a variable.*use x, c/);
    expect((await refusal(createProblem(plane, { cells: 2.5 }))).field).toBe("variables.x.cells");
    expect((await refusal(createProblem(line, { alpha: Number.NaN }))).field).toBe("alpha");
    const counted = await createProblem({ ...line, time: { end: 2, snapshots: 4 } }, { end: 1 });
    expect(counted.snapshotTimes).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  const ring = { x: { min: -3, max: 3, cells: 64, boundary: "periodic" as const } };
  const many = { min: 0, max: 1, points: 1001 };
  const three = Object.fromEntries(["x", "y", "z", "w"].map((name) => [name, { min: 0, max: 1, cells: 8 }]));
  const K = (type: "convolution" | "pairwise", expression: string) => ({ potential: { F: "0", K: { type, expression } } });
  const refused: [string, Partial<ProblemInput>, string, RegExp][] = [
    ["four variables", { variables: three }, "variables", /one to three/],
    ["no variables", { variables: {} }, "variables", /one to three/],
    ["a variable named like a function", { variables: { exp: three.x } }, "variables.exp", /reserved/],
    ["a variable named t", { variables: { t: three.x } }, "variables.t", /reserved/],
    ["a variable that ends in _prime", { variables: { x_prime: three.x } }, "variables.x_prime", /reserved/],
    ["a parameter named pi", { parameters: { pi: 3 } }, "parameters.pi", /reserved/],
    ["a parameter named like a variable", { parameters: { x: 3 } }, "parameters.x", /declared twice/],
    ["a name with a space", { parameters: { "a b": 3 } }, "parameters.a b", /not a name/],
    ["a snapshot beyond the end", { time: { end: 1, snapshots: [0, 2] } }, "time.snapshots.1", /= 2: beyond the end 1/],
    ["snapshots out of order", { time: { end: 1, snapshots: [0, 0.5, 0.5] } }, "time.snapshots.2", /increasing/],
    ["an sd of 0", { initial: { x: { ...normal, sd: 0 } } }, "initial.x.sd", /= 0: not positive/],
    [
      "no distribution for a variable named like a method",
      { variables: { ...line.variables, constructor: three.x } },
      "initial.constructor",
      /missing/,
    ],
    ["an observable in an unknown name", { observables: { m: "y" } }, "observables.m", /unknown symbol "y"/],
    ["a variable named like a series of the output", { variables: { energy: three.x } }, "variables.energy", /reserved/],
    [
      "an observable whose name would move the cursor",
      { observables: { "m\u001b[2J": "x" } },
      "observables.m\u001b[2J",
      /m\\u\{1b\}\[2J/,
    ],
    [
      "a million points over all inputs",
      { potential: { F: "0", K: { type: "features", expression: "x*z*w", inputs: { z: many, w: many } } } },
      "potential.K.inputs",
      /= 1002001: too many points.*at most 1000000/,
    ],
    [
      "an F that is not periodic",
      { variables: ring },
      "potential.F",
      /not periodic in x: dF\/dx\(min\) = -3, dF\/dx\(max\) = 3; .*period 6.*variables\.x\.boundary to "no-flux"/,
    ],
    [
      "an F that jumps",
      { variables: ring, potential: { F: "x" } },
      "potential.F",
      /not periodic in x: F\(min\) = -3, F\(max\) = 3/,
    ],
    [
      "an F with a kink at the seam",
      { variables: ring, potential: { F: "abs(sin(pi*x/6))*cos(pi*x/6)" } },
      "potential.F",
      /not periodic in x/,
    ],
    [
      "a pairwise K that is not periodic",
      { variables: ring, ...K("pairwise", "exp(-(x - x_prime)^2)") },
      "potential.K",
      /not periodic in x: K\(min\)/,
    ],
    [
      "features that are not periodic",
      { variables: ring, potential: { F: "0", K: { type: "features", expression: "sin(x*z)", inputs } } },
      "potential.K",
      /not periodic in x/,
    ],
    [
      "a density that is not periodic",
      { variables: ring, potential: { F: "0" }, initial: { density: "4 + x" } },
      "initial.density",
      /not periodic in x: density\(min\) = 1, density\(max\) = 7/,
    ],
    ["a K that is not symmetric", K("convolution", "x*exp(-x^2)"), "potential.K", /not symmetric between x = .* and x = /],
    ["a pairwise K that is not symmetric", K("pairwise", "x*x_prime^2"), "potential.K", /not symmetric/],
    ["a negative K", K("convolution", "-exp(-x^2)"), "potential.K", /not positive semi-definite.*check its sign/],
    ["an indefinite K", K("convolution", "exp(-x^2) - 0.8*exp(-x^2/4)"), "potential.K", /not positive semi-definite/],
    ["a K that is not finite", K("pairwise", "1/(x + x_prime)"), "potential.K", /not finite \(Infinity\) between x = /],
    ["a K that is singular at 0", K("convolution", "-log(abs(x))"), "potential.K.expression", /not finite at displacement 0/],
    [
      "a negative weight",
      { potential: { F: "0", K: { type: "features", expression: "x*z", inputs, weight: "z" } } },
      "potential.K.weight",
      /negative/,
    ],
    [
      "an input named like a variable",
      { potential: { F: "0", K: { type: "features", expression: "x", inputs: { x: inputs.z } } } },
      "potential.K.inputs.x",
      /declared twice/,
    ],
  ];
  for (const [what, change, field, message] of refused) {
    it(`refuses ${what}, naming ${field}`, async () => {
      const error = await refusal(createProblem({ ...line, ...change }));
      expect(error.field).toBe(field);
      expect(error.message).toMatch(message);
    });
  }

  it("leaves a bad initial density, F and observable to their first use, which names the cell", async () => {
    const averages = async (density: string) => {
      const { initial, grid } = await createProblem({ ...line, initial: { density } });
      return initial.cellAverages(grid);
    };
    expect((await refusal(averages("x"))).message).toMatch(/initial\.density.*negative or not finite in the cell at x = -2\.95313/);
    expect((await refusal(averages("0*x"))).message).toMatch(/initial\.density.*no mass/);
    const { potential, observables, grid } = await createProblem({
      ...line,
      potential: { F: "log(x)" },
      observables: { inverse: "1/(x - 0.046875)" },
    });
    expect(() => createGridPotential(potential, grid)).toThrow(/potential\.F = NaN: not finite at x = -2\.95313/);
    expect(() => observablesOnGrid(observables, grid)).toThrow(/observables\.inverse = Infinity: not finite on the grid/);
  });
});
