import { type Axis, type Figure, looksOf } from "./figure.ts";
import { escapeHtml } from "./html.ts";
import { formatShort } from "./numbers.ts";
import { type Scale, scaleOf } from "./svg-scales.ts";
import { colourAt, sampleElement, traceElements } from "./svg-traces.ts";
import { THEMES } from "./theme.ts";

/** Figures as SVG, drawn without a browser: on white, with their titles, for papers. */

export interface Picture {
  svg: string;
  width: number;
  height: number;
}

const { text: TEXT, back: BACK, line: LINE } = THEMES.light;
/** The one font for which there is a file (png.ts); a browser has one like it. */
export const FONT = "DejaVu Sans";
const WIDTH = 560;
const FRAME_HEIGHT = 300;
const MARGIN = { top: 40, right: 20, bottom: 52, left: 78 } as const;
/** Of colours beside cells. */
const BAR_WIDTH = 70;
const ROW = 19;
const SAMPLE = 36;
/** Of a character of the legend, at most. */
const CHARACTER = 7.2;

/** What stands above the figures of a picture, and below them. */
export interface Captions {
  title?: string;
  notes?: readonly string[];
}

const TITLE_ROW = 34;

/** Figures in two columns, one where there is one figure. @throws RangeError for a figure in space */
export function renderPicture(figures: readonly Figure[], { title, notes = [] }: Captions = {}): Picture {
  const across = Math.min(2, figures.length);
  const width = across * WIDTH;
  let y = title === undefined ? 0 : TITLE_ROW;
  const parts: string[] = [];
  if (title !== undefined) parts.push(`<text x="16" y="24" font-size="16" font-weight="bold">${escapeHtml(title)}</text>`);
  for (let first = 0; first < figures.length; first += across) {
    const row = figures.slice(first, first + across).map((figure, k) => renderFigure(figure, `clip-${first + k}`));
    for (const [k, { svg }] of row.entries()) parts.push(`<g transform="translate(${k * WIDTH},${y})">${svg}</g>`);
    y += Math.max(...row.map(({ height }) => height));
  }
  for (const line of notes.flatMap((note) => linesOf(note, Math.floor((width - 32) / CHARACTER)))) {
    parts.push(`<text x="16" y="${y + 12}">${escapeHtml(line)}</text>`);
    y += ROW;
  }
  const height = y + 8;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}, Verdana, sans-serif" font-size="12" fill="${TEXT}">`;
  return { svg: `${head}<rect width="${width}" height="${height}" fill="${BACK}"/>${parts.join("\n")}</svg>\n`, width, height };
}

function linesOf(text: string, room: number): string[] {
  return text.match(new RegExp(`.{1,${room}}(?:\\s|$)`, "g")) ?? [text];
}

function renderFigure(figure: Figure, clip: string): Picture {
  const { title, traces, cursor, notice } = figure;
  const looks = looksOf(traces);
  const cells = traces.find((trace) => trace.kind === "cells");
  const left = leftOf(figure.y);
  const right = MARGIN.right + (cells === undefined ? 0 : BAR_WIDTH);
  const [w, h] = [WIDTH - left - right, FRAME_HEIGHT];
  const scales = { x: scaleOf("x", figure.x, traces, [0, w]), y: scaleOf("y", figure.y, traces, [h, 0]) };
  const legend = legendOf(figure, looks, WIDTH - left - MARGIN.right);
  const inside = [
    ...traces.map((trace, k) => traceElements(trace, looks[k], scales)),
    cursor === undefined ? "" : `<path d="M${scales.x(cursor)},0V${h}" stroke="${TEXT}"/>`,
  ];
  const svg = [
    `<text x="${left}" y="22" font-size="14" font-weight="bold">${escapeHtml(title)}</text>`,
    `<g transform="translate(${left},${MARGIN.top})">`,
    `<clipPath id="${clip}"><rect width="${w}" height="${h}"/></clipPath>`,
    xAxis(figure.x, scales.x, w, h),
    yAxis(figure.y, scales.y, w, h),
    `<g clip-path="url(#${clip})">${inside.join("\n")}</g>`,
    `<rect width="${w}" height="${h}" fill="none" stroke="${TEXT}"/>`,
    notice === undefined ? "" : `<text x="${w / 2}" y="${h / 2}" text-anchor="middle">${escapeHtml(notice)}</text>`,
    cells === undefined ? "" : colourBar(cells, w + 16, h),
    `<g transform="translate(0,${h + MARGIN.bottom})">${legend.svg}</g>`,
    "</g>",
  ];
  return { svg: svg.join("\n"), width: WIDTH, height: MARGIN.top + h + MARGIN.bottom + legend.height };
}

