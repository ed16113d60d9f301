import { InputError } from "../errors.ts";
import { allItems, type NumberItems, stridesOf } from "./number-items.ts";
import { floatPrecision } from "./precision.ts";

/** An array of numbers, in C order: the last axis runs fastest. */
export interface NumberArray {
  shape: number[];
  data: Float64Array;
}

/** An array of names, in C order. */
export interface TextArray {
  shape: number[];
  text: string[];
}

/** What stands before the data: the type of an item, the shape, and how the items are laid out. */
export interface NpyHeader {
  /** Kind of an item (`f` floating, `i`, `u`, `b` boolean, `U` and `S` text) and its bytes. */
  kind: string;
  itemBytes: number;
  littleEndian: boolean;
  /** The first axis runs fastest. */
  fortranOrder: boolean;
  shape: number[];
  count: number;
  /** Where the data begin. */
  start: number;
}

/**
 * One array as `numpy.save` writes it, format versions 1, 2 and 3 (numpy.lib.format): the bytes 93 NUMPY, the version, the length of the
 * header, the header as a Python dictionary, the items. Numbers of every real type and either byte order become doubles; Fortran order
 * is transposed. Read here because npyjs 1.2 flags Fortran order without transposing and throws on big-endian items.
 *
 * @param name of the array, for messages
 * @throws InputError for anything else: objects, records, complex numbers, a length that is not that of the shape
 */
export function decodeNpy(bytes: Uint8Array, name: string): NumberArray | TextArray {
  const header = decodeNpyHeader(bytes, name);
  if (isNumeric(header)) return { shape: header.shape, data: allItems(openNpy(bytes, header, name)) };
  const { itemBytes, fortranOrder, shape, count, start } = header;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  const text = Array.from({ length: count }, (_, i) => readText(view, i * itemBytes, header, name));
  return { shape, text: fortranOrder ? inCOrder(text, shape) : text };
}

/** Whether items of this kind are numbers. */
export function isNumeric({ kind }: NpyHeader): boolean {
  return kind !== "U" && kind !== "S";
}

/** The numbers of an array, to be read where they stand. */
export function openNpy(bytes: Uint8Array, header: NpyHeader, name: string): NumberItems {
  const { kind, itemBytes, littleEndian, fortranOrder, shape, start } = header;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  const read = kind === "f" && itemBytes > 8 ? extendedReader(itemBytes, name) : READERS[kind + itemBytes];
  return {
    shape,
    strides: fortranOrder ? stridesOf(shape.toReversed()).reverse() : stridesOf(shape),
    at: (item) => read(view, item * itemBytes, littleEndian),
    precision: floatPrecision(kind === "f" ? itemBytes : 8),
  };
}

