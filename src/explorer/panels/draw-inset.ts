import uPlot from "uplot";
import { formatShort } from "../../figures/numbers.ts";
import type { Theme } from "../../figures/theme.ts";
import type { Inset } from "./curves.ts";

/** In pixels of the page: size, and room around the points for numbers. */
const SIZE = { width: 168, height: 88 };
const MARGIN = { left: 44, right: 12, top: 20, bottom: 20 };

/** In the upper right corner of a chart. @param colour of the points. */
export function drawInset({ ctx, bbox }: uPlot, { title, points, now, draws }: Inset, look: Theme, colour: string): void {
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.translate(bbox.left + bbox.width - (SIZE.width + 6) * ratio, bbox.top + 6 * ratio);
  ctx.scale(ratio, ratio);
  ctx.fillStyle = look.back;
  ctx.fillRect(0, 0, SIZE.width, SIZE.height);
  ctx.strokeStyle = look.line;
  ctx.strokeRect(0, 0, SIZE.width, SIZE.height);
  const [x0, x1] = [points[0].n / 2, points[points.length - 1].n * 2];
  const values = points.flatMap(({ value, n }) => [value, draws / Math.sqrt(n)]);
  const [y0, y1] = [Math.min(...values) / 1.5, Math.max(...values) * 1.5];
  const w = SIZE.width - MARGIN.left - MARGIN.right;
  const h = SIZE.height - MARGIN.top - MARGIN.bottom;
  const atX = (n: number) => MARGIN.left + (w * Math.log(n / x0)) / Math.log(x1 / x0);
  const atY = (value: number) => MARGIN.top + h - (h * Math.log(value / y0)) / Math.log(y1 / y0);
  ctx.font = "10px system-ui, sans-serif";
  ctx.fillStyle = look.muted;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(title, 8, 13, SIZE.width - 16);
  ctx.textAlign = "center";
  const ends = points.length > 3 ? [points[0], points[points.length - 1]] : points;
  for (const { n } of ends) ctx.fillText(formatShort(n, 6), atX(n), SIZE.height - 7);
  ctx.textAlign = "right";
  for (const { value } of [points[0], points[points.length - 1]])
    ctx.fillText(formatShort(value, 2), MARGIN.left - 5, atY(value) + 3);
  ctx.strokeStyle = look.muted;
  ctx.setLineDash([4, 3]);
  ctx.beginPath();
  ctx.moveTo(atX(x0), atY(draws / Math.sqrt(x0)));
  ctx.lineTo(atX(x1), atY(draws / Math.sqrt(x1)));
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.textAlign = "left";
  ctx.fillText("draws, n^-1/2", atX(x0) + 0.42 * w, atY(draws / Math.sqrt(x0)) + 6, 0.6 * w);
  for (const { n, value } of points) {
    ctx.beginPath();
    ctx.arc(atX(n), atY(value), n === now ? 4 : 2.5, 0, 2 * Math.PI);
    ctx.fillStyle = n === now ? colour : look.muted;
    ctx.fill();
  }
  ctx.restore();
}

/** The upper end of a logarithmic axis that leaves room for an inset above what it shows. */
export function withRoom([low, high]: [number, number], height: number): [number, number] {
  const share = Math.min(0.6, (SIZE.height + 12) / Math.max(1, height));
  return [low, low * (high / low) ** (1 / (1 - share))];
}
