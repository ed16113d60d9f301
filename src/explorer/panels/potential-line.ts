import uPlot from "uplot";
import type { Theme } from "../../figures/theme.ts";
import { type Axis, centres } from "../../grid/grid.ts";
import { evenly, interpolate } from "./cells.ts";
import { createChart, type Drawing, drawingOf, typeSize } from "./chart.ts";
import type { DeathThreshold } from "./death-threshold.ts";
import type { PotentialLine } from "./frame-content.ts";
import { FAINTEST, MOST_DOTS } from "./potential-picture.ts";

/**
 * V as a line over its threshold, at a temperature R with V thin beside it, and between them the births and deaths: the fill is the deeper the larger alpha |V - threshold| mu, as its square
 * root against the largest so far, and hatched where mass dies.
 */
export function createPotentialLine(
  host: HTMLElement,
  look: Theme,
  axis: Axis,
  yLabel: string,
  content: () => PotentialLine | null,
): Drawing {
  const x = centres(axis);
  const nothing = Array.from(x, () => null);
  const threshold = new Float64Array(axis.cells);
  const hatch = hatching(look);
  let now = content();

  const fillRates = ({ ctx, valToPos }: uPlot) => {
    if (now === null || !(now.scale.fastest > 0 && (now.threshold.deaths || now.threshold.births))) return;
    const { V, density, rate, scale } = now;
    const floor = valToPos(now.threshold.value, "y", true);
    for (let i = 0; i < V.length; i++) {
      const above = V[i] > now.threshold.value;
      const depth = Math.sqrt((rate * Math.abs(V[i] - now.threshold.value) * density[i]) / scale.fastest);
      if (!(depth ** 2 > FAINTEST && (above ? now.threshold.deaths : now.threshold.births))) continue;
      const left = Math.round(valToPos(axis.min + i * axis.width, "x", true));
      const right = Math.round(valToPos(axis.min + (i + 1) * axis.width, "x", true));
      const end = valToPos(V[i], "y", true);
      ctx.globalAlpha = 0.85 * Math.min(1, depth);
      ctx.fillStyle = above ? now.ink.deaths : now.ink.births;
      ctx.fillRect(left, Math.min(floor, end), right - left, Math.abs(end - floor));
      if (above && hatch) {
        ctx.fillStyle = hatch;
        ctx.fillRect(left, end, right - left, floor - end);
      }
    }
    ctx.globalAlpha = 1;
  };

  const drawParticles = (chart: uPlot) => {
    if (now === null) return;
    const { ctx, valToPos } = chart;
    if (now.particles) {
      const at = evenly(now.particles.length, MOST_DOTS);
      const side = 4 * uPlot.pxRatio;
      ctx.fillStyle = now.ink.particles;
      for (let k = 0; k < Math.min(now.particles.length, MOST_DOTS); k++) {
        const theta = now.particles[at(k)];
        const height = interpolate(now.V, axis, theta);
        if (!Number.isNaN(height)) {
          ctx.fillRect(valToPos(theta, "x", true) - side / 2, valToPos(height, "y", true) - side / 2, side, side);
        }
      }
    }
    nameThreshold(chart, now.threshold, look);
  };

  const table = (): uPlot.AlignedData =>
    now ? [x, now.plain ?? nothing, now.V, threshold.fill(now.threshold.value)] : [x, nothing, nothing, nothing];
  const chart = createChart(
    host,
    {
      look,
      xLabel: axis.name,
      yLabel,
      xRange: () => [axis.min, axis.max],
      yRange: () => now?.scale.range ?? [0, 1],
      series: [
        { stroke: look.muted, width: 1.25, pxAlign: 0, points: { show: false } },
        { stroke: look.text, width: 2, pxAlign: 0, points: { show: false } },
        { stroke: look.muted, width: 1.5, dash: [6, 4], pxAlign: 0, points: { show: false } },
      ],
      under: fillRates,
      over: drawParticles,
    },
    table(),
  );
  return drawingOf(chart, () => {
    now = content();
    return table();
  });
}

/** The name of the threshold at its right end, on ground of its own so that it can be read over anything. */
function nameThreshold({ ctx, bbox, valToPos }: uPlot, { value, label }: DeathThreshold, look: Theme): void {
  const ratio = uPlot.pxRatio;
  const size = typeSize() * ratio;
  ctx.font = `${size}px system-ui, sans-serif`;
  ctx.textAlign = "right";
  ctx.textBaseline = "bottom";
  const right = bbox.left + bbox.width - 4 * ratio;
  const bottom = Math.max(bbox.top + 1.5 * size, valToPos(value, "y", true) - 3 * ratio);
  ctx.globalAlpha = 0.8;
  ctx.fillStyle = look.back;
  const width = ctx.measureText(label).width;
  ctx.fillRect(right - width - 2 * ratio, bottom - 1.25 * size, width + 4 * ratio, 1.25 * size);
  ctx.globalAlpha = 1;
  ctx.fillStyle = look.text;
  ctx.fillText(label, right, bottom);
}

function hatching(look: Theme): CanvasPattern | null {
  const canvas = document.createElement("canvas");
  const side = Math.round(6 * uPlot.pxRatio);
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d")!;
  context.strokeStyle = look.text;
  context.lineWidth = uPlot.pxRatio;
  context.beginPath();
  for (const shift of [-side, 0, side]) {
    context.moveTo(shift - 1, side + 1);
    context.lineTo(shift + side + 1, -1);
  }
  context.stroke();
  return context.createPattern(canvas, "repeat");
}
