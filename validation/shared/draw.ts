import type { Figure, Series } from "../../src/figures/figure.ts";

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

/** A figure whose axes are both logarithmic. */
export function logLog(title: string, x: string, y: string, traces: readonly Series[]): Figure {
  return { title, x: { title: x, log: true }, y: { title: y, log: true }, traces };
}
