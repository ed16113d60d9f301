import { expect, test } from "vitest";
import type { GridKind } from "../../../src/explorer/engine/configuration.ts";
import type { MeanFieldFrame } from "../../../src/explorer/engine/frames.ts";
import { createMeanFieldRun } from "../../../src/explorer/engine/mean-field-run.ts";
import type { WatchEvent } from "../../../src/explorer/engine/messages.ts";
import { GIBBS_SHARES } from "../../../src/explorer/engine/thermal-frames.ts";
import { createWatch } from "../../../src/explorer/engine/watch.ts";
import { createProblem } from "../../../src/problem/problem.ts";
import type { ProblemInput } from "../../../src/problem-file/problem-file.ts";

const TAU = 0.4;
const WIDTH = 8 / 128;

const well: ProblemInput = {
  name: "warm well",
  variables: { x: { min: -4, max: 4, cells: 128 } },
  potential: { F: "0.5*x^2" },
  alpha: 1,
  temperature: TAU,
  initial: { x: { type: "normal", mean: 0.5, sd: 0.6 } },
  time: { end: 1, snapshots: 4 },
  observables: { mean: "x" },
};
const plane: ProblemInput = {
  ...well,
  variables: { x: { min: -4, max: 4, cells: 64 }, y: { min: -4, max: 4, cells: 64 } },
  potential: { F: "0.5*x^2 + y^2" },
  initial: { x: { type: "normal", mean: 0.5, sd: 0.6 }, y: { type: "normal", mean: 0, sd: 0.6 } },
  time: { end: 0.1, snapshots: 1 },
};

async function framesOf(
  problem: ProblemInput,
  kind?: GridKind,
): Promise<{ run: Awaited<ReturnType<typeof createMeanFieldRun>>; frames: MeanFieldFrame[] }> {
  const run = await createMeanFieldRun((await createProblem(problem)).definition, kind);
  const frames: MeanFieldFrame[] = [];
  while (run.solution === null) {
    const frame = run.step();
    if (frame !== null) frames.push(frame);
  }
  return { run, frames };
}

const at = (i: number) => -4 + (i + 0.5) * WIDTH;
const sum = (values: ArrayLike<number>, of: (value: number, i: number) => number) =>
  Array.from(values, of).reduce((total, value) => total + value, 0);

test("each frame of a warm run has Gibbs, the distance to which is the one that is recorded", async () => {
  const { run, frames } = await framesOf(well);
  expect(run.setup.thermal).toEqual({ temperatures: Array(5).fill(TAU), logTerm: "density", descends: true, reacts: true });
  expect(frames).toHaveLength(5);
  for (const { record, densities, thermal } of frames) {
    // Gibbs is the normal density of variance tau: the sum over cells is the trapezoidal rule, exact to rounding but for the tails beyond 6 standard deviations, 1e-9.
    thermal!.gibbs[0].forEach((value, i) => {
      expect(value).toBeCloseTo(Math.exp(-(at(i) ** 2) / (2 * TAU)) / Math.sqrt(2 * Math.PI * TAU), 6);
    });
    // Single precision: 6e-8 of densities up to 0.7, summed over a domain of 8.
    const residual = WIDTH * sum(densities[0], (value, i) => Math.abs(value - thermal!.gibbs[0][i]));
    expect(Math.abs(residual - record.gibbsResidual!)).toBeLessThan(1e-6);
  }
});

test("R, its mean and the energy without entropy are those of the density and the potential", async () => {
  const { frames } = await framesOf(well);
  for (const { record, densities, potentials, thermal } of frames) {
    const mu = densities[0];
    const { values, mean } = thermal!.driving!;
    mu.forEach((density, i) => {
      // In single precision V is off by 6e-8 of 8, and log mu by that of mu.
      if (density > 1e-30) expect(Math.abs(values[0][i] - (potentials[0][i] + TAU * Math.log(density)))).toBeLessThan(3e-6);
    });
    const entropy = WIDTH * sum(mu, (density) => (density > 0 ? density * Math.log(density) : 0));
    expect(Math.abs(thermal!.energy - (record.energy - TAU * entropy))).toBeLessThan(1e-6);
    expect(Math.abs(mean - (record.meanPotential + TAU * entropy))).toBeLessThan(1e-6);
  }
});

