/** What a figure is, before anything draws it. */

/** Okabe and Ito's colours, in the order of the series. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"];
const GUIDE = "#888888";
export const FONT = "DejaVu Sans, sans-serif";

export interface Axis {
  /** Name and unit. */
  title: string;
  log?: boolean;
  range?: readonly [number, number];
}

export interface Series {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** `guide`: what should be seen, grey and dashed. `line` unless told. */
  kind?: "line" | "points" | "both" | "guide";
  /** Half-lengths of vertical bars. */
  errors?: ArrayLike<number>;
  dashed?: boolean;
  /** Which colour; that of its place among the series unless told. */
  colour?: number;
}

export interface Panel {
  title: string;
  x: Axis;
  y: Axis;
  series: readonly Series[];
}

export const colourOf = ({ kind, colour }: Series, k: number): string =>
  kind === "guide" ? GUIDE : COLOURS[(colour ?? k) % COLOURS.length];
export const isDashed = ({ kind, dashed }: Series): boolean => dashed === true || kind === "guide";
export const hasLine = ({ kind = "line" }: Series): boolean => kind !== "points";
export const hasPoints = ({ kind = "line" }: Series): boolean => kind === "points" || kind === "both";
