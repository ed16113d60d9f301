import type { ParticleData } from "../files/particle-data.ts";
import type { Grid } from "../grid/grid.ts";
import { type CellKernel, createCellKernel, type KernelAxis } from "../measures/cell-kernel.ts";
import { divergenceOfMasses, mergeCells, sumCells } from "../measures/merged-cells.ts";
import { type Jackknifed, jackknife } from "../numerics/jackknife.ts";
import { type Partition, partitionOf } from "./partition.ts";
import { loadPopulation } from "./replica-means.ts";
import type { ReferenceProfile } from "./sharp-faces.ts";

/**
 * MMD^2 and the Kullback-Leibler divergence of particles from the reference at one time. They describe and are no tests: the verdict does not depend on them. Both sides are masses of the same cells
 * (partition.ts), so that independent draws from the reference differ from it by their noise alone, on any grid.
 */
export interface Divergence {
  time: number;
  /** Null where it was not computed. */
  mmdSquared: SquaredDiscrepancy | null;
  kl: DivergenceOfCells | null;
  /** Why one was not computed, as a sentence; null of one that was. */
  notComputed: { mmdSquared: string | null; kl: string | null };
}

/**
 * With d_r = mu_r - mu, the difference of replica r from the reference, in the kernel k(x, y) = prod_a exp(-(x_a - y_a)^2 / (2 h_a^2)) (cell-kernel.ts):
 *
 *   ofReplica         mean_r |d_r|^2,                 which for independent draws of the reference is (1 - int int k dmu dmu) / n
 *   withoutNoise      mean over r != s of <d_r, d_s>, the MMD^2 of their expectation from the reference, 0 for right particles however correlated they are within a replica;
 *                     of one replica the U-statistic, which supposes that its particles are independent
 *
 * NaN where there are too few replicas to tell (errors: below 3).
 */
export interface SquaredDiscrepancy {
  kernel: "gaussian";
  /** h_a: the standard deviation of the reference along each axis; of a periodic one the circular one, at most a radian of it. */
  bandwidths: number[];
  ofReplica: number;
  ofReplicaError: number;
  independentDraws: number;
  withoutNoise: number;
  withoutNoiseError: number;
}

/**
 * KL(particles | reference) of the masses of cells, all replicas together, in nats. By the data-processing inequality the cells see at most the divergence of the distributions. Cells are put together until
 * independent draws would put 10 particles or more in each, so that the bias of the estimate is (cells - 1) / (2 N) to 2%, N = n times replicas: `independentDraws`.
 */
export interface DivergenceOfCells {
  value: number;
  standardError: number;
  independentDraws: number;
  /** Without the bias by the noise that the replicas have (jackknife): about 0 for right particles. NaN below 3 replicas, as are the errors. */
  withoutNoise: number;
  cells: number;
}

/** Replicas in one slot are left out together: standard errors are known to some 13%. */
const SLOTS = 32;
/** Expected particles in a merged cell. */
const EXPECTED = 10;
/** Fewer merged cells tell nothing. */
const FEWEST_CELLS = 8;
/** Masses below it are rounding: one particle has more. */
const ROUNDING = 1e-12;
/** Cells to a bandwidth, at least. */
const RESOLVED = 2;

/** What is known of the replicas of one slot. */
interface Slot {
  /** Sum over replicas of their masses, shape [cells]. */
  masses: Float64Array;
  replicas: number;
  /** Parts that were added, of m replicas each, and the sum of m |d|^2 over them. */
  parts: number;
  squares: number;
}

export interface DivergenceCollector {
  addParticles(particles: ParticleData, snapshot: number): void;
  /** @param below for each face of all directions, how many of `count` replicas of n particles each lie below it, in all. */
  addCounts(below: ArrayLike<number>, count: number, n: number): void;
  /** @param n particles of a replica, or their effective number */
  finish(time: number, n: number): Divergence;
}

const NO_PARTICLES = "the ensemble kept counts along directions and no particles, which takes --particles";
const TOO_NARROW = "the reference is narrower along an axis than two of the cells it is compared on";

