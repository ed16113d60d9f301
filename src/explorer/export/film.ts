import { formatShort } from "../../figures/numbers.ts";
import { THEMES } from "../../figures/theme.ts";
import { drawWaiting } from "../panels/frame-loop.ts";
import { drawLegend } from "../panels/legend-canvas.ts";
import { type PanelCanvas, panelCanvases } from "../panels/registry.ts";
import type { Session } from "../state/session.ts";
import { theme } from "../state/theme.ts";
import type { FilmEvent, FilmRequest } from "./film-worker.ts";

/** Frames at most: a film of more is too large to be sent to anyone. */
const MOST_FRAMES = 120;
const LEGEND = { rows: 3, line: 16 };
const CELL = { width: 480, height: 380, title: 24, legend: LEGEND.rows * LEGEND.line + 8 };
const HEAD = 40;

/**
 * All panels at every frame as an animated GIF. The frames are drawn by the page and packed in a worker.
 *
 * @param onProgress share of the frames that are packed.
 */
export async function recordFilm(session: Session, onProgress: (share: number) => void, signal: AbortSignal): Promise<Blob> {
  const worker = new Worker(new URL("./film-worker.ts", import.meta.url), { type: "module", name: "film" });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  const total = session.meanField.value.length;
  const stride = Math.ceil(total / MOST_FRAMES);
  const frames = Array.from({ length: Math.ceil(total / stride) }, (_, k) => k * stride);
  const delay = Math.max(20, (1000 * session.playback.duration.value) / frames.length);
  const before = session.shown.value;
  const run = session.setup.value;
  session.playback.pause();
  try {
    for (const [k, frame] of frames.entries()) {
      if (signal.aborted) throw new DOMException("the film was cancelled", "AbortError");
      if (session.setup.value !== run) throw new Error("another run was started");
      session.playback.seek(frame);
      drawWaiting();
      compose(canvas, context, session, panelCanvases());
      const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
      await ask(worker, { pixels: data, width, height, delay });
      onProgress((k + 1) / frames.length);
    }
    const film = await ask(worker, null);
    if (film.type !== "film") throw new Error("the film was not finished");
    return new Blob([film.bytes], { type: "image/gif" });
  } finally {
    worker.terminate();
    session.playback.seek(before);
  }
}

function ask(worker: Worker, request: FilmRequest): Promise<FilmEvent> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FilmEvent>) => resolve(data);
    worker.onerror = (error) => reject(new Error(error.message));
    worker.postMessage(request, request === null ? [] : [request.pixels.buffer]);
  });
}

/** The panels in two columns under the name of the problem and the time. */
function compose(
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  session: Session,
  panels: readonly PanelCanvas[],
): void {
  const look = THEMES[theme.value];
  canvas.width = 2 * CELL.width;
  canvas.height = HEAD + Math.ceil(panels.length / 2) * CELL.height;
  context.fillStyle = look.back;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = look.text;
  context.font = "600 18px system-ui, sans-serif";
  const { problem, particles } = session.configuration.value;
  const time = session.setup.value?.times[session.shown.value] ?? 0;
  context.fillText(
    `${problem.name}, t = ${formatShort(time, 4)}, n = ${particles.n}, dt = ${particles.dt}`,
    12,
    26,
    canvas.width - 24,
  );
  panels.forEach((panel, k) => {
    drawPanel(context, panel, (k % 2) * CELL.width, HEAD + Math.floor(k / 2) * CELL.height, look.text);
  });
}

function drawPanel(context: CanvasRenderingContext2D, panel: PanelCanvas, x: number, y: number, text: string): void {
  context.fillStyle = text;
  context.font = "600 15px system-ui, sans-serif";
  context.fillText(panel.title, x + 12, y + 17, CELL.width - 24);
  const { canvas, colourBar, legend } = panel;
  const room = { width: CELL.width - 16, height: CELL.height - CELL.title - CELL.legend };
  const scale = Math.min(room.width / canvas.width, room.height / (canvas.height + (colourBar?.height ?? 0)));
  let below = y + CELL.title;
  for (const picture of [canvas, colourBar]) {
    // A bar that was never drawn has no height.
    if (picture === null || picture.height === 0) continue;
    context.drawImage(picture, x + 8, below, picture.width * scale, picture.height * scale);
    below += picture.height * scale;
  }
  context.font = "12px system-ui, sans-serif";
  drawLegend(context, legend, { ...LEGEND, x: x + 12, y: below + 2, width: CELL.width - 24, colour: text });
}
