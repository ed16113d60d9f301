import { expect, test } from "vitest";
import { covarianceByN } from "../../src/fluctuations/covariance-by-n.ts";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { totalOf } from "../../src/schemes/covariance.ts";
import type { SchemeName } from "../../src/schemes/schemes.ts";
import { problemOf } from "../fixtures.ts";

const DT = 0.1;
const coupled: Partial<ProblemInput> = {
  variables: { x: { min: -4, max: 4, cells: 64 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution", expression: "exp(-x^2)" } },
  initial: { x: { type: "normal", mean: 0.3, sd: 0.5 } },
  time: { end: 0.4, snapshots: [0, 0.2, 0.4] },
  observables: { mean: "x", wave: "cos(2*x)" },
};
const warm: Partial<ProblemInput> = { ...coupled, potential: { F: "0.5*x^2" }, temperature: 0.2, reaction: "energy" };

test.each<[string, SchemeName, Partial<ProblemInput>]>([
  ["noise after the reaction", "algorithm-1", coupled],
  ["a rounding that jumps with n", "resampling", coupled],
  ["noise on both sides of the reaction", "event-process", coupled],
  [
    "no step, so that each n is predicted by itself",
    "event-process",
    { ...coupled, potential: { F: "0.5*x^2" }, dynamics: "pure-birth-death" },
  ],
  ["noise of the motion", "algorithm-1", warm],
  ["weights", "weighted", warm],
])("the covariance of many n by one sweep is bit for bit that of each n: %s", async (_, scheme, input) => {
  const problem = await problemOf(input);
  const covarianceAt = covarianceByN(problem, scheme, DT);
  for (const n of [30, 400, 31]) {
    expect(covarianceAt(n)).toEqual(totalOf(predictFluctuations(problem, { scheme, n, dt: DT }).parts));
  }
});

test("a number of particles that is none is refused at each call", async () => {
  const covarianceAt = covarianceByN(await problemOf(coupled), "algorithm-1", DT);
  covarianceAt(50);
  expect(() => covarianceAt(0.5)).toThrow(/--n = 0.5: not a positive integer/);
});
