import uPlot from "uplot";
import type { Theme } from "../../figures/theme.ts";
import { pageNumber } from "../state/page-number.ts";
import { typeSize } from "./chart.ts";
import { type ColourScale, cssColour, type Palette, unpackColour } from "./palette.ts";
import { clean, type Range } from "./ranges.ts";

const HEIGHT = 44;
/** Top and height of the bar, in pixels of the page. */
const TOP = 19;
const THICK = 9;
const LEFT = 48;
const RIGHT = 24;
/** Height of letters. */
const LETTERS = 12;

/**
 * Values to be named, and where they lie on the bar. The ends are 1, 1.5, 2, 3, 5 or 7.5 times a power of ten: fifths of them are short, and
 * 0 lies in the middle of a scale with two sides.
 */
export function colourTicks(range: Range, scale: ColourScale): { place: number; value: number }[] {
  const [min, max] = range;
  const shares = scale === "square root" ? [0, 0.05, 0.2, 0.5, 1] : min < 0 ? [0, 0.25, 0.5, 0.75, 1] : [0, 0.2, 0.4, 0.6, 0.8, 1];
  return shares.map((share) => ({
    place: scale === "square root" ? Math.sqrt(share) : share,
    value: clean(min + share * (max - min), range),
  }));
}

/** What the colours of a heat map stand for: the palette from its least to its largest value, with numbers. */
export interface ColourBar {
  canvas: HTMLCanvasElement;
  /** Draws only if something differs from what is there. */
  draw(width: number, label: string, palette: Palette, range: Range, scale: ColourScale): void;
}

export function createColourBar(host: HTMLElement, look: Theme): ColourBar {
  const canvas = document.createElement("canvas");
  canvas.className = "panel-colours";
  canvas.setAttribute("aria-hidden", "true");
  canvas.height = 0;
  host.append(canvas);
  const context = canvas.getContext("2d")!;
  /** Larger where the page is shown to a room. */
  const size = typeSize() / LETTERS;
  let last = "";
  return {
    canvas,
    draw(width, label, palette, range, scale) {
      const ratio = uPlot.pxRatio;
      const now = `${width} ${ratio} ${label} ${range} ${scale}`;
      if (now === last) return;
      last = now;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(HEIGHT * size * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${HEIGHT * size}px`;
      context.scale(size * ratio, size * ratio);
      const span = Math.max(1, width / size - LEFT - RIGHT);
      palette.forEach((colour, i) => {
        context.fillStyle = cssColour(unpackColour(colour));
        context.fillRect(LEFT + (i / palette.length) * span, TOP, span / palette.length + 1, THICK);
      });
      context.strokeStyle = look.line;
      context.strokeRect(LEFT, TOP, span, THICK);
      context.font = `${LETTERS}px system-ui, sans-serif`;
      context.textAlign = "center";
      context.textBaseline = "alphabetic";
      context.fillStyle = look.muted;
      context.fillText(label, LEFT + span / 2, TOP - 5);
      for (const { place, value } of colourTicks(range, scale)) {
        context.fillText(pageNumber(value), LEFT + place * span, TOP + THICK + 13);
      }
    },
  };
}
