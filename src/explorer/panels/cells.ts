import type { ColourScale, Palette } from "./palette.ts";

/**
 * Colours of the cells of a plane: values have the shape [columns, rows] with rows fastest, a picture runs by lines from the top, where the
 * last row is. A cell that is not a number is left clear. Where there is much to tell among small values the colours follow the square root. With `fade` a cell is opaque as the square
 * root of its density is to the most there is: the ground shines through where there is little mass.
 */
export function paintCells(
  pixels: Uint32Array,
  values: ArrayLike<number>,
  columns: number,
  rows: number,
  palette: Palette,
  [min, max]: readonly [number, number],
  scale: ColourScale,
  fade: Fade | null = null,
): void {
  const perUnit = 1 / (max - min);
  const root = scale === "square root";
  const colours = palette.length;
  const last = palette.length - 1;
  for (let i = 0; i < columns; i++) {
    let pixel = (rows - 1) * columns + i;
    for (let k = i * rows; k < (i + 1) * rows; k++, pixel -= columns) {
      const value = values[k];
      const share = (value - min) * perUnit;
      const at = colours * (root ? Math.sqrt(share) : share);
      const colour = Number.isNaN(value) ? 0 : palette[at > 0 ? (at < last ? at | 0 : last) : 0];
      pixels[pixel] = fade === null ? colour : faded(colour, opacityOf(fade, k));
    }
  }
}

/** A density on the same cells, and its most. */
export interface Fade {
  density: ArrayLike<number>;
  most: number;
}

/** In [0, 1]. */
export function opacityOf({ density, most }: Fade, cell: number): number {
  const share = density[cell] / most;
  return share > 0 ? Math.sqrt(Math.min(1, share)) : 0;
}

function faded(colour: number, opacity: number): number {
  return ((colour & 0xffffff) | (Math.round((colour >>> 24) * opacity) << 24)) >>> 0;
}

/**
 * Marks at most `most` particles in a picture of width x height pixels of the box [x0, x1] x [y0, y1] as squares of `side` pixels in one colour, clipped at
 * its edges. Returns how many centres lie in the box.
 */
export function splat(
  pixels: Uint32Array,
  width: number,
  height: number,
  [x0, x1]: readonly [number, number],
  [y0, y1]: readonly [number, number],
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  most: number,
  side: number,
  colour: number,
): number {
  const perX = width / (x1 - x0);
  const perY = height / (y1 - y0);
  const before = Math.floor((side - 1) / 2);
  let inside = 0;
  const at = evenly(xs.length, most);
  for (let k = 0; k < Math.min(xs.length, most); k++) {
    const p = at(k);
    const column = (xs[p] - x0) * perX;
    const line = (y1 - ys[p]) * perY;
    if (!(column >= 0 && column <= width && line >= 0 && line <= height)) continue;
    inside++;
    // The right and the lower rim belong to the last pixel.
    const left = Math.min(width - 1, Math.floor(column)) - before;
    const top = Math.min(height - 1, Math.floor(line)) - before;
    const right = Math.min(width, left + side);
    const bottom = Math.min(height, top + side);
    for (let y = Math.max(0, top); y < bottom; y++) {
      for (let x = Math.max(0, left); x < right; x++) pixels[y * width + x] = colour;
    }
  }
  return inside;
}

/** Linear between the centres of cells, constant half a cell from the ends of a no-flux axis; NaN outside of the domain. */
export function interpolate(
  values: ArrayLike<number>,
  { min, max, width, cells, periodic }: { min: number; max: number; width: number; cells: number; periodic: boolean },
  x: number,
): number {
  if (!(x >= min && x <= max)) return NaN;
  const at = (x - min) / width - 0.5;
  const left = Math.floor(at);
  const share = at - left;
  const neighbour = (i: number) => (periodic ? (i + cells) % cells : Math.max(0, Math.min(cells - 1, i)));
  return (1 - share) * values[neighbour(left)] + share * values[neighbour(left + 1)];
}

/** At most `most` of `count` indices, evenly spread: every index where they are few. */
export function evenly(count: number, most: number): (k: number) => number {
  return count <= most ? (k) => k : (k) => Math.floor(((k + 0.5) * count) / most);
}
