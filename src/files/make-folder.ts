import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it that are not there, one after the other. `mkdir` of Node with `recursive` never
 * returns where a file system says "no such folder" of a name in a folder that is there, as /proc does.
 *
 * @returns the first folder that was made; undefined where all were there
 * @throws the error of the system: the folder cannot be made, or a file has its name
 */
export function makeFolder(path: string): string | undefined {
  const missing: string[] = [];
  for (let folder = resolve(path); !isThere(folder); folder = dirname(folder)) missing.unshift(folder);
  let first: string | undefined;
  for (const folder of missing) {
    try {
      mkdirSync(folder);
      first ??= folder;
    } catch (error) {
      // Another process may have made it at this moment.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !isThere(folder)) throw error;
    }
  }
  return first;
}

/** Whether a folder is there, links followed. The root is. A file in its place is found out by `mkdir`. */
function isThere(folder: string): boolean {
  if (dirname(folder) === folder) return true;
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
