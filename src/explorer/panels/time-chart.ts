import uPlot from "uplot";
import type { Theme } from "../../figures/theme.ts";
import { createChart, type Drawing, drawingOf } from "./chart.ts";
import { type Curve, markedTimes, type TimePicture, thin } from "./curves.ts";
import { drawInset, withRoom } from "./draw-inset.ts";

const noPath: uPlot.Series.PathBuilder = () => null;

/** Of dots the chosen ones are drawn, and the one at the time on show. */
function seriesOf({ colour, dash, mark, width }: Curve, marked: () => ReadonlySet<number>): uPlot.Series {
  return mark === "dots"
    ? {
        paths: noPath,
        pxAlign: 0,
        points: {
          show: true,
          size: 5,
          space: 0,
          width: 0,
          fill: colour,
          stroke: colour,
          filter: (chart) => {
            const times = marked();
            return Array.from(chart.data[0].keys()).filter((i) => times.has(chart.data[0][i]));
          },
        },
      }
    : {
        stroke: colour,
        width,
        dash: [...dash],
        pxAlign: 0,
        points: { show: (chart, at) => isSingle(chart.data[at]), size: 6, width: 0, fill: colour },
      };
}

/** A line of one point is drawn as that point. */
function isSingle(values: ArrayLike<number | null | undefined>): boolean {
  let count = 0;
  for (let i = 0; i < values.length && count < 2; i++) if (values[i] !== null && values[i] !== undefined) count++;
  return count === 1;
}

/** The curves on the union of their times. */
function tableOf({ curves, xRange }: TimePicture): uPlot.AlignedData {
  const tables = curves.map((curve) => [curve.times, curve.values] as unknown as uPlot.AlignedData);
  return uPlot.join([[xRange] as unknown as uPlot.AlignedData, ...tables]);
}

/** What a chart of curves is made for: with another of these it is made anew. */
export function timeStructure({ yLabel, logarithmic, curves }: TimePicture): string {
  return JSON.stringify([yLabel, logarithmic, curves.map(({ label, colour, dash, width }) => [label, colour, dash, width])]);
}

/** Curves against time with a line at the time on show. Pointing or dragging asks to show another. */
export function createTimeChart(
  host: HTMLElement,
  look: Theme,
  picture: () => TimePicture,
  shownTime: () => number | null,
  seek: (time: number) => void,
): Drawing {
  let drawn = picture();
  /** Of the plot, as it was last drawn. */
  let height = 200;
  const chart = createChart(
    host,
    {
      look,
      xLabel: "time t",
      yLabel: drawn.yLabel,
      logarithmic: drawn.logarithmic,
      xRange: () => drawn.xRange,
      yRange: () => (drawn.inset === null ? drawn.yRange : withRoom(drawn.yRange, height)),
      series: drawn.curves.map((curve, i) => seriesOf(curve, () => markedTimes(drawn.curves[i], shownTime()))),
      bands: drawn.curves.flatMap(({ band, colour }, i) =>
        band ? [{ series: [i + 1, band.to + 1] as [number, number], fill: thin(colour) }] : [],
      ),
      over: (chart) => {
        const { ctx, bbox, valToPos } = chart;
        height = bbox.height / uPlot.pxRatio;
        // The particles are drawn last.
        if (drawn.inset !== null) drawInset(chart, drawn.inset, look, drawn.curves.at(-1)?.colour ?? look.text);
        const time = shownTime();
        if (time === null) return;
        ctx.fillStyle = look.text;
        ctx.fillRect(Math.round(valToPos(time, "x", true)), bbox.top, Math.max(1, Math.round(uPlot.pxRatio)), bbox.height);
      },
    },
    tableOf(drawn),
  );
  const seekAt = (event: PointerEvent) => {
    if (event.buttons & 1) seek(chart.posToVal(event.clientX - chart.over.getBoundingClientRect().left, "x"));
  };
  chart.over.classList.add("panel-seek");
  chart.over.addEventListener("pointerdown", (event) => {
    chart.over.setPointerCapture(event.pointerId);
    seekAt(event);
  });
  chart.over.addEventListener("pointermove", seekAt);
  return drawingOf(chart, () => {
    const next = picture();
    if (next === drawn) return null;
    drawn = next;
    return tableOf(next);
  });
}
