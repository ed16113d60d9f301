import type { Area, Figure, Series, Trace } from "../../figures/figure.ts";
import { THEMES, type ThemeName, withOpacity } from "../../figures/theme.ts";
import { type Axis, centres } from "../../grid/grid.ts";
import { pageNumber } from "../state/page-number.ts";
import { evenly, type Fade, interpolate, opacityOf } from "./cells.ts";
import { createSegments, traceContour } from "./contour.ts";
import { bandEnds, type Curve, markedTimes, type TimePicture } from "./curves.ts";
import { densityLine, densityPlane } from "./density-picture.ts";
import { edgesOf, middlesOf, type PlaneContent, type PlaneContour, shownPlane } from "./frame-content.ts";
import { colourScale, parseColour } from "./palette.ts";
import { FRAME_PANELS, type FrameName, type PanelName, TIME_PANELS } from "./panels.ts";
import { FAINTEST, MOST_DOTS, potentialLine, potentialPlane } from "./potential-picture.ts";
import type { TimeKind } from "./time-picture.ts";
import type { ViewValues } from "./values.ts";

/** The panels as figures, from which pictures for papers are made. */

export interface PanelFigure {
  name: PanelName;
  figure: Figure;
}

/** One figure for each panel, in the order of the page, at the frame on show. */
export function panelFigures(shown: ViewValues, theme: ThemeName): PanelFigure[] {
  const values = { ...shown, theme };
  const time = values.setup?.times[values.shown];
  const at = time === undefined ? "" : `, t = ${pageNumber(time)}`;
  const axes = shownPlane(values);
  const first = axes?.[0] ?? values.setup?.axes[0];
  const plane = axes && { density: densityPlane(values), potential: potentialPlane(values) };
  const home = plane?.density?.home;
  const x = first ? axisOf(first, home?.[0]) : { title: "" };
  const line = axes ? null : densityLine(values);
  const potential = axes ? null : potentialLine(values);
  const frames: Readonly<Record<FrameName, Pick<Figure, "y" | "traces">>> = {
    density: {
      y: { title: "density", range: [0, line?.ceiling ?? 1] },
      traces: axes ? planeTraces(axes, plane!.density, theme) : densityTraces(first, line),
    },
    potential: {
      y: { title: potential?.threshold.axis ?? "potential V", ...(potential ? { range: potential.scale.range } : {}) },
      traces: axes ? planeTraces(axes, plane!.potential, theme) : potentialTraces(first, potential, theme),
    },
  };
  return [
    ...entries(FRAME_PANELS).map(([name, { title }]): PanelFigure => {
      const { y, traces } = frames[name];
      return { name, figure: { title: `${title}${at}`, x, y: axes ? axisOf(axes[1], home?.[1]) : y, traces } };
    }),
    ...entries(TIME_PANELS).map(([name, kind]): PanelFigure => ({ name, figure: timeFigure(kind, kind.picture(values), time) })),
  ];
}

function entries<T extends object>(table: T): [keyof T, T[keyof T]][] {
  return Object.entries(table) as [keyof T, T[keyof T]][];
}

function axisOf({ name, min, max }: Axis, range: readonly [number, number] = [min, max]): Figure["x"] {
  return { title: name, range };
}

function timeFigure({ title }: TimeKind, picture: TimePicture, time: number | undefined): Figure {
  const { curves, logarithmic, yRange, xRange, yLabel, notice } = picture;
  return {
    title,
    x: { title: "time t", range: xRange },
    y: { title: yLabel, log: logarithmic, range: yRange },
    traces: curveTraces(curves),
    ...(time === undefined ? {} : { cursor: time }),
    ...(notice === null ? {} : { notice }),
  };
}

/** A band stands for both of its ends, and lines of one name are one, with gaps between them. */
function curveTraces(curves: readonly Curve[]): Trace[] {
  const ends = bandEnds(curves);
  return curves.flatMap((curve, i): Trace[] => {
    const first = curves.findIndex(({ label }) => label === curve.label);
    if (ends.has(i) || first < i) return [];
    const { band, colour, dash, width, times, values } = curve;
    if (!band) return [joined(curves.filter(({ label }) => label === curve.label).map(seriesOfCurve))];
    const { values: low } = curves[band.to];
    const area: Area = { kind: "area", name: band.label, x: times, low, high: values, colour, dash, width, opacity: 0.25 };
    return [area];
  });
}

function joined(series: readonly Series[]): Series {
  const across = (of: "x" | "y") => series.flatMap((one, k) => [...(k > 0 ? [null] : []), ...Array.from(one[of])]);
  return series.length === 1 ? series[0] : { ...series[0], x: across("x"), y: across("y") };
}

function seriesOfCurve(curve: Curve): Series {
  const { label, colour, dash, mark, width, times, values } = curve;
  const drawn = mark === "dots" ? markedTimes(curve, null) : new Set(times);
  const x = times.filter((time) => drawn.has(time));
  const y = values.filter((_, k) => drawn.has(times[k]));
  return { name: label, x, y, ...(mark === "dots" ? dots(colour) : { mode: "lines", colour, dash, width }) };
}

/** Particles, or times of them. */
function dots(colour: string, size = 5, opacity = 1): Pick<Series, "mode" | "colour" | "symbol" | "size" | "opacity"> {
  return { mode: "markers", colour, symbol: "circle", size, opacity };
}

