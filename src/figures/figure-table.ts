import { axisText, type Figure, seriesOf, type Trace } from "./figure.ts";
import type { Table } from "./table.ts";

/** Name, x, y, and half the length of an error bar where there is one. */
type Row = (string | number)[];

function pointsOf(trace: Trace): Row[] {
  switch (trace.kind) {
    case undefined:
    case "series": {
      const { shown, note } = (trace.mode ?? "lines") === "lines" ? thinned(trace.x.length) : all(trace.x.length);
      return shown.map((k) => {
        const error = (trace.errors ?? trace.xErrors)?.[k];
        return [`${trace.name}${note}`, trace.x[k] ?? "", trace.y[k] ?? "", ...(error === undefined ? [] : [error])];
      });
    }
    case "bars":
      return Array.from(trace.x, (at, k) => [trace.name, at ?? "", trace.y[k] ?? ""]);
    case "area": {
      const { shown, note } = thinned(trace.x.length);
      return (["low", "high"] as const).flatMap((end) =>
        shown.map((k) => [`${trace.name} (${end})${note}`, trace.x[k] ?? "", trace[end][k] ?? ""]),
      );
    }
    case "cells":
      return trace.bar === false ? [] : [[`${trace.name} (range of colours)`, ...trace.range]];
    case "surfaces":
      return [];
    default:
      return trace satisfies never;
  }
}

interface Thinned {
  /** Places of the points of a trace. */
  shown: number[];
  note: string;
}

const all = (count: number): Thinned => ({ shown: Array.from({ length: count }, (_, k) => k), note: "" });

/** Rows of a curve: between its points nothing happens that its neighbours do not tell. */
const MOST_ROWS = 50;

/** Every k-th point of a curve, and its last, so that there are few enough of them. */
function thinned(count: number): Thinned {
  const step = Math.ceil(count / MOST_ROWS);
  if (step <= 1) return all(count);
  return { shown: all(count).shown.filter((k) => k % step === 0 || k === count - 1), note: ` (1 point in ${step})` };
}

function largestOf(values: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > largest) largest = values[i];
  return largest;
}

/** The numbers of a figure: its points (of a curve of many points some), bars and ends of areas, one a row; of surfaces their levels. Cells of a plane are too many for a table: their range. */
export function tableOf({ title, x, y, z, traces }: Figure): Table {
  const name = `Numbers of the figure: ${title}`;
  const surfaces = traces.filter((trace) => trace.kind === "surfaces");
  if (z !== undefined) {
    const rows = surfaces.map(({ name, values, levels }) => [name, ...levels, largestOf(values)]);
    return { title: name, header: ["trace", "outer surface", "inner surface", "largest value"], rows };
  }
  const hasErrors = seriesOf(traces).some(({ errors, xErrors }) => (errors ?? xErrors) !== undefined);
  const rows = traces.flatMap((trace) => pointsOf(trace).map((row) => (hasErrors ? [...row, row[3] ?? ""].slice(0, 4) : row)));
  return { title: name, header: ["trace", axisText(x), axisText(y), ...(hasErrors ? ["+-"] : [])], rows };
}
