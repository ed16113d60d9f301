import { describe, expect, test } from "vitest";
import { dataSource, teacherSource } from "../../src/networks/batches.ts";
import { countDirections, countDistinctUnits } from "../../src/networks/distinct-units.ts";
import { createBatchGradient } from "../../src/networks/loss-gradient.ts";
import { meanFieldUnits } from "../../src/networks/mean-field-units.ts";
import { copyUnit, createRidgeNetwork, drawNetwork, unitDistribution } from "../../src/networks/ridge-network.ts";
import { createSphereGradient } from "../../src/networks/sphere-loss.ts";
import { drawTeacher, runStudentTeacher, type StudentTeacher } from "../../src/networks/student-teacher.ts";
import { logarithmicSteps, type TrainOptions, train } from "../../src/networks/train.ts";
import { createStream } from "../../src/numerics/random.ts";

const SMALL: StudentTeacher = {
  d: 6,
  teacherUnits: 3,
  studentUnits: 12,
  batch: 20,
  learningRate: 0.05,
  steps: 1000,
  seed: 1,
  recordsPerDecade: 4,
};

const AUTHORS = { rule: "authors-birth-death", alpha: 1, prior: "authors" } as const;

describe("training", () => {
  test("a seed gives the same bytes, and another seed others", () => {
    const run = (seed: number) => runStudentTeacher({ ...SMALL, seed, birthDeath: AUTHORS });
    const [first, again, other] = [run(1), run(1), run(2)];
    expect(again.student.a).toEqual(first.student.a);
    expect(again.records).toEqual(first.records);
    expect(other.student.a).not.toEqual(first.student.a);
  });

  test("rules share teacher, start and inputs of a seed: with alpha = 0 the run is that of gradient descent", () => {
    const plain = runStudentTeacher(SMALL);
    for (const alpha of [0, () => 0, (step: number) => (step > 1000 ? 1 : 0)]) {
      expect(runStudentTeacher({ ...SMALL, birthDeath: { ...AUTHORS, alpha } }).student.a).toEqual(plain.student.a);
    }
    const early = runStudentTeacher({ ...SMALL, birthDeath: { ...AUTHORS, alpha: (step) => (step <= 200 ? 1 : 0) } });
    const always = runStudentTeacher({ ...SMALL, birthDeath: AUTHORS });
    const last = early.records.at(-1);
    expect(last?.kills).toBe(early.records.find(({ step }) => step > 200)?.kills);
    expect(always.records.at(-1)?.kills).toBeGreaterThan(last?.kills ?? Number.NaN);
  });

  test("birth and death follow the harm of the units: their potential V falls faster than by descent alone", () => {
    // Large alpha on the exact gradient: dE/dt gains - alpha Var(V).
    const exact = { ...SMALL, batch: null, learningRate: 0.01, steps: 60 };
    const losses = (birthDeath?: StudentTeacher["birthDeath"]) =>
      Array.from({ length: 20 }, (_, seed) => {
        const { records } = runStudentTeacher({ ...exact, seed, ...(birthDeath === undefined ? {} : { birthDeath }) });
        return Math.log(records.at(-1)?.heldOut ?? Number.NaN);
      });
    const plain = losses();
    const better = losses({ rule: "algorithm-1", alpha: 3, prior: "initial" }).filter((loss, k) => loss < plain[k]).length;
    // By chance 15 of 20 or more come with probability 0.02; with the sign of the rates flipped 4 or fewer.
    expect(better).toBeGreaterThanOrEqual(15);
  });

  test("one step by hand: descent, then the rate of the new c and the old gradient", () => {
    const teacher = createRidgeNetwork(Float64Array.of(0.25), Float64Array.of(1, 0));
    const step = (uniform: number) => {
      const student = createRidgeNetwork(Float64Array.of(0.5), Float64Array.of(1, 0));
      const [record] = train(student, createSphereGradient(student, teacher), {
        learningRate: 0.4,
        steps: 1,
        recordAt: [1],
        heldOut: () => 7,
        birthDeath: { rule: "authors-prior", alpha: 4, prior: () => {}, stream: { ...createStream(1), uniform: () => uniform } },
      });
      return { student, record };
    };
    // f - f* = relu(x_1) / 4 and E relu(x_1)^2 = 1/4: L = 1/64, dL/dc = 1/8, dL/da_1 = 1/16; the rate is 4 (0.45) / 8 = 0.225, and 0.25 with the old c.
    const { student, record } = step(0.23);
    expect(student.c[0]).toBeCloseTo(0.45, 14);
    expect(student.a[0]).toBeCloseTo(0.975, 14);
    expect(record.batchLoss).toBeCloseTo(1 / 64, 14);
    expect([record.heldOut, record.step, record.kills]).toEqual([7, 1, 0]);
    expect(step(0.22).record.kills).toBe(1);
  });

  test("records stand at the required steps, the last one at the end", () => {
    expect(logarithmicSteps(1000, 2)).toEqual([1, 3, 10, 32, 100, 316, 1000]);
    expect(logarithmicSteps(10, 40).at(-1)).toBe(10);
    expect(runStudentTeacher(SMALL).records.map(({ step }) => step)).toEqual(logarithmicSteps(1000, 4));
  });

  test("in mean-field units the authors' settings are dt = 0.04 and alpha = 1, and V dt alpha is their rate", () => {
    expect(meanFieldUnits({ n: 50, learningRate: 0.02, alphaPerStep: 1 })).toEqual({ dt: 0.04, alpha: 1 });
    const teacher = drawTeacher(3, 4, createStream(1));
    const student = drawNetwork(8, 4, unitDistribution(1, 1), createStream(2));
    const gradient = createSphereGradient(student, teacher);
    gradient.evaluate(student);
    const { dt, alpha } = meanFieldUnits({ n: 8, learningRate: 0.3, alphaPerStep: 0.7 });
    // V(theta_i) = E[(f - f*) n c_i relu(a_i . x)] by Euler's relation: a . grad_a (c dL/dc) = c dL/dc for homogeneous units, and grad_a L = 2 E[(f - f*) c relu' x].
    for (let i = 0; i < 8; i++) {
      let V = 0;
      for (let k = 0; k < 4; k++) V += (8 / 2) * student.a[4 * i + k] * gradient.a[4 * i + k];
      expect(alpha * V * dt).toBeCloseTo(0.7 * student.c[i] * gradient.c[i], 12);
    }
  });
});

