import { unzipSync, zipSync } from "fflate";

/** A ZIP archive of files by name, stored as they are: the digits of particles hardly compress. */
export function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync({ ...files }, { level: 0 });
}

/** The files of a ZIP archive by name. @throws Error for bytes that are not a whole one. */
export function unzip(bytes: Uint8Array): Record<string, Uint8Array> {
  return unzipSync(bytes);
}
