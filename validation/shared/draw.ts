import type { Area, Axis, Figure, Series, Trace } from "../../src/figures/figure.ts";
import { NEUTRAL } from "./colours.ts";

/** A number of a row: by the name of its field, or by a function of it. */
export type NumberOf<Row> = { [K in keyof Row]: Row[K] extends number ? K : never }[keyof Row] | ((row: Row) => number);

function numbersOf<Row>(rows: readonly Row[], of: NumberOf<Row>): number[] {
  return rows.map((row) => (typeof of === "function" ? of(row) : (row[of] as number)));
}

type SeriesLook = Partial<Omit<Series, "kind" | "name" | "x" | "y" | "errors">>;

/** Rows of numbers as points and lines: measurements as markers, theory as lines, dashed where it guides the eye. */
export function draw<Row>(
  name: string,
  rows: readonly Row[],
  x: NumberOf<Row>,
  y: NumberOf<Row>,
  { error, ...look }: SeriesLook & { error?: NumberOf<Row> } = {},
): Series {
  const errors = error === undefined ? {} : { errors: numbersOf(rows, error) };
  const curve = look.mode === "lines" ? rounded : (values: number[]) => values;
  return { name, x: curve(numbersOf(rows, x)), y: curve(numbersOf(rows, y)), mode: "lines+markers", ...errors, ...look };
}

/** The points of a curve are many, and no eye sees more digits. */
function rounded(values: readonly number[]): number[] {
  return values.map((value) => Number(value.toPrecision(6)));
}

/** What lies between two numbers of each row. */
export function drawBand<Row>(
  name: string,
  rows: readonly Row[],
  x: NumberOf<Row>,
  [low, high]: readonly [NumberOf<Row>, NumberOf<Row>],
  look: Pick<Area, "colour" | "unnamed"> & { opacity?: number } = {},
): Area {
  const ends = { low: rounded(numbersOf(rows, low)), high: rounded(numbersOf(rows, high)) };
  return { kind: "area", name, x: rounded(numbersOf(rows, x)), ...ends, opacity: 0.25, ...look };
}

/** An entry of the legend that says what a line, a dash or a marker means, whatever its colour. */
export function drawKey(name: string, look: Partial<Pick<Series, "mode" | "dash" | "symbol" | "size" | "width">>): Series {
  return { name, x: [], y: [], colour: NEUTRAL, ...look };
}

/** A dashed line through two points, with its name at its end. */
export function drawGuide(name: string, x: readonly number[], y: readonly number[]): Series {
  return { name, x, y, mode: "lines", dashed: true, label: name };
}

/** Points of a curve that a formula gives. */
const CURVE = 120;

/** A function of x as a line, at places that are equally spaced, on a logarithmic axis in the logarithm. */
export function drawCurve(
  name: string,
  [from, to]: readonly [number, number],
  of: (x: number) => number,
  { spacing = "equal", ...look }: SeriesLook & { spacing?: "equal" | "log" } = {},
): Series {
  const x = Array.from({ length: CURVE }, (_, k) => {
    const share = k / (CURVE - 1);
    return spacing === "log" ? from * Math.exp(share * Math.log(to / from)) : from + share * (to - from);
  });
  return { name, x: rounded(x), y: rounded(x.map(of)), mode: "lines", ...look };
}

const figureWith =
  (...log: [x: boolean, y: boolean]) =>
  (title: string, x: Axis, y: Axis, traces: readonly Trace[]): Figure => {
    const on = (axis: Axis, k: 0 | 1) => (log[k] ? { ...axis, log: true } : axis);
    return { title, x: on(x, 0), y: on(y, 1), traces };
  };

/** Figures by their axes, and by which of these are logarithmic. */
export const [linear, logX, logY, logLog] = [
  figureWith(false, false),
  figureWith(true, false),
  figureWith(false, true),
  figureWith(true, true),
];
