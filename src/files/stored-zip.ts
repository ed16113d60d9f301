/**
 * ZIP archives of files stored as they are (PKWARE APPNOTE 6.3, method 0), whose sizes are known beforehand: where each part stands follows from them, so the
 * parts can be written in any order. Sizes and offsets of 4 GB and more stand in ZIP64 records.
 *
 *   for each member: local header, name, content;   then for each: central header, name;   then the end record
 */
export interface StoredMember {
  name: string;
  size: number;
  crc: number;
  /** Where its local header stands. */
  offset: number;
}

/** 1 January 1980, the earliest date there is: the same files give the same bytes whenever they are written. */
const NO_DATE = 0x21;
const IN_ZIP64 = 0xffffffff;

function isLarge(value: number): boolean {
  return value >= IN_ZIP64;
}

/** What stands before the content of a member. Its length depends on the name and the size alone. */
export function localHeader({ name, size, crc }: Omit<StoredMember, "offset">): Uint8Array {
  const large = isLarge(size);
  const shown = large ? IN_ZIP64 : size;
  const extra = large ? record([2, 1], [2, 16], [8, size], [8, size]) : new Uint8Array(0);
  const text = new TextEncoder().encode(name);
  const version = large ? 45 : 20;
  return join(
    record([4, 0x04034b50], [2, version], [2, 0], [2, 0], [2, 0], [2, NO_DATE], [4, crc], [4, shown], [4, shown]),
    record([2, text.length], [2, extra.length]),
    text,
    extra,
  );
}

/** The central headers and the end record, which follow the last member. */
export function centralDirectory(members: readonly StoredMember[]): Uint8Array {
  const headers = members.map(centralHeader);
  const last = members[members.length - 1];
  const start = last.offset + localHeader(last).length + last.size;
  const bytes = headers.reduce((total, header) => total + header.length, 0);
  const large = isLarge(start);
  const count = members.length;
  const end64 = large
    ? [
        record([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [8, bytes], [8, start]),
        record([4, 0x07064b50], [4, 0], [8, start + bytes], [4, 1]),
      ]
    : [];
  const shown = large ? IN_ZIP64 : start;
  const end = record([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, bytes], [4, shown], [2, 0]);
  return join(...headers, ...end64, end);
}

function centralHeader({ name, size, crc, offset }: StoredMember): Uint8Array {
  const text = new TextEncoder().encode(name);
  const values = [...(isLarge(size) ? [size, size] : []), ...(isLarge(offset) ? [offset] : [])];
  const extra =
    values.length === 0
      ? new Uint8Array(0)
      : record([2, 1], [2, 8 * values.length], ...values.map((value): [8, number] => [8, value]));
  const version = values.length > 0 ? 45 : 20;
  const shown = isLarge(size) ? IN_ZIP64 : size;
  return join(
    record([4, 0x02014b50], [2, version], [2, version], [2, 0], [2, 0], [2, 0], [2, NO_DATE], [4, crc], [4, shown], [4, shown]),
    record([2, text.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, isLarge(offset) ? IN_ZIP64 : offset]),
    text,
    extra,
  );
}

/** Little-endian integers of 2, 4 or 8 bytes. */
function record(...fields: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Uint8Array {
  const out = new Uint8Array(fields.reduce((total, [bytes]) => total + bytes, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  return out;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
