import type { LegendEntry } from "./curves.ts";
import type { PanelName } from "./panels.ts";

/** A panel as a picture or a film takes it: the canvas holds axes, curves and particles; legends are drawn by whoever puts pictures together. */
export interface PanelCanvas {
  name: PanelName;
  title: string;
  canvas: HTMLCanvasElement;
  legend: readonly LegendEntry[];
  /** The scale of the colours, where there is one. */
  colourBar: HTMLCanvasElement | null;
}

const panels = new Set<() => PanelCanvas | null>();

/** @param panel null before its first frame. Returns what takes the panel out again. */
export function register(panel: () => PanelCanvas | null): () => void {
  panels.add(panel);
  return () => panels.delete(panel);
}

/** In the order of the page. Call `drawWaiting` first to have them up to date within the same task. */
export function panelCanvases(): PanelCanvas[] {
  return [...panels]
    .flatMap((panel) => panel() ?? [])
    .sort((a, b) => (a.canvas.compareDocumentPosition(b.canvas) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
}
