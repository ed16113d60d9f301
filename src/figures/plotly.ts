import {
  type Area,
  type Bars,
  type Cells,
  type Figure,
  isNamed,
  type Look,
  looksOf,
  type Series,
  type Surfaces,
  type Trace,
} from "./figure.ts";
import { axesOf, FONT_SIZE, plotlyText } from "./plotly-axes.ts";
import { THEMES, type ThemeName, withOpacity } from "./theme.ts";

/** The one mapping of figures to plotly: its traces and layout as plain data, without a size. */

type Plain = Readonly<Record<string, unknown>>;

export interface PlotlyFigure {
  data: Plain[];
  layout: { xaxis?: Plain; yaxis?: Plain; scene?: Plain } & Plain;
}

type Drawn = Look & { colour: string };

/** A figure in the colours of a theme; the title is left to the page. */
export function toPlotly(figure: Figure, theme: ThemeName): PlotlyFigure {
  const look = THEMES[theme];
  const looks = looksOf(figure.traces);
  const data = figure.traces.flatMap((trace, k) => tracesOf(trace, looks[k]));
  const { cursor, notice } = figure;
  const line = { type: "line", x0: cursor, x1: cursor, yref: "paper", y0: 0, y1: 1, line: { color: look.text, width: 1 } };
  const text = { text: plotlyText(notice ?? ""), xref: "paper", yref: "paper", x: 0.5, y: 0.5, showarrow: false };
  return {
    data,
    layout: {
      ...axesOf(figure, look),
      ...(cursor === undefined ? {} : { shapes: [line] }),
      ...(notice === undefined ? {} : { annotations: [text] }),
      font: { color: look.text, family: "system-ui, sans-serif", size: FONT_SIZE },
      paper_bgcolor: look.back,
      plot_bgcolor: look.back,
      // Plotly names no trace that is alone.
      showlegend: true,
      legend: { orientation: "h", x: 0, y: -0.2 },
      margin: { t: 40, r: 15, l: 60 },
      uirevision: "keep",
    },
  };
}

/** Figures beside each other. What several of them hold has one entry in the legend, which switches all. */
export function toPlotlyRow(figures: readonly Figure[], theme: ThemeName): PlotlyFigure {
  const named = new Set<string>();
  const data: Plain[] = [];
  const layout: Record<string, unknown> = {};
  const titles: Plain[] = [];
  figures.forEach((figure, p) => {
    const own = toPlotly(figure, theme);
    const end = p === 0 ? "" : String(p + 1);
    const domain = [p / figures.length + (p > 0 ? 0.05 : 0), (p + 1) / figures.length - (p + 1 < figures.length ? 0.05 : 0)];
    const { xaxis, yaxis, ...rest } = own.layout;
    Object.assign(layout, p === 0 ? rest : {}, {
      [`xaxis${end}`]: { ...xaxis, domain, anchor: `y${end}` },
      [`yaxis${end}`]: { ...yaxis, anchor: `x${end}` },
    });
    titles.push({
      ...titleOf(figure),
      x: (domain[0] + domain[1]) / 2,
      y: 1.08,
      xref: "paper",
      yref: "paper",
      xanchor: "center",
      showarrow: false,
    });
    const before = new Set(named);
    for (const trace of own.data) {
      const name = String(trace.name);
      const showlegend = trace.showlegend !== false && !before.has(name);
      // A bar of colours stands beside its own figure, in the gap to the next.
      const bar = trace.colorbar === undefined ? {} : { colorbar: { ...trace.colorbar, x: domain[1], thickness: 12 } };
      data.push({ ...trace, ...bar, xaxis: `x${end}`, yaxis: `y${end}`, legendgroup: name, showlegend });
      named.add(name);
    }
  });
  return { data, layout: { ...layout, margin: { t: 50, r: 10 }, annotations: titles } };
}

/** The title of a figure, in plotly's terms. */
export function titleOf({ title }: Figure): { text: string } {
  return { text: plotlyText(title) };
}