test("distinct units count clones once, and directions count near ones once and weak ones not at all", () => {
  const network = createRidgeNetwork(Float64Array.of(1, -1, 2, 1, 1e-9), Float64Array.of(1, 0, 1, 0, 1, 1e-3, 0, 1, -1, 0));
  expect(countDistinctUnits(network)).toBe(5);
  expect(countDirections(network)).toBe(2);
  copyUnit(network, 0, 1);
  expect(countDistinctUnits(network)).toBe(4);
  network.a[2] *= 1 + 1e-14;
  expect(countDistinctUnits(network)).toBe(4);
  network.a[2] *= 1 + 1e-9;
  expect(countDistinctUnits(network)).toBe(5);
  expect(countDirections(network, 0.9999999)).toBe(3);
});

describe("bad input has a clear message", () => {
  const ten = dataSource(new Float64Array(20), new Float64Array(10));
  const stream = createStream(1);
  const teacher = drawTeacher(2, 2, stream);
  const student = () => drawNetwork(3, 2, unitDistribution(1, 1), createStream(2));
  const options: TrainOptions = { learningRate: 0.1, steps: 10, recordAt: [10], heldOut: () => 0 };
  const birthDeath = { rule: "algorithm-1", alpha: 1, prior: () => {}, stream } as const;
  const start = (changed: Partial<TrainOptions>) =>
    train(student(), createBatchGradient(student(), ten, 5, createStream(3)), { ...options, ...changed });

  test.each([
    [/batch = 11: larger than the data of 10 examples; use at most 10/, () => createBatchGradient(student(), ten, 11, stream)],
    [/batch = 0.5: not a positive integer/, () => createBatchGradient(student(), ten, 0.5, stream)],
    [/inputs = 2: the network takes inputs of 3 numbers/, () => createBatchGradient({ n: 3, d: 3 }, ten, 5, stream)],
    [/inputs = 21: not 10 rows/, () => dataSource(new Float64Array(21), new Float64Array(10))],
    [/targets: no examples/, () => dataSource(new Float64Array(2), new Float64Array(0))],
    [/inputs\[3\] = NaN: not a finite number/, () => dataSource(Float64Array.of(1, 2, 3, Number.NaN), new Float64Array(2))],
    [/targets\[0\] = Infinity: not a finite number/, () => dataSource(new Float64Array(2), Float64Array.of(Infinity))],
    [/inputs = "cube": no such distribution/, () => teacherSource(teacher, "cube" as never)],
    [/a = 5: not 2 rows/, () => createRidgeNetwork(new Float64Array(2), new Float64Array(5))],
    [
      /activation = "step": no such activation; use one of relu/,
      () => createRidgeNetwork(new Float64Array(1), new Float64Array(1), "step" as never),
    ],
    [
      /activation = "tanh": has no exact loss/,
      () => createSphereGradient(student(), createRidgeNetwork(teacher.c, teacher.a, "tanh")),
    ],
    [/teacher = 2: the student takes inputs of 3/, () => createSphereGradient({ n: 3, d: 3 }, teacher)],
    [/n = 0: not a positive integer/, () => drawNetwork(0, 2, unitDistribution(1, 1), stream)],
    [/rule = "extinction": no such rule/, () => start({ birthDeath: { ...birthDeath, rule: "extinction" as never } })],
    [/alpha = -1: not a rate, at step 1; give a finite number >= 0/, () => start({ birthDeath: { ...birthDeath, alpha: -1 } })],
    [/alpha = -0.5: not a rate, at step 4/, () => start({ birthDeath: { ...birthDeath, alpha: (step) => (step < 4 ? 0 : -0.5) } })],
    [/recordAt\[1\] = 11: not an ascending list/, () => start({ recordAt: [3, 11] })],
    [/steps = 0: not a positive integer/, () => start({ steps: 0 })],
    [/learningRate = NaN: not a positive number/, () => start({ learningRate: Number.NaN })],
    [/n = -5: not a positive number/, () => meanFieldUnits({ n: -5, learningRate: 1, alphaPerStep: 1 })],
  ])("%s", (message, run) => {
    expect(run).toThrow(message);
  });

  test("training that diverges says so", () => {
    const network = student();
    const gradient = createBatchGradient(network, teacherSource(teacher, "standard-normal"), 5, createStream(3));
    expect(() => train(network, gradient, { ...options, learningRate: 1e3, steps: 1000, recordAt: [] })).toThrow(
      /learningRate = 1000: the loss is/,
    );
  });
});
