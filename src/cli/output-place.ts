import { accessSync, type BigIntStats, constants, fstatSync, lstatSync, realpathSync, statfsSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { InputError } from "../errors.ts";
import { reason } from "./failures.ts";
import { formatBytes } from "./files.ts";

/**
 * Where an output may go. It replaces only a regular file, only with --force, and never a file that the command reads, under any name: two names are one
 * file where device and inode agree. A symbolic link is followed, as by a redirection of the shell: the replaced file is the one that it leads to, and the
 * link stays (replaced by name, the link would be lost and the file that it meant would stay as it was).
 */

/** What an output is written as, and the endings of names that say so. */
export const FORMATS = {
  netcdf: { name: "NetCDF-4", endings: [".nc"] },
  npz: { name: ".npz", endings: [".npz"] },
  particles: { name: ".npz or Parquet", endings: [".npz", ".parquet"] },
  json: { name: "JSON", endings: [] },
  html: { name: "HTML", endings: [] },
  page: { name: "HTML", endings: [".html"] },
  picture: { name: "HTML, SVG or PNG", endings: [".html", ".svg", ".png"] },
} as const satisfies Record<string, { name: string; endings: readonly string[] }>;

export interface Wanted {
  option: string;
  /** Nothing is written where this is not given. */
  path: string | undefined;
  format: keyof typeof FORMATS;
  /** An estimate: refused where the disk has less. */
  bytes?: number;
}

/** A place that has been checked. */
export interface Place {
  option: string;
  path: string;
  /** The file itself, links followed. */
  target: string;
  existing: BigIntStats | null;
}

/** @throws InputError for two outputs in one file */
export function refuseTwice(places: readonly (Place | null)[]): void {
  const seen: Place[] = [];
  for (const place of places) {
    if (place === null) continue;
    const { option, path, target, existing } = place;
    const twin = seen.find((other) =>
      other.existing !== null && existing !== null ? isSameFile(other.existing, existing) : other.target === target,
    );
    if (twin !== undefined) throw new InputError(option, path, `the same file as ${twin.option}`, "give each its own path");
    seen.push(place);
  }
}

function isSameFile(left: BigIntStats, right: BigIntStats): boolean {
  return left.dev === right.dev && left.ino === right.ino;
}

/** @throws InputError for an output that may not be written there */
export function placeOf(
  { option, format, bytes }: Wanted,
  path: string,
  { inputs, force }: { inputs: readonly string[]; force: boolean },
): Place {
  const refuse = (problem: string, remedy: string): never => {
    throw new InputError(option, path, problem, remedy);
  };
  if (path.trim() === "") refuse("is empty", "give the path of a file");
  if (/[/\\]$/.test(path)) refuse("is the name of a folder", "give the path of a file");
  checkEnding(option, path, format);
  if (isTooLong(path)) refuse("has a name too long for its file system", "choose a shorter one");
  const existing = statOf(path);
  if (existing?.isDirectory()) refuse("is a folder", "give the path of a file");
  if (existing !== null && !existing.isFile()) {
    refuse(`is ${kindOf(existing)}, not a file`, option === "--summary" ? "use - for standard output" : "give the path of a file");
  }
  const isStream = [1, 2].some((stream) => existing !== null && isStreamOf(stream, existing));
  if (isStream)
    refuse("is where this command prints", option === "--summary" ? "use - for standard output" : "choose another path");
  if (existing === null && isLink(path)) {
    refuse("is a symbolic link to a file that is not there", "give the path of that file, or remove the link");
  }
  const input = inputs.find((name) => existing !== null && isSameFileAs(name, existing));
  if (input !== undefined) refuse(`is the file ${input}, which this command reads`, "choose another path");
  const target = targetOf(option, path, existing !== null);
  if (existing !== null) {
    if (!force) refuse("exists already", "choose another path, or add --force");
    try {
      accessSync(target, constants.W_OK);
    } catch (error) {
      refuse(`cannot be overwritten (${reason(error)})`, "choose another path");
    }
  }
  checkSpace(option, path, dirname(target), bytes ?? 0);
  return { option, path, target, existing };
}

function checkEnding(option: string, path: string, format: Wanted["format"]): void {
  const { name, endings }: { name: string; endings: readonly string[] } = FORMATS[format];
  const ending = extname(path).toLowerCase();
  if (path === "-") throw new InputError(option, path, `${name} is not written to standard output`, "give the path of a file");
  if (
    endings.length > 0
      ? endings.includes(ending)
      : ending === `.${format}` || !Object.values(FORMATS).some((other) => (other.endings as readonly string[]).includes(ending))
  )
    return;
  const wanted = endings.length > 0 ? endings.join(" or ") : `.${format}`;
  const problem = ending === "" ? "has no ending that names a format" : `ends with ${ending}`;
  throw new InputError(option, path, problem, `this is written as ${name}: use a name that ends with ${wanted}`);
}

function statOf(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    // Its folder is no folder or is closed, which is said when that is checked.
    return null;
  }
}

function isTooLong(path: string): boolean {
  try {
    lstatSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENAMETOOLONG";
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function isSameFileAs(path: string, stats: BigIntStats): boolean {
  const other = statOf(path);
  return other !== null && isSameFile(other, stats);
}

function isStreamOf(descriptor: number, stats: BigIntStats): boolean {
  try {
    return isSameFile(fstatSync(descriptor, { bigint: true }), stats);
  } catch {
    return false;
  }
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSocket()) return "a socket";
  return "a device";
}

/** The file that a path leads to. @throws InputError where no file can be created there */
function targetOf(option: string, path: string, exists: boolean): string {
  const folder = dirname(resolve(path));
  try {
    const target = exists ? realpathSync(path) : join(realpathSync(folder), basename(resolve(path)));
    if (!statSync(dirname(target)).isDirectory()) throw new Error("not a folder");
    accessSync(dirname(target), constants.W_OK | constants.X_OK);
    return target;
  } catch (error) {
    throw new InputError(
      option,
      path,
      `cannot be written (${reason(error)})`,
      `create the folder ${folder} or choose another path`,
    );
  }
}

/** @throws InputError where the disk of a folder has less than `bytes` */
export function checkSpace(option: string, path: string, folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bytes <= bavail * bsize) return;
  throw new InputError(
    option,
    path,
    `needs ${formatBytes(bytes)}, and ${formatBytes(bavail * bsize)} are free on the disk`,
    "choose another disk, or ask for fewer snapshots, cells or particles",
  );
}
