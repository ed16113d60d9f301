import { ROOTS } from "./exp.ts";
import { MODULE } from "./field-loops-module.ts";

/**
 * Loops over fields in WebAssembly with two doubles at a time (assembly/field-loops/). Each does what the loop in TypeScript beside its caller does, in the same order,
 * and so has the same bits on every machine. Fields are given by their places in the memory, in bytes.
 */
export interface FieldLoops {
  upwind: SweepLoop;
  muscl: SweepLoop;
  outflowRates(rates: number, V: number): number;
  outflowShares(shares: number, rates: number, tau: number, bound: number): void;
  heldMass(shares: number, mu: number): void;
  takeMobile(moving: number, stage: number, mobile: number, least: number): void;
  giveBack(out: number, stage: number, moving: number, weight: number): void;
  leastPotential(mu: number, V: number): number;
  react(out: number, mu: number, V: number, scale: number, shift: number): void;
  multiply(out: number, mu: number, factor: number): void;
  scale(out: number, factor: number): void;
  extrapolate(out: number, V: number, last: number, beforeLast: number, ofFirst: number, ofSecond: number): void;
  moments(mu: number, V: number, F: number, middle: number): number;
  squaredGradient(mu: number, V: number): number;
  massAndHighest(values: number, mu: number, low: number): number;
  massOfBins(values: number, mu: number, low: number, high: number, scale: number): void;
  least(values: number): number;
  deviation(ofStep: number, V: number, last: number, beforeLast: number, mu: number, a: number, b: number): void;
}

/** Flux.euler of a flux. */
export type SweepLoop = (out: number, mu: number, V: number, dt: number, base: number, weight: number) => void;

/** An axis across which the loops run; the last one of three is the fastest, missing ones come first with one cell. */
export interface LoopAxis {
  cells: number;
  width: number;
  periodic: boolean;
  /** Cells of the field from a cell to the next. */
  stride: number;
}

/** Loops with the memory that they work in. */
export interface Simd {
  loops: FieldLoops;
  /** What the last loop summed. */
  sums: Float64Array;
  /** The masses of 64 bins (massOfBins). */
  bins: Float64Array;
  /** The next `size` doubles of the memory, zeros. Throws where there are none left. */
  allocate(): Float64Array;
  /** Where a field is, in bytes. Throws for an array that is not of this memory, which no loop could reach. */
  place(field: Float64Array): number;
}

const PAGE = 2 ** 16;
/** Doubles between fields, so that those of 2^k cells do not share the sets of a cache. */
const GAP = 40;

let compiled: WebAssembly.Module | null = null;

/**
 * Memory for `count` fields of `size` doubles. What is not used of it is not taken from the machine. It is freed with the last of its fields.
 *
 * @returns null where WebAssembly is missing or forbidden, or its memory is: each reserves some GB of addresses, which a limit (`ulimit -v`) can forbid.
 */
export function createSimd(axes: readonly [LoopAxis, LoopAxis, LoopAxis], size: number, count: number): Simd | null {
  const started = start(axes, size, count);
  if (started === null) return null;
  const { memory, loops, head } = started;
  const { buffer } = memory;
  let next = head;
  let left = count;
  return {
    loops,
    sums: new Float64Array(buffer, loops.SUMS.value, 4),
    bins: new Float64Array(buffer, loops.BINS.value, 64),
    allocate() {
      if (left-- === 0) throw new Error(`no more than ${count} fields were foreseen`);
      const field = new Float64Array(buffer, next, size);
      next += fieldBytes(size);
      return field;
    },
    place(field) {
      if (field.buffer !== buffer || field.length !== size) throw new Error("not a field of this memory");
      return field.byteOffset;
    },
  };
}

const fieldBytes = (size: number) => 8 * (size + (size % 2) + GAP);

/** Places of the memory's head (assembly/field-loops/memory.ts). */
type Head = Record<"ROOTS" | "SUMS" | "AXES" | "BINS" | "AXIS_BYTES" | "FIELDS", { value: number }>;

/** @returns `head`: where the fields begin. */
function start(
  axes: readonly LoopAxis[],
  size: number,
  count: number,
): { memory: WebAssembly.Memory; loops: FieldLoops & Head; head: number } | null {
  let memory: WebAssembly.Memory;
  let loops: FieldLoops & Head;
  try {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(MODULE), (c) => c.charCodeAt(0)));
    const carried = axes.slice(0, -1).reduce((sum, { cells, stride }) => sum + (cells > 1 ? 16 * stride : 0), 0);
    const pages = Math.ceil((PAGE / 8 + carried + count * fieldBytes(size)) / PAGE);
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    loops = new WebAssembly.Instance(compiled, { env: { memory }, exp: { expOutside: Math.exp } }).exports as never;
  } catch {
    return null;
  }
  new Float64Array(memory.buffer, loops.ROOTS.value, ROOTS.length).set(ROOTS);
  let head = loops.FIELDS.value;
  axes.forEach(({ cells, width, periodic, stride }, a) => {
    const place = loops.AXES.value + a * loops.AXIS_BYTES.value;
    new Float64Array(memory.buffer, place, 1)[0] = width * width;
    new Uint32Array(memory.buffer, place + 8, 4).set([cells, 8 * stride, periodic ? 1 : 0, head]);
    if (cells > 1 && a < axes.length - 1) head += 16 * stride;
  });
  return { memory, loops, head };
}
