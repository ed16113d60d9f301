import { type Figure, looksOf, type Series, seriesOf } from "birth-death-pde";

/**
 * Figures as specifications of Vega-Lite, for pictures: plotly draws in a browser alone, and Node has none. Traces look as plotly draws them, save that all
 * markers are dots.
 */

const FONT = "DejaVu Sans, sans-serif";

const GREY = { gridColor: "#e6e6e6", domainColor: "#888888", tickColor: "#888888" };

/** A line of points, and how it looks. */
interface Drawn extends Series {
  look: ReturnType<typeof looksOf>[number];
}

type Axis = Figure["x"];
type Panel = Pick<Figure, "title" | "x" | "y"> & { series: readonly Drawn[] };

const hasLine = ({ mode = "lines" }: Series): boolean => mode !== "markers";
const hasPoints = ({ mode = "lines" }: Series): boolean => mode !== "lines";

function panelOf({ title, x, y, traces }: Figure): Panel {
  const looks = looksOf(traces);
  return { title, x, y, series: seriesOf(traces).map((trace) => ({ ...trace, look: looks[traces.indexOf(trace)] })) };
}

/** Figures side by side as a Vega-Lite specification. */
export function pictureOf(figures: readonly Figure[]): object {
  const panels = figures.map(panelOf);
  return {
    background: "white",
    padding: 8,
    config: {
      font: FONT,
      aria: false,
      title: { fontSize: 13, fontWeight: "normal" },
      axis: { ...GREY, labelFontSize: 11, titleFontSize: 12, titleFontWeight: "normal" },
      view: { stroke: null },
      legend: { orient: "bottom", labelLimit: 400, labelFontSize: 11, title: null },
    },
    hconcat: panels.map((panel) => ({
      title: panel.title,
      width: panels.length > 1 ? 380 : 560,
      height: 300,
      layer: layersOf(panel, panels.length),
    })),
    resolve: { scale: { color: "independent" } },
    usermeta: { legendSymbols: panels.map(({ series }) => legendSymbols(series)) },
  };
}

interface Point {
  x: number;
  y: number;
  low: number;
  high: number;
}

function layersOf(panel: Panel, panels: number): object[] {
  const { series, x, y } = panel;
  const longest = Math.max(...series.map(({ name }) => name.length));
  const color = {
    scale: { domain: series.map(({ name }) => name), range: series.map(({ look }) => look.colour) },
    legend: {
      columns: Math.max(1, Math.floor((panels > 1 ? 50 : 75) / (longest + 6))),
    },
  };
  const points = series.map((one) => pointsOf(one, panel));
  const all = points.flat();
  const encoding = {
    x: channel(
      "x",
      x,
      all.map((point) => point.x),
    ),
    y: channel(
      "y",
      y,
      all.flatMap(({ low, high }) => [low, high]),
    ),
  };
  const clip = x.range !== undefined || y.range !== undefined;
  return series.flatMap((one, k) => {
    const data = { values: points[k] };
    const own = { ...encoding, color: { ...color, datum: one.name } };
    const dash = one.look.dash.length > 0 ? { strokeDash: one.look.dash } : {};
    return [
      ...(one.errors === undefined
        ? []
        : [{ data, mark: { type: "rule", clip }, encoding: { ...own, y: { ...own.y, field: "low" }, y2: { field: "high" } } }]),
      ...(hasLine(one)
        ? [
            {
              data,
              mark: { type: "line", clip, strokeWidth: one.look.width, ...dash },
              encoding: { ...own, order: { field: "x" } },
            },
          ]
        : []),
      ...(hasPoints(one) ? [{ data, mark: { type: "point", filled: true, opacity: 1, clip, size: 45 }, encoding: own }] : []),
    ];
  });
}

const LINE = "M-1,0L1,0";
const DOT = "M0.3,0A0.3,0.3,0,1,1,-0.3,0A0.3,0.3,0,1,1,0.3,0Z";

/**
 * Each entry of the legend looks like what it names: a line, dashes, dots, or dots on a line. In the terms of Vega: Vega-Lite has one symbol for a
 * legend, and the drawing puts these in its place.
 */
function legendSymbols(series: readonly Drawn[]): object {
  const byName = (of: (one: Drawn) => unknown) => ({
    signal: `(${JSON.stringify(Object.fromEntries(series.map((one) => [one.name, of(one)])))})[datum.value]`,
  });
  return {
    shape: byName((one) => `${hasLine(one) ? LINE : ""}${hasPoints(one) ? DOT : ""}`),
    strokeDash: byName(({ look }) => look.dash),
    strokeWidth: { value: 2 },
    stroke: byName(({ look }) => look.colour),
    fill: byName(({ look }) => look.colour),
    opacity: { value: 1 },
    size: { value: 400 },
  };
}

/** Points of a series that its axes have room for: a logarithmic one has none for what is not positive. */
function pointsOf({ x, y, errors }: Drawn, axes: Panel): Point[] {
  return Array.from(x, (at, i) => {
    const [place, height, error] = [at ?? Number.NaN, y[i] ?? Number.NaN, errors?.[i] ?? 0];
    const lowest = axes.y.log ? height / 10 : -Infinity;
    return { x: place, y: height, low: Math.max(height - error, lowest), high: height + error };
  }).filter(
    (point) => Number.isFinite(point.x) && Number.isFinite(point.y) && (!axes.x.log || point.x > 0) && (!axes.y.log || point.y > 0),
  );
}

function channel(field: string, { title, log = false, range }: Axis, values: readonly number[]): object {
  const common = { field, type: "quantitative", title };
  if (!log) return { ...common, scale: range === undefined ? { zero: false } : { domain: range } };
  const [low, high] = range ?? [Math.min(...values) / MARGIN, Math.max(...values) * MARGIN];
  return {
    ...common,
    scale: { type: "log", domain: [low, high], nice: false },
    axis: { format: "~g", values: logarithmicTicks(low, high) },
  };
}

/** Room at the ends of a logarithmic axis. */
const MARGIN = 1.25;

/** Powers of ten where there are enough of them, otherwise 1, 2 and 5 times those. */
function logarithmicTicks(low: number, high: number): number[] {
  const steps = high / low > 1e3 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: 41 }, (_, k) => Number(`1e${k - 20}`));
  return powers.flatMap((power) => steps.map((step) => step * power)).filter((tick) => tick >= low && tick <= high);
}
