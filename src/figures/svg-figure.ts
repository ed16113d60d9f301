import { heightOfNames } from "./extents.ts";
import { type Axis, type Figure, isNamed, looksOf } from "./figure.ts";
import { escapeHtml } from "./html.ts";
import { endLabelsOf, roomFor } from "./labels.ts";
import { formatShort } from "./numbers.ts";
import { type Scale, scaleOf } from "./svg-scales.ts";
import { colourAt, round, sampleElement, traceElements } from "./svg-traces.ts";
import { inkOf, THEMES } from "./theme.ts";

/** One figure as elements of SVG: axes, traces, labels, legend. */

export interface Picture {
  svg: string;
  width: number;
  height: number;
}

/** Colours of all but the traces. */
export interface Paint {
  text: string;
  line: string;
  /** Of letters that name a trace of a colour. */
  ink(colour: string): string;
}

export const ON_PAPER: Paint = { ...THEMES.light, ink: (colour) => inkOf(colour, THEMES.light) };

/** On a page that is light or dark, by the variables of its style (theme.ts). */
export const ON_PAGE: Paint = {
  text: "currentColor",
  line: "var(--line)",
  ink: (colour) => `light-dark(${inkOf(colour, THEMES.light)}, ${inkOf(colour, THEMES.dark)})`,
};

export interface Place {
  width: number;
  paint: Paint;
  /** Whether the title stands above. */
  titled: boolean;
  /** Of its elements that are referred to; another for each figure of a page. */
  id: string;
}

const FRAME_HEIGHT = 300;
const MARGIN = { top: 40, right: 20, bottom: 52, left: 78 } as const;
/** Of colours beside cells. */
const BAR_WIDTH = 70;
const ROW = 19;
const SAMPLE = 36;
/** Of a character of the legend, at most. */
export const CHARACTER = 7.2;

/** @throws RangeError for a figure in space */
export function drawFigure(figure: Figure, { width, paint, titled, id }: Place): Picture {
  const { title, traces, cursor, notice } = figure;
  const looks = looksOf(traces);
  const cells = traces.find((trace) => trace.kind === "cells");
  const left = leftOf(figure.y);
  const top = titled ? MARGIN.top : 10;
  const h = Math.max(FRAME_HEIGHT, heightOfNames(figure.y));
  const labels = endLabelsOf(figure, looks, { width, height: h });
  const right = Math.max(MARGIN.right, roomFor(labels)) + (cells === undefined ? 0 : BAR_WIDTH);
  const w = width - left - right;
  const scales = { x: scaleOf("x", figure.x, traces, [0, w]), y: scaleOf("y", figure.y, traces, [h, 0]) };
  const legend = legendOf(figure, looks, width - left - MARGIN.right, labels.length > 0);
  const inside = [
    ...traces.map((trace, k) => traceElements(trace, looks[k], scales)),
    cursor === undefined ? "" : `<path d="M${scales.x(cursor)},0V${h}" stroke="${paint.text}"/>`,
  ];
  const svg = [
    titled ? `<text x="${left}" y="22" font-size="14" font-weight="bold">${escapeHtml(title)}</text>` : "",
    `<g transform="translate(${left},${top})">`,
    `<clipPath id="${id}"><rect width="${w}" height="${h}"/></clipPath>`,
    xAxis(figure.x, scales.x, { w, h, paint }),
    yAxis(figure.y, scales.y, { w, h, paint }),
    `<g clip-path="url(#${id})">${inside.join("\n")}</g>`,
    `<rect width="${w}" height="${h}" fill="none" stroke="${paint.text}"/>`,
    notice === undefined ? "" : `<text x="${w / 2}" y="${h / 2}" text-anchor="middle">${escapeHtml(notice)}</text>`,
    ...labels.map(({ text, colour, x, y, lower }) => {
      const at = `x="${round(scales.x(x) + 7)}" y="${round(scales.y(y) + lower + 4)}"`;
      return `<text ${at} fill="${paint.ink(colour)}">${escapeHtml(text)}</text>`;
    }),
    cells === undefined ? "" : colourBar(cells, w + 16, h),
    `<g transform="translate(0,${h + MARGIN.bottom})">${legend.svg}</g>`,
    "</g>",
  ];
  return { svg: svg.join("\n"), width, height: top + h + MARGIN.bottom + legend.height };
}

/** Room for the numbers of the axis and its name, or for the names of its places alone. */
function leftOf({ ticks = [] }: Axis): number {
  return Math.max(MARGIN.left, ...ticks.map(({ text }) => CHARACTER * text.length + 16));
}

