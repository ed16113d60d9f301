import { closeSync, openSync, writeSync } from "node:fs";
import { InputError } from "../errors.ts";
import type { NpzMeta, Recorded } from "./npz.ts";

/**
 * Particles as a Parquet table in long format, a row each: `replica`, `time`, `particle` (counted from 0 in its
 * population), a column for each variable, and `weight` where particles have weights; rows in the order replica, time, particle. The metadata hold dt, seed,
 * scheme and resample_below.
 *
 * Rows are written in groups, so memory does not grow with particles, snapshots or replicas: some 10 MB.
 */
export interface ParticlesTable {
  /** theta of one replica, shape [snapshot, particle, variable], and weights, shape [snapshot, particle]; replicas in increasing order. */
  addReplica(replica: number, positions: Float64Array, weights?: Float64Array | null): void;
  /** Closes the file. */
  finish(): void;
  /** Closes a file that will not be finished. */
  abandon(): void;
}

/** Rows of a group. */
const GROUP = 2 ** 17;

const LABELS = ["replica", "time", "particle"] as const;

const WEIGHT = "weight";

/** @throws InputError for a variable with the name of one of the other columns */
export function checkTableNames({ grid }: Recorded, { weighted = false }: Pick<NpzMeta, "weighted">, path: string): void {
  const others: readonly string[] = weighted ? [...LABELS, WEIGHT] : LABELS;
  const taken = grid.axes.find(({ name }) => others.includes(name));
  if (taken !== undefined)
    throw new InputError("--out", path, `a Parquet table has a column ${taken.name}, and so has the problem`, "write .npz");
}

/**
 * Creates such a file in the place of one that is there. This and everything after it throws the error of the system
 * where the disk fails.
 */
export async function createParticlesTable(
  path: string,
  { grid, snapshotTimes }: Recorded,
  { n, dt, seed, scheme, weighted = false, resampleBelow }: NpzMeta,
): Promise<ParticlesTable> {
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const d = grid.dimension;
  const names = grid.axes.map(({ name }) => name);
  /** Columns of numbers. */
  const columns = weighted ? [...names, WEIGHT] : names;
  const replicas = new Int32Array(GROUP);
  const times = new Float64Array(GROUP);
  const particles = new Int32Array(GROUP);
  const numbers = columns.map(() => new Float64Array(GROUP));
  let rows = 0;

  const file = openSync(path, "r+");
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: "root", num_children: LABELS.length + columns.length },
      { name: "replica", type: "INT32", repetition_type: "REQUIRED" },
      { name: "time", type: "DOUBLE", repetition_type: "REQUIRED" },
      { name: "particle", type: "INT32", repetition_type: "REQUIRED" },
      ...columns.map((name) => ({ name, type: "DOUBLE", repetition_type: "REQUIRED" }) as const),
    ],
    // Coordinates do not compress, and labels are encoded as dictionaries and differences.
    codec: "UNCOMPRESSED",
    kvMetadata: Object.entries({
      ...{ dt, seed, scheme },
      ...(resampleBelow === undefined ? {} : { resample_below: resampleBelow }),
    }).map(([key, value]) => ({ key, value: String(value) })),
    createdBy: "birth-death-pde",
  });
  /** Everything goes to the end of the file. */
  const flush = () => {
    const found = bytes.getBytes();
    for (let at = 0; at < found.length; ) at += writeSync(file, found, at);
    bytes.index = 0;
  };
  const writeGroup = () => {
    if (rows === 0) return;
    writer.write({
      columnData: [
        { name: "replica", data: replicas.subarray(0, rows) },
        { name: "time", data: times.subarray(0, rows) },
        { name: "particle", data: particles.subarray(0, rows), encoding: "DELTA_BINARY_PACKED" },
        ...columns.map((name, a) => ({ name, data: numbers[a].subarray(0, rows), encoding: "PLAIN" as const })),
      ],
      rowGroupSize: GROUP,
    });
    flush();
    rows = 0;
  };
  return {
    addReplica(replica, positions, weights = null) {
      if (positions.length !== snapshotTimes.length * n * d) throw new RangeError(`${positions.length} coordinates of a replica`);
      if (weighted && weights?.length !== snapshotTimes.length * n)
        throw new RangeError(`${weights?.length ?? 0} weights of a replica`);
      snapshotTimes.forEach((time, s) => {
        for (let i = 0; i < n; i++) {
          replicas[rows] = replica;
          times[rows] = time;
          particles[rows] = i;
          for (let a = 0; a < d; a++) numbers[a][rows] = positions[(s * n + i) * d + a];
          if (weighted && weights !== null) numbers[d][rows] = weights[s * n + i];
          if (++rows === GROUP) writeGroup();
        }
      });
    },
    finish() {
      writeGroup();
      writer.finish();
      flush();
      closeSync(file);
    },
    abandon: () => closeSync(file),
  };
}
