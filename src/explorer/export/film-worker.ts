import { applyPalette, GIFEncoder, quantize } from "gifenc";

/** A frame of a film, or null after the last one. */
export type FilmRequest = { pixels: Uint8ClampedArray; width: number; height: number; delay: number } | null;
/** `next` asks for the next frame. */
export type FilmEvent = { type: "next" } | { type: "film"; bytes: Uint8Array<ArrayBuffer> };

const gif = GIFEncoder();

addEventListener("message", ({ data }: MessageEvent<FilmRequest>) => {
  if (data === null) {
    gif.finish();
    postMessage({ type: "film", bytes: gif.bytes() } satisfies FilmEvent);
    return;
  }
  const { pixels, width, height, delay } = data;
  const palette = quantize(pixels, 256);
  gif.writeFrame(applyPalette(pixels, palette), width, height, { palette, delay });
  postMessage({ type: "next" } satisfies FilmEvent);
});
