import { zipSync } from "fflate";

/** An array as numpy would hold it: a type such as `>f4`, a shape, and the items in C order. */
export interface Written {
  descr: string;
  shape: number[];
  items: (number | string)[];
  fortran?: boolean;
  version?: 1 | 2 | 3;
}

/** The bytes of numpy.save, item by item as the format's definition says: slow, and apart from the code that is tested. */
export function writeNpy({ descr, shape, items, fortran = false, version = 1 }: Written): Uint8Array {
  const kind = descr.replace(/[<>=|]/, "");
  const little = !descr.startsWith(">");
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }\n`;
  const lengthBytes = version === 1 ? 2 : 4;
  const prefix = [0x93, ...new TextEncoder().encode("NUMPY"), version, 0];
  for (let i = 0; i < lengthBytes; i++) prefix.push((text.length >> (8 * i)) & 255);
  const data = (fortran ? fortranOrder(items, shape) : items).flatMap((item) => encodeItem(item, kind, little));
  return Uint8Array.from([...prefix, ...new TextEncoder().encode(text), ...data]);
}

export function writeNpz(arrays: Record<string, Written>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)])));
}

/** The items in the order in which the first axis runs fastest, by recursion over the last axis. */
function fortranOrder<Item>(items: Item[], shape: number[]): Item[] {
  if (shape.length < 2) return items;
  const last = shape[shape.length - 1];
  return Array.from({ length: last }, (_, k) =>
    fortranOrder(
      items.filter((_, i) => i % last === k),
      shape.slice(0, -1),
    ),
  ).flat();
}

function encodeItem(item: number | string, kind: string, little: boolean): number[] {
  const width = Number(kind.slice(1));
  if (typeof item === "string") {
    const points = [...item].map((character) => character.codePointAt(0) as number);
    const padded = Array.from({ length: width }, (_, i) => points[i] ?? 0);
    return kind[0] === "S" ? padded : padded.flatMap((point) => ordered([point & 255, (point >> 8) & 255, point >> 16, 0], little));
  }
  if (kind === "f8") return ordered([...new Uint8Array(Float64Array.of(item).buffer)], little);
  if (kind === "f4") return ordered([...new Uint8Array(Float32Array.of(item).buffer)], little);
  if (kind === "f2") return ordered(halfBytes(item), little);
  if (kind[0] === "f") return ordered([...extendedBytes(item), ...new Array(width - 10).fill(0)], little);
  const integer = BigInt.asUintN(8 * width, BigInt(item));
  return ordered(
    Array.from({ length: width }, (_, i) => Number((integer >> BigInt(8 * i)) & 255n)),
    little,
  );
}

function ordered(bytes: number[], little: boolean): number[] {
  return little ? bytes : bytes.reverse();
}

/** A multiple of 2^-24 below 2^16 with at most 11 significant bits. */
function halfBytes(value: number): number[] {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 2 ** -14)));
  const biased = size < 2 ** -14 ? 0 : exponent + 15;
  const fraction = size / 2 ** exponent - (biased === 0 ? 0 : 1);
  const bits = sign | (biased << 10) | Math.round(fraction * 1024);
  return [bits & 255, bits >> 8];
}

/** Sign and exponent in 16 bits over a significand of 64 bits whose leading bit is written. */
function extendedBytes(value: number): number[] {
  const bits = new DataView(Float64Array.of(value).buffer).getBigUint64(0, true);
  const sign = Number(bits >> 63n);
  const size = Math.abs(value);
  if (size === 0) return [0, 0, 0, 0, 0, 0, 0, 0, 0, sign << 7];
  let exponent = 0;
  let scaled = size;
  for (; scaled >= 2; scaled /= 2) exponent++;
  for (; scaled < 1; scaled *= 2) exponent--;
  const significand = BigInt(scaled * 2 ** 52) << 11n;
  const top = (sign << 15) | (exponent + 16383);
  return [...Array.from({ length: 8 }, (_, i) => Number((significand >> BigInt(8 * i)) & 255n)), top & 255, top >> 8];
}
