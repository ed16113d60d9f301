import { describe, expect, test } from "vitest";
import { collectDivergences, type Divergence } from "../../src/comparison/divergences.ts";
import { profileOf } from "../../src/comparison/sharp-faces.ts";
import type { ParticleData } from "../../src/files/particle-data.ts";
import { createGrid, evaluateAtCentres, type Grid } from "../../src/grid/grid.ts";
import { erf } from "../../src/numerics/erf.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { createStream, type RandomStream } from "../../src/numerics/random.ts";

const R = 64;
const N = 500;

const gridOf = (names: readonly string[], cells: number, boundary: "no-flux" | "periodic" = "no-flux", end = 8) =>
  createGrid(names.map((name) => ({ name, min: -end, max: end, cells, boundary })));
const below = (z: number) => 0.5 * (1 + erf(z / Math.SQRT2));
/** Of N(0, 1) along each axis, exact in each cell. */
const standard = (grid: Grid) =>
  evaluateAtCentres(grid, (outs, start, points, from, count) => {
    for (let i = 0; i < count; i++) {
      outs[0][start + i] = 1;
      points.forEach((x, a) => {
        const half = grid.axes[a].width / 2;
        outs[0][start + i] *= below(x[from + i] + half) - below(x[from + i] - half);
      });
    }
  });

function drawn(
  dimension: number,
  particle: (stream: RandomStream) => number,
  { replicas = R, n = N, seed = 1 } = {},
): ParticleData {
  const stream = createStream(seed);
  const theta = Float64Array.from({ length: replicas * n * dimension }, () => particle(stream));
  return { replicas, times: [1], n, theta, weights: null, dt: null, scheme: null, notes: [] };
}

function divergence(grid: Grid, particles: ParticleData, density = standard(grid)): Divergence {
  const collector = collectDivergences(grid, profileOf(grid, density, null), density);
  collector.addParticles(particles, 0);
  return collector.finish(1, particles.n);
}

/** E k(X, Y) in one dimension for X ~ N(0, v), Y ~ N(m, w), at a bandwidth of 1. */
const gaussian = (v: number, m: number, w: number) => Math.exp(-(m * m) / (2 * (1 + v + w))) / Math.sqrt(1 + v + w);

const line = gridOf(["x"], 128);
const plane = gridOf(["x", "y"], 64);

describe("independent draws of the reference", () => {
  test.each([
    ["line", line],
    ["plane", plane],
    ["space", gridOf(["x", "y", "z"], 28, "no-flux", 4.2)],
  ])("have the expected MMD^2 and KL, and none without their noise: %s", (_, grid) => {
    const replicas = grid.dimension === 3 ? 24 : R;
    const {
      mmdSquared: mmd,
      kl,
      notComputed,
    } = divergence(
      grid,
      drawn(grid.dimension, (stream) => stream.normal(), { replicas }),
    );
    expect(notComputed).toEqual({ mmdSquared: null, kl: null });
    // (1 - int int k) / n with the bandwidth of cells: sd^2 = 1 + w^2 / 12.
    const h = mmd!.bandwidths[0];
    expect(h).toBeCloseTo(Math.sqrt(1 + grid.axes[0].width ** 2 / 12), 3);
    expect(mmd!.independentDraws * N).toBeCloseTo(1 - 3 ** (-grid.dimension / 2), 3);
    expect(Math.abs(mmd!.ofReplica - mmd!.independentDraws)).toBeLessThan(4 * mmd!.ofReplicaError);
    expect(mmd!.ofReplicaError).toBeLessThan(0.3 * mmd!.independentDraws);
    // Of a degenerate U-statistic: its noise is that of the pairs.
    expect(Math.abs(mmd!.withoutNoise)).toBeLessThan(4 * mmd!.withoutNoiseError);
    expect(mmd!.withoutNoiseError).toBeLessThan(0.1 * mmd!.ofReplica);
    expect(Math.abs(kl!.value - kl!.independentDraws)).toBeLessThan((4 * Math.sqrt((kl!.cells - 1) / 2)) / (N * replicas));
    expect(Math.abs(kl!.withoutNoise)).toBeLessThan(4 * kl!.standardError);
  });

  test("of a circle: the kernel goes round, and no more than a radian", () => {
    const grid = gridOf(["x"], 128, "periodic");
    const uniform = new Float64Array(128).fill(1 / 16);
    const { mmdSquared: mmd } = divergence(
      grid,
      drawn(1, (stream) => 16 * stream.uniform() - 8),
      uniform,
    );
    expect(mmd!.bandwidths[0]).toBeCloseTo(16 / (2 * Math.PI), 12);
    expect(Math.abs(mmd!.ofReplica - mmd!.independentDraws)).toBeLessThan(4 * mmd!.ofReplicaError);
    expect(Math.abs(mmd!.withoutNoise)).toBeLessThan(4 * mmd!.withoutNoiseError);
  });
});

test("the unbiased MMD^2 of independent draws has the mean 0, of many ensembles", () => {
  const found = Array.from({ length: 40 }, (_, seed) => divergence(line, drawn(1, (stream) => stream.normal(), { replicas: 8, n: 40, seed })).mmdSquared!); // biome-ignore format: one list
  const { mean, standardError } = sampleMoments(found.map(({ withoutNoise }) => withoutNoise));
  expect(Math.abs(mean)).toBeLessThan(4 * standardError);
  // What |mean_r d_r|^2 has in its place is 5 of them from 0.
  expect(5 * standardError).toBeLessThan(found[0].independentDraws / 8);
  // And its stated error is its deviation, to a third.
  const stated = sampleMoments(found.map(({ withoutNoiseError }) => withoutNoiseError ** 2)).mean;
  expect(Math.sqrt(stated) / (standardError * Math.sqrt(40))).toBeGreaterThan(0.67);
  expect(Math.sqrt(stated) / (standardError * Math.sqrt(40))).toBeLessThan(1.5);
});

