/**
 * The memory of the fields of one grid: a head, written once for each grid (src/grid/fields.ts), and the fields behind it. A loop is given the places of its
 * fields, in bytes, and reads the rest here.
 */

/** 2^(j/64), j < 64. */
export const ROOTS: usize = 0;
/** What a loop returns beside its value: up to 4 doubles. */
export const SUMS: usize = 512;
/** Three axes, the last one fastest. Missing ones come first and have one cell. */
export const AXES: usize = 544;
export const AXIS_BYTES: usize = 32;
/** The masses of 64 bins, and of what is in none. */
export const BINS: usize = 640;
/** Where the head ends. */
export const FIELDS: usize = 1168;

@unmanaged
export class Axis {
  /** The square of the width of a cell. */
  square: f64;
  cells: u32;
  /** From a cell to the next, in bytes. */
  stride: usize;
  periodic: u32;
  /** Two rows of `stride` bytes, for what is carried from row to row; none for the last axis. */
  carried: usize;
}

export function axis(a: usize): Axis {
  return changetype<Axis>(AXES + a * AXIS_BYTES);
}

/** Bytes of a field. */
export function fieldBytes(): usize {
  const first = axis(0);
  return <usize>first.cells * first.stride;
}
