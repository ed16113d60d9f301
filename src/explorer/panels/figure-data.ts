import { THEMES } from "../../figures/theme.ts";
import { type Axis, centres } from "../../grid/grid.ts";
import { evenly, interpolate } from "./cells.ts";
import { createSegments, traceContour } from "./contour.ts";
import { bandEnds, COLOURS, type Curve, markedTimes, type TimePicture, thin } from "./curves.ts";
import { densityLine, densityPlane } from "./density-picture.ts";
import { type PlaneContent, shownPlane } from "./frame-content.ts";
import { PANELS, type PanelName } from "./names.ts";
import { colourScale, type ThemeName } from "./palette.ts";
import { FAINTEST, MOST_DOTS, potentialLine, potentialPlane } from "./potential-picture.ts";
import { dissipationPicture, distancePicture, energyPicture, gapPicture } from "./time-pictures.ts";
import type { ViewValues } from "./values.ts";
import { shortNumber } from "./words.ts";

/** The panels as figures of plotly: plain data, from which pictures for papers are made. */

type Plain = Readonly<Record<string, unknown>>;

export interface PanelFigure {
  name: PanelName;
  data: Plain[];
  layout: Plain;
}

const DASHES = (dash: readonly number[]) => (dash.length === 0 ? "solid" : dash.map((length) => `${length}px`).join(","));

/** One figure for each panel, in the order of the page, at the frame on show. */
export function panelFigures(values: ViewValues, theme: ThemeName): PanelFigure[] {
  const time = values.setup?.times[values.shown];
  const at = time === undefined ? "" : `, t = ${shortNumber(time)}`;
  const axes = shownPlane(values);
  const x = axes?.[0] ?? values.setup?.axes[0];
  const frame = (name: PanelName, yTitle: string, data: Plain[], yRange?: readonly number[]): PanelFigure => {
    const y = axes ? { range: [axes[1].min, axes[1].max] } : yRange ? { range: yRange } : {};
    const layout = layoutOf(theme, `${PANELS[name].title}${at}`, x?.name ?? "", axes ? axes[1].name : yTitle);
    return { name, data, layout: merge(layout, x ? { range: [x.min, x.max] } : {}, y) };
  };
  const curves = (name: PanelName, picture: TimePicture): PanelFigure => timeFigure(name, picture, theme, time);

  const line = axes ? null : densityLine(values);
  const potential = axes ? null : potentialLine(values);
  return [
    frame("density", "density", axes ? planeTraces(axes, densityPlane(values), theme) : densityTraces(x, line), [
      0,
      line?.ceiling ?? 1,
    ]),
    frame(
      "potential",
      "potential V",
      axes ? planeTraces(axes, potentialPlane(values, theme), theme) : potentialTraces(x, potential, theme),
      potential?.scale.range,
    ),
    curves("energy", energyPicture(values)),
    curves("distance", distancePicture(values)),
    curves("gap", gapPicture(values)),
    curves("dissipation", dissipationPicture(values)),
  ];
}

function layoutOf(theme: ThemeName, title: string, xTitle: string, yTitle: string): { xaxis: Plain; yaxis: Plain } & Plain {
  const look = THEMES[theme];
  const axis = { gridcolor: look.line, zeroline: false };
  return {
    title: { text: title },
    paper_bgcolor: look.back,
    plot_bgcolor: look.back,
    font: { color: look.text },
    // Plotly names no curve that is alone, as particles over a heat map are.
    showlegend: true,
    legend: { orientation: "h", y: -0.28 },
    xaxis: { ...axis, title: { text: xTitle } },
    yaxis: { ...axis, title: { text: yTitle } },
  };
}

function merge(layout: ReturnType<typeof layoutOf>, x: Plain, y: Plain): Plain {
  return { ...layout, xaxis: { ...layout.xaxis, ...x }, yaxis: { ...layout.yaxis, ...y } };
}

function timeFigure(name: PanelName, picture: TimePicture, theme: ThemeName, time: number | undefined): PanelFigure {
  const { curves, logarithmic, yRange, xRange, yLabel, notice } = picture;
  const layout = layoutOf(theme, PANELS[name].title, "time t", yLabel);
  const y = logarithmic ? { type: "log", range: yRange.map(Math.log10) } : { range: yRange };
  const shapes =
    time === undefined
      ? []
      : [{ type: "line", x0: time, x1: time, yref: "paper", y0: 0, y1: 1, line: { color: THEMES[theme].text, width: 1 } }];
  const annotations = notice === null ? [] : [{ text: notice, xref: "paper", yref: "paper", x: 0.5, y: 0.5, showarrow: false }];
  return { name, data: curveTraces(curves), layout: { ...merge(layout, { range: xRange }, y), shapes, annotations } };
}

/** A band is filled up to the trace before it: its other end is put there, and the legend names the band alone. */
function curveTraces(curves: readonly Curve[]): Plain[] {
  const ends = bandEnds(curves);
  return curves.flatMap((curve, i) => {
    if (ends.has(i)) return [];
    const { band, colour } = curve;
    if (!band) return [traceOf(curve)];
    const low = { ...traceOf(curves[band.to]), showlegend: false };
    return [low, { ...traceOf(curve), name: band.label, fill: "tonexty", fillcolor: thin(colour) }];
  });
}