export function collectDivergences(grid: Grid, profile: ReferenceProfile, density: Float64Array): DivergenceCollector {
  const partition = partitionOf(grid, profile, density);
  if (partition === null) return notComputed("the density is too sharp for the grid of the reference");
  const axes = kernelAxes(grid, partition);
  const kernel = axes === null ? null : createCellKernel(axes);
  const { masses: reference } = partition;
  const own = new Float64Array(reference.length);
  const difference = new Float64Array(reference.length);
  const vector = new Float64Array(kernel?.features ?? 0);
  const slots: Slot[] = [];
  let added = 0;
  let refused: string | null = null;
  const add = (replicas: number) => {
    slots[added % SLOTS] ??= { masses: new Float64Array(reference.length), replicas: 0, parts: 0, squares: 0 };
    const slot = slots[added++ % SLOTS];
    for (let i = 0; i < own.length; i++) {
      slot.masses[i] += replicas * own[i];
      difference[i] = own[i] - reference[i];
    }
    slot.replicas += replicas;
    slot.parts++;
    kernel?.apply(vector, difference);
    slot.squares += replicas * squareOf(vector);
  };
  return {
    addParticles(particles, snapshot) {
      const points = grid.axes.map(() => new Float64Array(particles.n));
      for (let r = 0; r < particles.replicas; r++) {
        const weights = loadPopulation(points, particles, grid, r, snapshot);
        partition.bin(own, points, weights, particles.n);
        add(1);
      }
    },
    addCounts(below, count, n) {
      if (partition.fromShares === null) refused = NO_PARTICLES;
      else {
        partition.fromShares(
          own,
          Float64Array.from(below, (counted) => counted / (count * n)),
        );
        add(count);
      }
    },
    finish(time, n) {
      if (refused !== null) return neither(time, refused);
      const mmdSquared = axes === null || kernel === null ? null : discrepancyOf(slots, partition, kernel, axes, n);
      const kl = divergenceOf(slots, partition, n);
      return {
        time,
        mmdSquared,
        kl: typeof kl === "string" ? null : kl,
        notComputed: { mmdSquared: mmdSquared === null ? TOO_NARROW : null, kl: typeof kl === "string" ? kl : null },
      };
    },
  };
}

function notComputed(why: string): DivergenceCollector {
  return {
    addParticles() {},
    addCounts() {},
    finish: (time) => neither(time, why),
  };
}

function neither(time: number, why: string): Divergence {
  return { time, mmdSquared: null, kl: null, notComputed: { mmdSquared: why, kl: why } };
}

/** Null where cells do not resolve a bandwidth. */
function kernelAxes(grid: Grid, { shape, centres, masses }: Partition): KernelAxis[] | null {
  const axes = grid.axes.map(({ min, max, periodic }, a): KernelAxis => {
    const rest = shape.slice(a + 1).reduce((product, cells) => product * cells, 1);
    const marginal = new Float64Array(shape[a]);
    for (let i = 0; i < masses.length; i++) marginal[Math.floor(i / rest) % shape[a]] += masses[i];
    const period = periodic ? max - min : null;
    return { centres: centres[a], bandwidth: widthOf(centres[a], marginal, period), period };
  });
  // Along a line the cells are divided where the density is sharp.
  const resolved = axes.every(
    ({ centres: x, bandwidth }) => bandwidth > 0 && (shape.length === 1 || bandwidth >= RESOLVED * (x[1] - x[0])),
  );
  return resolved ? axes : null;
}

/** The standard deviation; on a circle (-2 log |int e^(i angle) dmu|)^(1/2), at most a radian. */
function widthOf(x: Float64Array, masses: Float64Array, period: number | null): number {
  const mean = (of: (x: number) => number) => masses.reduce((total, mass, i) => total + mass * of(x[i]), 0);
  if (period === null) {
    const centre = mean((at) => at);
    return Math.sqrt(mean((at) => (at - centre) ** 2));
  }
  const radian = period / (2 * Math.PI);
  const length = Math.hypot(
    mean((at) => Math.cos(at / radian)),
    mean((at) => Math.sin(at / radian)),
  );
  return radian * Math.min(1, Math.sqrt(-2 * Math.log(Math.min(1, length))));
}

