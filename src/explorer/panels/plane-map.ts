import uPlot from "uplot";
import type { Theme } from "../../figures/theme.ts";
import type { Axis } from "../../grid/grid.ts";
import { paintCells, splat } from "./cells.ts";
import { createChart, type Drawing, drawingOf } from "./chart.ts";
import { createColourBar } from "./colour-bar.ts";
import { createSegments, traceContour } from "./contour.ts";
import type { PlaneContent, PlaneDots } from "./frame-content.ts";
import { packColour, parseColour } from "./palette.ts";

interface Picture {
  context: CanvasRenderingContext2D;
  image: ImageData;
  pixels: Uint32Array;
}

function createPicture(width: number, height: number): Picture {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(width, height);
  return { context, image, pixels: new Uint32Array(image.data.buffer) };
}

/**
 * A heat map inside the axes of a chart. The cells are a picture of one pixel each, drawn enlarged; the particles are marked in a picture of
 * the size of the plot. Both pictures are kept from frame to frame.
 */
export function createPlaneMap(host: HTMLElement, look: Theme, x: Axis, y: Axis, content: () => PlaneContent | null): Drawing {
  const cells = createPicture(x.cells, y.cells);
  const segments = createSegments();
  let marks: Picture | null = null;
  let painted: PlaneContent | null = null;

  const paint = (chart: uPlot) => {
    const { ctx, bbox } = chart;
    const now = content();
    if (now === null) return;
    if (painted?.values !== now.values || painted.range[0] !== now.range[0] || painted.range[1] !== now.range[1]) {
      paintCells(cells.pixels, now.values, x.cells, y.cells, now.palette, now.range, now.scale);
      cells.context.putImageData(cells.image, 0, 0);
    }
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(cells.context.canvas, bbox.left, bbox.top, bbox.width, bbox.height);
    if (now.contour !== null) drawContour(chart, now.values, now.contour.value);
    if (now.dots) drawDots(chart, now.dots);
    painted = now;
    bar.draw(chart.width, now.label, now.palette, [now.range[0] - now.origin, now.range[1] - now.origin], now.scale);
  };

  const drawContour = ({ ctx, valToPos }: uPlot, values: Float32Array, level: number) => {
    traceContour(segments, values, level, x, y);
    const left = valToPos(0, "x", true);
    const perX = valToPos(1, "x", true) - left;
    const top = valToPos(0, "y", true);
    const perY = valToPos(1, "y", true) - top;
    const { ends } = segments;
    ctx.beginPath();
    for (let k = 0; k < 4 * segments.count; k += 4) {
      ctx.moveTo(left + perX * ends[k], top + perY * ends[k + 1]);
      ctx.lineTo(left + perX * ends[k + 2], top + perY * ends[k + 3]);
    }
    ctx.lineWidth = 1.5 * uPlot.pxRatio;
    ctx.strokeStyle = look.text;
    ctx.stroke();
  };

  const drawDots = ({ ctx, bbox }: uPlot, { xs, ys, most, colour, side, opacity }: PlaneDots) => {
    const width = Math.max(1, Math.round(bbox.width));
    const height = Math.max(1, Math.round(bbox.height));
    if (marks?.image.width !== width || marks.image.height !== height) marks = createPicture(width, height);
    else marks.pixels.fill(0);
    const pixels = Math.max(1, Math.round(side * uPlot.pxRatio));
    const ink = packColour(parseColour(colour), opacity);
    splat(marks.pixels, width, height, [x.min, x.max], [y.min, y.max], xs, ys, most, pixels, ink);
    marks.context.putImageData(marks.image, 0, 0);
    ctx.drawImage(marks.context.canvas, bbox.left, bbox.top);
  };

  const chart = createChart(
    host,
    {
      look,
      xLabel: x.name,
      yLabel: y.name,
      xRange: () => [x.min, x.max],
      yRange: () => [y.min, y.max],
      series: [{}],
      under: paint,
    },
    [
      [x.min, x.max],
      [null, null],
    ],
  );
  const bar = createColourBar(host, look);
  const drawing = drawingOf(chart, () => null, bar.canvas);
  return {
    ...drawing,
    destroy() {
      drawing.destroy();
      bar.canvas.remove();
    },
  };
}