function planeTraces([x, y]: [Axis, Axis], content: PlaneContent | null, theme: ThemeName): Trace[] {
  if (content === null) return [];
  const { values, edges, palette, range, scale, label, origin, contours, fade, dots: particles } = content;
  const [xs, ys] = edgesOf([x, y], edges).map(middlesOf);
  const traces: Trace[] = [
    {
      kind: "cells",
      name: label,
      x: xs,
      y: ys,
      values: values.map((value) => value - origin),
      range: [range[0] - origin, range[1] - origin],
      colours: colourScale(palette, scale),
    },
  ];
  if (fade !== null) traces.push(veil(fade, xs, ys, theme));
  for (const contour of contours) traces.push(contourTrace(contour, x, y, theme));
  if (particles) {
    const { label: name, most, colour, side, opacity } = particles;
    traces.push({ name, x: chosen(particles.xs, most), y: chosen(particles.ys, most), ...dots(colour, side + 1, opacity) });
  }
  return traces;
}

/** The ground of the page over cells where there is little mass. */
function veil(fade: Fade, x: Float64Array, y: Float64Array, theme: ThemeName): Trace {
  const [red, green, blue] = parseColour(THEMES[theme].back);
  const colours = Array.from({ length: 17 }, (_, i) => [i / 16, `rgba(${red}, ${green}, ${blue}, ${1 - i / 16})`] as const);
  const values = Float32Array.from(fade.density, (_, k) => opacityOf(fade, k));
  return { kind: "cells", name: "", x, y, values, range: [0, 1], colours, bar: false };
}

function chosen(values: Float32Array, most: number): number[] {
  const at = evenly(values.length, most);
  return Array.from({ length: Math.min(values.length, most) }, (_, k) => values[at(k)]);
}

function contourTrace(contour: PlaneContour, x: Axis, y: Axis, theme: ThemeName): Series {
  const { values, edges, levels, label, colour, opacity, width } = contour;
  const [across, up] = edgesOf([x, y], edges).map(middlesOf);
  const segments = createSegments();
  const xs: (number | null)[] = [];
  const ys: (number | null)[] = [];
  for (const level of levels) {
    traceContour(segments, values, level, across, up);
    for (let k = 0; k < 4 * segments.count; k += 4) {
      xs.push(segments.ends[k], segments.ends[k + 2], null);
      ys.push(segments.ends[k + 1], segments.ends[k + 3], null);
    }
  }
  const ink = colour ?? THEMES[theme].text;
  const look = { mode: "lines", colour: opacity === 1 ? ink : withOpacity(ink, opacity), width } as const;
  return { name: label, x: xs, y: ys, ...look };
}

function densityTraces(axis: Axis | undefined, line: ReturnType<typeof densityLine> | null): Trace[] {
  if (!axis || !line) return [];
  const traces: Trace[] = [];
  const bars = line.particles?.histogram;
  if (bars) {
    const width = (axis.max - axis.min) / bars.length;
    // Both ends of each step.
    const x = Array.from(bars, (_, i) => [axis.min + i * width, axis.min + (i + 1) * width]).flat();
    const high = Array.from(bars, (value) => [value, value]).flat();
    const low = high.map(() => 0);
    traces.push({ kind: "area", name: "particles in bins", x, low, high, colour: line.ink.particles, opacity: 0.25, width: 1 });
  }
  if (line.gibbs) {
    const { label, values, opacity } = line.gibbs;
    traces.push({ name: label, x: centres(axis), y: values, mode: "lines", colour: line.ink.gibbs, width: 1.5, opacity });
  }
  if (line.density) {
    const { edges } = line;
    const x = edges === null ? centres(axis) : middlesOf(edges);
    traces.push({ name: "mean field", x, y: line.density, mode: "lines", colour: line.ink.meanField });
  }
  return traces;
}

function potentialTraces(axis: Axis | undefined, line: ReturnType<typeof potentialLine>, theme: ThemeName): Trace[] {
  if (!axis || !line) return [];
  const x = centres(axis);
  const { threshold, V, plain, density, particles } = line;
  const flat = Array.from(V, () => threshold.value);
  const part = (above: boolean) =>
    Array.from(V, (value, i) =>
      value > threshold.value === above &&
      density[i] * Math.abs(value - threshold.value) * line.rate > FAINTEST * line.scale.fastest
        ? value
        : threshold.value,
    );
  const area = (name: string, above: boolean, colour: string): Area => {
    return { kind: "area", name, x, low: flat, high: part(above), colour, opacity: 0.4 };
  };
  const { text, muted } = THEMES[theme];
  const traces: Trace[] = [
    ...(threshold.deaths ? [area("dies", true, line.ink.deaths)] : []),
    ...(threshold.births ? [area("is born", false, line.ink.births)] : []),
    ...(plain === null ? [] : [{ name: "potential V", x, y: plain, mode: "lines", colour: muted, width: 1.25 } as const]),
    { name: threshold.axis, x, y: V, mode: "lines", colour: text },
    { name: threshold.label, x, y: flat, mode: "lines", colour: muted, width: 1.5, dash: [9, 9] },
  ];
  if (particles) {
    const xs = chosen(particles, MOST_DOTS);
    traces.push({ name: "particles", x: xs, y: xs.map((theta) => interpolate(V, axis, theta)), ...dots(line.ink.particles) });
  }
  return traces;
}
