import { expect, test } from "vitest";
import { solve } from "../../src/finite-volume/solve.ts";
import { createStream } from "../../src/numerics/random.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { createStepper } from "../../src/schemes/stepper.ts";
import { problemOf } from "../fixtures.ts";

const LAWS = ["net-deficit", "every-death"] as const;
const prior = { x: { type: "point" as const, value: 3 } };

/** One step of dt = 0.1 without motion: V is 1 left of 0 and -1 right of it; what comes back is at 3. */
async function stepped(law: (typeof LAWS)[number], alpha: number, x: Float64Array, seed = 1): Promise<Float64Array> {
  const problem = await problemOf({
    potential: { F: "-tanh(1e6*x)" },
    alpha,
    dynamics: { type: "reinjection", law, prior },
  });
  const scheme = SCHEMES.reinjection;
  const points = [new Float64Array(2 * x.length).fill(Number.NaN)];
  points[0].set(x);
  createStepper(scheme, problem, x.length).step(points, 0, 0.1, createStream(seed));
  return points[0].slice(0, x.length);
}

const count = (x: Float64Array, what: (value: number) => boolean) => x.filter(what).length;
const N = 20_000;
const quarterBelow = Float64Array.from({ length: N }, (_, i) => (i % 4 === 0 ? 0.5 : -0.5) + 1e-6 * i);

test("every-death replaces exactly the killed, with the chance 1 - e^{-A V}, and duplicates nothing", async () => {
  const after = await stepped("every-death", 8, quarterBelow);
  const back = count(after, (value) => value === 3);
  const dead = quarterBelow.filter((value) => !after.includes(value));
  expect(dead.length).toBe(back);
  expect(dead.every((value) => value < 0)).toBe(true);
  expect(new Set(after).size).toBe(N - back + 1);
  const chance = 1 - Math.exp(-0.8);
  expect(Math.abs(back - 0.75 * N * chance)).toBeLessThan(4.5 * Math.sqrt(0.75 * N * chance * (1 - chance)));
});

test("net-deficit lets those that duplicate fill up, and only the rest comes back", async () => {
  const after = await stepped("net-deficit", 8, quarterBelow);
  const chance = 1 - Math.exp(-0.8);
  const back = count(after, (value) => value === 3);
  // Kills less copies: 3/4 - 1/4 of them, each with a binomial variance.
  expect(Math.abs(back - 0.5 * N * chance)).toBeLessThan(4.5 * Math.sqrt(N * chance * (1 - chance)));
  const doubled = count(after, (value) => value > 0 && value < 3) - N / 4;
  expect(Math.abs(doubled - 0.25 * N * chance)).toBeLessThan(4.5 * Math.sqrt(0.25 * N * chance * (1 - chance)));
});

test("where too many duplicate net-deficit draws nothing from the prior, and where all die all come back", async () => {
  expect(count(await stepped("net-deficit", 8, quarterBelow.map((x) => -x)), (value) => value === 3)).toBe(0); // biome-ignore format: one call
  const doomed = Float64Array.of(-1, -2, -3);
  for (const law of LAWS) {
    expect(await stepped(law, 1e6, doomed)).toEqual(Float64Array.of(3, 3, 3));
    expect(await stepped(law, 0, doomed)).toEqual(doomed);
  }
});

const normalPrior = { x: { type: "normal" as const, mean: 1, sd: 0.4 } };
const problemFor = (law: (typeof LAWS)[number]) =>
  problemOf({
    variables: { x: { min: -4, max: 4, cells: 256 } },
    potential: { F: "0.5*(x+0.5)^2 - 0.1", K: { type: "convolution", expression: "0.5*exp(-x^2/0.72)" } },
    alpha: 3,
    dynamics: { type: "reinjection", law, prior: normalPrior },
    time: { end: 0.5, snapshots: [0.5] },
    observables: { mean: "x", wave: "cos(2*x)" },
  });

test.each(LAWS)("under %s particles follow the equation within their standard errors", async (law) => {
  const problem = await problemFor(law);
  const exact = solve(problem).snapshots[0];
  // Vbar > 0 by far: near 0 the noise of the population alone would draw from the prior.
  expect(exact.meanPotential).toBeGreaterThan(0.2);
  const dt = 0.0125;
  const { snapshots } = await simulate(problem, { n: 400, dt, replicas: 60, seed: 5, workers: 1 });
  for (const [name, value] of Object.entries(exact.observables)) {
    const { mean, standardError } = snapshots[0].statistics.observables[name];
    // The bias of dt is of order alpha V |phi| dt: 0.5 dt; that of n of order 1 / n; the grid errs by less than 3e-4.
    expect(Math.abs(mean - value), name).toBeLessThan(4.5 * standardError + 0.5 * dt + 1 / 400 + 3e-4);
    expect(standardError).toBeLessThan(0.01);
  }
});

test("the number of workers changes nothing", async () => {
  const problem = await problemFor("net-deficit");
  const options = { n: 50, dt: 0.05, replicas: 3, seed: 9 };
  const [one, two] = [await simulate(problem, { ...options, workers: 1 }), await simulate(problem, { ...options, workers: 2 })];
  expect(two.records).toEqual(one.records);
});
