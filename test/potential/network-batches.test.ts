import { describe, expect, test } from "vitest";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { createStream } from "../../src/numerics/random.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createStepPotential } from "../../src/potential/batch-potential.ts";
import type { NetworkData } from "../../src/potential/compile-network.ts";
import { createPointPotential } from "../../src/potential/point-potential.ts";
import type { StepPotential } from "../../src/potential/potential.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { SCHEMES, type SchemeName } from "../../src/schemes/schemes.ts";
import { createStepper } from "../../src/schemes/stepper.ts";
import { sized } from "../sizes.ts";

type Network = Extract<ProblemInput["potential"], { network: unknown }>["network"];

const UNIT = "c*tanh(z*x)";
const LAW = { x: { law: { type: "normal", mean: 0.3, sd: 1.2 }, points: 64 } } as const;
const RANGE = { x: { min: -2, max: 3, points: 40 } };
const DATA: NetworkData = { x: Float64Array.of(-1.5, -0.2, 0.4, 0.9, 2.1), y: Float64Array.of(-1, 0.3, 0.1, 0.8, 1.5) };
const FILE = { file: "rows.csv", inputs: ["x"] };

function networkProblem(network: Partial<Network>, data?: NetworkData, changes: Partial<ProblemInput> = {}) {
  const problem: ProblemInput = {
    name: "network",
    variables: { c: { min: -3, max: 3, cells: 16 }, z: { min: -3, max: 3, cells: 16 } },
    potential: { network: { unit: UNIT, target: "x", ...network } },
    alpha: 2,
    initial: { c: { type: "normal", mean: 0, sd: 1 }, z: { type: "normal", mean: 0, sd: 0.5 } },
    time: { end: 0.5, snapshots: [0, 0.5] },
    observables: { c: "c", z2: "z^2" },
    ...changes,
  };
  return createProblem(problem, {}, data);
}

const SOURCES: [string, Partial<Network>, NetworkData | undefined][] = [
  ["inputs on an interval with a weight", { inputs: RANGE, weight: "exp(-x^2/2)" }, undefined],
  ["inputs with a distribution", { inputs: LAW }, undefined],
  ["rows of data", { data: FILE, target: "y" }, DATA],
];

const POINTS = [Float64Array.of(0.5, -1.2, 0.8), Float64Array.of(1.1, 0.4, -0.7)];

function valuesAt(potential: Pick<StepPotential, "field">, points = POINTS, weights: Float64Array | null = null): number[] {
  const count = points[0].length;
  const value = new Float64Array(count);
  const gradient = points.map(() => new Float64Array(count));
  potential.field({ value, gradient, laplacian: null }, points, count, points, weights, count);
  return [...value.subarray(0, 3), ...gradient.flatMap((slope) => [...slope.subarray(0, 3)])];
}

describe("E of a network", () => {
  test("over a distribution is exact for polynomials", async () => {
    const { potential } = await networkProblem({ inputs: LAW, unit: "c*x", target: "2*x" });
    const square = 0.3 ** 2 + 1.2 ** 2;
    // The rule ends at 7.5 standard deviations: 6e-14 of the mass lies beyond, with x^2 near 86.
    expect(potential.constant).toBeCloseTo(2 * square, 10);
    // F = -2 c E[x^2] and K = c c' E[x^2], at c = 0.5, -1.2, 0.8 with mean 0.1 / 3.
    const [V] = valuesAt(createPointPotential(potential));
    expect(V).toBeCloseTo(0.5 * square * (0.1 / 3 - 2), 10);
  });

  test("over rows of data is their mean", async () => {
    const { potential } = await networkProblem({ data: FILE, target: "y" }, DATA);
    const phi = (i: number, x: number) => POINTS[0][i] * Math.tanh(POINTS[1][i] * x);
    let V = 0;
    for (let p = 0; p < 5; p++) {
      const output = (phi(0, DATA.x[p]) + phi(1, DATA.x[p]) + phi(2, DATA.x[p])) / 3;
      V += ((output - DATA.y[p]) * phi(0, DATA.x[p])) / 5;
    }
    expect(valuesAt(createPointPotential(potential))[0]).toBeCloseTo(V, 14);
  });
});

