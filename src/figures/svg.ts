import type { Figure } from "./figure.ts";
import { escapeHtml } from "./html.ts";
import { CHARACTER, drawFigure, ON_PAGE, ON_PAPER, type Picture } from "./svg-figure.ts";
import { THEMES } from "./theme.ts";

/** Figures as SVG, drawn without a browser: on white, with their titles, for papers; and as they stand on a page. */

/** The one font for which there is a file (png.ts); a browser has one like it. */
export const FONT = "DejaVu Sans";
const WIDTH = 560;
const ROW = 19;

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
    const row = figures
      .slice(first, first + across)
      .map((figure, k) => drawFigure(figure, { width: WIDTH, paint: ON_PAPER, titled: true, id: `clip-${first + k}` }));
    for (const [k, { svg }] of row.entries()) parts.push(`<g transform="translate(${k * WIDTH},${y})">${svg}</g>`);
    y += Math.max(...row.map(({ height }) => height));
  }
  for (const line of notes.flatMap((note) => linesOf(note, Math.floor((width - 32) / CHARACTER)))) {
    parts.push(`<text x="16" y="${y + 12}">${escapeHtml(line)}</text>`);
    y += ROW;
  }
  const height = y + 8;
  const { text, back } = THEMES.light;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}, Verdana, sans-serif" font-size="12" fill="${text}">`;
  return { svg: `${head}<rect width="${width}" height="${height}" fill="${back}"/>${parts.join("\n")}</svg>\n`, width, height };
}

function linesOf(text: string, room: number): string[] {
  return text.match(new RegExp(`.{1,${room}}(?:\\s|$)`, "g")) ?? [text];
}

/** Of a figure on a page, in pixels: as wide as a sheet of A4 or letter leaves room for. */
const ON_PAGE_WIDTH = 660;

/** A figure on a page, in its colours and font, without a title, its numbers or a script. @param id of the figure on the page @throws RangeError for a figure in space */
export function renderOnPage(figure: Figure, id: string): Picture {
  const { svg, width, height } = drawFigure(figure, { width: ON_PAGE_WIDTH, paint: ON_PAGE, titled: false, id: `${id}-clip` });
  const head = `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-size="12" fill="currentColor" aria-hidden="true">`;
  return { svg: `${head}${svg}</svg>`, width, height };
}
