import { deflateSync, Inflate, zipSync } from "fflate";

/** The earliest time a ZIP archive can tell: the same files give the same bytes whenever they are written. */
const NO_TIME = "1980-01-01T00:00";

/** A ZIP archive of files by name, stored as they are: the digits of particles hardly compress. */
export function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync({ ...files }, { level: 0, mtime: NO_TIME });
}

/** Raw DEFLATE. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateSync(bytes, { level: 9 });
}

/** @throws Error for bytes that are not whole, and for those that would grow beyond `most`. */
export function inflate(bytes: Uint8Array, most: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  let whole = false;
  const stream = new Inflate((part, final) => {
    length += part.length;
    if (length > most) throw new RangeError(`more than ${most} bytes`);
    parts.push(part);
    whole = final;
  });
  // A small piece at a time: its output is bounded, whatever its header says.
  for (let start = 0; start < bytes.length; start += PIECE) {
    stream.push(bytes.subarray(start, start + PIECE), start + PIECE >= bytes.length);
  }
  if (!whole) throw new RangeError("not whole");
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const PIECE = 1024;