describe("a batch", () => {
  test.each(SOURCES)("of %s has V and its gradient as its mean", async (_, network, data) => {
    const { potential } = await networkProblem({ ...network, batch: 3 }, data);
    const exact = valuesAt(createPointPotential(potential));
    const batches = createStepPotential(potential);
    const stream = createStream(17);
    const draws = sized(1000, 4000);
    const sum = exact.map(() => 0);
    const squares = exact.map(() => 0);
    for (let k = 0; k < draws; k++) {
      batches.draw(stream);
      valuesAt(batches).forEach((value, i) => {
        sum[i] += value / draws;
        squares[i] += value ** 2 / draws;
      });
    }
    exact.forEach((value, i) => {
      const standardError = Math.sqrt((squares[i] - sum[i] ** 2) / draws);
      expect(standardError).toBeGreaterThan(0);
      // Nine numbers of three cases, beyond 4.5 standard errors with probability 2e-4 in all; a sign lost is off by tens.
      expect(Math.abs(sum[i] - value)).toBeLessThan(4.5 * standardError);
    });
  });

  test("of all rows is V itself, in any order", async () => {
    const { potential } = await networkProblem({ data: FILE, target: "y", batch: 5 }, DATA);
    const exact = valuesAt(createPointPotential(potential));
    const batches = createStepPotential(potential);
    const stream = createStream(3);
    for (let k = 0; k < 5; k++) {
      batches.draw(stream);
      // Sums of five terms in another order.
      valuesAt(batches).forEach((value, i) => {
        expect(value).toBeCloseTo(exact[i], 13);
      });
    }
  });

  test("is interpolated on a mesh to 1e-6, so that the cost per particle does not grow with it", async () => {
    const { potential } = await networkProblem({ inputs: LAW, batch: 50 });
    const n = 4000;
    const stream = createStream(5);
    const many = [0, 1].map(() => Float64Array.from({ length: n }, () => stream.normal()));
    // The same distribution on ten of the points alone, too few for a mesh.
    const few = many.map((x) => x.slice(0, 10));
    const weights = Float64Array.from({ length: n }, (_, i) => (i < 10 ? 0.1 : 0));
    const [through, direct] = [createStepPotential(potential), createStepPotential(potential)];
    for (let k = 0; k < 3; k++) {
      through.draw(createStream(9, k));
      direct.draw(createStream(9, k));
      const exact = valuesAt(direct, few, weights.slice(0, 10));
      const found = valuesAt(through, many, weights);
      const errors = found.map((value, i) => Math.abs(value - exact[i]));
      expect(Math.max(...errors)).toBeLessThan(1e-6);
      // Rounding alone would be 1e-16: the mesh was in use.
      expect(Math.max(...errors)).toBeGreaterThan(1e-15);
    }
  });

  const prior = { c: { type: "point" as const, value: 0 }, z: { type: "normal" as const, mean: 0, sd: 1 } };
  test.each((Object.keys(SCHEMES) as SchemeName[]).filter((name) => name !== "event-process"))(
    "is drawn once a step by %s, before V is used",
    async (scheme) => {
      const dynamics = scheme === "reinjection" ? { dynamics: { type: "reinjection", law: "every-death", prior } as const } : {};
      const problem = await networkProblem({ inputs: LAW, batch: 4 }, undefined, dynamics);
      const calls: string[] = [];
      const note = (name: string) => () => calls.push(name);
      const recorder = { draw: note("draw"), value: note("value"), gradient: note("gradient"), field: note("field") };
      const watched = {
        ...problem,
        potential: { ...problem.potential, batches: () => recorder as unknown as StepPotential },
      };
      const stepper = createStepper(SCHEMES[scheme], watched, 3);
      const points = POINTS.map((x) => Float64Array.of(...x, 0, 0, 0));
      stepper.step(points, 0, 0.1, createStream(1));
      stepper.step(points, 0.1, 0.1, createStream(1));
      expect(calls.filter((name) => name === "draw")).toHaveLength(2);
      expect(calls[0]).toBe("draw");
      expect(calls.length).toBeGreaterThanOrEqual(4);
    },
  );

  // Rows of data are those that are sent to workers.
  test.each(SOURCES.slice(sized(2, 0)))("of %s gives the same bytes again, for any number of workers", async (_, network, data) => {
    const problem = await networkProblem({ ...network, batch: 2 }, data);
    const run = async (workers: number) => {
      const { records } = await simulate(problem, { n: 10, dt: 0.25, replicas: 3, seed: 3, workers });
      return records.map(({ table }) => [...table]);
    };
    const once = await run(1);
    expect(await run(1)).toEqual(once);
    expect(await run(2)).toEqual(once);
  });

  test("trains particles to a lower loss, which is that of E", async () => {
    const problem = await networkProblem({ inputs: LAW, batch: 20 });
    const { snapshots } = await simulate(problem, { n: 200, dt: 0.05, replicas: 8, seed: 2, workers: 1 });
    const [before, after] = snapshots.map(({ statistics }) => statistics.energy);
    expect(after.mean + 4 * after.standardError).toBeLessThan(0.8 * before.mean);
  });
});

