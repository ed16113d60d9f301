import { expect, test } from "vitest";
import { createStream } from "../../src/numerics/random.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { createStepper } from "../../src/schemes/stepper.ts";
import { errorOf, problemOf } from "../fixtures.ts";

const scheme = SCHEMES["authors-notebook"];
const N = 20_000;

/** A step of dt = 0.1 at positions where V = -tanh(1e6 x), without its gradient: 1 left of 0, -1 right of it. */
async function stepper(alpha: number, n: number, F = "-tanh(1e6*x)") {
  return createStepper(scheme, await problemOf({ potential: { F }, alpha }), n);
}

async function stepped(alpha: number, x: Float64Array, F?: string): Promise<Float64Array> {
  const points = [new Float64Array(2 * x.length).fill(Number.NaN)];
  points[0].set(x);
  (await stepper(alpha, x.length, F)).step(points, 0, 0.1, createStream(4));
  return points[0].slice(0, x.length);
}

function timesSeen(x: Float64Array): Map<number, number> {
  const seen = new Map<number, number>();
  for (const value of x) seen.set(value, (seen.get(value) ?? 0) + 1);
  return seen;
}

const places = (shareLeft: number) => Float64Array.from({ length: N }, (_, i) => (i < shareLeft * N ? -1 : 1) * (0.5 + 1e-6 * i));

test("chances are linear, a |V|, and the mean of V is not taken off", async () => {
  // V = 1 everywhere: Algorithm 1 would do nothing. Of n, 0.3 n die and as many independent copies of the others fill up.
  const x = places(1);
  const seen = timesSeen(await stepped(3, x));
  expect(Math.abs(seen.size - 0.7 * N)).toBeLessThan(4.5 * Math.sqrt(N * 0.3 * 0.7));
  // Drawn independently from survivors alone, so that a survivor has Poisson(3/7) copies more: none with e^{-3/7}.
  const alone = [...seen.values()].filter((times) => times === 1).length / seen.size;
  expect(Math.abs(alone - Math.exp(-3 / 7))).toBeLessThan(4.5 * Math.sqrt(0.25 / (0.7 * N)));
});

test("a chance above 1 is 1: all with V > 0 die and all with V < 0 double", async () => {
  const x = places(0.5);
  const seen = timesSeen(await stepped(30, x));
  expect([...seen.keys()].every((value) => value > 0)).toBe(true);
  expect([...seen.values()].every((times) => times === 2)).toBe(true);
  expect(seen.size).toBe(N / 2);
});

test("the population never changes, and too large a one loses uniformly", async () => {
  const x = places(0);
  const after = await stepped(3, x);
  expect(after.every((value) => x.includes(value))).toBe(true);
  // 1.3 n, of which n are kept: an original is gone with 0.3/1.3, or both of a pair with nearly its square.
  const lost = 3 / 13;
  const gone = 0.7 * lost + 0.3 * lost ** 2;
  expect(Math.abs(timesSeen(after).size / N - (1 - gone))).toBeLessThan(4.5 * Math.sqrt(0.25 / N));
});

test("it says so when all particles die at once", async () => {
  const points = [Float64Array.of(-1, -2, 0, 0)];
  const step = await stepper(1e3, 2);
  expect(errorOf(() => step.step(points, 0, 0.1, createStream(1)))).toMatchObject({ name: "InvariantError", time: 0.1 });
});

test("the number of workers changes nothing", async () => {
  const options = { scheme: "authors-notebook" as const, n: 50, dt: 0.05, replicas: 3, seed: 9 };
  const problem = await problemOf({ observables: { mean: "x" }, alpha: 4 });
  expect((await simulate(problem, { ...options, workers: 2 })).records).toEqual((await simulate(problem, { ...options, workers: 1 })).records); // biome-ignore format: one call
});
