import type { Precision } from "./precision.ts";

/** The numbers of an array where they stand: each is read when it is needed, and none is copied. */
export interface NumberItems {
  shape: number[];
  /** How far apart neighbours along each axis are, in items. */
  strides: number[];
  at(item: number): number;
  precision: Precision;
}

/** Entries along one axis, in the order in which they are wanted; all of them where no places are given. */
export interface Picked {
  stride: number;
  count: number;
  places?: readonly number[];
}

/** Strides of C order: the last axis runs fastest. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, a) => shape.slice(a + 1).reduce((product, length) => product * length, 1));
}

/**
 * out[offset + step k] = the k-th picked item, the last of `axes` running fastest. Cost: one read an item, wherever it stands; only what
 * is picked is ever held.
 */
export function gatherItems(out: Float64Array, offset: number, step: number, items: NumberItems, axes: readonly Picked[]): void {
  let to = offset;
  const walk = (axis: number, from: number) => {
    if (axis === axes.length) {
      out[to] = items.at(from);
      to += step;
      return;
    }
    const { stride, count, places } = axes[axis];
    const last = axis === axes.length - 1;
    for (let k = 0; k < count; k++) {
      const item = from + (places === undefined ? k : places[k]) * stride;
      if (!last) {
        walk(axis + 1, item);
        continue;
      }
      out[to] = items.at(item);
      to += step;
    }
  };
  walk(0, 0);
}

/** All numbers, in C order. */
export function allItems(items: NumberItems): Float64Array {
  const out = new Float64Array(items.shape.reduce((product, length) => product * length, 1));
  const axes = items.shape.map((count, a) => ({ count, stride: items.strides[a] }));
  gatherItems(out, 0, 1, items, axes);
  return out;
}