describe("refused, with the field:", () => {
  test.each<[string, Partial<Network>, NetworkData | undefined, string, RegExp]>([
    ["a batch larger than the data", { data: FILE, target: "y", batch: 6 }, DATA, "potential.network.batch", /data of 5 rows.*at most 5/],
    ["data and inputs", { data: FILE, inputs: LAW }, DATA, "potential.network", /either inputs or data/],
    ["neither data nor inputs", {}, undefined, "potential.network", /either inputs or data/],
    ["data that were not read", { data: FILE }, undefined, "potential.network.data", /was not read/],
    ["a column that is missing", { data: { file: "a.csv", inputs: ["w"] }, unit: "c*w" }, DATA, "potential.network.data", /no column "w".*x, y/],
    ["NaN in the data", { data: FILE }, { x: Float64Array.of(1, Number.NaN) }, "potential.network.data", /row 2 of column "x"/],
    ["columns of two lengths", { data: FILE, target: "y" }, { x: Float64Array.of(1, 2), y: Float64Array.of(1) }, "potential.network.data", /1 rows, "x" 2/],
    ["a weight with data", { data: FILE, weight: "1" }, DATA, "potential.network.weight", /leave it out/],
    ["a distribution that is none", { inputs: { x: { law: { type: "normal", mean: 0, sd: -1 }, points: 8 } } }, undefined, "potential.network.inputs.x.law.sd", /not positive/],
    ["a batch of none", { inputs: LAW, batch: 0 }, undefined, "potential.network.batch", />= 1/],
  ])("%s", async (_, network, data, field, message) => {
    const refused = networkProblem(network, data);
    await expect(refused).rejects.toMatchObject({ name: "InputError", field });
    await expect(refused).rejects.toThrow(message);
  }); // biome-ignore format: one case a line

  test("an event process without steps, and a prediction of noise", async () => {
    const still = await networkProblem({ inputs: LAW, batch: 4 }, undefined, { dynamics: "pure-birth-death" });
    expect(() => createStepper(SCHEMES["event-process"], still, 10)).toThrow(/potential\.network\.batch/);
    const moving = await networkProblem({ inputs: LAW, batch: 4 });
    expect(() => predictFluctuations(moving, { n: 100, dt: 0.1 })).toThrow(/noise of batches/);
  });
});
