import { Axis } from "./memory";

/** Bytes from a row to the next along an axis, `index` the place of the row: back to the first at the end of a periodic axis, 0 at a no-flux end. */
export function toNext(axis: Axis, index: u32): isize {
  if (index < axis.cells - 1) return axis.stride;
  return axis.periodic !== 0 ? -backwards(axis) : 0;
}

/** Bytes from a row to the one before. */
export function toPrevious(axis: Axis, index: u32): isize {
  if (index > 0) return -(<isize>axis.stride);
  return axis.periodic !== 0 ? backwards(axis) : 0;
}

/** Bytes from the first row of an axis to its last. */
function backwards(axis: Axis): isize {
  return <isize>(axis.stride * <usize>(axis.cells - 1));
}
