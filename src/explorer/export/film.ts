import { THEMES } from "../../look.ts";
import { drawWaiting } from "../panels/frame-loop.ts";
import { type PanelCanvas, panelCanvases } from "../panels/registry.ts";
import { type Session, theme } from "../state/session.ts";
import type { FilmEvent, FilmRequest } from "./film-worker.ts";

/** Frames at most: a film of more is too large to be sent to anyone. */
const MOST_FRAMES = 120;
const CELL = { width: 480, height: 330, title: 24, legend: 22 };
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
  session.playback.pause();
  try {
    for (const [k, frame] of frames.entries()) {
      if (signal.aborted) throw new DOMException("the film was cancelled", "AbortError");
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
  context.fillText(`${problem.name}, t = ${time.toFixed(3)}, n = ${particles.n}, dt = ${particles.dt}`, 12, 26, canvas.width - 24);
  panels.forEach((panel, k) => {
    drawPanel(context, panel, (k % 2) * CELL.width, HEAD + Math.floor(k / 2) * CELL.height, look.text);
  });
}

function drawPanel(context: CanvasRenderingContext2D, panel: PanelCanvas, x: number, y: number, text: string): void {
  context.fillStyle = text;
  context.font = "600 15px system-ui, sans-serif";
  context.fillText(panel.title, x + 12, y + 17, CELL.width - 24);
  const { width, height } = panel.canvas;
  const room = { width: CELL.width - 16, height: CELL.height - CELL.title - CELL.legend };
  const scale = Math.min(room.width / width, room.height / height);
  context.drawImage(panel.canvas, x + 8, y + CELL.title, width * scale, height * scale);
  context.font = "12px system-ui, sans-serif";
  let at = x + 12;
  const base = y + CELL.height - 8;
  for (const { label, colour, dash } of panel.legend) {
    const needed = 26 + context.measureText(label).width + 12;
    if (at + needed > x + CELL.width) break;
    context.strokeStyle = colour;
    context.lineWidth = 3;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(at, base - 4);
    context.lineTo(at + 20, base - 4);
    context.stroke();
    context.fillText(label, at + 26, base);
    at += needed;
  }
  context.setLineDash([]);
}
