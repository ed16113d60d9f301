import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

/**
 * A file is written beside its place, as a part file, and put into its place when it is whole. The part file is created before the work, so that it also
 * reserves the place.
 *
 * Its name is .NAME.HOST-PID-START.part: a digest of the name of the host, the process, and when that began (in ticks, where the system tells it).
 * So a killed run leaves nothing to unlock: a part file whose process is gone does not count, and the next run to the same place removes it. Part files of
 * other hosts are left alone. There, and where a file system cannot say more, a place that was free at the start and is
 * not at the end is still not overwritten: a hard link to an existing name fails.
 */

/** Attempts to take a place that others are after: two that begin at once both withdraw, and wait for unequal times. */
const ATTEMPTS = 4;

export interface PlaceOptions {
  /** Where the part file stands: a folder of the same file system (default: that of the target). */
  folder?: string;
  /** Receives the path of the part file before it is created. */
  announce?: (part: string) => void;
  /** How often a busy place is tried (default 4). */
  attempts?: number;
}

/** Takes the place of a file. @returns the path of the part file, or the process that writes to the same place. */
export function takePlace(
  target: string,
  { folder = dirname(target), announce = () => {}, attempts = ATTEMPTS }: PlaceOptions = {},
): { part: string } | { busy: number } {
  const label = labelOf(target);
  const own = `${label}${HOST}-${process.pid}-${processStart(process.pid)?.start ?? 0}.part`;
  const part = join(folder, own);
  for (let attempt = 1; ; attempt++) {
    const before = ownersOf(folder, label).find(({ name, alive }) => name !== own && alive);
    if (before === undefined) {
      announce(part);
      writeFileSync(part, "", { flag: "wx" });
      const others = ownersOf(folder, label).filter(({ name }) => name !== own);
      for (const { name, alive } of others) if (!alive) removeFile(join(folder, name));
      if (!others.some(({ alive }) => alive)) return { part };
      removeFile(part);
    }
    const busy = before ?? ownersOf(folder, label).find(({ name, alive }) => name !== own && alive);
    if (attempt >= attempts) return { busy: busy?.pid ?? process.pid };
    pause(10 + ((process.pid * 37) % 90) * attempt);
  }
}

/** A part file: of which place, whose, and whether that process goes on; `null` for a process of another host, of which nothing is known. */
export interface PartOwner {
  name: string;
  label: string;
  pid: number;
  alive: boolean | null;
}

/** All part files of a folder; none where there is no folder. */
export function partsIn(folder: string): PartOwner[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const [, label, host, pid, start] = PART.exec(name) ?? [];
    if (label === undefined) return [];
    return [{ name, label, pid: Number(pid), alive: host === HOST ? isAlive(Number(pid), start) : null }];
  });
}

/** Puts a whole part file into its place. A place that was `free` at the start must be so still. @returns false where it is not. */
export function putInPlace(part: string, target: string, free: boolean): boolean {
  flush(part);
  if (!free) {
    keepOwnership(part, target);
    renameSync(part, target);
    return true;
  }
  try {
    linkSync(part, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    // A file system without hard links.
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) return false;
    renameSync(part, target);
    return true;
  }
  unlinkSync(part);
  return true;
}

export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone already.
  }
}

const HOST = digest(hostname()).slice(0, 8);
const OWNER = /^([0-9a-f]{8})-(\d+)-(\d+)\.part$/;
const PART = /^\.(.+)\.([0-9a-f]{8})-(\d+)-(\d+)\.part$/;
/** Names may have 255 bytes; the part added takes at most 60. */
const LONGEST_NAME = 190;

function labelOf(target: string): string {
  const name = basename(target);
  return `.${Buffer.byteLength(name) <= LONGEST_NAME ? name : digest(name)}.`;
}

/** The part files of this host for one place. */
function ownersOf(folder: string, label: string) {
  return readdirSync(folder).flatMap((name) => {
    const [, host, pid, start] = (name.startsWith(label) && OWNER.exec(name.slice(label.length))) || [];
    return host === HOST ? [{ name, pid: Number(pid), alive: isAlive(Number(pid), start) }] : [];
  });
}

function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const found = processStart(pid);
  // Another process may have got the number since, and one that has ended may wait for its parent to notice.
  return found === null || (!found.ended && (start === "0" || found.start === start));
}

/** When a process began and whether it has ended, from its line in /proc (Linux); null elsewhere. */
function processStart(pid: number): { start: string; ended: boolean } | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the name in parentheses, which may hold anything; the state is the third, the start the twenty-second.
    const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
    return { start: fields[19], ended: fields[0] === "Z" || fields[0] === "X" };
  } catch {
    return null;
  }
}

/** Gives the mode, and where allowed the owner, of an older file to the new one. */
function keepOwnership(part: string, target: string): void {
  const found = statSync(target, { throwIfNoEntry: false });
  if (found === undefined) return;
  const { mode, uid, gid } = found;
  try {
    chownSync(part, uid, gid);
  } catch {
    // Only root may give files away.
  }
  chmodSync(part, mode & 0o7777);
}

/** Writes the part file through to the disk, so that the file in its place survives a power failure. */
function flush(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}