function tracesOf(trace: Trace, look: Drawn): Plain[] {
  switch (trace.kind) {
    case "area":
      return areaOf(trace, look);
    case "bars":
      return [barsOf(trace, look)];
    case "cells":
      return [cellsOf(trace)];
    case "surfaces":
      return [surfacesOf(trace, look)];
    default:
      return [seriesTrace(trace, look)];
  }
}

function seriesTrace(trace: Series, { colour, dash, width, symbol, size, opacity }: Drawn): Plain {
  const { name, x, y, mode = "lines", errors, xErrors } = trace;
  const bars = (array: ArrayLike<number>) => ({ type: "data", array: plain(array), color: colour, thickness: 1.5 });
  return {
    type: "scatter",
    name: plotlyText(name),
    ...pointsOf(x, y),
    mode,
    showlegend: isNamed(trace, false),
    line: { color: colour, width, dash: dashText(dash) },
    // Its filled x is a blot: two thin lines, as in svg-traces.ts.
    marker:
      symbol === "x"
        ? { color: colour, size, symbol: "x-thin", opacity, line: { color: colour, width: 1.5 } }
        : { color: colour, size, symbol, opacity },
    ...(errors === undefined ? {} : { error_y: bars(errors) }),
    ...(xErrors === undefined ? {} : { error_x: bars(xErrors) }),
  };
}

/** Plotly leaves a trace without a point out of its legend. */
function pointsOf(x: ArrayLike<number | null>, y: ArrayLike<number | null>): Plain {
  return x.length === 0 ? { x: [null], y: [null] } : { x: plain(x), y: plain(y) };
}

/** Filled up to the trace before it, which is its lower end. */
function areaOf(area: Area, { colour }: Drawn): Plain[] {
  const { name, x, low, high, opacity, width = 0, dash = [] } = area;
  const line = { color: colour, width, dash: dashText(dash) };
  const common = { type: "scatter", mode: "lines", line };
  return [
    { ...common, name: plotlyText(name), ...pointsOf(x, low), showlegend: false },
    {
      ...common,
      name: plotlyText(name),
      ...pointsOf(x, high),
      showlegend: isNamed(area, false),
      fill: "tonexty",
      fillcolor: withOpacity(colour, opacity),
    },
  ];
}

function barsOf({ name, x, y, width }: Bars, { colour, opacity }: Drawn): Plain {
  const marker = { color: withOpacity(colour, opacity) };
  return { type: "bar", name: plotlyText(name), x: plain(x), y: plain(y), width, marker, showlegend: true };
}

/** Plotly takes one row for each value of y. */
function cellsOf({ name, x, y, values, range, colours, bar = true }: Cells): Plain {
  return {
    type: "heatmap",
    // It has its bar of colours.
    showlegend: false,
    x: Array.from(x),
    y: Array.from(y),
    z: Array.from(y, (_, j) => Array.from(x, (_, i) => finite(values[i * y.length + j]))),
    zmin: range[0],
    zmax: range[1],
    colorscale: colours,
    showscale: bar,
    colorbar: { title: { text: plotlyText(name) } },
  };
}

function surfacesOf({ name, x, y, z, values, levels }: Surfaces, { colour, opacity }: Drawn): Plain {
  const places = Array.from(values, (_, k) => [
    Math.floor(k / (y.length * z.length)),
    Math.floor(k / z.length) % y.length,
    k % z.length,
  ]);
  return {
    type: "isosurface",
    name: plotlyText(name),
    x: places.map(([i]) => x[i]),
    y: places.map(([, j]) => y[j]),
    z: places.map(([, , k]) => z[k]),
    value: plain(values),
    isomin: levels[0],
    isomax: levels[1],
    surface: { count: levels[0] === levels[1] ? 1 : 2 },
    caps: { x: { show: false }, y: { show: false }, z: { show: false } },
    colorscale: [
      [0, colour],
      [1, colour],
    ],
    showscale: false,
    showlegend: true,
    opacity,
  };
}

function dashText(dash: readonly number[]): string {
  return dash.length === 0 ? "solid" : dash.map((length) => `${length}px`).join(",");
}

/** JSON has no other numbers. */
function plain(values: ArrayLike<number | null>): (number | null)[] {
  return Array.from(values, finite);
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
