import { GUIDE, SERIES } from "./theme.ts";

/** Figures as data, before anything draws them: `plotly.ts` does in a browser, whatever the page, and `svg.ts` without one. */

export interface Axis {
  /** In words. */
  title: string;
  /** What the words stand for in a formula, shown after them in italics. */
  symbol?: string;
  log?: boolean;
  /** From the data by default. */
  range?: readonly [from: number, to: number];
  /** Names at places of the axis, in place of numbers. */
  ticks?: readonly { at: number; text: string }[];
  /** Points that stand beside each other at one of its ticks, which needs so much room; 1 by default. */
  perTick?: number;
}

export interface Figure {
  title: string;
  x: Axis;
  y: Axis;
  /** The third axis of a figure in space, whose traces are surfaces. */
  z?: Axis;
  traces: readonly Trace[];
  /** A line across the figure at this x. */
  cursor?: number;
  /** A sentence in the middle of the figure: why something is missing. */
  notice?: string;
}

export type Trace = Series | Area | Bars | Cells | Surfaces;

/** Null where there is no point: lines are broken there. */
export type Values = ArrayLike<number | null>;

/** A line of points. */
export interface Series extends Partial<Look> {
  kind?: "series";
  name: string;
  x: Values;
  y: Values;
  /** "markers" for measurements, "lines" (the default) for theory and guides. */
  mode?: "markers" | "lines" | "lines+markers";
  /** Half-lengths of vertical bars. */
  errors?: ArrayLike<number>;
  /** Half-lengths of bars along x. */
  xErrors?: ArrayLike<number>;
  /** Theory and guides to the eye: grey and dashed. */
  dashed?: boolean;
  /** Stands at the end of the line in its colour, in place of an entry in the legend, where the figure is wide enough. */
  label?: string;
  /** Without an entry in the legend: its colour and the entries of others tell what it is. */
  unnamed?: boolean;
}

/** What lies between two functions of x. */
export interface Area extends Pick<Partial<Look>, "colour" | "dash" | "width"> {
  kind: "area";
  name: string;
  x: Values;
  low: Values;
  high: Values;
  /** Of the filling; its outline is drawn where it has a width. */
  opacity: number;
  /** As of a series. */
  unnamed?: boolean;
}

export interface Bars extends Pick<Partial<Look>, "colour" | "opacity"> {
  kind: "bars";
  name: string;
  /** Centres. */
  x: Values;
  y: Values;
  width: number;
}

/** A function on the cells of a plane, in colours. */
export interface Cells {
  kind: "cells";
  name: string;
  /** Centres. */
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Shape [cells of x, cells of y], the second fastest. */
  values: ArrayLike<number>;
  range: readonly [from: number, to: number];
  /** Shares of the range from 0 to 1, and their colours. */
  colours: readonly (readonly [share: number, colour: string])[];
  /** Whether a bar beside the figure says what they stand for (default true). */
  bar?: boolean;
}

/** Two surfaces on which a function in space takes a value. */
export interface Surfaces extends Pick<Partial<Look>, "colour" | "opacity"> {
  kind: "surfaces";
  name: string;
  /** Centres. */
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  z: ArrayLike<number>;
  /** Shape [cells of x, cells of y, cells of z], the last fastest. */
  values: ArrayLike<number>;
  levels: readonly [outer: number, inner: number];
}

/** How a trace looks. What it does not say follows from its place among the traces. */
export interface Look {
  /** A colour, or the number of one of the series. */
  colour: string | number;
  /** Lengths of dashes and gaps in pixels, none for a whole line. */
  dash: readonly number[];
  /** Of lines, in pixels. */
  width: number;
  symbol: string;
  /** Of markers, in pixels. */
  size: number;
  opacity: number;
}

/** Dashes and symbols tell traces apart without colour; their numbers are prime to that of the colours, so that pairs repeat late. */
const DASHES: readonly (readonly number[])[] = [[], [12, 4], [3, 3], [12, 4, 3, 4], [20, 6]];
const GUIDE_DASHES: readonly (readonly number[])[] = [
  [6, 5],
  [2, 4],
  [10, 4, 2, 4],
];
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "x", "triangle-down", "cross"];

/** The looks of the traces: guides are grey and dashed, others differ in colour and in dash or symbol. A trace of a given colour is a whole line by default. */
export function looksOf(traces: readonly Trace[]): (Look & { colour: string })[] {
  let series = 0;
  let guides = 0;
  return traces.map((trace) => {
    const own: Partial<Look> = trace.kind === "cells" ? {} : trace;
    const guide = "dashed" in trace && trace.dashed === true;
    const k = guide ? guides++ : series++;
    const isLine = isSeries(trace) && (trace.mode ?? "lines") === "lines";
    const place = typeof own.colour === "number" ? own.colour : k;
    const dash = guide ? cycle(GUIDE_DASHES, k) : isLine && own.colour === undefined ? cycle(DASHES, k) : [];
    return {
      colour: typeof own.colour === "string" ? own.colour : guide ? GUIDE : cycle(SERIES, place),
      dash: own.dash ?? dash,
      width: own.width ?? (guide ? 1.5 : 2),
      symbol: own.symbol ?? cycle(SYMBOLS, place),
      size: own.size ?? 8,
      opacity: own.opacity ?? 1,
    };
  });
}

/** The k-th way in which traces of one colour are told apart. */
export function lookApart(k: number): Pick<Look, "dash" | "symbol"> {
  return { dash: cycle(DASHES, k), symbol: cycle(SYMBOLS, k) };
}

function cycle<T>(values: readonly T[], k: number): T {
  return values[k % values.length];
}

/** The lines of points among traces. */
export function seriesOf(traces: readonly Trace[]): Series[] {
  return traces.filter(isSeries);
}

export function isSeries(trace: Trace): trace is Series {
  return trace.kind === undefined || trace.kind === "series";
}

/** Whether a trace has an entry in the legend. @param labelled whether lines have their labels at their ends */
export function isNamed(trace: Trace, labelled: boolean): boolean {
  if (trace.kind === "area") return trace.unnamed !== true;
  return !isSeries(trace) || (trace.unnamed !== true && !(labelled && trace.label !== undefined));
}

/** An axis in words, with its symbol. */
export function axisText({ title, symbol }: Axis): string {
  return symbol === undefined ? title : `${title} ${symbol}`;
}