/** Room for the numbers of the axis and its name, or for the names of its places alone. */
function leftOf({ ticks = [] }: Axis): number {
  return Math.max(MARGIN.left, ...ticks.map(({ text }) => CHARACTER * text.length + 16));
}

function ticksOf({ log, ticks }: Axis, scale: Scale): { at: number; text: string }[] {
  return ticks?.slice() ?? numbersOf(scale, log).map((at) => ({ at, text: formatShort(at) }));
}

/** On a log axis powers of ten, where there are at least two of them. */
function numbersOf(scale: Scale, log: boolean | undefined): number[] {
  const ticks = scale.ticks(6);
  if (log !== true) return ticks;
  const powers = ticks.filter((tick) => Number.isInteger(Math.round(1e6 * Math.log10(tick)) / 1e6));
  if (powers.length < 2) return ticks.length > 6 ? ticks.filter((_, k) => k % Math.ceil(ticks.length / 6) === 0) : ticks;
  return powers.filter((_, k) => k % Math.ceil(powers.length / 6) === 0);
}

function xAxis(axis: Axis, scale: Scale, w: number, h: number): string {
  const ticks = ticksOf(axis, scale).map(({ at, text }) => {
    const x = scale(at);
    return `<path d="M${x},0V${h}" stroke="${LINE}"/><path d="M${x},${h}v5" stroke="${TEXT}"/><text x="${x}" y="${h + 18}" text-anchor="middle" font-size="11">${escapeHtml(text)}</text>`;
  });
  return `${ticks.join("")}<text x="${w / 2}" y="${h + 38}" text-anchor="middle">${escapeHtml(axis.title)}</text>`;
}

function yAxis(axis: Axis, scale: Scale, w: number, h: number): string {
  const ticks = ticksOf(axis, scale).map(({ at, text }) => {
    const y = scale(at);
    return `<path d="M0,${y}H${w}" stroke="${LINE}"/><path d="M0,${y}h-5" stroke="${TEXT}"/><text x="-9" y="${y + 4}" text-anchor="end" font-size="11">${escapeHtml(text)}</text>`;
  });
  const title = `<text transform="translate(-62,${h / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(axis.title)}</text>`;
  return `${ticks.join("")}${axis.ticks === undefined ? title : ""}`;
}

type CellTrace = Extract<Figure["traces"][number], { kind: "cells" }>;

function colourBar({ name, range, colours }: CellTrace, x: number, h: number): string {
  const steps = 64;
  const bars = Array.from({ length: steps }, (_, k) => {
    const y = h - ((k + 1) * h) / steps;
    return `<rect x="${x}" y="${y}" width="12" height="${h / steps + 0.5}" fill="${colourAt((k + 0.5) / steps, colours)}"/>`;
  });
  const ends = [range[0], (range[0] + range[1]) / 2, range[1]].map(
    (value, k) => `<text x="${x + 16}" y="${h - (k * h) / 2 + 4}" font-size="10">${formatShort(value)}</text>`,
  );
  return `${bars.join("")}${ends.join("")}<text x="${x + 6}" y="-8" text-anchor="middle" font-size="11">${escapeHtml(name)}</text>`;
}

/** One entry for each name, in rows. A plane of cells has its bar of colours. */
function legendOf({ traces }: Figure, looks: ReturnType<typeof looksOf>, room: number): { svg: string; height: number } {
  const names = new Set<string>();
  let [x, y] = [0, 0];
  const entries = traces.flatMap((trace, k) => {
    if (trace.kind === "cells" || names.has(trace.name)) return [];
    names.add(trace.name);
    const width = SAMPLE + 8 + CHARACTER * trace.name.length + 16;
    if (x > 0 && x + width > room) [x, y] = [0, y + ROW];
    const entry = `<g transform="translate(${x},${y})">${sampleElement(trace, looks[k], SAMPLE)}<text x="${SAMPLE + 8}" y="4">${escapeHtml(trace.name)}</text></g>`;
    x += width;
    return [entry];
  });
  return { svg: entries.join(""), height: entries.length === 0 ? 4 : y + ROW + 4 };
}
