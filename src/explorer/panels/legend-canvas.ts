import type { LegendEntry } from "./curves.ts";

/** Legends on a canvas, for pictures and films: what the page does with lists and style sheets. */

const SWATCH = 24;
const BETWEEN = 14;

interface PlacedEntry extends LegendEntry {
  row: number;
  x: number;
}

/** Entries in rows of a width, each where there is room for it. What needs more rows than there are is left out. */
export function legendRows(
  entries: readonly LegendEntry[],
  width: number,
  rows: number,
  widthOf: (text: string) => number,
): PlacedEntry[] {
  const placed: PlacedEntry[] = [];
  let row = 0;
  let x = 0;
  for (const entry of entries) {
    const needed = SWATCH + 6 + widthOf(entry.label);
    if (x > 0 && x + needed > width) {
      row++;
      x = 0;
    }
    if (row >= rows) break;
    placed.push({ ...entry, row, x });
    x += needed + BETWEEN;
  }
  return placed;
}

interface LegendRoom {
  x: number;
  y: number;
  width: number;
  rows: number;
  /** Height of a row. */
  line: number;
  colour: string;
}

/** Draws a legend in the font of the context. */
export function drawLegend(context: CanvasRenderingContext2D, entries: readonly LegendEntry[], room: LegendRoom): void {
  const placed = legendRows(entries, room.width, room.rows, (text) => context.measureText(text).width);
  for (const { label, row, x, ...look } of placed) {
    const left = room.x + x;
    const base = room.y + (row + 1) * room.line - 4;
    drawSwatch(context, look, left, base - 4);
    context.fillStyle = room.colour;
    context.fillText(label, left + SWATCH + 6, base, room.width - x - SWATCH - 6);
  }
}

function drawSwatch(
  context: CanvasRenderingContext2D,
  { mark, colour, dash, ground }: Pick<LegendEntry, "mark" | "colour" | "dash" | "ground">,
  x: number,
  y: number,
): void {
  if (ground !== undefined) {
    context.fillStyle = ground;
    context.fillRect(x, y - 5, SWATCH, 10);
  }
  context.fillStyle = colour;
  if (mark === "area") {
    context.globalAlpha = 0.6;
    context.fillRect(x, y - 5, SWATCH, 10);
    context.globalAlpha = 1;
  } else if (mark === "dots") {
    for (const at of [4, 12, 20]) {
      context.beginPath();
      context.arc(x + at, y, 2.5, 0, 2 * Math.PI);
      context.fill();
    }
  } else {
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + SWATCH, y);
    context.stroke();
    context.setLineDash([]);
  }
}