test("on cells that follow the mass the energy without entropy is that of their own density: int F dmu of a needle far narrower than what is drawn", async () => {
  const needle = { ...well, initial: { x: { type: "normal", mean: 0.5, sd: 0.01 } }, time: { end: 0.1, snapshots: 1 } } as const;
  const { frames } = await framesOf(needle, "moving");
  // F at the centres of cells, of second order in their width there: a thousandth of 0.125. With the entropy of what is drawn it is off by tau log(0.0625 / 0.04), 0.18.
  expect(Math.abs(frames[0].thermal!.energy - 0.5 * (0.25 + 0.01 ** 2))).toBeLessThan(1.3e-4);
});

test("R is V alone, or V and a smoothed logarithm, where that is what births and deaths follow; without them V_tau is drawn", async () => {
  const byEnergy = await framesOf({ ...well, reaction: "energy" });
  expect(byEnergy.run.setup.thermal).toMatchObject({ descends: false, reacts: true });
  expect(byEnergy.frames.every(({ thermal }) => thermal!.driving === null)).toBe(true);

  const bandwidth = 0.3;
  const [smoothed] = (await framesOf({ ...well, reaction: { type: "free-energy", bandwidth } })).frames;
  // Averages over cells add the variance of a cell, h^2 / 12; what is left is h^4 / 2880 times the fourth derivative of a normal density, 400 of itself at most here.
  const variance = 0.36 + bandwidth ** 2 + WIDTH ** 2 / 12;
  [40, 64, 80].forEach((i) => {
    const log = -((at(i) - 0.5) ** 2) / (2 * variance) - 0.5 * Math.log(2 * Math.PI * variance);
    expect(Math.abs(smoothed.thermal!.driving!.values[0][i] - (0.5 * at(i) ** 2 + TAU * log))).toBeLessThan(5e-6);
  });

  const langevin = await framesOf({ ...well, alpha: 0 });
  expect(langevin.run.setup.thermal).toMatchObject({ descends: true, reacts: false });
  expect(langevin.frames[0].thermal!.driving).not.toBeNull();
});

test("on a plane the levels of Gibbs hold their shares of its mass, to the cells on the line", async () => {
  const { frames } = await framesOf(plane);
  const { gibbs, levels } = frames[0].thermal!;
  const total = sum(gibbs[0], (value) => value);
  levels[0].forEach((level, k) => {
    const held = sum(gibbs[0], (value) => (value >= level ? value : 0)) / total;
    // One cell of 1/64 at the peak 0.56, and those that are equal by symmetry, at most 8.
    expect(held).toBeGreaterThanOrEqual(GIBBS_SHARES[k] - 1e-6);
    expect(held).toBeLessThan(GIBBS_SHARES[k] + 8 * 0.56 * (8 / 64) ** 2);
  });
});

test("without a temperature frames have none of it, and where it ends they have none from then on", async () => {
  const { temperature: _, ...cold } = well;
  const { run, frames } = await framesOf(cold);
  expect(run.setup.thermal).toBeNull();
  expect(frames.every(({ thermal }) => thermal === null)).toBe(true);
  const ending = await framesOf({ ...well, temperature: "max(0, 0.4*(1 - t))^2", time: { end: 1, snapshots: 2 } });
  expect(ending.run.setup.thermal?.temperatures[2]).toBe(0);
  expect(ending.frames.map(({ thermal }) => thermal === null)).toEqual([false, false, true]);
});

test("births and deaths by log mu run without particles, those by the smoothed logarithm with them, and with weights", async () => {
  const partsOf = async (changes: Partial<ProblemInput>, scheme: "algorithm-1" | "weighted" | "gradient-descent") => {
    const { definition } = await createProblem({ ...well, ...changes });
    const events: WatchEvent[] = [];
    await new Promise<void>((resolve) => {
      const watch = createWatch((event) => {
        events.push(event);
        if (event.type === "finished") resolve();
      });
      void watch({
        type: "run",
        run: 1,
        holds: 0,
        configuration: { problem: definition, particles: { scheme, n: 200, dt: 0.05, seed: 7 } },
      });
    });
    const count = (type: WatchEvent["type"]) => events.filter((event) => event.type === type).length;
    return { meanField: count("mean-field"), particles: count("particles"), failed: count("failed") };
  };
  const smoothed: Partial<ProblemInput> = { reaction: { type: "free-energy", bandwidth: 0.3 } };
  expect(await partsOf({}, "algorithm-1")).toEqual({ meanField: 101, particles: 0, failed: 0 });
  expect(await partsOf({}, "gradient-descent")).toEqual({ meanField: 101, particles: 21, failed: 0 });
  expect(await partsOf(smoothed, "algorithm-1")).toEqual({ meanField: 101, particles: 21, failed: 0 });
  expect(await partsOf(smoothed, "weighted")).toEqual({ meanField: 101, particles: 21, failed: 0 });
});
