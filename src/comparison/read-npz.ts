import { InputError } from "../errors.ts";
import { unzip } from "../reference/unzip.ts";
import { decodeNpy, decodeNpyHeader, type NumberArray, type TextArray } from "./npy.ts";
import { listed, type ParticleData, type ReadOptions, sourceNames, TIME_NAMES } from "./particle-data.ts";
import { type ArrayContext, particlesFromArray } from "./read-array.ts";

/** What our own archives hold beside the particles; read or without bearing on them. */
const COMPANIONS = [...TIME_NAMES, "variables", "dt", "seed", "scheme"];

/**
 * Particles from an archive of `numpy.savez`: the array `theta`, or one array for each variable under its name, or the only array of
 * floats of two or more dimensions; beside it, where given, `time`, the names `variables` and the scalar `dt`.
 */
export function particlesFromNpz(bytes: Uint8Array, path: string, options: ReadOptions): ParticleData {
  const archive = new Map(
    [...unzip(bytes, path)]
      .filter(([name]) => name.endsWith(".npy"))
      .map(([name, content]) => [name.slice(0, -".npy".length), content]),
  );
  const { array, used } = chooseArray(archive, path, options);
  const context: ArrayContext = {
    field: `${path}: ${used.join(", ")}`,
    names: used.length > 1 ? null : namesIn(archive, path),
    times: timesIn(archive, path, used),
    dt: stepIn(archive, path),
    notes: [],
  };
  const unused = [...archive.keys()].filter((name) => !used.includes(name) && !COMPANIONS.includes(name));
  if (unused.length > 0) context.notes.push(`left aside: the arrays ${listed(unused)}`);
  // Arrays of single variables are stacked in the problem's order already, by their mapped names.
  return particlesFromArray(array, context, stacked(used, options) ? { ...options, columns: {} } : options);
}

type Archive = ReadonlyMap<string, Uint8Array>;

function stacked(used: readonly string[], options: ReadOptions): boolean {
  return used.every((name, a) => name === sourceNames(options)[a]);
}

function chooseArray(archive: Archive, path: string, options: ReadOptions): { array: NumberArray; used: string[] } {
  const single = sourceNames(options);
  if (archive.has("theta") && !Object.values(options.columns ?? {}).some((name) => archive.has(name))) {
    return { array: numbersIn(archive, "theta", path), used: ["theta"] };
  }
  if (single.every((name) => archive.has(name))) return { array: stack(archive, single, path), used: single };
  const found = single.filter((name) => archive.has(name));
  const candidates = [...archive.keys()].filter((name) => {
    const { kind, shape } = headerIn(archive, name, path) ?? { kind: "", shape: [] };
    return kind === "f" && shape.length >= 2 && !COMPANIONS.includes(name);
  });
  if (candidates.length === 1 && found.length === 0) {
    return { array: numbersIn(archive, candidates[0], path), used: candidates };
  }
  const list = [...archive.keys()].map((name) => `${name} (${headerIn(archive, name, path)?.shape.join(", ") ?? "unreadable"})`);
  throw new InputError(
    path,
    undefined,
    `which array holds the particles is not clear: it has ${list.length === 0 ? "none" : listed(list)}`,
    `name it theta, of shape [replica, snapshot, particle, variable], or save one array for each of ${single.join(", ")}`,
  );
}

/** Arrays of equal shape [.., particle], one for each variable, as one of shape [.., particle, variable]. */
function stack(archive: Archive, names: readonly string[], path: string): NumberArray {
  const arrays = names.map((name) => numbersIn(archive, name, path));
  if (arrays.length === 1) return arrays[0];
  const shapes = arrays.map(({ shape }) => `(${shape.join(", ")})`);
  if (new Set(shapes).size > 1) {
    const found = names.map((name, a) => `${name} ${shapes[a]}`).join(", ");
    throw new InputError(path, undefined, `the variables differ in shape: ${found}`, "give them one shape, [.., particle]");
  }
  const data = new Float64Array(arrays[0].data.length * arrays.length);
  arrays.forEach((array, a) => {
    for (let i = 0, to = a; i < array.data.length; i++, to += arrays.length) data[to] = array.data[i];
  });
  return { shape: [...arrays[0].shape, arrays.length], data };
}

function headerIn(archive: Archive, name: string, path: string) {
  try {
    return decodeNpyHeader(archive.get(name) as Uint8Array, `${path}: ${name}`);
  } catch (error) {
    // An array of objects may stand beside the particles.
    if (error instanceof InputError) return null;
    throw error;
  }
}

function arrayIn(archive: Archive, name: string, path: string): NumberArray | TextArray {
  return decodeNpy(archive.get(name) as Uint8Array, `${path}: ${name}`);
}

function numbersIn(archive: Archive, name: string, path: string): NumberArray {
  const array = arrayIn(archive, name, path);
  if ("data" in array) return array;
  throw new InputError(`${path}: ${name}`, undefined, "holds text", "save an array of floats");
}

function namesIn(archive: Archive, path: string): string[] | null {
  if (!archive.has("variables")) return null;
  const array = arrayIn(archive, "variables", path);
  if ("text" in array) return array.text;
  throw new InputError(
    `${path}: variables`,
    undefined,
    "holds numbers",
    "save the names of the variables as text, or leave it out",
  );
}

function timesIn(archive: Archive, path: string, used: readonly string[]): number[] | null {
  const name = TIME_NAMES.find((name) => archive.has(name) && !used.includes(name));
  return name === undefined ? null : [...numbersIn(archive, name, path).data];
}

function stepIn(archive: Archive, path: string): number | null {
  if (!archive.has("dt")) return null;
  const { data } = numbersIn(archive, "dt", path);
  if (data.length === 1 && data[0] > 0 && Number.isFinite(data[0])) return data[0];
  throw new InputError(`${path}: dt`, undefined, "not one positive number", "save the step of the scheme, or leave it out");
}
