import uPlot from "uplot";
import type { Theme } from "../../figures/theme.ts";
import type { Axis } from "../../grid/grid.ts";
import { countBelow } from "../../numerics/search.ts";
import { paintCells, splat } from "./cells.ts";
import { createChart, type Drawing, drawingOf } from "./chart.ts";
import { createColourBar } from "./colour-bar.ts";
import { createSegments, traceContour } from "./contour.ts";
import { edgesOf, middlesOf, type PlaneContent, type PlaneContour, type PlaneDots } from "./frame-content.ts";
import { packColour, parseColour } from "./palette.ts";
import { createZoom, marginalOfPlane, rangeOfMass, withEqualUnits } from "./zoom.ts";
import { listenToGestures } from "./zoom-gestures.ts";

/** Pixels of the page between two edges of cells that are drawn. */
const NARROWEST = 4;

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
  let own: Picture | null = null;
  const zoom = createZoom([x, y]);
  let painted: PlaneContent | null = null;
  /** Until the reader chooses a part, that where the mass is is on show. */
  let home = true;
  let now = content();

  const paint = (chart: uPlot) => {
    const { ctx } = chart;
    if (now === null) return;
    ctx.imageSmoothingEnabled = false;
    if (now.edges !== null) drawOwnCells(chart, now, now.edges);
    else {
      if (painted?.values !== now.values || painted.range[0] !== now.range[0] || painted.range[1] !== now.range[1]) {
        paintCells(cells.pixels, now.values, x.cells, y.cells, now.palette, now.range, now.scale, now.fade);
        cells.context.putImageData(cells.image, 0, 0);
      }
      // The whole picture, of which the chart shows a part.
      const [left, right] = [x.min, x.max].map((place) => chart.valToPos(place, "x", true));
      const [bottom, top] = [y.min, y.max].map((place) => chart.valToPos(place, "y", true));
      ctx.drawImage(cells.context.canvas, left, top, right - left, bottom - top);
    }
    for (const contour of now.contours) for (const level of contour.levels) drawContour(chart, contour, level);
    if (now.dots) drawDots(chart, now.dots);
    painted = now;
    bar.draw(chart.width, now.label, now.palette, [now.range[0] - now.origin, now.range[1] - now.origin], now.scale);
  };

  /** Cells that follow the mass, each pixel of the plot in the colour of the cell at its middle. */
  const drawOwnCells = ({ ctx, bbox }: uPlot, now: PlaneContent, edges: readonly Float64Array[]) => {
    const width = Math.max(1, Math.round(bbox.width));
    const height = Math.max(1, Math.round(bbox.height));
    if (own?.image.width !== width || own.image.height !== height) own = createPicture(width, height);
    const [columns, rows] = [width, height].map((pixels, a) => {
      const [from, to] = zoom.shown()[a];
      const last = edges[a].length - 2;
      return Int32Array.from({ length: pixels }, (_, p) =>
        Math.min(last, Math.max(0, countBelow(edges[a], from + ((p + 0.5) / pixels) * (to - from), true) - 1)),
      );
    });
    const values = new Float32Array(width * height);
    const inner = edges[1].length - 1;
    for (let p = 0, k = 0; p < width; p++) for (let q = 0; q < height; q++) values[k++] = now.values[columns[p] * inner + rows[q]];
    paintCells(own.pixels, values, width, height, now.palette, now.range, now.scale);
    own.context.putImageData(own.image, 0, 0);
    ctx.drawImage(own.context.canvas, bbox.left, bbox.top);
    drawEdges(ctx, bbox, columns, rows);
  };

  /** Where the cell of one pixel is not that of the next, unless cells are too narrow to be told apart. */
  const drawEdges = (
    ctx: CanvasRenderingContext2D,
    { left, top, width, height }: uPlot["bbox"],
    columns: Int32Array,
    rows: Int32Array,
  ) => {
    ctx.fillStyle = "#ffffff";
    ctx.globalAlpha = 0.16;
    const thick = Math.max(1, Math.round(uPlot.pxRatio));
    for (const [of, across] of [
      [columns, true],
      [rows, false],
    ] as const) {
      // biome-ignore format: two axes
      let last = 0;
      for (let p = 1; p < of.length; p++) {
        if (of[p] === of[p - 1] || p - last < NARROWEST * uPlot.pxRatio) continue;
        last = p;
        if (across) ctx.fillRect(left + p, top, thick, height);
        else ctx.fillRect(left, top + height - p, width, thick);
      }
    }
    ctx.globalAlpha = 1;
  };

  const drawContour = ({ ctx, valToPos }: uPlot, { values, edges, colour, opacity, width }: PlaneContour, level: number) => {
    const [xs, ys] = edgesOf([x, y], edges).map(middlesOf);
    traceContour(segments, values, level, xs, ys);
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
    ctx.globalAlpha = opacity;
    if (colour !== null) {
      ctx.lineWidth = (width + 1) * uPlot.pxRatio;
      ctx.strokeStyle = "#00000066";
      ctx.stroke();
    }
    ctx.lineWidth = width * uPlot.pxRatio;
    ctx.strokeStyle = colour ?? look.text;
    ctx.stroke();
    ctx.globalAlpha = 1;
  };

  const drawDots = ({ ctx, bbox }: uPlot, { xs, ys, most, colour, side, opacity }: PlaneDots) => {
    const width = Math.max(1, Math.round(bbox.width));
    const height = Math.max(1, Math.round(bbox.height));
    if (marks?.image.width !== width || marks.image.height !== height) marks = createPicture(width, height);
    else marks.pixels.fill(0);
    const pixels = Math.max(1, Math.round(side * uPlot.pxRatio));
    const ink = packColour(parseColour(colour), opacity);
    const [shownX, shownY] = zoom.shown();
    splat(marks.pixels, width, height, shownX, shownY, xs, ys, most, pixels, ink);
    marks.context.putImageData(marks.image, 0, 0);
    ctx.drawImage(marks.context.canvas, bbox.left, bbox.top);
  };

  const chart = createChart(
    host,
    {
      look,
      xLabel: x.name,
      yLabel: y.name,
      xRange: () => [...zoom.shown()[0]],
      yRange: () => [...zoom.shown()[1]],
      series: [{}],
      under: paint,
    },
    [
      [x.min, x.max],
      [null, null],
    ],
  );
  const bar = createColourBar(host, look);
  /** The scales of the chart are made anew from the ranges on show where these have changed. */
  let scaled = "";
  const drawing = drawingOf(
    chart,
    () => {
      now = content();
      if (home && now !== null) withEqualUnits(now.home, chart.bbox, [x, y]).forEach((range, a) => void zoom.show(a, range)); // biome-ignore format: one call
      const ranges = zoom.shown().join();
      if (ranges === scaled) return null;
      scaled = ranges;
      return chart.data;
    },
    bar.canvas,
  );
  const redraw = () => {
    home = false;
    drawing.draw();
  };
  listenToGestures(chart, zoom, 2, redraw);
  return {
    ...drawing,
    zoom: {
      toMass() {
        if (now === null) return;
        const edges = edgesOf([x, y], now.edges);
        for (const a of [0, 1] as const) zoom.show(a, rangeOfMass(edges[a], marginalOfPlane(now.values, edges, a)));
        redraw();
      },
      reset() {
        zoom.reset();
        redraw();
      },
    },
    destroy() {
      drawing.destroy();
      bar.canvas.remove();
    },
  };
}