function ticksOf({ log, ticks }: Axis, scale: Scale): { at: number; text: string }[] {
  return ticks?.slice() ?? numbersOf(scale, log).map((at) => ({ at, text: formatShort(at) }));
}

/** On a log axis powers of ten, where there are at least two of them, or else 1, 2 and 5 times those. */
function numbersOf(scale: Scale, log: boolean | undefined): number[] {
  const ticks = scale.ticks(6);
  if (log !== true) return ticks;
  const powers = ticks.filter((tick) => Number.isInteger(Math.round(1e6 * Math.log10(tick)) / 1e6));
  if (powers.length < 2) {
    const whole = ticks.filter((tick) => "125".includes(tick.toExponential(0)[0]));
    const shown = whole.length < 2 ? ticks : whole;
    return shown.filter((_, k) => k % Math.ceil(shown.length / 6) === 0);
  }
  return powers.filter((_, k) => k % Math.ceil(powers.length / 6) === 0);
}

interface Frame {
  w: number;
  h: number;
  paint: Paint;
}

function xAxis(axis: Axis, scale: Scale, { w, h, paint }: Frame): string {
  const ticks = ticksOf(axis, scale).map(({ at, text }) => {
    const x = round(scale(at));
    return `<path d="M${x},0V${h}" stroke="${paint.line}"/><path d="M${x},${h}v5" stroke="${paint.text}"/><text x="${x}" y="${h + 18}" text-anchor="middle">${escapeHtml(text)}</text>`;
  });
  return `${ticks.join("")}<text x="${w / 2}" y="${h + 38}" text-anchor="middle">${titleElement(axis)}</text>`;
}

function yAxis(axis: Axis, scale: Scale, { w, h, paint }: Frame): string {
  const ticks = ticksOf(axis, scale).map(({ at, text }) => {
    const y = round(scale(at));
    return `<path d="M0,${y}H${w}" stroke="${paint.line}"/><path d="M0,${y}h-5" stroke="${paint.text}"/><text x="-9" y="${y + 4}" text-anchor="end">${escapeHtml(text)}</text>`;
  });
  const title = `<text transform="translate(-62,${h / 2}) rotate(-90)" text-anchor="middle">${titleElement(axis)}</text>`;
  return `${ticks.join("")}${axis.ticks === undefined ? title : ""}`;
}

/** Words, and the symbol in italics. */
function titleElement({ title, symbol }: Axis): string {
  if (symbol === undefined) return escapeHtml(title);
  return `${escapeHtml(title)} <tspan font-style="italic">${escapeHtml(symbol)}</tspan>`;
}

type CellTrace = Extract<Figure["traces"][number], { kind: "cells" }>;

function colourBar({ name, range, colours }: CellTrace, x: number, h: number): string {
  const steps = 64;
  const bars = Array.from({ length: steps }, (_, k) => {
    const y = h - ((k + 1) * h) / steps;
    return `<rect x="${x}" y="${y}" width="12" height="${h / steps + 0.5}" fill="${colourAt((k + 0.5) / steps, colours)}"/>`;
  });
  const ends = [range[0], (range[0] + range[1]) / 2, range[1]].map(
    (value, k) => `<text x="${x + 16}" y="${h - (k * h) / 2 + 4}">${formatShort(value)}</text>`,
  );
  return `${bars.join("")}${ends.join("")}<text x="${x + 6}" y="-8" text-anchor="middle">${escapeHtml(name)}</text>`;
}

/** One entry for each name, in rows. A plane of cells has its bar of colours, and a line its label where there is one. */
function legendOf(
  { traces }: Figure,
  looks: ReturnType<typeof looksOf>,
  room: number,
  labelled: boolean,
): { svg: string; height: number } {
  const names = new Set<string>();
  let [x, y] = [0, 0];
  const entries = traces.flatMap((trace, k) => {
    if (trace.kind === "cells" || names.has(trace.name) || !isNamed(trace, labelled)) return [];
    names.add(trace.name);
    const width = SAMPLE + 8 + CHARACTER * trace.name.length + 16;
    if (x > 0 && x + width > room) [x, y] = [0, y + ROW];
    const entry = `<g transform="translate(${x},${y})">${sampleElement(trace, looks[k], SAMPLE)}<text x="${SAMPLE + 8}" y="4">${escapeHtml(trace.name)}</text></g>`;
    x += width;
    return [entry];
  });
  return { svg: entries.join(""), height: entries.length === 0 ? 4 : y + ROW + 4 };
}