function traceOf(curve: Curve): Plain {
  const { label, colour, dash, mark, width, times, values } = curve;
  const drawn = mark === "dots" ? markedTimes(curve, null) : new Set(times);
  const x = times.filter((time) => drawn.has(time));
  const y = values.filter((_, k) => drawn.has(times[k]));
  const look =
    mark === "dots"
      ? { mode: "markers", marker: { color: colour, size: 5 } }
      : { mode: "lines", line: { color: colour, width, dash: DASHES(dash) } };
  return { type: "scatter", name: label, x, y, ...look };
}

function planeTraces([x, y]: [Axis, Axis], content: PlaneContent | null, theme: ThemeName): Plain[] {
  if (content === null) return [];
  const { values, palette, range, scale, label, origin, contour, dots } = content;
  // One row of z for each value of y.
  const z = Array.from({ length: y.cells }, (_, j) =>
    Array.from({ length: x.cells }, (_, i) => plain(values[i * y.cells + j] - origin)),
  );
  const heat = {
    type: "heatmap",
    x: [...centres(x)],
    y: [...centres(y)],
    z,
    zmin: range[0] - origin,
    zmax: range[1] - origin,
    colorscale: colourScale(palette, scale),
    colorbar: { title: { text: label } },
  };
  const traces: Plain[] = [heat];
  if (contour !== null) traces.push(contourTrace(values, contour, x, y, theme));
  if (dots) {
    const marker = { color: dots.colour, size: dots.side + 1, opacity: dots.opacity };
    traces.push({
      type: "scatter",
      mode: "markers",
      name: dots.label,
      x: chosen(dots.xs, dots.most),
      y: chosen(dots.ys, dots.most),
      marker,
    });
  }
  return traces;
}

function chosen(values: Float32Array, most: number): number[] {
  const at = evenly(values.length, most);
  return Array.from({ length: Math.min(values.length, most) }, (_, k) => values[at(k)]);
}

function plain(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function contourTrace(
  values: Float32Array,
  level: NonNullable<PlaneContent["contour"]>,
  x: Axis,
  y: Axis,
  theme: ThemeName,
): Plain {
  const segments = createSegments();
  traceContour(segments, values, level.value, x, y);
  const xs: (number | null)[] = [];
  const ys: (number | null)[] = [];
  for (let k = 0; k < 4 * segments.count; k += 4) {
    xs.push(segments.ends[k], segments.ends[k + 2], null);
    ys.push(segments.ends[k + 1], segments.ends[k + 3], null);
  }
  return { type: "scatter", mode: "lines", name: level.label, x: xs, y: ys, line: { color: THEMES[theme].text, width: 1.5 } };
}

function densityTraces(axis: Axis | undefined, line: ReturnType<typeof densityLine> | null): Plain[] {
  if (!axis || !line) return [];
  const traces: Plain[] = [];
  const bars = line.particles?.histogram;
  if (bars) {
    const width = (axis.max - axis.min) / bars.length;
    const x = Array.from(bars, (_, i) => axis.min + (i + 0.5) * width);
    traces.push({
      type: "bar",
      name: "particles in bins",
      x,
      y: Array.from(bars, plain),
      width,
      marker: { color: `${COLOURS.particles}66` },
    });
  }
  if (line.density) {
    const y = Array.from(line.density, plain);
    traces.push({
      type: "scatter",
      mode: "lines",
      name: "mean field",
      x: [...centres(axis)],
      y,
      line: { color: COLOURS.meanField, width: 2 },
    });
  }
  return traces;
}

function potentialTraces(axis: Axis | undefined, line: ReturnType<typeof potentialLine>, theme: ThemeName): Plain[] {
  if (!axis || !line) return [];
  const x = [...centres(axis)];
  const { level, V, density, particles } = line;
  const part = (above: boolean) =>
    x.map((_, i) =>
      V[i] > level.value === above && density[i] * Math.abs(V[i] - level.value) * line.rate > FAINTEST * line.scale.fastest
        ? plain(V[i])
        : level.value,
    );
  const flat = { type: "scatter", mode: "lines", x, y: x.map(() => plain(level.value)), line: { width: 0 }, showlegend: false };
  const area = (name: string, above: boolean, colour: string) => [
    flat,
    { type: "scatter", mode: "lines", name, x, y: part(above), line: { width: 0 }, fill: "tonexty", fillcolor: `${colour}66` },
  ];
  const look = THEMES[theme];
  const traces: Plain[] = [
    ...(level.deaths ? area("dies", true, COLOURS.deaths) : []),
    ...(level.births ? area("is born", false, COLOURS.births) : []),
    { type: "scatter", mode: "lines", name: "potential V", x, y: Array.from(V, plain), line: { color: look.text, width: 2 } },
    { ...flat, name: level.label, showlegend: true, line: { color: look.muted, width: 1.5, dash: "dash" } },
  ];
  if (particles) {
    const xs = chosen(particles, MOST_DOTS);
    const ys = xs.map((theta) => plain(interpolate(V, axis, theta)));
    traces.push({
      type: "scatter",
      mode: "markers",
      name: "particles",
      x: xs,
      y: ys,
      marker: { color: COLOURS.particles, size: 5 },
    });
  }
  return traces;
}
