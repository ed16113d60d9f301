import { expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { type BiasOptions, refineMeans } from "../../src/fluctuations/bias.ts";
import { type FluctuationOptions, predictFluctuations } from "../../src/fluctuations/predict.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import type { SchemeName } from "../../src/schemes/schemes.ts";
import { errorOf, problemOf } from "../fixtures.ts";

const observables = { mean: "x" };
const unknown = "annealing" as SchemeName;
const options = { n: 100, dt: 0.25 };

test.each<[string, Partial<ProblemInput>, FluctuationOptions, string, RegExp]>([
  ["unbalanced dynamics", { dynamics: "unbalanced" }, options, "dynamics", /birth-death/],
  ["reinjection", { dynamics: { type: "reinjection", law: "net-deficit", prior: { x: { type: "normal", mean: 0, sd: 1 } } } }, options, "dynamics", /use "gradient-descent", "birth-death"/],
  ["a scheme of another name", {}, { ...options, scheme: unknown }, "--scheme", /algorithm-1, event-process, resampling/],
  ["no particles", {}, { ...options, n: 0 }, "--n", /whole number >= 1/],
  ["half a particle", {}, { ...options, n: 1.5 }, "--n", /whole number >= 1/],
  ["a step that does not divide the snapshots", {}, { ...options, dt: 0.3 }, "--dt", /nearest step that fits is 0\.3333/],
  ["a negative step", {}, { ...options, dt: -0.25 }, "--dt", /step such as/],
  ["Algorithm 1 without births and deaths", { alpha: 0 }, { ...options, scheme: "algorithm-1" }, "--scheme", /gradient-descent, or a positive alpha/],
  ["resampling in gradient descent", { dynamics: "gradient-descent" }, { ...options, scheme: "resampling" }, "--scheme", /gradient-descent/],
  ["a multinomial limit", {}, { ...options, scheme: "resampling-multinomial", time: "continuous" }, "--scheme", /leave out --continuous/],
  ["nothing to predict", { observables: {} }, options, "observables", /"mean": "x"/],
  ["more nodes than there is room for", {}, { ...options, nodes: 2 ** 20 + 1 }, "nodes", /from 4 to 1048576/],
  ["too few nodes", {}, { ...options, nodes: 3 }, "nodes", /from 4 to/],
  ["part of a node", {}, { ...options, nodes: 50.5 }, "nodes", /whole number/],
  ["more steps than there is room for", {}, { n: 100, dt: 2 ** -20 }, "--dt", /larger dt or fewer nodes/],
])("%s: the prediction is refused, with the field and the remedy", async (_, changes, bad, field, remedy) => {
  const problem = await problemOf({ observables, ...changes });
  const error = errorOf(() => predictFluctuations(problem, bad));
  expect(error).toBeInstanceOf(InputError);
  expect(error).toMatchObject({ field, remedy: expect.stringMatching(remedy) });
}); // biome-ignore format: a table

test.each<[string, BiasOptions, string, RegExp]>([
  ["a scheme of another name", { ...options, scheme: unknown }, "--scheme", /algorithm-1, event-process, resampling/],
  ["a step that does not divide the snapshots", { scheme: "algorithm-1", n: 100, dt: 0.3 }, "--dt", /nearest step that fits/],
  ["too many nodes", { ...options, scheme: "algorithm-1", nodes: 401 }, "nodes", /401 numbers, at most 400/],
  ["a multinomial limit", { scheme: "resampling-multinomial", n: 100, dt: null }, "--scheme", /give a dt/],
])("%s: the correction of the mean is refused, with the field and the remedy", async (_, bad, field, remedy) => {
  const problem = await problemOf({ observables });
  const error = errorOf(() => refineMeans(problem, bad));
  expect(error).toBeInstanceOf(InputError);
  expect(error).toMatchObject({ field, remedy: expect.stringMatching(remedy) });
});

test("in the plane as many nodes along each axis are allowed as have room in all", async () => {
  const variable = { min: -4, max: 4, cells: 16 };
  const distribution = { type: "normal", mean: 0, sd: 0.5 } as const;
  const problem = await problemOf({
    variables: { x: variable, y: variable },
    potential: { F: "x^2 + y^2" },
    initial: { x: distribution, y: distribution },
    observables,
  });
  const error = errorOf(() => predictFluctuations(problem, { ...options, nodes: 1025 }));
  expect(error).toMatchObject({ field: "nodes", value: 1025, remedy: expect.stringMatching(/from 4 to 1024/) });
});
