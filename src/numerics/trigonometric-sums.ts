import { MODULE } from "./trigonometric-sums-module.ts";

/** Places j = 0 ... points - 1, `period` of them to a period (a whole number), and the modes k = 0 ... modes of that period. */
export interface TrigonometricAxis {
  points: number;
  period: number;
  modes: number;
}

/**
 * Sums over a few modes of a Fourier series on a lattice, in one to three dimensions.
 *
 *   analyse:     a[k] = sum_j f[j] phi_k(j)          synthesise:     f[j] = sum_k a[k] phi_k(j)
 *
 * where phi_k is the product over the axes of cos k t (k = 0 ... m) or sin k t (k = 1 ... m), t = 2 pi (j - (n - 1) / 2) / period, cosines before
 * sines: 2 m + 1 functions an axis, the last axis running fastest. One is the adjoint of the other; there are no factors.
 *
 * Axis by axis, from the last to the first, as a product with a table. Cosines are even about the centre of an axis and sines odd, so a row of n
 * values takes n (m + 1/2) products either way; they run in WebAssembly, two at a time (0.13 ns each, where a plain loop takes 0.6 and a
 * complex FFT of length 1024 as much as 50 of them for each value). Each sum is taken in ascending order, so that every engine makes the same bits.
 * They need WebAssembly (haveTrigonometricSums). Error: at most n eps sum |f| on an axis of n places. Memory: one for all, as large as its largest user needs.
 */
export interface TrigonometricSums {
  /** Length of `coefficients`: the product of 2 modes + 1. */
  size: number;
  analyse(coefficients: Float64Array, values: Float64Array): void;
  synthesise(values: Float64Array, coefficients: Float64Array): void;
}

/** analyse or synthesise one axis; addresses in bytes (assembly/trigonometric-sums.ts). */
type Pass = (
  to: number,
  from: number,
  rows: number,
  n: number,
  cosines: number,
  c: number,
  sines: number,
  s: number,
  work: number,
) => void;

interface Memory {
  buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What is used of WebAssembly, which the types of Node leave out. */
interface Engine {
  Memory: new (limits: { initial: number }) => Memory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
}

interface Kernels {
  memory: Memory;
  analyse: Pass;
  synthesise: Pass;
}

const PAGE = 65536;

let kernels: Kernels | null = null;
/** Whose tables are in the memory. */
let owner: object | null = null;

function load(): Kernels {
  if (kernels === null) {
    const bytes = Uint8Array.from(atob(MODULE), (letter) => letter.charCodeAt(0));
    const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
    const memory = new Memory({ initial: 1 });
    kernels = new Instance(new Module(bytes), { env: { memory } }).exports as Kernels;
  }
  return kernels;
}

/** Whether these sums run here: not where WebAssembly is missing or forbidden, or its memory is. */
export function haveTrigonometricSums(): boolean {
  try {
    load();
    return true;
  } catch {
    return false;
  }
}

export function createTrigonometricSums(axes: readonly TrigonometricAxis[]): TrigonometricSums {
  const tables: Float64Array[] = [];
  let used = 0;
  const keep = (table: Float64Array) => {
    const at = used;
    tables.push(table);
    used += table.length;
    return 8 * at;
  };
  const passes = axes.map(({ points, period, modes }) => {
    const half = (points + 1) >> 1;
    // The angle of a mode is reduced in whole numbers: t = pi (2 j - n + 1) / period.
    const angle = (k: number, j: number) => (Math.PI * ((k * (points - 1 - 2 * j)) % (2 * period))) / period;
    // Places on the left of the centre stand for both sides; the centre itself is counted twice when rows are folded.
    const share = (j: number) => (2 * j === points - 1 ? 0.5 : 1);
    const sine = (k: number, j: number) => -Math.sin(angle(k, j));
    return {
      points,
      modes,
      analyse: [
        keep(inBlocks(modes + 1, half, (k, j) => share(j) * Math.cos(angle(k, j)))),
        keep(inBlocks(modes, half, (k, j) => sine(k + 1, j))),
      ],
      synthesise: [
        keep(inBlocks(half, modes + 1, (j, k) => Math.cos(angle(k, j)))),
        keep(inBlocks(half, modes, (j, k) => sine(k + 1, j))),
      ],
    };
  });
  const size = functionsOf(axes);
  const points = pointsOf(axes);
  // Between passes, some of the leading axes are still to be done.
  const largest = Math.max(
    ...Array.from({ length: axes.length + 1 }, (_, left) => {
      const [before, after] = [axes.slice(0, left), axes.slice(left)];
      return Math.max(pointsOf(before) * functionsOf(after), functionsOf(before) * pointsOf(after));
    }),
  );
  const first = used;
  const second = first + largest;
  const work = second + largest;
  // In doubles, no less than both passes need (assembly/trigonometric-sums.ts).
  const end = work + axes.reduce((most, { points, modes }) => Math.max(most, 8 * (points / 2 + 10) + 8 * modes + 32), 0);

  /** The memory as doubles, with the tables of this object in it. */
  function occupy({ memory }: Kernels): Float64Array {
    const missing = Math.ceil((8 * end - memory.buffer.byteLength) / PAGE);
    if (missing > 0) memory.grow(missing);
    const doubles = new Float64Array(memory.buffer);
    if (owner !== tables) {
      let at = 0;
      for (const table of tables) {
        doubles.set(table, at);
        at += table.length;
      }
      owner = tables;
    }
    return doubles;
  }

  function run(kind: "analyse" | "synthesise", to: Float64Array, from: Float64Array): void {
    const loaded = load();
    const doubles = occupy(loaded);
    doubles.set(from, first);
    let [here, there] = [first, second];
    let length = from.length;
    for (let a = passes.length - 1; a >= 0; a--) {
      const pass = passes[a];
      const [cosines, sines] = pass[kind];
      const functions = 2 * pass.modes + 1;
      const rows = length / (kind === "analyse" ? pass.points : functions);
      loaded[kind](8 * there, 8 * here, rows, pass.points, cosines, pass.modes + 1, sines, pass.modes, 8 * work);
      length = rows * (kind === "analyse" ? functions : pass.points);
      [here, there] = [there, here];
    }
    to.set(doubles.subarray(here, here + length));
  }

  return {
    size,
    analyse(coefficients, values) {
      checkLength(values, points);
      run("analyse", coefficients, values);
    },
    synthesise(values, coefficients) {
      checkLength(coefficients, size);
      run("synthesise", values, coefficients);
    },
  };
}

const pointsOf = (axes: readonly TrigonometricAxis[]) => axes.reduce((product, { points }) => product * points, 1);

const functionsOf = (axes: readonly TrigonometricAxis[]) => axes.reduce((product, { modes }) => product * (2 * modes + 1), 1);

function checkLength(array: Float64Array, length: number): void {
  if (array.length !== length) throw new Error(`${array.length} numbers where ${length} are transformed`);
}

/** A table of columns in blocks of four, [columns / 4][length][4], with zeros up to a multiple of eight columns. */
function inBlocks(columns: number, length: number, entry: (column: number, place: number) => number): Float64Array {
  const table = new Float64Array(8 * Math.ceil(columns / 8) * length);
  for (let k = 0; k < columns; k++) {
    for (let j = 0; j < length; j++) table[4 * length * (k >> 2) + 4 * j + (k & 3)] = entry(k, j);
  }
  return table;
}
