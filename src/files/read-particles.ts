import { InputError } from "../errors.ts";
import { decodeNpyHeader, isNumeric, openNpy } from "./npy.ts";
import { checkedParticles, type ParticleData, type ReadOptions } from "./particle-data.ts";
import { particlesFromArray } from "./read-array.ts";
import { LARGEST_FILE, readBounded } from "./read-bounded.ts";
import { particlesFromCsv } from "./read-csv.ts";
import { particlesFromHdf5 } from "./read-hdf5.ts";
import { particlesFromNpz } from "./read-npz.ts";
import { particlesFromParquet } from "./read-parquet.ts";

type Reader = (bytes: Uint8Array, path: string, options: ReadOptions) => ParticleData | Promise<ParticleData>;

/** Kinds of files by their first bytes, whatever their names; the last one takes all others. */
const KINDS: readonly { kind: string; begins: readonly number[]; read: Reader }[] = [
  { kind: "a zip archive of arrays (.npz)", begins: [0x50, 0x4b, 0x03, 0x04], read: particlesFromNpz },
  { kind: "an array of numpy.save (.npy)", begins: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], read: particlesFromNpy },
  { kind: "HDF5", begins: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], read: particlesFromHdf5 },
  { kind: "a Parquet table", begins: [0x50, 0x41, 0x52, 0x31], read: particlesFromParquet },
  { kind: "a table of text (CSV)", begins: [], read: particlesFromCsv },
];

/** Kinds of files that are not read, by their first bytes, each with what to do. Pickles (torch.save before 1.6 is one) would run the code in them. */
const FOREIGN: readonly { kind: string; begins: readonly number[] | string; remedy: string }[] = [
  { kind: "NetCDF-3 (classic)", begins: "CDF", remedy: 'write NetCDF-4: to_netcdf(path, format="NETCDF4")' },
  { kind: "compressed by gzip", begins: [0x1f, 0x8b], remedy: "decompress it: gunzip" },
  { kind: "a pickle", begins: [0x80], remedy: "save the arrays: numpy.savez(path, theta=theta, time=time)" },
  { kind: "an Arrow (Feather) table", begins: "ARROW1", remedy: "write Parquet: to_parquet(path)" },
  {
    kind: "a MATLAB file of a version before 7.3",
    begins: "MATLAB 5.0",
    remedy: "write HDF5: save(path, 'theta', 'time', '-v7.3')",
  },
  { kind: "text in UTF-16", begins: [0xff, 0xfe], remedy: "write it in UTF-8" },
  { kind: "JSON", begins: "{", remedy: "write a table (CSV, Parquet) or arrays (.npz, HDF5)" },
  { kind: "JSON", begins: "[", remedy: "write a table (CSV, Parquet) or arrays (.npz, HDF5)" },
];

function refuseForeign(bytes: Uint8Array, path: string): void {
  const found = FOREIGN.find(({ begins }) =>
    typeof begins === "string"
      ? [...begins].every((letter, i) => bytes[i] === letter.charCodeAt(0))
      : begins.every((byte, i) => bytes[i] === byte),
  );
  if (found !== undefined) throw new InputError(path, undefined, `is ${found.kind}, which is not read`, found.remedy);
}

/**
 * Particles of anyone's scheme: `.npz`, `.npy`, HDF5, Parquet or CSV.
 *
 * @throws InputError for whatever cannot be read as particles of the problem, naming the place and the remedy
 */
export async function readParticles(path: string, options: ReadOptions): Promise<ParticleData> {
  const bytes = await readBounded(path, LARGEST_FILE, "give the path of a .npz, .npy, .h5, .nc, .parquet or .csv file");
  const { kind, read } = KINDS.find(({ begins }) => begins.every((byte, i) => bytes[i] === byte)) as (typeof KINDS)[number];
  refuseForeign(bytes, path);
  let data: ParticleData;
  try {
    data = await read(bytes, path, options);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const problem = `cannot be read as ${kind} (${(error as Error).message.split("\n", 1)[0]})`;
    throw new InputError(path, undefined, problem, "it may be truncated or damaged; write it again");
  }
  return checkedParticles(data, options.variables, path);
}

function particlesFromNpy(bytes: Uint8Array, path: string, options: ReadOptions): ParticleData {
  const header = decodeNpyHeader(bytes, path);
  if (!isNumeric(header)) throw new InputError(path, undefined, "holds text", "save an array of floats");
  for (const [option, name] of [["--times", options.times], ["--replicas", options.replicas], ["--weights", options.weights]] as const) {
    if (typeof name === "string") throw new InputError(option, name, "a file of one array has no names", "save several with numpy.savez");
  } // biome-ignore format: three options
  const context = { field: path, names: null, times: null, dt: null, scheme: null, notes: [] };
  return particlesFromArray([openNpy(bytes, header, path)], context, options).particles;
}
