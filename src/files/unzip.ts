import { crc32, inflateRawSync } from "node:zlib";
import { InputError } from "../errors.ts";
import { LARGEST_FILE } from "./read-bounded.ts";

/**
 * The members of a ZIP archive by name (APPNOTE.TXT 6.3.10, sections 4.3 and 4.5), stored or deflated, ZIP64 included.
 *
 *   members, central directory (name, method, CRC-32, sizes, offset of each), end record (offset of the directory)
 *
 * All that the directory says is checked before a byte is inflated: members lie apart and before the directory, their sizes are possible
 * (DEFLATE gives at most 1032 bytes for one) and together within `most`. Then each must inflate to its size and have its CRC-32; what is
 * inflated is bounded by the size in the directory. fflate, which writes our archives, checks neither CRC nor overlap.
 *
 * Stored members are views of `bytes`. Cost: one pass over each member.
 *
 * @param path of the archive, for messages. @throws InputError
 */
export function unzip(bytes: Uint8Array, path: string, most = LARGEST_FILE): Map<string, Uint8Array> {
  const refuse = (problem: string, remedy = AGAIN): never => {
    throw new InputError(path, undefined, problem, remedy);
  };
  const members = readDirectory(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), refuse);
  let total = 0;
  for (const { name, method, flags, stored, size } of members) {
    if (flags & ENCRYPTED) refuse(`member "${name}" is encrypted`, "write the archive without a password");
    if (method !== STORE && method !== DEFLATE) refuse(`member "${name}" is compressed by method ${method}`, KNOWN_METHODS);
    if (method === STORE ? size !== stored : size > LARGEST_RATIO * stored) {
      refuse(`the archive is damaged (member "${name}" cannot have ${size} bytes of ${stored})`);
    }
    total += size;
  }
  if (total > most) refuse(`its members have ${total} bytes, and at most ${most} are read`, "write smaller arrays");
  const files = new Map<string, Uint8Array>();
  for (const { name, method, crc, start, stored, size } of members) {
    if (files.has(name)) refuse(`two members are named "${name}"`, "keep one of them");
    const packed = bytes.subarray(start, start + stored);
    const content =
      method === STORE ? packed : (inflated(packed, size) ?? refuse(`the archive is damaged ("${name}" does not inflate)`));
    if (content.length !== size) refuse(`the archive is damaged ("${name}" has ${content.length} bytes for ${size})`);
    if (crc32(content) !== crc) refuse(`the archive is damaged (CRC-32): "${name}" is not what was written`);
    files.set(name, content);
  }
  return files;
}

const AGAIN = "it may be truncated or altered; write or copy it again";
const KNOWN_METHODS = "write it with numpy.savez or numpy.savez_compressed: stored or deflated";
const [STORE, DEFLATE] = [0, 8];
/** Bits of the flags: encrypted, strongly encrypted, directory encrypted. */
const ENCRYPTED = 1 | (1 << 6) | (1 << 13);
/** The longest match (258 bytes) in the shortest code (two bits). */
const LARGEST_RATIO = 1032;

interface Member {
  name: string;
  method: number;
  flags: number;
  crc: number;
  /** Its header in the archive, and where the header ends. */
  offset: number;
  start: number;
  /** Bytes in the archive, from `start`. */
  stored: number;
  /** Bytes of the content. */
  size: number;
}

type Refuse = (problem: string, remedy?: string) => never;

function inflated(packed: Uint8Array, size: number): Uint8Array | null {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    return null;
  }
}

const END = 0x06054b50;
const END_BYTES = 22;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const LOCATOR64_BYTES = 20;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;

