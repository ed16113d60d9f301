import { GUIDE, SERIES } from "../../figures/theme.ts";
import type { Range } from "./ranges.ts";

/** What a panel of curves shows, as plain data: drawn on the page by one function, and made into a figure for downloads by another. */

/** The colour of each thing, the same in all panels. */
export const COLOURS = {
  meanField: SERIES[0],
  particles: SERIES[1],
  /** Particles on the colours of a density, which have no red in them. */
  onDensity: "#ff4d2e",
  deaths: SERIES[5],
  births: SERIES[0],
  gibbs: SERIES[3],
  /** On the colours of a density. */
  gibbsOnDensity: "#5fd7ff",
  guide: GUIDE,
} as const;

export interface LegendEntry {
  label: string;
  colour: string;
  dashed: boolean;
  /** Lengths of dash and gap in pixels; none for a whole line. */
  dash: readonly number[];
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

/** Colours and dashes by which further lines are told apart. */
const STYLES: readonly { colour: string; dash: readonly number[] }[] = [
  { colour: SERIES[2], dash: [7, 4] },
  { colour: SERIES[3], dash: [2, 3] },
  { colour: SERIES[5], dash: [10, 3, 2, 3] },
  { colour: SERIES[4], dash: [4, 2] },
];

export function furtherStyle(i: number): { colour: string; dash: readonly number[] } {
  return STYLES[i % STYLES.length];
}

/** Colours of earlier runs from the newest back, each lighter than the one before. */
const EARLIER = [SERIES[0], SERIES[2], SERIES[3], SERIES[4]];

export function earlierColour(age: number): string {
  return `${EARLIER[age % EARLIER.length]}d0`;
}

/** A band stands for both of its ends. */
export function legendOf(curves: readonly Curve[]): LegendEntry[] {
  const ends = bandEnds(curves);
  return curves.flatMap((curve, i) => {
    if (ends.has(i)) return [];
    return [curve.band ? legendEntry(curve.band.label, curve.colour, "area") : curve];
  });
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