test("wrong particles have the MMD^2 and KL of their distribution: closed forms of Gaussians", () => {
  const [m, sd] = [0.2, 1.1];
  const { mmdSquared: mmd, kl } = divergence(
    line,
    drawn(1, (stream) => m + sd * stream.normal()),
  );
  const exact = gaussian(1, 0, 1) + gaussian(sd ** 2, 0, sd ** 2) - 2 * gaussian(1, m, sd ** 2);
  expect(mmd!.withoutNoise).toBeGreaterThan(10 * mmd!.withoutNoiseError);
  expect(Math.abs(mmd!.withoutNoise - exact)).toBeLessThan(4 * mmd!.withoutNoiseError);
  expect(Math.abs(mmd!.ofReplica - exact - (1 - gaussian(sd ** 2, 0, sd ** 2)) / N)).toBeLessThan(4 * mmd!.ofReplicaError);
  const divergenceOf = 0.5 * (sd ** 2 - 1 - Math.log(sd ** 2) + m ** 2);
  expect(kl!.withoutNoise).toBeGreaterThan(10 * kl!.standardError);
  // Cells of 1/8 and the tails that are merged hide less than a tenth.
  expect(Math.abs(kl!.withoutNoise - 0.95 * divergenceOf)).toBeLessThan(0.05 * divergenceOf + 4 * kl!.standardError);
});

test("the same numbers in whatever order replicas come, and for particles with equal weights", () => {
  const particles = drawn(1, (stream) => 0.1 + stream.normal(), { replicas: 40, n: 60 });
  const theta = particles.theta.slice();
  for (let r = 0; r < 40; r++) theta.set(particles.theta.subarray(r * 60, (r + 1) * 60), ((7 * r + 3) % 40) * 60);
  const before = divergence(line, particles);
  const weights = new Float64Array(theta.length).fill(1 / 60);
  for (const after of [divergence(line, { ...particles, theta }), divergence(line, { ...particles, weights })]) {
    expect(after.mmdSquared!.ofReplica).toBeCloseTo(before.mmdSquared!.ofReplica, 12);
    expect(after.mmdSquared!.withoutNoise).toBeCloseTo(before.mmdSquared!.withoutNoise, 12);
    expect(after.kl!.value).toBeCloseTo(before.kl!.value, 12);
  }
});

test("counts along a line give what particles give", () => {
  const particles = drawn(1, (stream) => stream.normal(), { replicas: 8, n: 200 });
  const density = standard(line);
  const profile = profileOf(line, density, null);
  const collector = collectDivergences(line, profile, density);
  const [{ faces, width }] = profile.projections;
  for (let r = 0; r < 8; r++) {
    const own = particles.theta.subarray(r * 200, (r + 1) * 200);
    collector.addCounts(
      Float64Array.from({ length: faces }, (_, g) => own.filter((x) => x < -8 + (g + 1) * width).length),
      1,
      200,
    );
  }
  const [counted, seen] = [collector.finish(1, 200), divergence(line, particles)];
  expect(counted.mmdSquared!.ofReplica).toBeCloseTo(seen.mmdSquared!.ofReplica, 12);
  expect(counted.mmdSquared!.withoutNoiseError).toBeCloseTo(seen.mmdSquared!.withoutNoiseError, 12);
  expect(counted.kl!.withoutNoise).toBeCloseTo(seen.kl!.withoutNoise, 12);
});

describe("what is not computed is said", () => {
  const why = (grid: Grid, particles: ParticleData, density = standard(grid)) => divergence(grid, particles, density).notComputed;

  test("particles where the reference has no mass, and too few of them", () => {
    const half = standard(line).map((p, i) => (i < 64 ? 0 : p));
    expect(
      why(
        line,
        drawn(1, (stream) => stream.normal()),
        half,
      ),
    ).toEqual({ mmdSquared: null, kl: expect.stringMatching(/^(49|50|51)% of the particles .* infinite$/) });
    expect(
      why(
        line,
        drawn(1, (stream) => stream.normal(), { replicas: 2, n: 30 }),
      ),
    ).toEqual({ mmdSquared: null, kl: expect.stringMatching(/^too few particles/) });
  });

  test("counts and sharp densities in the plane", () => {
    const density = standard(plane);
    const collector = collectDivergences(plane, profileOf(plane, density, null), density);
    collector.addCounts(new Float64Array(1000), 1, 10);
    const kept = expect.stringMatching(/--particles/);
    expect(collector.finish(1, 10)).toMatchObject({ mmdSquared: null, kl: null, notComputed: { mmdSquared: kept, kl: kept } });
    const tooSharp = expect.stringMatching(/too sharp/);
    const sharp = density.map((_, i) => (i === 2080 ? 1 : 0));
    expect(
      why(
        plane,
        drawn(2, (stream) => stream.normal()),
        sharp,
      ),
    ).toEqual({ mmdSquared: tooSharp, kl: tooSharp });
  });

  test("errors of few replicas", () => {
    const { mmdSquared: mmd, kl } = divergence(
      line,
      drawn(1, (stream) => stream.normal(), { replicas: 1, n: 4000 }),
    );
    expect([mmd!.ofReplicaError, mmd!.withoutNoiseError, kl!.standardError, kl!.withoutNoise].every(Number.isNaN)).toBe(true);
    // The U-statistic of one population: (1 - int int k) / n off at most, some times.
    expect(Math.abs(mmd!.withoutNoise)).toBeLessThan(5 * mmd!.independentDraws);
    expect(mmd!.withoutNoise).toBeLessThan(mmd!.ofReplica);
  });
});
