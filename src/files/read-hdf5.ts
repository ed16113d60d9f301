import { InputError } from "../errors.ts";
import { type Hdf5Dataset, type Hdf5File, openHdf5 } from "./hdf5.ts";
import type { NamedArray } from "./named-array.ts";
import { type NpyHeader, openNpy } from "./npy.ts";
import { listed, type ParticleData, type ReadOptions } from "./particle-data.ts";
import { particlesFromArrays } from "./read-arrays.ts";
import { LARGEST_FILE } from "./read-bounded.ts";

/**
 * Particles from the datasets of an HDF5 or NetCDF-4 file, at its root and in its groups; see particlesFromArrays. A dataset in a group goes by its
 * own name where no other has it, by group/name otherwise. `dt`, `scheme` and `resample_below` may be attributes.
 */
export async function particlesFromHdf5(bytes: Uint8Array, path: string, options: ReadOptions): Promise<ParticleData> {
  let refusal: InputError | undefined;
  const read = openHdf5(bytes, (file, _, bytesOf) => {
    try {
      const arrays = new Map(datasetsOf(file).map(([name, dataset]) => [name, openDataset(dataset, `${path}: ${name}`, bytesOf)]));
      for (const name of ["dt", "scheme", "resample_below"]) {
        const attribute = file.attrs[name]?.value;
        if (!arrays.has(name) && (typeof attribute === "number" || typeof attribute === "string"))
          arrays.set(name, scalar(attribute));
        else if (!arrays.has(name) && ArrayBuffer.isView(attribute) && attribute.length === 1)
          arrays.set(name, scalar(Number(attribute[0])));
      }
      return particlesFromArrays(arrays, path, options);
    } catch (error) {
      // Errors of the library are traces of its own functions; ours are kept apart from them.
      if (error instanceof InputError) refusal = error;
      throw error;
    }
  });
  try {
    return await read;
  } catch (error) {
    if (refusal !== undefined || error instanceof RangeError) throw refusal ?? error;
    throw new InputError(path, undefined, "cannot be read as HDF5", "it may be truncated or damaged; write it again");
  }
}

/** Datasets by name; those that only stand for a dimension of NetCDF are left out. */
function datasetsOf(file: Hdf5File): [string, Hdf5Dataset][] {
  const found: { name: string; path: string; dataset: Hdf5Dataset }[] = [];
  const collect = (group: Hdf5File, prefix: string) => {
    for (const name of group.keys()) {
      const entity = group.get(name);
      if (entity === null || !("type" in entity)) continue;
      if (entity.type === "Group" && prefix === "") collect(entity as Hdf5File, `${name}/`);
      if (entity.type !== "Dataset") continue;
      const dataset = entity as Hdf5Dataset;
      const label = dataset.attrs.NAME?.value;
      if (typeof label !== "string" || !label.startsWith(BARE_DIMENSION)) found.push({ name, path: prefix + name, dataset });
    }
  };
  collect(file, "");
  return found.map(({ name, path, dataset }) => [
    found.some((other) => other.name === name && other.path !== path) ? path : name,
    dataset,
  ]);
}

const BARE_DIMENSION = "This is a netCDF dimension but not a netCDF variable";

/** Classes of HDF5 types (H5T_class_t). */
const [INTEGER, FLOAT, STRING, ENUM] = [0, 1, 3, 8];

function openDataset(dataset: Hdf5Dataset, name: string, bytesOf: (dataset: Hdf5Dataset) => Uint8Array): NamedArray {
  const { type, size, total_size: count, signed } = dataset.metadata;
  const shape = dataset.shape ?? [];
  const refuse = (problem: string, remedy: string): never => {
    throw new InputError(name, undefined, problem, remedy);
  };
  const packed = ["scale_factor", "add_offset"].filter((attribute) => attribute in dataset.attrs);
  const numbers = () => {
    if (packed.length > 0) refuse(`is packed (${listed(packed)})`, "write its numbers as they are");
    if (size * count > LARGEST_FILE)
      refuse(`has ${size * count} bytes, and at most ${LARGEST_FILE} are read`, "write a smaller array");
    const kind = type === FLOAT ? "f" : signed ? "i" : "u";
    const header: NpyHeader = { kind, itemBytes: size, littleEndian: true, fortranOrder: false, shape, count, start: 0 };
    return openNpy(bytesOf(dataset), header, name);
  };
  const text = () => [dataset.value].flat().map(String);
  if (dataset.shape === null) return { shape, kind: "other", numbers: () => refuse("is empty", "write its numbers"), text };
  if (type === STRING) return { shape, kind: "text", numbers: () => refuse("holds text", "write an array of floats"), text };
  const dimensions = shape.map((_, axis) => dimensionOf(dataset, axis));
  if ((type === FLOAT && FLOATS.includes(size)) || ((type === INTEGER || type === ENUM) && INTEGERS.includes(size))) {
    return { shape, kind: type === FLOAT ? "float" : "integer", numbers, text, dimensions };
  }
  const unknown = () => refuse(`holds items of another type (class ${type}, ${size} bytes)`, "write it as an array of floats");
  return { shape, kind: "other", numbers: unknown, text: unknown };
}

/** The name of the scale on an axis, as NetCDF names dimensions. */
function dimensionOf(dataset: Hdf5Dataset, axis: number): string | null {
  const [scale] = dataset.get_attached_scales(axis);
  return scale === undefined ? null : scale.slice(scale.lastIndexOf("/") + 1);
}

const FLOATS = [2, 4, 8, 12, 16];
const INTEGERS = [1, 2, 4, 8];

function scalar(value: number | string): NamedArray {
  const items = { shape: [], strides: [], at: () => Number(value), precision: { relative: 0, absolute: 0 } };
  return { shape: [], kind: typeof value === "string" ? "text" : "float", numbers: () => items, text: () => [String(value)] };
}