/** The files of the directory, in the order of their places. */
function readDirectory(view: DataView, refuse: Refuse): Member[] {
  const broken = (what: string): never => refuse(`the archive is damaged (${what})`);
  const within = (at: number, length: number, what: string) => {
    if (!(at >= 0 && at + length <= view.byteLength)) broken(`${what} would lie outside of it`);
  };
  let end = view.byteLength - END_BYTES;
  // Its comment reaches to the end of the file.
  const isEnd = (at: number) =>
    view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength;
  while (end >= 0 && !isEnd(end)) end = end > view.byteLength - END_BYTES - 0xffff ? end - 1 : -1;
  if (end < 0) broken("no end record");
  let entries = view.getUint16(end + 10, true);
  let directoryBytes = view.getUint32(end + 12, true);
  let directory = view.getUint32(end + 16, true);
  let disks = [view.getUint16(end + 4, true), view.getUint16(end + 6, true)];
  let directoryEnd = end;
  const locator = end - LOCATOR64_BYTES;
  if (locator >= 0 && view.getUint32(locator, true) === LOCATOR64) {
    const end64 = longAt(view, locator + 8);
    within(end64, 56, "the ZIP64 end record");
    if (view.getUint32(end64, true) !== END64) broken("no ZIP64 end record");
    disks = [view.getUint32(end64 + 16, true), view.getUint32(end64 + 20, true)];
    entries = longAt(view, end64 + 32);
    directoryBytes = longAt(view, end64 + 40);
    directory = longAt(view, end64 + 48);
    directoryEnd = end64;
  }
  if (disks.some((disk) => disk !== 0)) refuse("is part of an archive in several files", "join them first");
  if (directory + directoryBytes !== directoryEnd) broken("the directory does not end where its end record begins");

  const members: Member[] = [];
  let at = directory;
  for (let i = 0; i < entries; i++) {
    within(at, ENTRY_BYTES, "an entry of the directory");
    if (view.getUint32(at, true) !== ENTRY) broken("an entry of the directory is none");
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const next = at + ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
    if (next > directoryEnd) broken("an entry of the directory reaches beyond it");
    const long = longFields(view, at, at + ENTRY_BYTES + nameBytes, extraBytes);
    if (long === null) return broken("a size is missing");
    const name = textAt(view, at + ENTRY_BYTES, nameBytes);
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const crc = view.getUint32(at + 16, true);
    const { offset } = long;
    within(offset, LOCAL_BYTES, `"${name}"`);
    if (view.getUint32(offset, true) !== LOCAL) broken(`"${name}" does not begin where the directory says`);
    const start = offset + LOCAL_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
    if (start + long.stored > directory) broken(`"${name}" reaches into the directory`);
    const sameName = textAt(view, offset + LOCAL_BYTES, view.getUint16(offset + 26, true)) === name;
    if (!sameName || view.getUint16(offset + 8, true) !== method) broken(`"${name}" is another member than the directory says`);
    members.push({ name, method, flags, crc, offset, start, stored: long.stored, size: long.size });
    at = next;
  }
  if (at !== directoryEnd) broken("the directory has more entries than it says");
  members.sort((a, b) => a.offset - b.offset);
  members.forEach((member, i) => {
    const before = members[i - 1];
    if (i > 0 && before.start + before.stored > member.offset) broken(`"${before.name}" and "${member.name}" overlap`);
  });
  return members.filter(({ name }) => !name.endsWith("/"));
}

/** Sizes and offset of an entry: of 32 bits, or of 64 in the extra field 1, in the order of those that are all ones in the entry. */
function longFields(view: DataView, entry: number, extra: number, extraBytes: number) {
  const [size, stored, offset] = [24, 20, 42].map((place) => view.getUint32(entry + place, true));
  const fields = { size, stored, offset };
  const missing = (["size", "stored", "offset"] as const).filter((name) => fields[name] === 0xffffffff);
  if (missing.length === 0) return fields;
  for (let at = extra; at + 4 <= extra + extraBytes; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const bytes = view.getUint16(at + 2, true);
    if (bytes < 8 * missing.length || at + 4 + bytes > extra + extraBytes) return null;
    missing.forEach((name, i) => {
      fields[name] = longAt(view, at + 4 + 8 * i);
    });
    return fields;
  }
  return null;
}

/** An unsigned integer of 64 bits; beyond 2^53 only its being large counts. */
function longAt(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function textAt(view: DataView, at: number, length: number): string {
  const bytes = Math.max(0, Math.min(length, view.byteLength - at));
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, bytes));
}
