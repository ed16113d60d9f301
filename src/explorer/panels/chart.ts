import uPlot from "uplot";
import { formatShort } from "../../figures/numbers.ts";
import "uplot/dist/uPlot.min.css";
import type { Theme } from "../../figures/theme.ts";
import { presenting } from "../state/presenting.ts";
import { clean, logTicks, type Range } from "./ranges.ts";

/** A drawing on the page, whichever kind: what a panel does with it. */
export interface Drawing {
  canvas: HTMLCanvasElement;
  colourBar: HTMLCanvasElement | null;
  /** Draws the state of the moment. */
  draw(): void;
  resize(width: number): void;
  destroy(): void;
  /** Where a part of it can be enlarged. */
  zoom?: { toMass(): void; reset(): void };
}

export interface ChartSpec {
  look: Theme;
  xLabel: string;
  yLabel: string;
  logarithmic?: boolean;
  /** Called again whenever data are set. */
  xRange: () => Range;
  yRange: () => Range;
  series?: uPlot.Series[];
  bands?: uPlot.Band[];
  /** Over the grid and under the lines. */
  under?: (chart: uPlot) => void;
  /** Over everything. */
  over?: (chart: uPlot) => void;
}

/** Of axes and labels, in pixels. */
export const typeSize = () => (presenting.peek() ? 20 : 12);

/** Shown to a room, a drawing fills its place, with the scale of its colours where there is one. */
function heightFor(width: number, host: HTMLElement | null): number {
  const room = (host?.clientHeight ?? 0) - (host?.querySelector<HTMLElement>(".panel-colours")?.offsetHeight ?? 0);
  if (presenting.peek() && room > 150) return room;
  return Math.round(Math.min(300, Math.max(210, 0.62 * width)));
}

/** A uPlot with the axes, fonts and colours of the page, no legend of its own and no cursor. */
export function createChart(host: HTMLElement, spec: ChartSpec, data: uPlot.AlignedData): uPlot {
  const { look } = spec;
  const size = typeSize();
  const font = `${size}px system-ui, sans-serif`;
  const axis: uPlot.Axis = {
    stroke: look.muted,
    font,
    labelFont: font,
    labelSize: size + 8,
    labelGap: 0,
    gap: 3,
    grid: { stroke: look.line, width: 1 },
    ticks: { stroke: look.line, width: 1, size: 4 },
    values: (_, ticks) => ticks.map((tick) => formatShort(clean(tick, [ticks[0], ticks[ticks.length - 1]]), digitsOf(ticks))),
  };
  const widest: uPlot.Axis.Size = (_, values) => 14 + (7 / 12) * size * Math.max(2, ...(values ?? []).map((text) => text.length));
  const logarithmic: uPlot.Axis = {
    splits: (_, __, min, max) => logTicks(min, max),
    filter: (_, ticks) => ticks,
    values: (_, ticks) => ticks.map((tick) => formatShort(tick, 6)),
  };
  const width = Math.max(1, host.clientWidth);
  return new uPlot(
    {
      width,
      height: heightFor(width, host),
      // Half of the last label may stand beyond the end of the axis.
      padding: [Math.round(0.7 * size), ({ scales: { x } }) => 14 + 4 * (digitsOf(ends(x)) - FEWEST_DIGITS), 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => spec.xRange() },
        y: { range: () => spec.yRange(), ...(spec.logarithmic ? { distr: 3 } : {}) },
      },
      axes: [
        {
          ...axis,
          label: spec.xLabel,
          size: size + 14,
          space: (_, __, min, max) => (size / 12) * (55 + 7 * (digitsOf(ends({ min, max })) - FEWEST_DIGITS)),
        },
        { ...axis, label: spec.yLabel, size: widest, space: 20 + size, ...(spec.logarithmic ? logarithmic : {}) },
      ],
      series: [{}, ...(spec.series ?? [])],
      bands: spec.bands ?? [],
      hooks: {
        drawAxes: spec.under ? [(chart) => clipped(chart, spec.under!)] : [],
        draw: spec.over ? [(chart) => clipped(chart, spec.over!)] : [],
      },
    },
    data,
    host,
  );
}

const FEWEST_DIGITS = 6;

/** Where the first two of four ticks or so would be. */
function ends({ min = 0, max = 0 }: { min?: number | undefined; max?: number | undefined }): number[] {
  return [min, min + (max - min) / 4];
}

/** Digits that tell ticks apart: six, and more where they are close beside their size. */
export function digitsOf(ticks: readonly number[]): number {
  const [first, second = first] = ticks;
  const size = Math.max(Math.abs(first), Math.abs(ticks[ticks.length - 1]));
  const apart = Math.abs(second - first);
  return apart > 0 && size > 0 ? Math.min(15, Math.max(FEWEST_DIGITS, Math.ceil(Math.log10(size / apart)) + 2)) : FEWEST_DIGITS;
}

function clipped(chart: uPlot, paint: (chart: uPlot) => void): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint(chart);
  ctx.restore();
}

/** A drawing of a chart; new data are shown at once and not in a microtask, so that a film can take the canvas. */
export function drawingOf(
  chart: uPlot,
  update: () => uPlot.AlignedData | null,
  colourBar: HTMLCanvasElement | null = null,
): Drawing {
  return {
    canvas: chart.ctx.canvas,
    colourBar,
    draw() {
      const data = update();
      chart.batch(() => {
        if (data) chart.setData(data);
        else chart.redraw(false, false);
      });
    },
    resize(width) {
      const height = heightFor(width, chart.root.parentElement);
      if (width > 0 && (width !== chart.width || height !== chart.height)) chart.setSize({ width, height });
    },
    destroy: () => chart.destroy(),
  };
}
