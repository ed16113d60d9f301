import { createHash, type Hash } from "node:crypto";
import type { Hdf5Dataset, Hdf5File } from "./hdf5.ts";

/** The attribute that holds the digest of everything else. */
export const DIGEST = "content_sha256";

/**
 * SHA-256 of whatever an HDF5 file holds: its attributes, and name, type, shape, numbers and attributes of each dataset, all by name.
 *
 *   sha256( attributes | for each dataset: name type shape, numbers, attributes )
 *
 * Where in the file something lies does not matter, nor do the references by which HDF5 ties dimensions to datasets.
 *
 * @throws Error for what no file of ours holds (links, types made of others)
 */
export function digestOf(file: Hdf5File): string {
  const hash = createHash("sha256");
  addAttributes(hash, file);
  for (const name of file.keys().sort()) {
    const entity = file.get(name);
    if (entity === null || !("type" in entity) || entity.type !== "Dataset") throw new Error(`"${name}" is no dataset`);
    const dataset = entity as Hdf5Dataset;
    addDataset(hash, name, dataset);
    addAttributes(hash, dataset);
  }
  return hash.digest("hex");
}

/** Adds the digest of what the file holds so far: to be called last. */
export function seal(file: Hdf5File): void {
  file.create_attribute(DIGEST, digestOf(file));
}

/** Attributes of references, which hold places in the file. */
const TIES = ["DIMENSION_LIST", "REFERENCE_LIST"];

function addAttributes(hash: Hash, { attrs }: Hdf5File | Hdf5Dataset): void {
  for (const name of Object.keys(attrs).sort()) {
    if (name !== DIGEST && !TIES.includes(name)) addValue(hash, "attribute", name, attrs[name]);
  }
}

/** One index of the first axis after the other: a density of many times is never in memory as a whole. */
function addDataset(hash: Hash, name: string, dataset: Hdf5Dataset): void {
  const { dtype, shape } = dataset;
  if (shape === null || shape.length < 2) {
    addValue(hash, "dataset", name, dataset);
    return;
  }
  const rest = shape.slice(1).map((length): [number, number] => [0, length]);
  for (let i = 0; i < shape[0]; i++) addValue(hash, "dataset", name, { value: dataset.slice([[i, i + 1], ...rest]), dtype, shape });
}

type Stored = Pick<Hdf5Dataset, "value" | "dtype" | "shape">;

/** Kind, name, type, shape and length before the bytes, so that no two contents have one sequence of bytes. */
function addValue(hash: Hash, kind: string, name: string, { value, dtype, shape }: Stored): void {
  const bytes = bytesOf(value, name);
  hash.update(`${JSON.stringify([kind, name, typeof dtype === "string" ? dtype : "other", shape, bytes.length])}\n`).update(bytes);
}

function bytesOf(value: Stored["value"], name: string): Uint8Array {
  if (value === null) return new Uint8Array(0);
  if (typeof value === "string") return new TextEncoder().encode(value);
  if (typeof value === "number") return bytesOf(Float64Array.of(value), name);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return bytesOf(JSON.stringify(value), name);
  throw new Error(`"${name}" is of another type`);
}
