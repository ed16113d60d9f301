import type { Figure } from "./figure.ts";
import { type PlotlyFigure, titleOf, toPlotly } from "./plotly.ts";
import { THEMES, type ThemeName } from "./theme.ts";

/** Figures of a size and a theme, as plotly draws them. */

export interface PlacedFigure extends Figure {
  /** Of its place on the page. */
  id: string;
  /** Name of its picture. */
  file: string;
}

export interface Look {
  width: number;
  /** As high as the width asks for by default. */
  height?: number;
  theme: ThemeName;
}

export function heightOf({ traces }: Figure, width: number): number {
  return figureHeight(namesOf(traces), width);
}

const namesOf = (traces: Figure["traces"]) => traces.map(({ name }) => name);

export function drawingOf(figure: Figure, { width, height = heightOf(figure, width), theme }: Look): PlotlyFigure {
  const { data, layout } = toPlotly(figure, theme);
  const { text, muted, back } = THEMES[theme];
  const legend = legendHeight(namesOf(figure.traces), width);
  const below = { orientation: "h", x: 0, xanchor: "left", y: 0, yref: "container", yanchor: "bottom", maxheight: legend + 20 };
  return {
    data: data.map((trace) => ({ ...trace, name: brokenName(String(trace.name), width) })),
    layout: {
      ...layout,
      width,
      height,
      autosize: false,
      margin: figure.z === undefined ? { t: 40, r: 15, l: 60, b: 65 + legend } : { t: 40, r: 15, l: 15, b: 15 + legend },
      legend: below,
      modebar: { color: muted, activecolor: text, bgcolor: back },
    },
  };
}

/** On white and with its title, for papers. */
export function pictureOf(figure: Figure, width: number): { picture: PlotlyFigure; width: number; height: number } {
  const height = 80 + heightOf(figure, width);
  const { data, layout } = drawingOf(figure, { width, height, theme: "light" });
  const title = { ...titleOf(figure), x: 0.01, xanchor: "left" };
  return { picture: { data, layout: { ...layout, title, margin: { ...(layout.margin as object), t: 60 } } }, width, height };
}

/** Only what moves the axes: no button that sends the figure elsewhere. A wheel scrolls the page. */
export function configOf(figure: Figure): object {
  const plane = [["zoom2d", "pan2d"], ["zoomIn2d", "zoomOut2d"], ["resetScale2d"]];
  const space = [["orbitRotation", "zoom3d", "pan3d"], ["resetCameraDefault3d"]];
  const modeBarButtons = figure.z === undefined ? plane : space;
  return { displaylogo: false, displayModeBar: true, showSendToCloud: false, scrollZoom: false, modeBarButtons };
}

/** On a page as narrow as this names are broken into lines. */
const NARROW = 500;

/** A name as lines, as plotly reads it. */
function brokenName(name: string, width: number): string {
  return width > NARROW ? name : name.replace(/(.{1,34})(?:\s+|$)/g, "$1<br>").replace(/<br>$/, "");
}

function legendHeight(names: readonly string[], width: number): number {
  const broken = names.map((name) => brokenName(name, width).split("<br>"));
  if (width <= NARROW) return 10 + 5 * broken.length + 15 * broken.flat().length;
  const entry = 50 + 6.4 * Math.max(...broken.map(([name]) => name.length));
  return 20 * Math.ceil(broken.length / Math.max(1, Math.floor((width - 75) / entry)));
}

function figureHeight(names: readonly string[], width: number): number {
  return 400 + legendHeight(names, width);
}
