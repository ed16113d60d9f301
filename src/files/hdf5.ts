type Library = typeof import("h5wasm");
export type Hdf5File = InstanceType<Library["File"]>;
type Module = Awaited<Library["ready"]>;
export type Hdf5Dataset = InstanceType<Library["Dataset"]>;

/** The file that is open in the library's own file system: nothing waits while it is, so that the name is nobody else's. */
const NAME = "open.h5";

/** The bytes of the HDF5 file that `write` fills, which depend on nothing else. */
export async function createHdf5(write: (file: Hdf5File) => void): Promise<Uint8Array> {
  const { library, FS } = await loadLibrary();
  const file = untimed(() => new library.File(NAME, "w"));
  try {
    untimed(() => {
      try {
        write(file);
        file.flush();
      } finally {
        file.close();
      }
    });
    return FS.readFile(NAME) as Uint8Array;
  } finally {
    FS.unlink(NAME);
  }
}

/** An HDF5 file on the disk, open for writing. */
export interface Hdf5Output {
  /** Writes something; the library keeps data that it has not flushed in memory, a chunk at most. @throws Error with the reason */
  write<Result>(work: (file: Hdf5File) => Result): Result;
  /** @throws Error with the reason */
  close(): void;
}

/**
 * Creates an HDF5 file on the disk, with the build of the library that works on the file system of Node: the file is never in memory as a whole.
 *
 * @throws Error with the reason
 */
export async function createHdf5File(path: string): Promise<Hdf5Output> {
  const library = await import("h5wasm/node");
  const module = await library.ready;
  const said = <Result>(work: () => Result): Result => {
    // Failures are thrown; by default they are printed.
    module.activate_throwing_error_handler();
    try {
      return untimed(work);
    } catch (error) {
      throw new Error(reasonOf(error as Error));
    } finally {
      module.deactivate_throwing_error_handler();
    }
  };
  const file = said(() => new library.File(path, "w"));
  return { write: (work) => said(() => work(file)), close: () => said(() => file.close()) };
}

/** The library's message is a trace of its own functions; the system's word is within it. */
function reasonOf({ message }: Error): string {
  return /error message = '([^']+)'/.exec(message)?.[1].toLowerCase() ?? message.split("\n", 1)[0];
}

/** HDF5 stamps every dataset with the time at which it was made, and h5wasm has no way to forbid it: its clock stands still instead. */
const NO_TIME = Date.UTC(1980, 0, 1);

function untimed<Result>(work: () => Result): Result {
  const clock = Date.now;
  Date.now = () => NO_TIME;
  try {
    return work();
  } finally {
    Date.now = clock;
  }
}

/**
 * What `read` takes out of an HDF5 file and of the datasets at its root; neither may be used later. `bytesOf` gives the items of a dataset of
 * numbers, the lowest byte of each first, for types that the library has no arrays for. @throws Error for other bytes.
 */
export async function openHdf5<Result>(
  bytes: Uint8Array,
  read: (file: Hdf5File, datasets: ReadonlyMap<string, Hdf5Dataset>, bytesOf: (dataset: Hdf5Dataset) => Uint8Array) => Result,
): Promise<Result> {
  const { library, module, FS } = await loadLibrary();
  let file: Hdf5File | undefined;
  // Failures are thrown; by default they are printed.
  module.activate_throwing_error_handler();
  try {
    FS.writeFile(NAME, bytes);
    file = new library.File(NAME, "r");
    const datasets = new Map<string, Hdf5Dataset>();
    for (const name of file.keys()) {
      const entity = file.get(name);
      if (entity instanceof library.Dataset) datasets.set(name, entity);
    }
    return read(file, datasets, (dataset) => storedItems(module, dataset));
  } finally {
    try {
      file?.close();
    } finally {
      module.deactivate_throwing_error_handler();
      if (FS.analyzePath(NAME).exists) FS.unlink(NAME);
    }
  }
}

function storedItems(module: Module, { file_id, path, metadata }: Hdf5Dataset): Uint8Array {
  const length = metadata.size * metadata.total_size;
  if (length === 0) return new Uint8Array(0);
  const at = module._malloc(length);
  if (at === 0) throw new RangeError("Array buffer allocation failed");
  try {
    module.get_dataset_data(file_id, path, null, null, null, BigInt(at));
    return module.HEAPU8.slice(at, at + length);
  } finally {
    module._free(at);
  }
}

/** A megabyte of WebAssembly, so it is loaded only where a file is read or written. */
async function loadLibrary(): Promise<{ library: Library; module: Module; FS: NonNullable<Module["FS"]> }> {
  const library = await import("h5wasm");
  const module = await library.ready;
  const { FS } = module;
  if (FS === null) throw new Error("h5wasm has no file system");
  return { library, module, FS };
}
