import { expect, test } from "vitest";
import { measurePredictions, sourceOverTime } from "../../validation/predictions/measure.ts";
import { problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

const doubleWell = () =>
  problemOf({
    potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
    alpha: 4,
    initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
    time: { end: 1, snapshots: [0.5, 1] },
    observables: { mean: "x", second: "x^2" },
  });

test("n Var is predicted within 4 standard errors for every scheme, observable and time", async () => {
  const rows = await measurePredictions({
    problem: await doubleWell(),
    schemes: ["algorithm-1", "event-process", "resampling", "resampling-multinomial", "gradient-descent"],
    n: 400,
    dt: 0.05,
    replicas: sized(200, 500),
    seed: 71,
    workers: 1,
  });
  expect(rows).toHaveLength(20);
  for (const { predicted, simulated, error } of rows) expect(Math.abs(predicted - simulated)).toBeLessThan(4 * error);
  // Such errors tell the schemes apart: multinomial resampling is several times as noisy as the systematic one.
  const noiseOf = (scheme: string) => rows.find((row) => row.scheme === scheme && row.time === 1)?.simulated ?? Number.NaN;
  expect(noiseOf("resampling-multinomial")).toBeGreaterThan(5 * noiseOf("resampling"));
});

test("the noise source falls with the energy", async () => {
  const snapshots = await sourceOverTime(await doubleWell());
  const [first, last] = [snapshots[0], snapshots[snapshots.length - 1]];
  expect(last.energy).toBeLessThan(first.energy);
  expect(last.eventRate).toBeLessThan(0.5 * first.eventRate);
  for (const name of ["mean", "second"]) expect(last.sources[name]).toBeLessThan(0.5 * first.sources[name]);
});
