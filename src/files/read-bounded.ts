import { constants, openSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { Socket } from "node:net";
import { InputError } from "../errors.ts";

/** The largest file that is read at all: arrays of more bytes need another tool first. */
export const LARGEST_FILE = 2 ** 31;

/** Much more than any problem file: their size is that of a few expressions. */
const LARGEST_TEXT = 2 ** 24;

/**
 * The bytes of a file or pipe, at most `most` of them, whatever the path names. A file whose size is larger is refused before a byte is
 * read; a pipe, whose size nobody knows, when it has given more. Devices (/dev/zero), sockets and folders are refused.
 *
 * @param remedy what to give in its place, for messages.
 * @throws InputError also for a file that is empty, or that grew or shrank while it was read: what was read would be part of it.
 */
export async function readBounded(path: string, most: number, remedy: string): Promise<Uint8Array> {
  const refuse = (problem: string, what = remedy): never => {
    throw new InputError(path, undefined, problem, what);
  };
  let file: FileHandle | undefined;
  if (path === "") throw new InputError("path", path, "is empty", remedy);
  try {
    // Before it is opened: that alone may do something to a device.
    const found = await stat(path);
    if (found.isDirectory()) refuse("cannot be read (is a folder)");
    if (!found.isFile() && !found.isFIFO()) refuse("cannot be read (is a device or a socket, no file)");
    if (found.isFIFO()) {
      const given = await readPipe(path, most);
      if (given === null) return refuse(`gives more than the ${most} bytes that are read`, SMALLER);
      if (given.length === 0) refuse("is empty");
      return given;
    }
    file = await open(path, "r");
    // Files that the system makes up as they are read (/proc) have size 0.
    const size = (await file.stat()).size || null;
    if (size !== null && size > most) refuse(`has ${size} bytes, and at most ${most} are read`, SMALLER);
    const bytes = await readUpTo(file, size ?? most, size ?? PIECE);
    if (bytes === null && size === null) return refuse(`gives more than the ${most} bytes that are read`, SMALLER);
    if (bytes === null || (size !== null && bytes.length < size)) return refuse("changed its size while it was read", COPY);
    if (bytes.length === 0) refuse("is empty");
    return bytes;
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code = "", message } = error as NodeJS.ErrnoException;
    return refuse(`cannot be read (${REASONS[code] ?? message})`);
  } finally {
    await file?.close();
  }
}

/** The same as text in UTF-8, for problem files. @throws InputError also for bytes that are no such text. */
export async function readBoundedText(path: string, remedy: string): Promise<string> {
  const bytes = await readBounded(path, LARGEST_TEXT, remedy);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(path, undefined, "cannot be read (is no text in UTF-8)", remedy);
  }
}

const SMALLER = "give a smaller file: fewer particles, snapshots or rows";
const COPY = "wait until it is written, or copy it first";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "no permission",
  EISDIR: "is a folder",
  ENOTDIR: "not a folder",
  ENXIO: "is a socket, no file",
  ELOOP: "its links lead back to themselves",
};

/** What the file gives until its end; null if that is more than `most`. @param expected a first guess of its length. */
async function readUpTo(file: FileHandle, most: number, expected: number): Promise<Uint8Array | null> {
  // One byte more, to see that nothing follows.
  let bytes = new Uint8Array(Math.min(expected, most) + 1);
  let length = 0;
  while (true) {
    if (length === bytes.length) bytes = grown(bytes, most + 1);
    const { bytesRead } = await file.read(bytes, length, Math.min(PIECE, bytes.length - length), null);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
    if (length > most) return null;
  }
}

/**
 * The same for a pipe, by events: a call that waits for a pipe into which nobody writes cannot be interrupted, not even by the end of the process.
 */
function readPipe(path: string, most: number): Promise<Uint8Array | null> {
  const pipe = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
  return new Promise((done, fail) => {
    const pieces: Uint8Array[] = [];
    let length = 0;
    pipe.on("data", (piece) => {
      pieces.push(piece);
      length += piece.length;
      if (length <= most) return;
      done(null);
      pipe.destroy();
    });
    pipe.on("end", () => done(new Uint8Array(Buffer.concat(pieces))));
    pipe.on("error", fail);
  });
}

const PIECE = 2 ** 24;

function grown(bytes: Uint8Array<ArrayBuffer>, most: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(2 * bytes.length, most));
  larger.set(bytes);
  return larger;
}
