import uPlot from "uplot";
import type { Theme } from "../../figures/theme.ts";
import { type Axis, centres, edgesOf } from "../../grid/grid.ts";
import { evenly } from "./cells.ts";
import { createChart, type Drawing, drawingOf } from "./chart.ts";
import { MOST_TICKS } from "./density-picture.ts";
import { type DensityLine, middlesOf } from "./frame-content.ts";
import { createZoom, rangeOfMass } from "./zoom.ts";
import { listenToGestures } from "./zoom-gestures.ts";

/** The density in one dimension as a line, in cells of its own where they follow the mass, the particles as bars behind it and as ticks at the bottom. */
export function createDensityLine(host: HTMLElement, look: Theme, axis: Axis, content: () => DensityLine): Drawing {
  const x = centres(axis);
  const nothing = Array.from(x, () => null);
  let now = content();
  const zoom = createZoom([axis]);
  /** The middles of the cells, of which there may be others in each frame. */
  const places = () => (now.edges === null ? x : middlesOf(now.edges));

  /** As one area of steps. */
  const drawBars = ({ ctx, valToPos }: uPlot) => {
    const bars = now.particles?.histogram;
    if (!bars) return;
    const width = (axis.max - axis.min) / bars.length;
    const floor = valToPos(0, "y", true);
    ctx.beginPath();
    ctx.moveTo(valToPos(axis.min, "x", true), floor);
    for (let i = 0; i < bars.length; i++) {
      const top = valToPos(bars[i], "y", true);
      ctx.lineTo(valToPos(axis.min + i * width, "x", true), top);
      ctx.lineTo(valToPos(axis.min + (i + 1) * width, "x", true), top);
    }
    ctx.lineTo(valToPos(axis.max, "x", true), floor);
    ctx.fillStyle = `${now.ink.particles}40`;
    ctx.fill();
    ctx.lineWidth = uPlot.pxRatio;
    ctx.strokeStyle = `${now.ink.particles}a0`;
    ctx.stroke();
  };

  const drawGibbs = ({ ctx, valToPos }: uPlot) => {
    if (now.gibbs === null) return;
    ctx.beginPath();
    for (let i = 0; i < x.length; i++) ctx.lineTo(valToPos(x[i], "x", true), valToPos(now.gibbs.values[i], "y", true));
    ctx.globalAlpha = now.gibbs.opacity;
    ctx.lineWidth = 1.5 * uPlot.pxRatio;
    ctx.strokeStyle = now.ink.gibbs;
    ctx.stroke();
    ctx.globalAlpha = 1;
  };

  const drawRug = ({ ctx, bbox, valToPos }: uPlot) => {
    const drawn = now.particles?.drawn[0];
    if (!drawn) return;
    const at = evenly(drawn.length, MOST_TICKS);
    const height = 7 * uPlot.pxRatio;
    const width = Math.max(1, Math.round(uPlot.pxRatio));
    ctx.globalAlpha = drawn.length > 200 ? 0.45 : 0.8;
    ctx.fillStyle = now.ink.particles;
    for (let k = 0; k < Math.min(drawn.length, MOST_TICKS); k++) {
      ctx.fillRect(Math.round(valToPos(drawn[at(k)], "x", true)), bbox.top + bbox.height - height, width, height);
    }
    ctx.globalAlpha = 1;
  };

  /** Edges of cells that follow the mass, along the top. */
  const drawEdges = ({ ctx, bbox, valToPos }: uPlot) => {
    if (now.edges === null) return;
    ctx.fillStyle = look.muted;
    let last = -Infinity;
    for (const edge of now.edges) {
      const at = valToPos(edge, "x", true);
      if (at - last < 2 * uPlot.pxRatio) continue;
      last = at;
      ctx.fillRect(at, bbox.top, Math.max(1, 0.75 * uPlot.pxRatio), 7 * uPlot.pxRatio);
    }
  };

  const table = (): uPlot.AlignedData => [places(), now.density ?? nothing];
  const chart = createChart(
    host,
    {
      look,
      xLabel: axis.name,
      yLabel: "density",
      xRange: () => [...zoom.shown()[0]],
      yRange: () => [0, now.ceiling],
      series: [{ stroke: now.ink.meanField, width: 2, pxAlign: 0, points: { show: false } }],
      under: (chart) => {
        drawBars(chart);
        drawGibbs(chart);
      },
      over: (chart) => {
        drawRug(chart);
        drawEdges(chart);
      },
    },
    table(),
  );
  const drawing = drawingOf(chart, () => {
    now = content();
    return table();
  });
  listenToGestures(chart, zoom, 1, drawing.draw);
  return {
    ...drawing,
    zoom: {
      toMass() {
        const edges = now.edges ?? edgesOf(axis);
        if (now.density !== null) zoom.show(0, rangeOfMass(edges, now.density.map((value, i) => value * (edges[i + 1] - edges[i])))); // biome-ignore format: one call
        drawing.draw();
      },
      reset() {
        zoom.reset();
        drawing.draw();
      },
    },
  };
}
