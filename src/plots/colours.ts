import { interpolateViridis, interpolateYlGnBu } from "d3-scale-chromatic";
import type { Cells } from "../figures/figure.ts";

/** Colours of curves at one time after another: early times dark, late ones light; never as light as the ground. */
export function colourOfTime(s: number, count: number): string {
  return hexOf(interpolateViridis(count === 1 ? 0 : (0.85 * s) / (count - 1)));
}

/** Of a density from 0 to its largest value: white, then from light to dark. */
export const EVEN_COLOURS = coloursBy((share) => share);

/** The same by the square of the share, so that where a peak of a late time is the largest an early density is seen as well. */
export const ROOT_COLOURS = coloursBy((share) => share * share);

function coloursBy(placeOf: (share: number) => number): Cells["colours"] {
  return Array.from({ length: 65 }, (_, k) => [placeOf(k / 64), hexOf(k === 0 ? "#ffffff" : interpolateYlGnBu(k / 64))] as const);
}

/** `rgb(1, 2, 3)` as #010203, which all that draws figures reads. */
function hexOf(colour: string): string {
  const parts = colour.match(/\d+/g);
  if (colour.startsWith("#") || parts === null) return colour;
  return `#${parts.slice(0, 3).map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`; // biome-ignore format: one line
}