/** The header alone, checked against the length of the bytes. @throws InputError as `decodeNpy` */
export function decodeNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const refuse = (problem: string, remedy = AGAIN): never => {
    throw new InputError(name, undefined, problem, remedy);
  };
  if (bytes.length === 0) refuse("is empty");
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) refuse("is not an array of numpy.save");
  if (bytes.length < 12) refuse("is truncated within its header");
  const version = bytes[6];
  if (version < 1 || version > 3) refuse(`has version ${version} of the format, where 1 to 3 are known`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [headerStart, headerBytes] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const start = headerStart + headerBytes;
  if (start > bytes.length) refuse("is truncated within its header");
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(headerStart, start));

  const descr = /["']descr["']\s*:\s*(["'])(.*?)\1/.exec(text)?.[2];
  const order = /["']fortran_order["']\s*:\s*(True|False)/.exec(text)?.[1];
  const dimensions = /["']shape["']\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (/["']descr["']\s*:\s*\[/.test(text)) refuse("holds records (a structured dtype)", "save one array of floats for each field");
  if (descr === undefined || order === undefined || dimensions === undefined) return refuse("has a header that cannot be read");
  const [, byteOrder, kind, digits] = /^([<>=|]?)([a-zA-Z])(\d*)$/.exec(descr) ?? [];
  if (kind === "O") refuse("holds Python objects", "save it as an array of floats: numpy.asarray(a, dtype=float)");
  if (kind === "c") refuse("holds complex numbers", "save the real and the imaginary part as two variables");
  const size = Number(digits);
  const isText = kind === "U" || kind === "S";
  const known = isText ? size > 0 : kind + digits in READERS || (kind === "f" && EXTENDED_BYTES.includes(size));
  if (!known) {
    refuse(`holds items of type "${descr}"`, "save it as an array of floats: numpy.asarray(a, dtype=float)");
  }
  const shape = dimensions
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  const count = shape.reduce((product, length) => product * length, 1);
  const itemBytes = kind === "U" ? 4 * size : size;
  const expected = count * itemBytes;
  const found = bytes.length - start;
  if (found !== expected) {
    const items = `shape (${shape.join(", ")}) of "${descr}" needs ${expected} bytes and ${found} are there`;
    refuse(found < expected ? `is truncated: ${items}` : `has bytes too many: ${items}`);
  }
  return { kind, itemBytes, littleEndian: byteOrder !== ">", fortranOrder: order === "True", shape, count, start };
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const AGAIN = "write it again with numpy.save, numpy.savez or bdpde particles --out";

type Reader = (view: DataView, offset: number, littleEndian: boolean) => number;

const READERS: Readonly<Record<string, Reader>> = {
  f2: (view, offset, little) => half(view.getUint16(offset, little)),
  f4: (view, offset, little) => view.getFloat32(offset, little),
  f8: (view, offset, little) => view.getFloat64(offset, little),
  i1: (view, offset) => view.getInt8(offset),
  i2: (view, offset, little) => view.getInt16(offset, little),
  i4: (view, offset, little) => view.getInt32(offset, little),
  i8: (view, offset, little) => Number(view.getBigInt64(offset, little)),
  u1: (view, offset) => view.getUint8(offset),
  u2: (view, offset, little) => view.getUint16(offset, little),
  u4: (view, offset, little) => view.getUint32(offset, little),
  u8: (view, offset, little) => Number(view.getBigUint64(offset, little)),
  b1: (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1),
};

/** IEEE half precision: 1 sign bit, 5 of the exponent, 10 of the fraction. */
function half(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** The long double of x86 fills 10 bytes, padded to 12 or 16. */
const EXTENDED_BYTES = [12, 16];

/**
 * The long double of x86, rounded to double: sign s and exponent e in 16 bits, then a significand m of 64 bits with its leading bit
 * written, (-1)^s m 2^(e - 16383 - 63). A number without its leading bit is of another machine (quadruple precision on ARM).
 */
function extendedReader(itemBytes: number, name: string): Reader {
  return (view, offset, little) => {
    const top = view.getUint16(little ? offset + 8 : offset + itemBytes - 10, little);
    const significand = little ? offset : offset + itemBytes - 8;
    const high = view.getUint32(little ? significand + 4 : significand, little);
    const low = view.getUint32(little ? significand : significand + 4, little);
    const sign = top >> 15 === 0 ? 1 : -1;
    const exponent = top & 0x7fff;
    if (exponent === 0x7fff) return (high & 0x7fffffff) === 0 && low === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (exponent !== 0 && high >>> 31 === 0) {
      throw new InputError(name, undefined, "holds long doubles that are not those of x86", "save it as float64");
    }
    // In [1, 2), exact but for one rounding; the power alone would leave the range of doubles before the product does.
    return sign * ((high * 2 ** 32 + low) * 2 ** -63) * 2 ** (exponent - 16383);
  };
}

/** Text padded with zeros: code points of four bytes (U) or one (S). */
function readText(view: DataView, offset: number, { kind, itemBytes, littleEndian }: NpyHeader, name: string): string {
  const width = kind === "U" ? 4 : 1;
  let text = "";
  for (let at = offset; at < offset + itemBytes; at += width) {
    const point = kind === "U" ? view.getUint32(at, littleEndian) : view.getUint8(at);
    if (point > 0x10ffff) throw new InputError(name, undefined, "holds text that is not Unicode", AGAIN);
    text += String.fromCodePoint(point);
  }
  return text.replace(/\0+$/, "");
}

/** Items whose first axis runs fastest, so that the last one does: item (i_0, ..) stands at sum_a i_a prod_{b < a} shape[b]. */
function inCOrder(items: readonly string[], shape: readonly number[]): string[] {
  if (shape.length === 0) return [...items];
  const last = shape.length - 1;
  const layer = items.length / shape[last];
  const layers = Array.from({ length: shape[last] }, (_, k) =>
    inCOrder(items.slice(k * layer, (k + 1) * layer), shape.slice(0, last)),
  );
  return items.map((_, i) => layers[i % shape[last]][Math.floor(i / shape[last])]);
}
