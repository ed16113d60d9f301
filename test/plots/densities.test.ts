import { expect, test } from "vitest";
import type { ParticleData } from "../../src/files/particle-data.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { mass } from "../../src/grid/density.ts";
import { densityFigures } from "../../src/plots/densities.ts";
import { densityOverTime, keepFrames } from "../../src/plots/density-over-time.ts";
import { densityOfParticles } from "../../src/plots/particles-on-density.ts";
import { solutionFigures } from "../../src/plots/solution.ts";
import type { ReferenceData } from "../../src/reference/reference-data.ts";
import { problemOf, twoVariables } from "../fixtures.ts";

const film = async (snapshots: number, more = {}) => {
  const problem = await problemOf({ time: { end: 1, snapshots }, observables: { mean: "x" }, ...more });
  return { problem, ...solve(problem) };
};

test("a map over time has the mass of the density at each time, where there is mass", async () => {
  const { grid, snapshots } = await film(4, { variables: { x: { min: -4, max: 4, cells: 640 } } });
  const { x, y, traces } = densityOverTime(grid, snapshots);
  const [cells] = traces;
  if (cells.kind !== "cells") throw new Error("no map");
  expect(x.range).toEqual([0, 1]);
  expect(y.title).toBe("x");
  expect(Array.from(cells.x)).toEqual(snapshots.map(({ time }) => time));
  const rows = cells.y.length;
  // Two cells of the grid are one of the map, and what lies in the tails below 1e-3 of the largest density is left out: less than 1e-3 of a width of 8.
  expect(rows).toBeLessThan(200);
  const width = 2 * grid.axes[0].width;
  expect(cells.y[1] - cells.y[0]).toBeCloseTo(width, 12);
  const first = Math.round((cells.y[0] - 0.5 * grid.axes[0].width - grid.axes[0].min) / grid.axes[0].width - 0.5);
  snapshots.forEach(({ density }, s) => {
    const mean = (density[first + 40] + density[first + 41]) / 2;
    expect(cells.values[s * rows + 20]).toBeCloseTo(mean, 12);
    const seen = Array.from({ length: rows }, (_, k) => cells.values[s * rows + k]);
    expect(Math.abs(width * seen.reduce((total, value) => total + value, 0) - mass(grid, density))).toBeLessThan(8e-3);
  });
});

test("there is no map over time in the plane, and none of one time", async () => {
  const plane = await twoVariables({ mean: "x" });
  const { snapshots } = solve(plane);
  expect(() => densityOverTime(plane.grid, snapshots)).toThrow("no line");
  const line = await film(1);
  expect(() => densityOverTime(line.grid, line.snapshots.slice(1))).toThrow("20 or more");
  expect(densityFigures(plane.grid, snapshots).map(({ title }) => title)).toEqual(
    ["0", "0.1", "0.2"].map((t) => `Density at t = ${t}`),
  );
});

test("a solution of many times has a map and a dozen curves; what is lost is beside what the identity predicts", async () => {
  const { problem, snapshots } = await film(20);
  const figures = solutionFigures(problem, snapshots);
  expect(figures.map(({ title }) => title)).toEqual([
    "Density over time",
    "Density",
    "Energy",
    "Energy identity (16)",
    "Distance from the minimiser",
    "Observables",
  ]);
  expect(figures[1].traces).toHaveLength(12);
  const [lost, predicted] = figures[3].traces;
  if (lost.kind !== undefined || predicted.kind !== undefined) throw new Error("no curves");
  snapshots.forEach(({ energy, dissipated, defect }, s) => {
    expect(lost.y[s]).toBe(snapshots[0].energy - energy);
    expect(predicted.y[s]).toBe(dissipated);
    expect((lost.y[s] ?? 0) - (predicted.y[s] ?? 0)).toBeCloseTo(-defect, 14);
  });
  const warm = await problemOf({ temperature: 0.1, time: { end: 0.1, snapshots: 1 } });
  const titles = solutionFigures(warm, solve(warm).snapshots).flatMap(({ y, traces }) => [
    y.title,
    ...traces.map(({ name }) => name),
  ]);
  expect(titles).toEqual(expect.arrayContaining(["energy E_tau[mu_t]", "gap tau KL(mu | Gibbs)"]));
});

test("frames of a run are copies, a hundredth of it apart at least, from its start to its end; a run that begins anew has its own", () => {
  const { frames, add } = keepFrames(2);
  const mu = new Float64Array(1);
  for (const length of [0.5, 0.005]) {
    for (let k = 0; k <= 2 / length; k++) {
      mu[0] = length + k;
      add(k === 2 / length ? 2 : k * length, mu);
    }
    if (length === 0.5) expect(frames.map(({ time }) => time)).toEqual([0, 0.5, 1, 1.5, 2]);
  }
  // Four steps of 0.005 are 0.02, or five where they are rounded down.
  expect(frames.length).toBeGreaterThanOrEqual(81);
  expect(frames.length).toBeLessThanOrEqual(101);
  expect([frames[0], frames[frames.length - 1]]).toEqual([
    { time: 0, density: Float64Array.of(0.005) },
    { time: 2, density: Float64Array.of(400.005) },
  ]);
});

test("particles stand on the density of their last time, each replica with the same weight", async () => {
  const { problem, snapshots } = await film(2);
  const reference = {
    problem,
    times: snapshots.map(({ time }) => time),
    densities: snapshots.map(({ density }) => density),
  } as Partial<ReferenceData> as ReferenceData;
  // Two replicas of two particles at t = 0.5, all in two cells of width 1/8: one replica has both in the first.
  const theta = Float64Array.of(0.01, 0.02, 0.01, 0.13);
  const data: ParticleData = { replicas: 2, times: [0.5], n: 2, theta, weights: null, dt: null, scheme: null, notes: [] };
  const [{ title, traces }] = densityOfParticles(reference, data);
  expect(title).toBe("Density at t = 0.5");
  const [bars, errors, field] = traces;
  if (bars.kind !== "bars" || errors.kind !== undefined || field.kind !== undefined) throw new Error("other traces");
  const filled = Array.from(bars.y, (value, k) => [bars.x[k], value, errors.errors?.[k]]).filter(([, value]) => value !== 0);
  // Shares 1 and 1/2 of the replicas, and 0 and 1/2: means 3/4 and 1/4, standard errors 1/4, all over the width 1/8.
  expect(filled).toEqual([
    [0.0625, 6, 4],
    [0.1875, 2, 4],
  ]);
  expect(Array.from(field.y)).toEqual(Array.from(snapshots[1].density));
  expect(densityOfParticles(reference, { ...data, replicas: 1, theta: theta.slice(0, 2) })[0].traces).toHaveLength(2);
});
