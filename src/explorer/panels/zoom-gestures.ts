import type uPlot from "uplot";
import type { Zoom } from "./zoom.ts";

/** A turn of the wheel by one notch. */
const PER_PIXEL = 0.002;
/** A shorter drag is a click. */
const SHORTEST_DRAG = 6;

/**
 * The wheel with the control key (a pinch), and once something is enlarged without it, scales about the pointer; a drag shows what it covers; a double click shows all again.
 *
 * @param axes how many axes of the chart are enlarged: x, or x and y. @param redraw called after each change.
 */
export function listenToGestures(chart: uPlot, zoom: Zoom, axes: 1 | 2, redraw: () => void): void {
  const { over } = chart;
  const scales = ["x", "y"].slice(0, axes);
  const placeOf = (scale: string, pixels: number) => chart.posToVal(pixels, scale);
  over.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey && zoom.isWhole()) return;
      event.preventDefault();
      const factor = Math.exp(PER_PIXEL * event.deltaY);
      scales.forEach((scale, a) => {
        zoom.scale(a, placeOf(scale, a === 0 ? event.offsetX : event.offsetY), factor);
      });
      redraw();
    },
    { passive: false },
  );
  let start: { x: number; y: number } | null = null;
  const select = (left: number, top: number, width: number, height: number) => chart.setSelect({ left, top, width, height }, false);
  const box = (event: PointerEvent, from: { x: number; y: number }) => {
    const [left, right] = [from.x, event.offsetX].sort((a, b) => a - b);
    const [top, bottom] = axes === 2 ? [from.y, event.offsetY].sort((a, b) => a - b) : [0, over.clientHeight];
    return { left, right, top, bottom };
  };
  over.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    start = { x: event.offsetX, y: event.offsetY };
    over.setPointerCapture(event.pointerId);
  });
  over.addEventListener("pointermove", (event) => {
    if (start === null) return;
    const { left, right, top, bottom } = box(event, start);
    select(left, top, right - left, bottom - top);
  });
  const end = (event: PointerEvent) => {
    if (start === null) return;
    const { left, right, top, bottom } = box(event, start);
    start = null;
    select(0, 0, 0, 0);
    if (event.type === "pointercancel" || right - left < SHORTEST_DRAG || bottom - top < SHORTEST_DRAG) return;
    zoom.show(0, [placeOf("x", left), placeOf("x", right)]);
    if (axes === 2) zoom.show(1, [placeOf("y", bottom), placeOf("y", top)]);
    redraw();
  };
  over.addEventListener("pointerup", end);
  over.addEventListener("pointercancel", end);
  over.addEventListener("dblclick", () => {
    zoom.reset();
    redraw();
  });
}
