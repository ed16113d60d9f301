import type { Ink } from "./inks.ts";
import type { Range } from "./ranges.ts";

/** What a panel of curves shows, as plain data: drawn on the page by one function, and made into a figure for downloads by another. */

export interface LegendEntry {
  label: string;
  colour: string;
  dashed: boolean;
  /** Lengths of dash and gap in pixels; none for a whole line. */
  dash: readonly number[];
  /** What it lies on, where that is not the ground of the page. */
  ground?: string;
  /** `line`, separate `dots`, or a filled `area`. */
  mark: "line" | "dots" | "area";
}

export interface Curve extends LegendEntry {
  mark: "line" | "dots";
  /** Width of the line in pixels. */
  width: number;
  /** Of dots: every so manieth is drawn. */
  stride: number;
  times: readonly number[];
  /** Null where there is none: not a number, or out of reach of a logarithmic axis. */
  values: readonly (number | null)[];
  /** Another curve up to which the area is filled, by its index, and the name of the band. */
  band?: { to: number; label: string };
}

export interface TimePicture {
  yLabel: string;
  logarithmic: boolean;
  xRange: Range;
  yRange: Range;
  curves: readonly Curve[];
  /** Why something is missing, null where nothing is. */
  notice: string | null;
  /** Said below the picture. */
  remark: string;
  /** In a corner of it; null where there is none. */
  inset: Inset | null;
}

/** Points against a number of particles, both on logarithmic axes, and a line draws / sqrt(n) to compare them with. */
export interface Inset {
  title: string;
  /** Ascending in n. */
  points: readonly { n: number; value: number }[];
  /** The n of the run on show. */
  now: number;
  draws: number;
}

export function legendEntry(label: string, colour: string, mark: LegendEntry["mark"], dash: readonly number[] = []): LegendEntry {
  return { label, colour, mark, dash, dashed: dash.length > 0 };
}

export function curve(
  entry: LegendEntry & { mark: "line" | "dots" },
  times: readonly number[],
  values: readonly (number | null)[],
  more: Partial<Pick<Curve, "width" | "band" | "stride">> = {},
): Curve {
  return { ...entry, width: 2, stride: 1, times, values, ...more };
}

const DASHES: readonly (readonly number[])[] = [
  [7, 4],
  [2, 3],
  [10, 3, 2, 3],
  [4, 2],
];

/** Colours and dashes by which further lines are told apart. */
export function furtherStyle(i: number, { further }: Ink): { colour: string; dash: readonly number[] } {
  return { colour: further[i % further.length], dash: DASHES[i % DASHES.length] };
}

/** A band stands for both of its ends, and one of several lines of the same name for all. */
export function legendOf(curves: readonly Curve[]): LegendEntry[] {
  const ends = bandEnds(curves);
  const entries = curves.flatMap((curve, i) => {
    if (ends.has(i)) return [];
    return [curve.band ? legendEntry(curve.band.label, curve.colour, "area") : curve];
  });
  return entries.filter(({ label }, i) => entries.findIndex((entry) => entry.label === label) === i);
}

/** The curves up to which another is filled. */
export function bandEnds(curves: readonly Curve[]): Set<number> {
  return new Set(curves.flatMap(({ band }) => (band ? [band.to] : [])));
}

/** Times of the dots that are drawn: every so manieth, and the one on show. */
export function markedTimes({ times, stride }: Pick<Curve, "times" | "stride">, shown: number | null): Set<number> {
  return new Set(times.filter((time, k) => k % stride === 0 || time === shown));
}

/** The colour of a band. */
export function thin(colour: string): string {
  return `${colour}40`;
}
