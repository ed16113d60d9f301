import type { Axis, Figure, Series } from "../../src/figures/figure.ts";

/** A number of a row: by the name of its field, or by a function of it. */
type NumberOf<Row> = { [K in keyof Row]: Row[K] extends number ? K : never }[keyof Row] | ((row: Row) => number);

/** Rows of numbers as points and lines: measurements as markers, theory as lines, dashed where it guides the eye. */
export function draw<Row>(
  name: string,
  rows: readonly Row[],
  x: NumberOf<Row>,
  y: NumberOf<Row>,
  { error, ...look }: Partial<Pick<Series, "mode" | "dashed">> & { error?: NumberOf<Row> } = {},
): Series {
  const all = (of: NumberOf<Row>) => rows.map((row) => (typeof of === "function" ? of(row) : (row[of] as number)));
  return { name, x: all(x), y: all(y), mode: "lines+markers", ...(error === undefined ? {} : { errors: all(error) }), ...look };
}

const axisOf = (title: string, log: boolean): Axis => (log ? { title, log } : { title });
const figureWith =
  (...log: [x: boolean, y: boolean]) =>
  (title: string, x: string, y: string, traces: readonly Series[]): Figure => {
    return { title, x: axisOf(x, log[0]), y: axisOf(y, log[1]), traces };
  };

/** Figures by the titles of their axes, and by which of these are logarithmic. */
export const [linear, logX, logY, logLog] = [
  figureWith(false, false),
  figureWith(true, false),
  figureWith(false, true),
  figureWith(true, true),
];
