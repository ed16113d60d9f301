import { endsOfAxis, heightOfNames } from "./extents.ts";
import { type Axis, type Figure, isNamed, looksOf } from "./figure.ts";
import { type EndLabel, endLabelsOf, roomFor } from "./labels.ts";
import { type PlotlyFigure, titleOf, toPlotly } from "./plotly.ts";
import { plotlyText } from "./plotly-axes.ts";
import { inkOf, THEMES, type ThemeName } from "./theme.ts";

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

const FRAME_HEIGHT = 295;
/** Above the frame, and below it without the legend. */
const [ABOVE, BELOW] = [40, 65];

function frameHeight({ y, z }: Figure): number {
  return z === undefined ? Math.max(FRAME_HEIGHT, heightOfNames(y)) : FRAME_HEIGHT;
}

export function heightOf(figure: Figure, width: number): number {
  return ABOVE + frameHeight(figure) + BELOW + legendHeight(namesOf(figure, labelsOf(figure, width).length > 0), width);
}

const namesOf = ({ traces }: Figure, labelled: boolean) =>
  traces.flatMap((trace) => (isNamed(trace, labelled) ? [trace.name] : []));

function labelsOf(figure: Figure, width: number, height = frameHeight(figure)): EndLabel[] {
  return figure.z === undefined ? endLabelsOf(figure, looksOf(figure.traces), { width, height }) : [];
}

export function drawingOf(figure: Figure, { width, height = heightOf(figure, width), theme }: Look): PlotlyFigure {
  const { data, layout } = toPlotly(figure, theme);
  const { text, muted, back } = THEMES[theme];
  const legend = legendHeight(namesOf(figure, labelsOf(figure, width).length > 0), width);
  const labels = labelsOf(figure, width, height - ABOVE - BELOW - legend);
  const labelled = labels.length > 0;
  const below = { orientation: "h", x: 0, xanchor: "left", y: 0, yref: "container", yanchor: "bottom", maxheight: legend + 20 };
  const named = new Set(namesOf(figure, labelled).map(plotlyText));
  return {
    data: data.map((trace) => ({
      ...trace,
      name: brokenName(String(trace.name), width),
      showlegend: trace.showlegend !== false && named.has(String(trace.name)),
    })),
    layout: {
      ...layout,
      ...(labelled ? labelledLayout(figure, layout, labels, theme) : {}),
      width,
      height,
      autosize: false,
      margin:
        figure.z === undefined
          ? { t: ABOVE, r: Math.max(15, roomFor(labels)), l: 60, b: BELOW + legend }
          : { t: ABOVE, r: 15, l: 15, b: 15 + legend },
      legend: below,
      modebar: { color: muted, activecolor: text, bgcolor: back },
    },
  };
}

/** Labels stand where the axes of the figure put the ends of their lines, so its axes have their ranges. */
function labelledLayout(figure: Figure, layout: PlotlyFigure["layout"], labels: readonly EndLabel[], theme: ThemeName): object {
  const at = ({ log }: Axis, value: number) => (log === true ? Math.log10(value) : value);
  const rangeOf = (name: "x" | "y") => endsOfAxis(name, figure[name], figure.traces).map((end) => at(figure[name], end));
  const annotations = labels.map(({ text, colour, x, y, lower }) => ({
    ...{ x: at(figure.x, x), y: at(figure.y, y), xanchor: "left", yanchor: "middle", showarrow: false, align: "left" },
    ...{ xshift: 5, yshift: -lower, text: plotlyText(text), font: { color: inkOf(colour, THEMES[theme]) } },
  }));
  return {
    xaxis: { ...layout.xaxis, range: rangeOf("x") },
    yaxis: { ...layout.yaxis, range: rangeOf("y") },
    annotations: [...((layout.annotations as object[] | undefined) ?? []), ...annotations],
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
  if (names.length === 0) return 0;
  const broken = names.map((name) => brokenName(name, width).split("<br>"));
  if (width <= NARROW) return 10 + 5 * broken.length + 15 * broken.flat().length;
  const entry = 50 + 6.4 * Math.max(...broken.map(([name]) => name.length));
  return 20 * Math.ceil(broken.length / Math.max(1, Math.floor((width - 75) / entry)));
}
