import { expect, test } from "vitest";
import type { MeanFieldFrame, ParticleFrame } from "../../../src/explorer/engine/frames.ts";
import { createMeanFieldRun } from "../../../src/explorer/engine/mean-field-run.ts";
import { createParticleRun } from "../../../src/explorer/engine/particle-run.ts";
import { STORIES, type StoryStep } from "../../../src/explorer/tour/stories.ts";
import { solve } from "../../../src/finite-volume/solve.ts";
import { sampleMoments } from "../../../src/numerics/moments.ts";
import { runReplica } from "../../../src/particles/replica.ts";
import { createProblem } from "../../../src/problem/problem.ts";
import { sized } from "../../sizes.ts";

/** Frames of a run here, of which the page has 100; a run of long steps has fewer. */
const FRAMES = 20;

/** Runs a step of a story to its end, on fewer cells and with fewer frames. */
async function tell({ problem, particles }: StoryStep): Promise<{ fields: MeanFieldFrame[]; own: ParticleFrame[] }> {
  const snapshots = Math.min(FRAMES, Number(problem.time.snapshots));
  const { definition } = await createProblem({ ...problem, time: { ...problem.time, snapshots } }, { cells: 300 });
  const run = await createMeanFieldRun(definition);
  const fields: MeanFieldFrame[] = [];
  while (run.solution === null) {
    const frame = run.step();
    if (frame !== null) fields.push(frame);
  }
  const moving = createParticleRun(run.problem, particles);
  const own: ParticleFrame[] = [];
  while (!moving.done) {
    const frame = moving.step(run.marginals[moving.next]);
    if (frame !== null) own.push(frame);
  }
  expect(own).toHaveLength(fields.length);
  return { fields, own };
}

const steps = (story: number) => Promise.all(STORIES[story].steps.map(tell));
const last = <T>(list: readonly T[]): T => list[list.length - 1];

test("mass teleports: with births and deaths the share on the right falls from over 0.9 to under 0.15, without them it stays", async () => {
  const [first, , alone] = STORIES[0].steps;
  const [teleported, stayed] = await Promise.all([first, alone].map(tell));
  const share = ({ record }: MeanFieldFrame) => record.observables["share right of the barrier"];
  expect(share(teleported.fields[0])).toBeGreaterThan(0.9);
  expect(share(last(teleported.fields))).toBeLessThan(0.15);
  expect(last(teleported.own).observables[0]).toBeLessThan(0.25);
  expect(Math.abs(share(last(stayed.fields)) - share(stayed.fields[0]))).toBeLessThan(0.03);
});

test("births amplify early noise: five particles start on the left, and runs scatter twenty times as much as independent draws", async () => {
  const { problem: input, particles } = STORIES[0].steps[1];
  const problem = await createProblem({ ...input, time: { end: 2.5, snapshots: [0, 1.5] } });
  const left = solve(problem).snapshots[0].density.reduce((sum, mu, i) => sum + (i < 250 ? mu * problem.grid.axes[0].width : 0), 0);
  expect(problem.grid.axes[0].min + 250 * problem.grid.axes[0].width).toBeCloseTo(-0.5, 12);
  expect(Math.round(particles.n * left)).toBe(5);
  const replicas = sized(20, 200);
  const shares = Array.from({ length: replicas }, (_, r) => {
    const { table } = runReplica(problem, { ...particles, keepPositions: false, gap: false }, r);
    return table[table.length / 2];
  });
  const { mean, variance } = sampleMoments(shares);
  // The deviation of so many runs is known to 1 / sqrt(2 (replicas - 1)) of itself, and their mean to 0.13 / sqrt(replicas).
  const error = 4 / Math.sqrt(2 * (replicas - 1));
  expect(Math.abs(Math.sqrt(variance) / 0.13 - 1)).toBeLessThan(error);
  expect(Math.abs(mean - 0.68)).toBeLessThan((4 * 0.13) / Math.sqrt(replicas));
  expect(Math.sqrt(variance / (mean * (1 - mean) / particles.n))).toBeGreaterThan(20 * (1 - error)); // biome-ignore format: one formula
});

test("gradient descent is stuck: no mass leaves a ripple, while births and deaths bring nearly all to the middle", async () => {
  const [stuck, free] = await steps(1);
  const gap = ({ record }: MeanFieldFrame) => record.gap!;
  const middle = ({ record }: MeanFieldFrame) => record.observables["share in the middle"];
  // The observable is a soft edge, so what gathers near it counts a little more at the end than on the way.
  const halfway = stuck.fields[FRAMES / 2];
  expect(Math.abs(middle(last(stuck.fields)) - middle(halfway))).toBeLessThan(0.03);
  expect(middle(last(stuck.fields))).toBeLessThan(0.75);
  expect(middle(last(free.fields))).toBeGreaterThan(0.95);
  const fall = (from: number, to: number) => stuck.fields[from].record.energy - stuck.fields[to].record.energy;
  expect(fall(FRAMES / 2, FRAMES)).toBeLessThan(0.7 * fall(0, FRAMES / 2));
  expect(gap(last(free.fields))).toBeLessThan(0.1 * gap(last(stuck.fields)));
});

test("fluctuations shrink: W1 averaged over the run falls by about 4 for 16 times as many particles", async () => {
  const runs = await steps(2);
  const mean = runs.map(({ own }) => own.reduce((sum, { distances }) => sum + distances![0].distance / own.length, 0));
  // One run each: W1 of one run has a spread of a third, so ratios within a factor of two of 4.
  expect(mean[0] / mean[1]).toBeGreaterThan(2);
  expect(mean[0] / mean[1]).toBeLessThan(8);
  expect(mean[1] / mean[2]).toBeGreaterThan(2);
  expect(mean[1] / mean[2]).toBeLessThan(8);
});

test("reinjection saves a bad start: without it nothing is ever left of the barrier, with it nearly all is", async () => {
  const [lost, saved] = await steps(3);
  expect(last(lost.fields).record.observables["share left of the barrier"]).toBeLessThan(1e-6);
  expect(last(saved.fields).record.observables["share left of the barrier"]).toBeGreaterThan(0.95);
  expect(last(saved.own).observables[0]).toBeGreaterThan(0.95);
});

test("too large a step: W1 ends within the band of independent draws at dt = 0.01, far above it at dt = 0.2 or alpha = 60", async () => {
  const [small, large, fast] = await steps(4);
  const above = ({ own }: { own: ParticleFrame[] }) => {
    const [{ distance, band }] = last(own).distances!;
    return distance / band[2];
  };
  expect(above(small)).toBeLessThan(1);
  expect(above(large)).toBeGreaterThan(2);
  expect(above(fast)).toBeGreaterThan(1.5);
});
