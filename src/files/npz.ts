import { centres, type Grid } from "../grid/grid.ts";
import { concatenate } from "../numerics/concatenate.ts";
import { zip } from "./zip.ts";

/** The space and the times of particles: what a problem says of their array. */
export interface Recorded {
  grid: Grid;
  snapshotTimes: readonly number[];
}

/** What an `.npz` of particles says beside the particles. */
export interface NpzMeta {
  n: number;
  dt: number;
  replicas: number;
  seed: number;
  scheme: string;
  /** Whether particles have weights (default false). */
  weighted?: boolean;
  /** Of a scheme with weights; see SimulateOptions. */
  resampleBelow?: number;
}

/** What an `.npz` of particles holds: an `Ensemble`, or one replica by itself. */
export interface KeptParticles extends NpzMeta {
  records: readonly { positions: Float64Array | null; weights?: Float64Array | null }[];
}

/**
 * An ensemble whose positions were kept, as the bytes of a NumPy `.npz`: `theta` of shape [replica, snapshot, particle, variable],
 * `weights` of shape [replica, snapshot, particle] where particles have weights, `time`, the names `variables`, and the scalars `dt`, `seed` and `scheme` (and `resample_below` where particles are resampled). Opened by `numpy.load`.
 */
export function encodeNpz(problem: Recorded, ensemble: KeptParticles): Uint8Array {
  const shape = thetaShape(problem, ensemble);
  const perReplica = shape[1] * shape[2] * shape[3];
  const theta = new Float64Array(ensemble.replicas * perReplica);
  ensemble.records.forEach(({ positions }, r) => {
    if (positions === null) throw new RangeError("the ensemble was simulated without keepPositions");
    theta.set(positions, r * perReplica);
  });
  const all = ensemble.records.map(({ weights = null }) => weights).filter((weights) => weights !== null);
  const weights = all.length === 0 ? {} : { "weights.npy": encodeNpy("<f8", shape.slice(0, 3), concatenate(all)) };
  return zip({ "theta.npy": encodeNpy("<f8", shape, theta), ...weights, ...particleMembers(problem, ensemble) });
}

/** [replica, snapshot, particle, variable]. */
export function thetaShape({ grid, snapshotTimes }: Recorded, { replicas, n }: Pick<NpzMeta, "replicas" | "n">): number[] {
  return [replicas, snapshotTimes.length, n, grid.dimension];
}

/** What follows `theta` in the archive, by name. */
export function particleMembers(problem: Recorded, { dt, seed, scheme, resampleBelow }: NpzMeta): Record<string, Uint8Array> {
  const times = problem.snapshotTimes;
  const names = problem.grid.axes.map((axis) => axis.name);
  return {
    "time.npy": encodeNpy("<f8", [times.length], Float64Array.from(times)),
    "variables.npy": encodeText([names.length], names),
    "dt.npy": encodeNpy("<f8", [], Float64Array.of(dt)),
    "seed.npy": encodeNpy("<i8", [], BigInt64Array.of(BigInt(seed))),
    "scheme.npy": encodeText([], [scheme]),
    ...(resampleBelow === undefined ? {} : { "resample_below.npy": encodeNpy("<f8", [], Float64Array.of(resampleBelow)) }),
  };
}

/**
 * Densities of a solve as the bytes of a NumPy `.npz`: `density` of shape [time, cells of each variable], `time`, and the cell centres of each
 * variable as `centres_NAME`.
 */
export function encodeDensityNpz(grid: Grid, snapshots: readonly { time: number; density: Float64Array }[]): Uint8Array {
  const density = new Float64Array(snapshots.length * grid.size);
  snapshots.forEach((snapshot, s) => {
    density.set(snapshot.density, s * grid.size);
  });
  return zip({
    "density.npy": encodeNpy("<f8", [snapshots.length, ...grid.shape], density),
    "time.npy": encodeNpy(
      "<f8",
      [snapshots.length],
      Float64Array.from(snapshots, ({ time }) => time),
    ),
    ...Object.fromEntries(grid.axes.map((axis) => [`centres_${axis.name}.npy`, encodeNpy("<f8", [axis.cells], centres(axis))])),
  });
}

/** Text, each as long as the longest. */
export function encodeText(shape: readonly number[], texts: readonly string[]): Uint8Array {
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0) as number));
  const width = Math.max(...points.map(({ length }) => length));
  const data = new Uint32Array(texts.length * width);
  points.forEach((text, k) => {
    data.set(text, k * width);
  });
  return encodeNpy(`<U${width}`, shape, data);
}

/** One array in the format of `numpy.save`. */
export function encodeNpy(descr: string, shape: readonly number[], data: Float64Array | Uint32Array | BigInt64Array): Uint8Array {
  const header = npyHeader(descr, shape);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}

/** What stands before the data, which follow in C order; format 1.0: magic, and a dictionary padded to 64 bytes. */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(length - 1)}\n`), 10);
  return bytes;
}
