import { formatShort } from "../../figures/numbers.ts";
import { FRAME_PANELS, type PanelName } from "../panels/panels.ts";

/** Hands bytes to the browser as a file to be saved. */
export function save(name: string, type: string, data: Uint8Array<ArrayBuffer> | string | Blob): void {
  const url = URL.createObjectURL(data instanceof Blob ? data : new Blob([data], { type }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** `double-well-density-t0.5.svg`: which problem, panel and time; panels against time have all times. */
export function pictureName(problem: string, panel: PanelName, time: number | undefined, format: string): string {
  const at = Object.hasOwn(FRAME_PANELS, panel) && time !== undefined ? `-t${formatShort(time, 6)}` : "";
  return `${fileNameOf(problem)}-${panel}${at}.${format}`;
}

/** A file name of a problem's name: letters, digits, dots and dashes. */
export function fileNameOf(problem: string): string {
  return problem.replaceAll(/[^\p{L}\p{N}.-]+/gu, "-").replace(/^[-.]+|-+$/g, "") || "problem";
}
