import { centres, type Grid } from "../grid/grid.ts";
import type { ReplicaRecord } from "../particles/replica.ts";
import type { Problem } from "../problem/problem.ts";
import type { GridSnapshot } from "../problem/snapshot.ts";
import { zip } from "./zip.ts";

/** What an `.npz` of particles holds: an `Ensemble`, or one replica by itself. */
export interface KeptParticles {
  n: number;
  dt: number;
  replicas: number;
  seed: number;
  records: readonly ReplicaRecord[];
}

/**
 * An ensemble whose positions were kept, as the bytes of a NumPy `.npz`: `theta` of shape [replica, snapshot, particle, variable],
 * `time`, the names `variables`, and the scalars `dt` and `seed`. Opened by `numpy.load`.
 */
export function encodeNpz(problem: Problem, ensemble: KeptParticles): Uint8Array {
  const times = problem.snapshotTimes;
  const variables = problem.grid.axes.map((axis) => axis.name);
  const shape = [ensemble.replicas, times.length, ensemble.n, variables.length];
  const perReplica = times.length * ensemble.n * variables.length;
  const theta = new Float64Array(ensemble.replicas * perReplica);
  ensemble.records.forEach(({ positions }, r) => {
    if (positions === null) throw new RangeError("the ensemble was simulated without keepPositions");
    theta.set(positions, r * perReplica);
  });
  const width = Math.max(...variables.map((name) => name.length));
  const names = new Uint32Array(variables.length * width);
  variables.forEach((name, a) => {
    for (let i = 0; i < name.length; i++) names[a * width + i] = name.charCodeAt(i);
  });
  return zip({
    "theta.npy": encodeNpy("<f8", shape, theta),
    "time.npy": encodeNpy("<f8", [times.length], Float64Array.from(times)),
    "variables.npy": encodeNpy(`<U${width}`, [variables.length], names),
    "dt.npy": encodeNpy("<f8", [], Float64Array.of(ensemble.dt)),
    "seed.npy": encodeNpy("<i8", [], BigInt64Array.of(BigInt(ensemble.seed))),
  });
}

/**
 * Densities of a solve as the bytes of a NumPy `.npz`: `density` of shape [time, cells of each variable], `time`, and the cell centres of each
 * variable as `centres_NAME`.
 */
export function encodeDensityNpz(grid: Grid, snapshots: readonly Pick<GridSnapshot, "time" | "density">[]): Uint8Array {
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

/** One array in the format of `numpy.save`, version 1.0: magic, a header padded to 64 bytes, the data in C order. */
function encodeNpy(descr: string, shape: readonly number[], data: Float64Array | Uint32Array | BigInt64Array): Uint8Array {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const headerLength = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + headerLength + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, headerLength & 255, headerLength >> 8]);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(headerLength - 1)}\n`), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + headerLength);
  return bytes;
}