function discrepancyOf(
  slots: readonly Slot[],
  { masses: reference }: Partition,
  kernel: CellKernel,
  axes: readonly KernelAxis[],
  n: number,
): SquaredDiscrepancy {
  const vectorOf = (masses: Float64Array) => {
    const vector = new Float64Array(kernel.features);
    kernel.apply(vector, masses);
    return vector;
  };
  const own = squareOf(vectorOf(reference));
  /** Of each slot: its replicas times their mean difference. */
  const sums = slots.map(({ masses, replicas }) => vectorOf(masses.map((mass, i) => mass - replicas * reference[i])));
  /** Of replicas with the variance T = E |d - E d|^2 of one: |mean d|^2 has the expectation |E d|^2 + T / R. */
  const estimate = (used: readonly number[]): [ofReplica: number, withoutNoise: number] => {
    const [replicas, parts, squares] = (["replicas", "parts", "squares"] as const).map((key) =>
      used.reduce((sum, j) => sum + slots[j][key], 0),
    );
    const total = new Float64Array(kernel.features);
    for (const j of used) for (let f = 0; f < total.length; f++) total[f] += sums[j][f];
    const mean = squareOf(total) / replicas ** 2;
    const variance = (squares - replicas * mean) / (parts - 1);
    return [mean + variance * (1 - 1 / replicas), mean - variance / replicas];
  };
  const all = slots.map((_, j) => j);
  const common = {
    kernel: "gaussian" as const,
    bandwidths: axes.map(({ bandwidth }) => bandwidth),
    independentDraws: (1 - own) / n,
  };
  const [{ masses, replicas, squares }] = slots;
  if (slots.length === 1 && replicas === 1) {
    const withoutNoise = n > 1 ? squares - (1 - squareOf(vectorOf(masses))) / (n - 1) : Number.NaN;
    return { ...common, ofReplica: squares, ofReplicaError: Number.NaN, withoutNoise, withoutNoiseError: Number.NaN };
  }
  const [ofReplica, withoutNoise] = estimate(all);
  const [first, second] = [0, 1].map((k) => jackknife(all, (used) => estimate(used)[k]));
  return { ...common, ofReplica, ofReplicaError: first.standardError, withoutNoise, withoutNoiseError: second.standardError };
}

/** Where it says nothing, why. */
function divergenceOf(slots: readonly Slot[], { masses: reference, shape }: Partition, n: number): DivergenceOfCells | string {
  const replicas = slots.reduce((sum, slot) => sum + slot.replicas, 0);
  let beyond = 0;
  for (const { masses } of slots) for (let i = 0; i < masses.length; i++) if (reference[i] === 0) beyond += masses[i] / replicas;
  if (beyond > ROUNDING) {
    const share = Number((100 * beyond).toPrecision(2));
    return `${share}% of the particles lie where the reference has no mass, and it is infinite`;
  }
  const merged = mergeCells(reference, shape, EXPECTED / (n * replicas));
  if (merged.count < FEWEST_CELLS)
    return `too few particles, for fewer than ${FEWEST_CELLS} cells would hold ${EXPECTED} of them each`;
  const p = new Float64Array(merged.count);
  sumCells(p, merged, reference);
  const sums = slots.map(({ masses }) => {
    const own = new Float64Array(merged.count);
    sumCells(own, merged, masses);
    return own;
  });
  const estimate = (used: readonly number[]) => {
    const count = used.reduce((sum, j) => sum + slots[j].replicas, 0);
    const q = new Float64Array(merged.count);
    for (const j of used) for (let i = 0; i < q.length; i++) q[i] += sums[j][i] / count;
    return divergenceOfMasses(q, p);
  };
  const all = slots.map((_, j) => j);
  const { corrected: withoutNoise, standardError }: Jackknifed = jackknife(all, estimate);
  const independentDraws = (merged.count - 1) / (2 * n * replicas);
  return { value: estimate(all), standardError, independentDraws, withoutNoise, cells: merged.count };
}

function squareOf(vector: Float64Array): number {
  let total = 0;
  for (let f = 0; f < vector.length; f++) total += vector[f] * vector[f];
  return total;
}
