import * as gifenc from "gifenc";
import { createGif, type Frame } from "./gif-frames.ts";

/** A frame of a film, or null after the last one. */
export type FilmRequest = Frame | null;
/** `next` asks for the next frame. */
export type FilmEvent = { type: "next" } | { type: "film"; bytes: Uint8Array<ArrayBuffer> };

const gif = createGif(gifenc);

addEventListener("message", ({ data }: MessageEvent<FilmRequest>) => {
  if (data === null) {
    postMessage({ type: "film", bytes: gif.finish() } satisfies FilmEvent);
    return;
  }
  gif.add(data);
  postMessage({ type: "next" } satisfies FilmEvent);
});
