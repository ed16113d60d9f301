import { unpackText } from "../packed.ts";
import type { PlotlyFigure } from "../plotly.ts";

/** What the page uses of plotly. */
export interface Plotly {
  react(place: HTMLElement, data: PlotlyFigure["data"], layout: object, config: object): Promise<void>;
  purge(place: HTMLElement): void;
  toImage(figure: PlotlyFigure, options: { format: "svg"; width: number; height: number }): Promise<string>;
}

declare global {
  interface Window {
    Plotly?: Plotly;
  }
}

/** The content of an element of the page in which text was packed. */
export function packedIn(id: string): Promise<string> {
  return unpackText(document.getElementById(id)?.textContent ?? "");
}

/** Runs the compressed copy of plotly that the page holds; the page's policy knows its digest. */
export async function loadPlotly(): Promise<Plotly> {
  const script = document.createElement("script");
  script.textContent = await packedIn("plotly");
  document.head.append(script);
  if (window.Plotly === undefined) throw new Error("plotly did not start");
  return window.Plotly;
}
